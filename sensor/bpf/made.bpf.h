/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Which system calls are made in each cgroup, where that is asked for: no record of each, but a note of the round in which
 * it was made last. User space ends a round and reads what was made in it (src/load_made.c).
 *
 * A call belongs to the cgroup that its program was started in, and not to the one that its process is in: a manager moves
 * a process into its cgroup, and makes calls there, before it becomes the program that the cgroup is for.
 */
#ifndef DETPACK_MADE_BPF_H
#define DETPACK_MADE_BPF_H

#include "task.bpf.h"

u32 made_round = 1;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64); /* id of the cgroup */
	__type(value, struct dp_made);
} calls_made SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct dp_made);
} no_calls_made SEC(".maps");

/* No more calls come from there; user space takes it out once it has told of it. */
inline_always void made_end(u64 cgroup)
{
	struct dp_made *entry = made_wanted ? bpf_map_lookup_elem(&calls_made, &cgroup) : NULL;

	if (entry)
		entry->ended = 1;
}

inline_always int made_call(long number, u8 behind)
{
	struct task_state *state = current_state();
	u32 call = (u32)number, old = (u32)number, zero = 0;
	struct dp_made *entry, *empty;

	if (!state || is_done(&state->behind[AT_CALL], behind))
		return 0;
	if (!state->started_in)
		state->started_in = bpf_get_current_cgroup_id();
	if (current_read(thread_info.status) & TS_COMPAT) {
		u32 *mapped = bpf_map_lookup_elem(&compat_numbers, &old);

		/* That calls of another architecture are made, the uses say; a list by names would not be whole. */
		if (!mapped || !*mapped)
			return 0;
		call = *mapped - 1;
	}
	if (call >= DP_CALLS)
		return 0;
	entry = bpf_map_lookup_elem(&calls_made, &state->started_in);
	if (!entry) {
		empty = bpf_map_lookup_elem(&no_calls_made, &zero);
		if (!empty)
			return 0;
		bpf_map_update_elem(&calls_made, &state->started_in, empty, BPF_NOEXIST);
		entry = bpf_map_lookup_elem(&calls_made, &state->started_in);
	}
	if (!entry) {
		trouble(DP_MADE_FULL);
		return 0;
	}
	/* The compiler knows that it is less, and the verifier has forgotten it. */
	asm volatile("" : "+r"(call));
	call &= DP_CALLS - 1;
	if (entry->rounds[call] != made_round)
		entry->rounds[call] = made_round;
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *registers, long number)
{
	return made_call(number, 2);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter_second, struct pt_regs *registers, long number)
{
	return made_call(number, 1);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter_last, struct pt_regs *registers, long number)
{
	return made_call(number, 0);
}

#endif
