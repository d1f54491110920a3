/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "record.h"
#include "src/action.h"

static const struct action_info actions[DP_ACTIONS] = {
	[DP_FILE_OPEN] = { "file_open", "file", "access" },
	[DP_FILE_READ] = { "file_read", "file", "access" },
	[DP_FILE_WRITE] = { "file_write", "file", "change" },
	[DP_FILE_CREATE] = { "file_create", "file", "creation" },
	[DP_FILE_DELETE] = { "file_delete", "file", "deletion" },
	[DP_FILE_RENAME] = { "file_rename", "file", "change" },
	[DP_FILE_ATTRIBUTE] = { "file_attribute", "file", "change" },
	[DP_FILE_MAP] = { "file_map", "file", "access" },
	[DP_PROCESS_EXEC] = { "process_exec", "process", "start" },
	[DP_PROCESS_FORK] = { "process_fork", "process", "start" },
	[DP_PROCESS_EXIT] = { "process_exit", "process", "end" },
	[DP_PROCESS_SIGNAL] = { "process_signal", "process", "change" },
	[DP_PROCESS_INSPECT] = { "process_inspect", "process", "access" },
	[DP_NETWORK_CONNECT] = { "network_connect", "network", "connection" },
	[DP_NETWORK_ACCEPT] = { "network_accept", "network", "connection" },
	[DP_NETWORK_LISTEN] = { "network_listen", "network", "start" },
	[DP_NETWORK_SEND] = { "network_send", "network", "protocol" },
	[DP_NETWORK_RECEIVE] = { "network_receive", "network", "protocol" },
	[DP_DESCRIPTOR_CREATE] = { "descriptor_create", "process", "info" },
	[DP_DESCRIPTOR_DUPLICATE] = { "descriptor_duplicate", "process", "info" },
	[DP_DESCRIPTOR_SEND] = { "descriptor_send", "process", "access" },
	[DP_DESCRIPTOR_RECEIVE] = { "descriptor_receive", "process", "access" },
	[DP_DESCRIPTOR_TAKE] = { "descriptor_take", "process", "access" },
	[DP_MEMORY_EXEC] = { "memory_exec", "process", "change" },
	[DP_PRIVILEGE_USE] = { "privilege_use", "process", "info" },
	[DP_PRIVILEGE_CHANGE] = { "privilege_change", "process", "change" },
	[DP_NAMESPACE_CHANGE] = { "namespace_change", "process", "change" },
	[DP_MOUNT] = { "mount", "host", "change" },
	[DP_MODULE_LOAD] = { "module_load", "driver", "start" },
	[DP_BPF_USE] = { "bpf_use", "driver", "start" },
	[DP_AUDIT_CHANGE] = { "audit_change", "configuration", "change" },
};

const struct action_info *action_info(unsigned int action)
{
	return action < DP_ACTIONS && actions[action].name ? &actions[action] : NULL;
}

const char *action_name(unsigned int action)
{
	const struct action_info *info = action_info(action);

	return info ? info->name : "unknown";
}
