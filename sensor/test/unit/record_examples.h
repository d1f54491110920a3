/* SPDX-License-Identifier: Apache-2.0 */
/* One record of each action, with every part that the kernel half gives it. */
#ifndef DETPACK_RECORD_EXAMPLES_H
#define DETPACK_RECORD_EXAMPLES_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "test/unit/record_make.h"

static inline void make_flow(struct made *made)
{
	const struct dp_flow held[DP_FLOW_SLOTS] = {
		{ .object = file_object(70).key, .since = 120 * SECOND, .class = 1, .data = 1 },
		{ .object = file_object(71).key, .since = 130 * SECOND, .class = 1 },
	};

	made->use.flow_overflow = 2;
	make_part(made, DP_PART_FLOW, held, sizeof(held));
}

static inline void make_target(struct made *made, const struct dp_process *process)
{
	struct dp_target target = { .process = *process, .uid = 0, .name = "target" };

	made->use.object.kind = DP_PROCESS;
	make_part(made, DP_PART_TARGET, &target, sizeof(target));
}

static inline struct dp_socket tcp_socket(void)
{
	return (struct dp_socket){ .local = { 192, 0, 2, 15 }, .remote = { 203, 0, 113, 9 }, .local_port = 55662,
				   .remote_port = 443, .family = AF_INET, .type = SOCK_STREAM, .protocol = 6 };
}

static inline struct dp_socket unix_socket(void)
{
	return (struct dp_socket){ .family = AF_UNIX, .type = SOCK_STREAM, .peer = other,
				   .peer_object = { .inode = 900 }, .peer_name = "peer" };
}

static inline void make_socket(struct made *made, const struct dp_socket *socket)
{
	made->use.object = (struct dp_object){ .key = { .inode = 88, .device = 8 }, .mode = 0140777, .kind = DP_SOCKET };
	made->use.descriptor = open_descriptor(4, 12);
	make_part(made, DP_PART_SOCKET, socket, sizeof(*socket));
}

static inline void make_plain_file(struct made *made)
{
	made->use.object = file_object(77);
	made->use.descriptor = open_descriptor(3, 11);
	make_path(made, DP_PART_PATH, "/home/agent/notes.txt");
}

static inline void make_file_example(struct made *made, uint8_t action)
{
	make_plain_file(made);
	made->use.result = made->use.bytes = 411;
	switch (action) {
	case DP_FILE_WRITE: {
		struct dp_source source = { .object = file_object(70), .description = 9, .number = 7 };

		made->use.route = DP_SENDFILE;
		made->use.syscall = 40;
		make_part(made, DP_PART_SOURCE, &source, sizeof(source));
		make_path(made, DP_PART_SOURCE_PATH, "/home/agent/.ssh/id_ed25519");
		break;
	}
	case DP_FILE_CREATE:
		make_path(made, DP_PART_PATH_BEFORE, "/home/agent/linked.txt");
		break;
	case DP_FILE_RENAME:
		make_path(made, DP_PART_PATH_BEFORE, "/home/agent/before.txt");
		break;
	case DP_FILE_ATTRIBUTE:
		make_numbers(made, 1, 0600, 0);
		break;
	case DP_FILE_MAP:
		made->use.route = DP_MMAP;
		make_numbers(made, 5, 1, 8192);
		break;
	default:
		break;
	}
}

static inline void make_process_example(struct made *made, uint8_t action)
{
	struct dp_relatives relatives = worker_relatives();

	switch (action) {
	case DP_PROCESS_EXEC:
		made->use.flags = DP_NO_RESULT;
		made->use.image = 1;
		made->use.object = file_object(60);
		make_path(made, DP_PART_PATH, "/usr/bin/worker");
		make_path(made, DP_PART_DIRECTORY, "/home/agent");
		make_part(made, DP_PART_PARENT, &relatives, sizeof(relatives));
		make_part(made, DP_PART_ARGUMENTS, "worker\0--fast\0two words", 24);
		break;
	case DP_PROCESS_FORK:
		made->use.flags = DP_NO_RESULT;
		relatives.child = other;
		relatives.child_thread = other.pid;
		make_part(made, DP_PART_PARENT, &relatives, sizeof(relatives));
		break;
	case DP_PROCESS_EXIT:
		made->use.flags = DP_NO_RESULT;
		make_numbers(made, 3 << 8, 0, 0);
		break;
	case DP_PROCESS_SIGNAL:
		made->use.syscall = 62;
		make_target(made, &other);
		make_numbers(made, 9, 1, 0);
		break;
	default: /* process_inspect */
		made->use.syscall = 101;
		make_target(made, &other);
		make_numbers(made, 16, 0, 0);
	}
}

static inline void make_network_example(struct made *made, uint8_t action)
{
	struct dp_socket socket = action == DP_NETWORK_ACCEPT ? unix_socket() : tcp_socket();

	if (action == DP_NETWORK_LISTEN)
		memset(socket.remote, 0, sizeof(socket.remote)), socket.remote_port = 0;
	made->use.syscall = 42;
	make_socket(made, &socket);
	if (action == DP_NETWORK_ACCEPT)
		make_text(made, DP_PART_SOCKET_PATH, "/run/agent.sock");
	if (action == DP_NETWORK_SEND)
		made->use.bytes = made->use.result = 961;
}

static inline void make_descriptor_example(struct made *made, uint8_t action)
{
	struct dp_socket carrier = unix_socket();
	struct dp_passed passed = { .object = file_object(77), .descriptor = open_descriptor(5, 11) };

	if (action == DP_DESCRIPTOR_SEND || action == DP_DESCRIPTOR_RECEIVE) {
		make_socket(made, &carrier);
		passed.descriptor.origin = action == DP_DESCRIPTOR_SEND ? DP_OPENED : DP_RECEIVED;
		passed.descriptor.from = action == DP_DESCRIPTOR_SEND ? (struct dp_process){ .pid = 0 } : other;
		make_part(made, DP_PART_PASSED, &passed, sizeof(passed));
		make_path(made, DP_PART_PATH, "/home/agent/notes.txt");
		make_numbers(made, 253, 0, 0);
		return;
	}
	make_plain_file(made);
	made->use.syscall = action == DP_DESCRIPTOR_TAKE ? 438 : 32;
	if (action == DP_DESCRIPTOR_TAKE) {
		struct dp_target target = { .process = other, .name = "other" };

		made->use.descriptor.origin = DP_TAKEN;
		made->use.descriptor.from = other;
		make_part(made, DP_PART_TARGET, &target, sizeof(target));
	}
}

static inline void make_system_example(struct made *made, uint8_t action)
{
	const struct dp_credentials credentials = { .uid = 1000, .euid = 0, .effective = 1ull << 13 | 1, .permitted = 3 };

	switch (action) {
	case DP_MEMORY_EXEC:
		make_numbers(made, 7, 0x22, 4096);
		break;
	case DP_PRIVILEGE_USE:
		make_numbers(made, 21, 1, 0);
		break;
	case DP_PRIVILEGE_CHANGE:
		made->use.syscall = 105;
		make_part(made, DP_PART_CREDENTIALS, &credentials, sizeof(credentials));
		break;
	case DP_NAMESPACE_CHANGE:
		make_numbers(made, CLONE_NEWUTS, 4026531838u, 0);
		break;
	case DP_MOUNT:
		made->use.object = file_object(90);
		make_path(made, DP_PART_PATH, "/mnt");
		make_text(made, DP_PART_STRING_BEFORE, "none");
		make_text(made, DP_PART_NAME, "tmpfs");
		make_numbers(made, MS_RDONLY | MS_NOSUID, 0, 0);
		break;
	case DP_MODULE_LOAD:
		made->use.result = -ENOEXEC;
		make_text(made, DP_PART_NAME, "kvm");
		break;
	case DP_BPF_USE:
		make_text(made, DP_PART_NAME, "act_map");
		make_numbers(made, 0, 2, 0);
		break;
	default: { /* audit_change */
		struct dp_socket socket = { .family = AF_NETLINK, .type = SOCK_RAW, .protocol = 9 };

		make_socket(made, &socket);
		make_numbers(made, 1001, 0, 0);
	}
	}
}

static inline struct made *make_example(struct made *made, uint8_t action)
{
	make_use(made, action);
	if (action <= DP_FILE_MAP)
		make_file_example(made, action);
	else if (action <= DP_PROCESS_INSPECT)
		make_process_example(made, action);
	else if (action <= DP_NETWORK_RECEIVE)
		make_network_example(made, action);
	else if (action <= DP_DESCRIPTOR_TAKE)
		make_descriptor_example(made, action);
	else
		make_system_example(made, action);
	make_flow(made);
	return made;
}

#endif
