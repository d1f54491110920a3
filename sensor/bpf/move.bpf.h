/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Data that goes from one descriptor to another without passing the caller's memory, and files that become memory. */
#ifndef DETPACK_MOVE_BPF_H
#define DETPACK_MOVE_BPF_H

#include "transfer.bpf.h"

#define SYS_SENDFILE 40
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_ANONYMOUS 0x20

/*
 * What the source is and carries goes to the process too, which may have looked at it on the way; then on to the target
 * with the rest that the process has.
 */
static __noinline int handle_move(struct task_state *state, struct call *call, s32 from, s32 to, u8 route)
{
	struct endpoint *end = this_endpoint();
	struct dp_source source = {};
	struct scratch *s;
	struct held target, origin;
	bool has_source, is_socket;

	if (call->result == -EAGAIN) {
		trouble(DP_EMPTY_POLLS);
		return 0;
	}
	if (!end || !held_at(state, to, &target))
		return 0;
	is_socket = target.description->object.kind == DP_SOCKET;
	has_source = held_at(state, from, &origin);
	s = use_begin(state, call, is_socket ? DP_NETWORK_SEND : DP_FILE_WRITE);
	if (!s)
		return 0;
	if (call->route == DP_SYSCALL)
		s->use.route = route;
	use_held(s, to, &target);
	s->use.bytes = call->result > 0 ? (u64)call->result : 0;
	part_raced(s, &target);
	if (is_socket) {
		if (endpoint_of(end, (void *)target.file, true))
			part_endpoint(s, end);
	} else {
		part_path_once(s, &target);
	}
	if (has_source) {
		struct dp_object object = s->use.object;

		source.object = origin.description->object;
		source.description = origin.description->id;
		source.number = from;
		part_candidate(s, &origin, &source.object, DP_OF_SOURCE);
		part_struct(s, DP_PART_SOURCE, source);
		if (!origin.description->told || is_followed(source.object.class))
			part_file_path(s, DP_PART_SOURCE_PATH, (void *)origin.file);
		if (origin.raced)
			s->use.flags |= DP_RACED;
		if (call->result > 0) {
			s->use.object = source.object;
			carry(s, true, &source.object.key);
			carry_candidate(s, &origin);
			s->use.object = object;
		}
	}
	if (call->result > 0 && is_socket)
		carry_over(state, call, end, &target, false);
	else if (call->result > 0)
		carry(s, false, &s->use.object.key);
	if (use_tell(s) && target.description && !target.description->told)
		target.description->told = 1;
	return 0;
}

/* sendfile, splice, copy_file_range and tee. */
HANDLER(on_move)
{
	s32 from, to;
	u8 route = DP_SPLICE;

	HANDLER_BEGIN;
	from = (s32)call->argument[0];
	to = (s32)call->argument[1];
	switch (call->number) {
	case __NR_sendfile:
		from = (s32)call->argument[1];
		to = (s32)call->argument[0];
		route = DP_SENDFILE;
		break;
	case __NR_splice:
	case __NR_copy_file_range:
		to = (s32)call->argument[2];
	}
	return handle_move(state, call, from, to, route);
}

/* Out of a pipe into memory it is a read; the other way a write. Which one, the end of the pipe says. */
HANDLER(on_vmsplice)
{
	struct scratch *s;
	struct held held;
	bool takes;

	HANDLER_BEGIN;
	if (call->result == -EAGAIN || !held_at(state, (s32)call->argument[0], &held))
		return 0;
	takes = !(held.description->flags & 3);
	s = use_begin(state, call, takes ? DP_FILE_READ : DP_FILE_WRITE);
	if (!s)
		return 0;
	if (call->route == DP_SYSCALL)
		s->use.route = DP_SPLICE;
	use_held(s, (s32)call->argument[0], &held);
	s->use.bytes = call->result > 0 ? (u64)call->result : 0;
	part_raced(s, &held);
	if (call->result > 0)
		carry(s, takes, &s->use.object.key);
	use_tell(s);
	return 0;
}

/* ---- memory ---- */

/* An address is no outcome, and errors are its last page. */
inline_always bool is_error(s64 result)
{
	return result < 0 && result >= -4095;
}

static __noinline int handle_executable(struct task_state *state, struct call *call, u64 length)
{
	struct scratch *s = use_begin(state, call, DP_MEMORY_EXEC);

	if (!s)
		return 0;
	if (!is_error(call->result))
		s->use.result = 0;
	part_numbers(s, call->argument[2], call->argument[3], length);
	use_tell(s);
	return 0;
}

HANDLER(on_mmap)
{
	struct scratch *s;
	struct held held;

	HANDLER_BEGIN;
	if (call->argument[3] & MAP_ANONYMOUS) {
		if (call->argument[2] & PROT_EXEC)
			return handle_executable(state, call, call->argument[1]);
		return 0;
	}
	if (!held_at(state, (s32)call->argument[4], &held))
		return 0;
	s = use_begin(state, call, DP_FILE_MAP);
	if (!s)
		return 0;
	if (call->route == DP_SYSCALL)
		s->use.route = DP_MMAP;
	use_held(s, (s32)call->argument[4], &held);
	part_raced(s, &held);
	part_path_once(s, &held);
	part_numbers(s, call->argument[2], call->argument[3], call->argument[1]);
	if (!is_error(call->result)) {
		s->use.result = 0;
		s->use.bytes = call->argument[1];
		carry(s, true, &s->use.object.key);
		carry_candidate(s, &held);
	}
	if (use_tell(s) && !held.description->told)
		held.description->told = 1;
	return 0;
}

#define SHM_EXEC 0100000
#define SHM_RDONLY 010000

/* Shared memory of System V has no descriptor, and is never executable unless that is asked for. */
HANDLER(on_shmat)
{
	HANDLER_BEGIN;
	if (!(call->argument[2] & SHM_EXEC))
		return 0;
	call->argument[3] = 0;
	call->argument[2] = PROT_READ | PROT_EXEC | (call->argument[2] & SHM_RDONLY ? 0 : PROT_WRITE);
	return handle_executable(state, call, 0);
}

#define READ_IMPLIES_EXEC 0x0400000

/* All that is mapped from now on to be read can be executed too. With all bits set the call only asks. */
HANDLER(on_personality)
{
	HANDLER_BEGIN;
	if (!(call->argument[0] & READ_IMPLIES_EXEC) || (u32)call->argument[0] == 0xffffffff)
		return 0;
	call->argument[2] = PROT_READ | PROT_EXEC;
	call->argument[3] = 0;
	return handle_executable(state, call, 0);
}

/* mprotect and pkey_mprotect: only what makes memory executable is a use. */
HANDLER(on_mprotect)
{
	HANDLER_BEGIN;
	if (!(call->argument[2] & PROT_EXEC))
		return 0;
	call->argument[3] = 0;
	return handle_executable(state, call, call->argument[1]);
}

#endif
