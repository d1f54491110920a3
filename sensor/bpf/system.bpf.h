/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What changes the kernel itself: modules and BPF. */
#ifndef DETPACK_SYSTEM_BPF_H
#define DETPACK_SYSTEM_BPF_H

#include "transfer.bpf.h"

#define MODULE_NAME 56

struct loaded_module {
	char name[MODULE_NAME];
};

/* Modules that calls in progress have loaded, by thread id: only the kernel knows the name in the image. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16);
	__type(key, u32);
	__type(value, struct loaded_module);
} modules SEC(".maps");

SEC("tp_btf/module_load")
int BPF_PROG(on_module, struct module *module)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();
	struct loaded_module loaded = {};

	if (!current_state())
		return 0;
	bpf_core_read_str(loaded.name, sizeof(loaded.name), &module->name);
	bpf_map_update_elem(&modules, &tid, &loaded, BPF_ANY);
	return 0;
}

inline_always int module_end(struct scratch *s, const struct call *call)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();
	struct loaded_module *loaded = bpf_map_lookup_elem(&modules, &tid);

	if (loaded) {
		void *room = call->result >= 0 ? part_begin(s) : NULL;

		if (room) {
			__builtin_memcpy(room, loaded, MODULE_NAME);
			part_end(s, DP_PART_NAME, MODULE_NAME, 0);
		}
		bpf_map_delete_elem(&modules, &tid);
	}
	use_tell(s);
	return 0;
}

HANDLER(on_init_module)
{
	struct scratch *s;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_MODULE_LOAD);
	return s ? module_end(s, call) : 0;
}

HANDLER(on_finit_module)
{
	struct scratch *s;
	struct held held;
	bool is_held;

	HANDLER_BEGIN;
	is_held = held_at(state, (s32)call->argument[0], &held);
	s = use_begin(state, call, DP_MODULE_LOAD);
	if (!s)
		return 0;
	if (is_held) {
		use_held(s, (s32)call->argument[0], &held);
		part_file_path(s, DP_PART_PATH, (void *)held.file);
	}
	return module_end(s, call);
}

/* include/uapi/linux/bpf.h */
enum bpf_command {
	COMMAND_MAP_CREATE = 0,
	COMMAND_PROG_LOAD = 5,
	COMMAND_OBJ_GET = 7,
	COMMAND_PROG_GET_FD_BY_ID = 13,
	COMMAND_MAP_GET_FD_BY_ID = 14,
	COMMAND_RAW_TRACEPOINT_OPEN = 17,
	COMMAND_BTF_LOAD = 18,
	COMMAND_BTF_GET_FD_BY_ID = 19,
	COMMAND_LINK_CREATE = 28,
	COMMAND_LINK_GET_FD_BY_ID = 30,
	COMMAND_ENABLE_STATS = 32,
	COMMAND_ITER_CREATE = 33,
	COMMAND_TOKEN_CREATE = 36,
};

#define BIT(number) (1ull << (number))
/* Commands that make, load, pin or attach: OBJ_PIN, PROG_ATTACH, PROG_DETACH, LINK_UPDATE, LINK_DETACH, BIND_MAP too. */
#define BPF_USES                                                                                                       \
	(BIT(COMMAND_MAP_CREATE) | BIT(COMMAND_PROG_LOAD) | BIT(6) | BIT(COMMAND_OBJ_GET) | BIT(8) | BIT(9) |          \
	 BIT(COMMAND_RAW_TRACEPOINT_OPEN) | BIT(COMMAND_BTF_LOAD) | BIT(COMMAND_LINK_CREATE) | BIT(29) |               \
	 BIT(COMMAND_ITER_CREATE) | BIT(34) | BIT(35) | BIT(COMMAND_TOKEN_CREATE))
/* Those that give a descriptor; the others of them are told as making one. */
#define BPF_DESCRIPTORS                                                                                                \
	(BIT(COMMAND_MAP_CREATE) | BIT(COMMAND_PROG_LOAD) | BIT(COMMAND_OBJ_GET) | BIT(COMMAND_PROG_GET_FD_BY_ID) |    \
	 BIT(COMMAND_MAP_GET_FD_BY_ID) | BIT(COMMAND_RAW_TRACEPOINT_OPEN) | BIT(COMMAND_BTF_LOAD) |                    \
	 BIT(COMMAND_BTF_GET_FD_BY_ID) | BIT(COMMAND_LINK_CREATE) | BIT(COMMAND_LINK_GET_FD_BY_ID) |                   \
	 BIT(COMMAND_ENABLE_STATS) | BIT(COMMAND_ITER_CREATE) | BIT(COMMAND_TOKEN_CREATE))

#define BPF_NAME 16

/* Type and name: of the kernel's object where one was made, else as the caller wrote them. */
inline_always u32 part_bpf_name(struct scratch *s, const struct call *call, u64 command)
{
	u64 attributes = call->argument[1];
	u32 type = 0;
	char name[BPF_NAME] = {};
	struct file *file;
	void *object, *room;

	if (command != COMMAND_MAP_CREATE && command != COMMAND_PROG_LOAD)
		return 0;
	if (call->result >= 0) {
		file = file_at((s32)call->result);
		object = BPF_CORE_READ(file, private_data);
		if (command == COMMAND_MAP_CREATE) {
			struct bpf_map *map = object;

			type = BPF_CORE_READ(map, map_type);
			BPF_CORE_READ_STR_INTO(&name, map, name);
		} else {
			struct bpf_prog *program = object;

			type = BPF_CORE_READ(program, type);
			BPF_CORE_READ_STR_INTO(&name, program, aux, name);
		}
	} else {
		bpf_probe_read_user(&type, sizeof(type), (void *)attributes);
		bpf_probe_read_user_str(name, sizeof(name),
					(void *)(attributes + (command == COMMAND_MAP_CREATE ? 28 : 48)));
		s->use.object.identity = DP_BY_STRING;
	}
	room = part_begin(s);
	if (room) {
		__builtin_memcpy(room, name, sizeof(name));
		part_end(s, DP_PART_NAME, sizeof(name), 0);
	}
	return type;
}

HANDLER(on_bpf)
{
	struct scratch *s;
	u64 command;
	u32 type;

	HANDLER_BEGIN;
	command = call->argument[0] & 0xffffffff;
	if (command > 63)
		return 0;
	if (!((BPF_USES >> command) & 1) && (call->result < 0 || !((BPF_DESCRIPTORS >> command) & 1)))
		return 0;
	s = use_begin(state, call, (BPF_USES >> command) & 1 ? DP_BPF_USE : DP_DESCRIPTOR_CREATE);
	if (!s)
		return 0;
	if (call->result >= 0 && ((BPF_DESCRIPTORS >> command) & 1))
		opened(s, (s32)call->result, DP_OPENED);
	if (s->use.action == DP_BPF_USE) {
		type = part_bpf_name(s, call, command);
		part_numbers(s, command, type, 0);
	}
	use_tell(s);
	return 0;
}

#endif
