/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Signals that a process sends to others. Which processes the kernel really sent one to is taken down while it does so,
 * one call may reach many; the end of the call tells them. A call that reached nobody names what the caller named.
 */
#ifndef DETPACK_SIGNAL_BPF_H
#define DETPACK_SIGNAL_BPF_H

#include "target.bpf.h"

#define SIGNALLED_MOST 16 /* power of two */

/* What the call of a thread has reached so far. */
struct signalled {
	u64 since; /* when the thread's call before this one ended: what is older belongs to another call */
	u32 count; /* all, also those that found no room */
	u32 pad;
	struct dp_target target[SIGNALLED_MOST];
};

/* Like in_parts: the mask must stay. */
inline_always u32 in_targets(u32 at)
{
	asm volatile("%0 &= %1" : "+r"(at) : "i"(SIGNALLED_MOST - 1));
	return at;
}

/* By thread id. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, struct signalled);
} signalled SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct signalled);
} blank_signalled SEC(".maps");

#define SI_USER 0
#define SI_QUEUE -1
#define SI_TKILL -6

/*
 * Whether a signal may come from a call of kill or its like: those have a code that says so, or no information at all
 * (7.0). Timers, exits and faults have other codes; a caller that forges one is told by the number it named. The pointer
 * is read as a number: the verifier takes it for one that is never NULL, which it is.
 */
inline_always bool sent_by_call(const void *arguments)
{
	u64 information = 1;
	int code = 1;

	if (bpf_probe_read_kernel(&information, sizeof(information), arguments + sizeof(u64)))
		return false;
	if (!information)
		return true;
	if (bpf_probe_read_kernel(&code, sizeof(code),
				  (void *)information + bpf_core_field_offset(struct kernel_siginfo, si_code)))
		return false; /* from the kernel itself: no pointer */
	return code == SI_USER || code == SI_QUEUE || code == SI_TKILL;
}

/* Nothing is told here: it may run in an interrupt, below which a record is half written. */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int number, struct kernel_siginfo *info, struct task_struct *task)
{
	struct task_state *state = current_state();
	u32 tid = (u32)bpf_get_current_pid_tgid(), zero = 0, at;
	struct signalled *reached;
	struct dp_target target;

	if (!state || !sent_by_call(ctx))
		return 0;
	reached = bpf_map_lookup_elem(&signalled, &tid);
	if (!reached) {
		reached = bpf_map_lookup_elem(&blank_signalled, &zero);
		if (!reached || bpf_map_update_elem(&signalled, &tid, reached, BPF_ANY))
			return 0;
		reached = bpf_map_lookup_elem(&signalled, &tid);
		if (!reached)
			return 0;
	}
	state->noted = 1;
	if (reached->since != state->last_exit) {
		reached->since = state->last_exit;
		reached->count = 0;
	}
	target_of(task, &target);
	at = reached->count++;
	if (at < SIGNALLED_MOST)
		reached->target[in_targets(at)] = target;
	return 0;
}

/* Tells one of those that were reached, with the number of all. */
__noinline int tell_signalled(u32 at, u32 number)
{
	struct task_state *state = current_state();
	struct call *call = this_call();
	u32 tid = (u32)bpf_get_current_pid_tgid();
	struct signalled *reached = bpf_map_lookup_elem(&signalled, &tid);
	struct scratch *s;

	if (!state || !call || !reached || reached->since != state->before_that ||
	    at >= reached->count || at >= SIGNALLED_MOST)
		return 0;
	s = use_begin(state, call, DP_PROCESS_SIGNAL);
	if (!s)
		return 0;
	s->use.object.kind = DP_PROCESS;
	part_struct(s, DP_PART_TARGET, reached->target[in_targets(at)]);
	part_numbers(s, number, reached->count, 0);
	if (reached->count > SIGNALLED_MOST && at == SIGNALLED_MOST - 1)
		s->use.flags |= DP_TRUNCATED;
	use_tell(s);
	return 1;
}

/* One call; `named`: the process as the caller called it, 0 or less: a group or all. `pid`: what a pidfd stands for. */
inline_always int handle_signal(struct task_state *state, struct call *call, u64 pid, s32 named, u32 number)
{
	u32 tid = (u32)bpf_get_current_pid_tgid(), i;
	struct scratch *s;

	if (!number)
		return 0; /* asks only whether there is such a process */
	for (i = 0; i < SIGNALLED_MOST; i++)
		if (!tell_signalled(i, number))
			break;
	if (i) {
		bpf_map_delete_elem(&signalled, &tid);
		return 0;
	}
	s = use_begin(state, call, DP_PROCESS_SIGNAL);
	if (!s)
		return 0;
	if (!pid && named > 0)
		pid = pid_numbered((u32)named);
	part_target(s, task_of_pid(pid), named);
	part_numbers(s, number, 0, 0);
	use_tell(s);
	return 0;
}

HANDLER(on_kill)
{
	HANDLER_BEGIN;
	return handle_signal(state, call, 0, (s32)call->argument[0], (u32)call->argument[1]);
}

/* tgkill and rt_tgsigqueueinfo name the process and one thread of it. */
HANDLER(on_tgkill)
{
	HANDLER_BEGIN;
	return handle_signal(state, call, 0, (s32)call->argument[1], (u32)call->argument[2]);
}

HANDLER(on_pidfd_send_signal)
{
	HANDLER_BEGIN;
	return handle_signal(state, call, call->result == -EBADF ? 0 : pid_of_pidfd((s32)call->argument[0]), 0,
			     (u32)call->argument[1]);
}

#endif
