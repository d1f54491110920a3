/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* More descriptors of one description, and fewer: dup, fcntl, pidfd_getfd, close. */
#ifndef DETPACK_DUPLICATE_BPF_H
#define DETPACK_DUPLICATE_BPF_H

#include "release.bpf.h"

#define F_DUPFD 0
#define F_DUPFD_CLOEXEC 1030

/* The process has one descriptor of the object more. */
static __noinline void hold_more(struct scratch *s)
{
	struct flow_work *work;

	if (!flows_used && !is_followed(s->use.object.class))
		return;
	work = flow_work();
	if (!work)
		return;
	work->process = s->use.process;
	work->object = s->use.object.key;
	work->now = s->use.time;
	work->class = s->use.object.class;
	work->data = 0;
	work->descriptors = 1;
	flow_take();
}

static __noinline int handle_duplicate(struct task_state *state, struct call *call, s32 from, u32 onto)
{
	struct held held;
	struct scratch *s;
	s32 number = (s32)call->result;

	if (call->result < 0) {
		s = use_begin(state, call, DP_DESCRIPTOR_DUPLICATE);
		if (!s)
			return 0;
		if (held_at(state, from, &held))
			use_held(s, from, &held);
		use_tell(s);
		return 0;
	}
	if (number == from)
		return 0; /* dup2 onto itself */
	if (onto)
		slot_close(state, (u32)number, call->now, true);
	/* Adopts the description where it was not known yet. */
	held_at(state, from, &held);
	if (held.file != (u64)file_at(number))
		/* Either was changed by another thread meanwhile: what is at the new number now is taken for itself. */
		held_at(state, number, &held);
	if (!held.description)
		return 0;
	slot_set(number, held.file, held.description->id, DP_DUPLICATED, NULL, call->now);
	s = use_begin(state, call, DP_DESCRIPTOR_DUPLICATE);
	if (!s || !held_at(state, number, &held))
		return 0;
	use_held(s, number, &held);
	hold_more(s);
	use_tell(s);
	return 0;
}

/* dup2 and dup3 close what was at the number. */
HANDLER(on_dup)
{
	HANDLER_BEGIN;
	if (call->number == __NR_fcntl && (u32)call->argument[1] != F_DUPFD && (u32)call->argument[1] != F_DUPFD_CLOEXEC)
		return 0;
	return handle_duplicate(state, call, (s32)call->argument[0],
				call->number == __NR_dup2 || call->number == __NR_dup3);
}

HANDLER(on_close)
{
	HANDLER_BEGIN;
	if (call->result == -EBADF)
		return 0;
	return slot_close(state, (u32)call->argument[0], call->now, true);
}

#define CLOSE_RANGE_UNSHARE 2
#define CLOSE_RANGE_CLOEXEC 4

/* Descriptors beyond those that are looked at lose their folds here, and their slots when the number is used again. */
HANDLER(on_close_range)
{
	HANDLER_BEGIN;
	if (call->result < 0)
		return 0;
	if (call->argument[2] & CLOSE_RANGE_UNSHARE)
		table_left();
	if (call->argument[2] & CLOSE_RANGE_CLOEXEC)
		return 0;
	folds_close(state, 0);
	slots_closed((u32)call->argument[0], (u32)call->argument[1]);
	return 0;
}

/* Taken out of another process. The description is known by its file, whoever opened it. */
HANDLER(on_pidfd_getfd)
{
	struct dp_target target = {};
	struct task_struct *task;
	struct scratch *s;
	struct held held;
	s32 number;

	HANDLER_BEGIN;
	number = (s32)call->result;
	task = task_of_pid(pid_of_pidfd((s32)call->argument[0]));
	if (task)
		target_of(task, &target);
	if (number >= 0) {
		if (!held_at(state, number, &held))
			return 0;
		slot_set(number, held.file, held.description->id, DP_TAKEN, &target.process, call->now);
	}
	s = use_begin(state, call, DP_DESCRIPTOR_TAKE);
	if (!s)
		return 0;
	if (number >= 0 && held_at(state, number, &held)) {
		use_held(s, number, &held);
		part_file_path(s, DP_PART_PATH, (void *)held.file);
		hold_more(s);
	}
	if (task)
		part_struct(s, DP_PART_TARGET, target);
	use_tell(s);
	return 0;
}

#endif
