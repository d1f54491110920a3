/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Moving data: read, write, and from one descriptor to another. Sockets are told by socket.bpf.h. */
#ifndef DETPACK_TRANSFER_BPF_H
#define DETPACK_TRANSFER_BPF_H

#include "inspect.bpf.h"
#include "notify.bpf.h"
#include "socket.bpf.h"

inline_always void part_path_once(struct scratch *s, const struct held *held)
{
	/* A classed object tells its path each time: it is what a person asks for first. */
	if (held->description && held->description->told && !is_followed(s->use.object.class))
		return;
	part_file_path(s, DP_PART_PATH, (void *)held->file);
}

static __noinline void carry_to(struct scratch *s, bool takes, const struct dp_object_key *to)
{
	struct flow_work *work = flow_work();

	if (!work)
		return;
	work->process = s->use.process;
	work->object = *to;
	work->now = s->use.time;
	work->class = s->use.object.class;
	work->data = 1;
	work->descriptors = 0;
	if (takes)
		flow_take();
	else
		flow_give();
}

/* What keeps the data written to it until somebody reads them. What a device takes is not what it gives. */
inline_always bool keeps_data(u8 kind)
{
	return kind == DP_FILE || kind == DP_MEMFD || kind == DP_PIPE;
}

/* Passes what an object carries to the process, or what the process has to the object. */
inline_always void carry(struct scratch *s, bool takes, const struct dp_object_key *to)
{
	if (!takes && !keeps_data(s->use.object.kind))
		return;
	if (flows_used || is_followed(s->use.object.class))
		carry_to(s, takes, to);
}

/* What data was taken out of may have been the other file. */
static __noinline void carry_other(struct scratch *s, const struct held *held)
{
	const struct slot *slot = held->slot;
	struct flow_work *work;

	if (!has_candidate(held) || !slot)
		return;
	work = flow_work();
	if (!work)
		return;
	work->process = s->use.process;
	work->object = slot->previous_object;
	work->now = s->use.time;
	work->class = slot->previous_class;
	work->data = 1;
	work->descriptors = 0;
	flow_take();
}

inline_always void carry_candidate(struct scratch *s, const struct held *held)
{
	if (held->raced)
		carry_other(s, held);
}

/* What is read may carry something new each time, also in a use that is folded. */
static __noinline void take_from(struct task_state *state, const struct call *call, const struct dp_object *object)
{
	struct flow_work *work = flow_work();

	if (!work)
		return;
	current_process(state, &work->process);
	work->object = object->key;
	work->now = call->now;
	work->class = object->class;
	work->data = 1;
	work->descriptors = 0;
	flow_take();
	if (object->kind == DP_PIPE)
		take_late(state, &object->key, call->now);
}

/*
 * One use of one descriptor that takes data out or puts data in. True: what was read are notices of fanotify, which are for
 * the caller: below on_io_submit, where there are none, they would be more stack than 6.1 and older kernels give.
 */
static __noinline bool handle_transfer(struct task_state *state, struct call *call, s32 number, bool takes)
{
	struct equal *equal = this_equal();
	struct held held;
	struct scratch *s;
	struct fold *fold;
	u8 kind;

	if (call->result == -EAGAIN) {
		trouble(DP_EMPTY_POLLS);
		return false;
	}
	if (!equal || !held_at(state, number, &held))
		return false;
	kind = held.description->object.kind;
	if (held.description->notifies && takes)
		return true;
	if (kind == DP_OTHER || kind == DP_PROCESS || kind == DP_NAMESPACE)
		return false; /* counters of eventfd and their like: no data of anybody */
	if (kind == DP_SOCKET) {
		handle_socket_transfer(call, number, takes);
		return false;
	}
	if (handle_memory_file(state, call, number, &held))
		return false;
	equal->description = held.description->id;
	equal->action = takes ? DP_FILE_READ : DP_FILE_WRITE;
	equal->route = call->route;
	equal->result = call->result < 0 ? call->result : 0;
	equal->bytes = call->result > 0 ? (u64)call->result : 0;
	equal->extra = 0;
	equal->uses = 1;
	equal->now = call->now;
	equal->short_window = is_followed(held.description->object.class);
	if (flows_used && takes && call->result > 0)
		take_from(state, call, &held.description->object);
	if (!held.raced && fold_use(state, equal))
		return false;
	fold = fold_open(state);
	s = use_begin(state, call, equal->action);
	if (!s)
		return false;
	use_held(s, number, &held);
	s->use.bytes = equal->bytes;
	if (call->number == __NR_io_submit)
		s->use.flags |= DP_IN_PROGRESS;
	part_raced(s, &held);
	part_path_once(s, &held);
	if (call->result > 0)
		carry(s, takes, &s->use.object.key);
	if (call->result > 0 && takes)
		carry_candidate(s, &held);
	if (!held.raced)
		fold_fill(state, fold, s, 0);
	if (use_tell(s) && held.description && !held.description->told)
		held.description->told = 1;
	return false;
}

/* One program for reading and writing in all their forms: the verifier looks at each program by itself. */
HANDLER(on_transfer)
{
	bool takes = true;

	HANDLER_BEGIN;
	switch (call->number) {
	case __NR_write:
	case __NR_pwrite64:
	case __NR_writev:
	case __NR_pwritev:
	case __NR_pwritev2:
		takes = false;
	}
	return handle_transfer(state, call, (s32)call->argument[0], takes) ? handle_notified(call) : 0;
}

#endif
