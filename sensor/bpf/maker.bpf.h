/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Everything else that makes a descriptor: pipes, memfds, event counters, queues, handles. Nothing that a process holds
 * may look as if it came from nowhere. Single sockets are in socket.bpf.h.
 */
#ifndef DETPACK_MAKER_BPF_H
#define DETPACK_MAKER_BPF_H

#include "endpoint.bpf.h"

/* Something new at a descriptor. */
static __noinline void made(struct task_state *state, struct scratch *s, s32 number)
{
	struct file *file = file_at(number);

	if (!file)
		return;
	opened(s, number, DP_OPENED);
	if (s->use.object.kind == DP_SOCKET) {
		struct endpoint *end = this_endpoint();

		if (end && endpoint_of(end, file, true)) {
			part_endpoint(s, end);
			forget_kept(end);
		}
	}
	use_tell(s);
}

/* The file that the number is known to have had before this call, an address; 0: none. */
static __noinline u64 file_known_at(s32 number)
{
	struct slot_key key;
	struct slot *slot;
	u64 file = 0;

	slot_key_of(number, &key);
	slot = bpf_map_lookup_elem(&slots, &key);
	if (slot)
		file = slot->file;
	return file;
}

/* True when the number is known to have had that file before this call. Compared here: see is_found. */
inline_always bool is_held(s32 number, u64 file)
{
	return file_known_at(number) == file;
}

/* When rings were made, by their address in the kernel: one that is gone leaves it to another, and what is known of its requests. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, u64);
	__type(value, u64); /* boot time, ns */
} rings_made SEC(".maps");

/* A ring may have a place among the rings of its thread in place of a number: what the call gives is then that place. */
inline_always bool is_new_ring(s32 number, u64 now)
{
	struct file *file = file_at(number);
	u64 ring;

	if (!file || !is_called(file, "[io_uring]") || is_held(number, (u64)file))
		return false;
	ring = (u64)BPF_CORE_READ(file, private_data);
	bpf_map_update_elem(&rings_made, &ring, &now, BPF_ANY);
	return true;
}

#define SECCOMP_SET_MODE_FILTER 1
#define SECCOMP_NEW_LISTENER (1u << 3)

static __noinline int handle_make(struct task_state *state, struct call *call)
{
	struct scratch *s = use_begin(state, call, DP_DESCRIPTOR_CREATE);
	struct description *description;
	u64 key;

	if (!s)
		return 0;
	if (call->result < 0) {
		use_tell(s);
		return 0;
	}
	made(state, s, (s32)call->result);
	key = (u64)file_at((s32)call->result);
	description = description_of(key);
	if (description)
		description->notifies = call->number == __NR_fanotify_init;
	return 0;
}

HANDLER(on_make)
{
	HANDLER_BEGIN;
	switch (call->number) {
	case __NR_signalfd:
	case __NR_signalfd4:
		/* With a descriptor that is there it changes what that waits for. */
		if ((s32)call->argument[0] >= 0 && call->result >= 0)
			return 0;
		break;
	case __NR_io_uring_setup:
		if (call->result >= 0 && !is_new_ring((s32)call->result, call->now))
			return 0;
		break;
	case __NR_landlock_create_ruleset:
		/* With flags it asks for a version, whose number is none of a descriptor. */
		if ((u32)call->argument[2])
			return 0;
		break;
	case __NR_seccomp:
		if ((u32)call->argument[0] != SECCOMP_SET_MODE_FILTER || !(call->argument[1] & SECCOMP_NEW_LISTENER))
			return 0;
		break;
	}
	return handle_make(state, call);
}

/* A second name for an object that the kernel found by its handle: it has a path, and no string was given. */
HANDLER(on_open_handle)
{
	struct scratch *s;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_FILE_OPEN);
	if (!s)
		return 0;
	if (call->result >= 0)
		opened(s, (s32)call->result, DP_OPENED);
	use_tell(s);
	return 0;
}

/* The record of a new pidfd, but for its end. */
static __noinline void pidfd_made(struct task_state *state, struct scratch *s, s32 number)
{
	struct dp_target target = {};
	struct task_struct *task;

	opened(s, number, DP_OPENED);
	s->use.object.kind = DP_PROCESS;
	task = task_of_pid(pid_of_pidfd(number));
	if (task) {
		target_of(task, &target);
		part_struct(s, DP_PART_TARGET, target);
	}
}

HANDLER(on_pidfd_open)
{
	struct scratch *s;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_DESCRIPTOR_CREATE);
	if (!s)
		return 0;
	if (call->result >= 0)
		pidfd_made(state, s, (s32)call->result);
	else
		part_target(s, NULL, (s32)call->argument[0]);
	use_tell(s);
	return 0;
}

/* A pidfd that a call gave beside what it does; its number is in the caller's memory, as that of handle_pair below. */
static __noinline int pidfd_beside(struct task_state *state, struct call *call, u64 address)
{
	struct scratch *s;
	s32 number = -1;
	u64 file;

	if (bpf_probe_read_user(&number, sizeof(number), (void *)address)) {
		trouble(DP_UNREAD);
		return 0;
	}
	file = (u64)file_at(number);
	if (!file || !pid_of_pidfd(number) || is_held(number, file))
		return 0;
	s = use_begin(state, call, DP_DESCRIPTOR_CREATE);
	if (!s)
		return 0;
	pidfd_made(state, s, number);
	use_tell(s);
	return 0;
}

/*
 * Two at once; their numbers are in the caller's memory only, where another thread may change them. A number that is not
 * what the call makes, or was there before, is not believed: that end is then seen at its first use.
 */
static __noinline int handle_pair(struct task_state *state, struct call *call, u64 address, u8 kind)
{
	s32 numbers[2] = { -1, -1 };
	u32 i;

	if (call->result >= 0 && !call->direct && bpf_probe_read_user(numbers, sizeof(numbers), (void *)address))
		trouble(DP_UNREAD);
	for (i = 0; i < 2; i++) {
		struct scratch *s = use_begin(state, call, DP_DESCRIPTOR_CREATE);
		struct file *file;

		if (!s)
			return 0;
		if (call->result < 0 || call->direct) {
			use_tell(s);
			return 0;
		}
		file = file_at(numbers[i]);
		if (file && kind_of_mode(BPF_CORE_READ(file, f_inode, i_mode)) == kind && !is_held(numbers[i], (u64)file))
			made(state, s, numbers[i]);
	}
	return 0;
}

HANDLER(on_pipe)
{
	HANDLER_BEGIN;
	return handle_pair(state, call, call->argument[0], DP_PIPE);
}

#endif
