/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Equal uses in a row are one event (event contract, section 5). The first use is told at once; those after it are
 * counted in a fold of the thread and told together when the window ends, when another fold is opened, when something
 * rare happens, and on close, exec and exit. A fold is of one thread, so that no two write to it; only the collector,
 * which tells what a sleeping thread left, takes its count, by an exchange. It does so soon, not when the window is over:
 * an event is of the time of its last use, and what is later is held back for it (src/load_fold.c).
 */
#ifndef DETPACK_FOLD_BPF_H
#define DETPACK_FOLD_BPF_H

#include "descriptor.bpf.h"

inline_always void part_socket_path(struct scratch *s, const u8 *path, u32 length)
{
	void *room = length && length <= SUN_PATH ? part_begin(s) : NULL;

	if (!room)
		return;
	__builtin_memcpy(room, path, SUN_PATH);
	part_end(s, DP_PART_SOCKET_PATH, length, 0);
}

/* Takes the number out; the loader makes it a plain read on kernels before 5.12, where there is no collector. */
inline_always u64 take(u64 *number)
{
	u64 taken = __sync_lock_test_and_set(number, 0);

	if (!has_fetching_atomics)
		*number = 0;
	return taken;
}

/* Tells the uses of a fold of this thread that were not told yet. Uses the scratch. */
__noinline int fold_tell(u32 which)
{
	struct scratch *s = this_scratch();
	struct task_state *state = current_state();
	struct fold *fold;
	u64 uses, opened;
	bool holds;

	if (!s || !state)
		return 0;
	asm volatile("%0 &= %1" : "+r"(which) : "i"(FOLDS - 1));
	fold = &state->folds[which];
	opened = fold->opened;
	if (!opened || !fold->count)
		return 0;
	s->use = fold->use;
	s->used = 0;
	s->use.parts = 0;
	uses = take(&fold->count);
	if (!uses)
		return 0;
	if (fold->opened != opened) {
		__sync_fetch_and_add(&fold->count, uses);
		return 0;
	}
	s->use.first = fold->first;
	s->use.time = fold->last;
	s->use.count = (u32)uses;
	s->use.bytes = take(&fold->bytes);
	s->use.flags |= DP_FOLDED;
	if (s->use.object.kind == DP_SOCKET) {
		part_struct(s, DP_PART_SOCKET, fold->socket);
		part_socket_path(s, fold->path, fold->path_length);
	}
	holds = part_flow(s);
	tell(uses, holds && s->use.action == DP_NETWORK_SEND);
	return 0;
}

static __noinline int folds_tell_pending(struct task_state *state)
{
	u32 i;

	state->pending = 0;
	for (i = 0; i < FOLDS; i++)
		if (state->folds[i].opened && state->folds[i].count)
			fold_tell(i);
	return 0;
}

/* Tells all of a thread's folds. They stay open: what is equal to them is counted on, to the end of their window. */
inline_always void folds_tell(struct task_state *state)
{
	if (state->pending)
		folds_tell_pending(state);
}

/* Ends the folds of a description: a use after this one is told at once. 0: of all. */
static __noinline int folds_close(struct task_state *state, u64 description)
{
	u32 i;

	for (i = 0; i < FOLDS; i++) {
		struct fold *fold = &state->folds[i];

		if (!state->folded[i] || (description && state->folded[i] != description))
			continue;
		if (fold->count)
			fold_tell(i);
		fold->opened = 0;
		state->folded[i] = 0;
	}
	return 0;
}

struct equal {
	u64 description;
	u64 extra;
	s64 result; /* the error, or 0 */
	u64 bytes;
	u64 now;
	u32 uses; /* 0 is one */
	u8 action;
	u8 route;
	u8 short_window;
	u8 pad;
};

/* Beside the stack, as in descriptor.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct equal);
} equals SEC(".maps");

inline_always struct equal *this_equal(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&equals, &zero);
}

#define LATE 20000000 /* ns */

/* From now on and for a moment, what comes to this object late is taken too. */
inline_always void take_late(struct task_state *state, const struct dp_object_key *key, u64 now)
{
	state->late = *key;
	state->late_until = now + LATE;
}

/*
 * A process that was woken by what another one wrote may end its call before that one ends its own, and what it holds is
 * given only then. So it is asked for again at the next uses.
 */
static __noinline void take_again(struct task_state *state)
{
	struct flow_work *work = flow_work();
	u64 now = bpf_ktime_get_boot_ns();

	if (!work)
		return;
	current_process(state, &work->process);
	work->object = state->late;
	work->now = now;
	work->class = 0;
	work->data = 1;
	work->descriptors = 0;
	flow_take();
	if (now > state->late_until)
		state->late_until = 0;
}

/* Raised whenever what the process holds changes. */
inline_always u64 held_generation(struct task_state *state)
{
	struct dp_process self;
	struct flow *flow;

	if (!flows_used)
		return 0;
	if (state->late_until)
		take_again(state);
	current_process(state, &self);
	flow = flow_of(&self);
	return flow ? flow->generation : 0;
}

/* True when the use went into a fold: nothing is told now. */
static __noinline int fold_use(struct task_state *state, const struct equal *use)
{
	u64 generation = held_generation(state), uses = use->uses ? use->uses : 1;
	u32 i;

	if (generation != state->flow_seen) {
		folds_close(state, 0);
		state->flow_seen = generation;
		return 0;
	}
	for (i = 0; i < FOLDS; i++) {
		struct fold *fold = &state->folds[i];
		s64 result;

		if (state->folded[i] != use->description)
			continue;
		result = fold->use.result < 0 ? fold->use.result : 0;
		if (fold->use.action != use->action || fold->use.route != use->route || fold->extra != use->extra ||
		    result != use->result)
			continue;
		if (use->now - fold->opened > (use->short_window ? fold_window_short : fold_window) ||
		    (fold->opened <= parted && use->now > parted)) {
			fold_tell(i);
			fold->opened = 0;
			state->folded[i] = 0;
			return 0;
		}
		if (!fold->count)
			fold->first = use->now;
		fold->last = use->now;
		__sync_fetch_and_add(&fold->bytes, use->bytes);
		__sync_fetch_and_add(&fold->count, uses);
		state->pending = 1;
		if (use->now - last_fold > DP_FOLD_KNOWN)
			last_fold = use->now;
		count(use->action, fold->use.object.class, DP_MADE, uses);
		count(use->action, fold->use.object.class, DP_FOLDED_IN, uses);
		return 1;
	}
	return 0;
}

/*
 * Opens a fold for the use that is in the scratch and about to be told. The others of the thread are told before: call
 * it before use_begin, and fill what it gives with fold_fill before use_end.
 */
inline_always struct fold *fold_open(struct task_state *state)
{
	u32 i = state->fold_hand & (FOLDS - 1);
	struct fold *fold = &state->folds[i];

	folds_tell(state);
	state->fold_hand++;
	fold->opened = 0;
	state->folded[i] = 0;
	return fold;
}

inline_always void fold_fill(struct task_state *state, struct fold *fold, const struct scratch *s, u64 extra)
{
	u64 generation = held_generation(state);

	/* What was folded before this use was of a process that held other things; fold_open has told all of it. */
	if (generation != state->flow_seen) {
		folds_close(state, 0);
		state->flow_seen = generation;
	}
	fold->use = s->use;
	fold->extra = extra;
	fold->last = s->use.time;
	fold->bytes = 0;
	fold->count = 0;
	fold->opened = s->use.time;
	state->folded[(state->fold_hand - 1) & (FOLDS - 1)] = s->use.descriptor.description;
}

/* Begins a record about a call. Something rare tells what the thread's folds hold: it comes before in time. */
static __noinline struct scratch *use_begin(struct task_state *state, const struct call *call, u8 action)
{
	struct scratch *s;

	if (!((BULK_ACTIONS >> (action & 63)) & 1))
		folds_tell(state);
	if (state->late_until)
		take_again(state);
	s = this_scratch();
	if (!s)
		return NULL;
	use_header(s, state, action, call->now);
	s->use.route = call->route;
	s->use.syscall = call->route == DP_IO_URING ? call->operation : (u32)call->number;
	s->use.result = call->result;
	if (call->route == DP_IO_URING && call->several)
		s->use.flags |= DP_RACED;
	return s;
}

#endif
