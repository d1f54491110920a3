/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Namespaces that a process makes, for itself or a child, and enters; and forks that the kernel refused. */
#ifndef DETPACK_NAMESPACE_BPF_H
#define DETPACK_NAMESPACE_BPF_H

#include "privilege.bpf.h"
#include "transfer.bpf.h"

inline_always void tell_namespaces(struct task_state *state, struct call *call, u64 flags)
{
	struct scratch *s = use_begin(state, call, DP_NAMESPACE_CHANGE);

	if (!s)
		return;
	part_numbers(s, flags & CLONE_NAMESPACES, 0, 0);
	use_tell(s);
}

/* A thread in a new user namespace has all Linux capabilities there. */
HANDLER(on_unshare)
{
	HANDLER_BEGIN;
	if (call->result >= 0)
		table_left();
	if (!(call->argument[0] & CLONE_NAMESPACES))
		return 0;
	if (call->result >= 0)
		privileges_note(state, current_task());
	tell_namespaces(state, call, call->argument[0]);
	return 0;
}

/* In the child the same call ends with 0; there it is nothing new. */
inline_always int handle_clone(struct task_state *state, struct call *call, u64 flags, u64 pidfd)
{
	struct scratch *s;

	if (call->result > 0 && (flags & CLONE_PIDFD) && pidfd)
		pidfd_beside(state, call, pidfd);

	if (call->result == 0 || (!(flags & CLONE_NAMESPACES) && (call->result > 0 || (flags & CLONE_THREAD))))
		return 0;
	if (call->result < 0) {
		s = use_begin(state, call, DP_PROCESS_FORK);
		if (s)
			use_tell(s);
	}
	if (flags & CLONE_NAMESPACES)
		tell_namespaces(state, call, flags);
	return 0;
}

HANDLER(on_fork)
{
	HANDLER_BEGIN;
	return handle_clone(state, call, 0, 0);
}

HANDLER(on_clone)
{
	HANDLER_BEGIN;
	return handle_clone(state, call, call->argument[0], call->argument[2]);
}

/* The flags come first in what the caller wrote; they may be others by now, so this is a string's worth of truth. */
HANDLER(on_clone3)
{
	u64 words[2] = {}; /* struct clone_args: flags, pidfd */

	HANDLER_BEGIN;
	if (call->result == 0)
		return 0;
	bpf_probe_read_user(words, sizeof(words), (void *)call->argument[0]);
	return handle_clone(state, call, words[0], words[1]);
}

/* What kind a namespace's file is for, as CLONE_NEW*. */
inline_always u64 kind_of_namespace(struct file *file)
{
	struct ns_common *namespace = BPF_CORE_READ(file, f_inode, i_private);

	if (bpf_core_field_exists(namespace->ns_type))
		return BPF_CORE_READ(namespace, ns_type);
	if (bpf_core_field_exists(((struct proc_ns_operations *)0)->type))
		return (u64)BPF_CORE_READ(namespace, ops, type);
	return 0;
}

/* By the file of a namespace, or by a pidfd and the kinds that are wanted of that process. */
HANDLER(on_setns)
{
	u64 kinds, entered = 0;
	struct held held;
	struct scratch *s;
	bool is_held;

	HANDLER_BEGIN;
	if (call->result >= 0)
		privileges_note(state, current_task());
	is_held = held_at(state, (s32)call->argument[0], &held);
	s = use_begin(state, call, DP_NAMESPACE_CHANGE);
	if (!s)
		return 0;
	kinds = call->argument[1] & CLONE_NAMESPACES;
	if (is_held) {
		use_held(s, (s32)call->argument[0], &held);
		if (s->use.object.kind == DP_NAMESPACE) {
			kinds = kind_of_namespace((void *)held.file);
			entered = s->use.object.key.inode;
		} else {
			part_path_once(s, &held);
		}
	}
	part_numbers(s, kinds, entered, 0);
	use_tell(s);
	return 0;
}

#endif
