/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Which classed objects a process holds the data or a descriptor of, and which an object carries (design, section 4;
 * `FlowTracker` in src/event is the same in TypeScript). Open, receive and take give the descriptor; read, receive and
 * map give the data; a write by a process that has data marks what it writes to, and reading that passes it on.
 *
 * Two threads of one process may change its set at the same time. The set is then still made of whole slots that were
 * written by one of them; a slot that is lost so is one of two that came within nanoseconds.
 */
#ifndef DETPACK_FLOW_BPF_H
#define DETPACK_FLOW_BPF_H

#include "object.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct carried);
} blank_carried SEC(".maps");

inline_always struct flow *flow_of(const struct dp_process *process)
{
	return bpf_map_lookup_elem(&flows, process);
}

inline_always struct flow *flow_of_or_new(const struct dp_process *process)
{
	struct flow *flow = flow_of(process);
	u32 zero = 0;
	struct carried *blank;

	if (flow)
		return flow;
	blank = bpf_map_lookup_elem(&blank_carried, &zero);
	if (!blank)
		return NULL;
	flows_used = 1;
	if (bpf_map_update_elem(&flows, process, &blank->flow, BPF_NOEXIST)) {
		flow = flow_of(process);
		if (!flow)
			trouble(DP_FLOWS_FULL);
		return flow;
	}
	return flow_of(process);
}

inline_always struct carried *carried_or_new(const struct dp_object_key *key)
{
	struct carried *known = carried_by(key);
	u32 zero = 0;
	struct carried *blank;

	if (known)
		return known;
	blank = bpf_map_lookup_elem(&blank_carried, &zero);
	if (!blank)
		return NULL;
	objects_used = 1;
	bpf_map_update_elem(&objects, key, blank, BPF_NOEXIST);
	known = carried_by(key);
	if (!known)
		trouble(DP_PINNED_FULL);
	return known;
}

inline_always bool same_object(const struct dp_object_key *a, const struct dp_object_key *b)
{
	return a->inode == b->inode && a->device == b->device && a->generation == b->generation;
}

/*
 * What the functions below work on. They are global, so that the verifier looks at their loops once, and on 5.10 such a
 * function takes no pointers.
 */
struct flow_work {
	struct dp_process process;
	struct dp_process child;
	struct dp_object_key object;
	u64 now;
	u8 class;
	u8 data;
	u16 descriptors;
	u32 free, worst; /* of flow_add: in memory, so that the verifier does not tell apart what it found on the way */
	u32 pad;
	struct dp_flow slot; /* what flow_add puts in */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct flow_work);
} flow_works SEC(".maps");

inline_always struct flow_work *flow_work(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&flow_works, &zero);
}

/* Like in_parts: the mask must stay. */
inline_always u32 in_flow(u32 at)
{
	asm volatile("%0 &= %1" : "+r"(at) : "i"(DP_FLOW_SLOTS - 1));
	return at;
}

/*
 * Puts work->slot into what the process holds, or what the object carries. Full: the place of the lowest class, and
 * among equals of the oldest, is taken, and the overflow counted; if the new one is the lowest itself it is left out.
 */
__noinline int flow_add(u32 into_object)
{
	struct flow_work *work = flow_work();
	struct flow *flow;
	u32 i;

	if (!work)
		return 0;
	if (into_object) {
		struct carried *carried = carried_or_new(&work->object);

		flow = carried ? &carried->flow : NULL;
	} else {
		flow = flow_of_or_new(&work->process);
	}
	if (!flow)
		return 0;
	work->free = DP_FLOW_SLOTS;
	work->worst = 0;
	/* Unrolled: as a loop, the compiler lets its head be fallen into, which the verifier of 6.1 takes for a way back. */
#pragma unroll
	for (i = 0; i < DP_FLOW_SLOTS; i++) {
		struct dp_flow *slot = &flow->slots[i], *worst = &flow->slots[in_flow(work->worst)];

		if (!slot->class) {
			work->free = i;
		} else if (same_object(&slot->object, &work->slot.object)) {
			if (work->slot.data && !slot->data) {
				slot->data = 1;
				flow->generation++;
			}
			flow->descriptors[i] += work->descriptors;
			if (slot->since < work->slot.since)
				slot->since = work->slot.since;
			return 1;
		} else if (slot->class > worst->class || (slot->class == worst->class && slot->since < worst->since)) {
			work->worst = i;
		}
	}
	if (work->free == DP_FLOW_SLOTS) {
		flow->overflow++;
		if (work->slot.class > flow->slots[in_flow(work->worst)].class)
			return 0;
		work->free = work->worst;
	} else {
		flow->count++;
	}
	flow->slots[in_flow(work->free)] = work->slot;
	flow->descriptors[in_flow(work->free)] = work->descriptors;
	flow->generation++;
	return 1;
}

/* The process gets what the object is and carries. */
__noinline int flow_take(void)
{
	struct flow_work *work = flow_work();
	struct carried *known;
	u32 i;

	if (!work)
		return 0;
	known = carried_by(&work->object);
	if (known && known->flow.count) {
		u16 descriptors = work->descriptors;

		work->descriptors = 0;
		for (i = 0; i < DP_FLOW_SLOTS; i++) {
			if (!known->flow.slots[i].class)
				continue;
			work->slot = known->flow.slots[i];
			work->slot.since = work->now;
			work->slot.data = work->data;
			flow_add(0);
		}
		work->descriptors = descriptors;
	}
	if (!is_followed(work->class))
		return 0;
	work->slot.object = work->object;
	work->slot.class = work->class;
	work->slot.since = work->now;
	work->slot.data = work->data;
	return flow_add(0);
}

/* The object gets the data that the process has. */
__noinline int flow_give(void)
{
	struct flow_work *work = flow_work();
	struct flow *flow;
	u32 i;

	if (!work)
		return 0;
	flow = flow_of(&work->process);
	if (!flow || !flow->count)
		return 0;
	work->descriptors = 0;
	for (i = 0; i < DP_FLOW_SLOTS; i++) {
		if (!flow->slots[i].class || !flow->slots[i].data || same_object(&flow->slots[i].object, &work->object))
			continue;
		work->slot = flow->slots[i];
		work->slot.since = work->now;
		flow_add(1);
	}
	return 1;
}

/* A child begins with all that its parent holds. */
__noinline int flow_inherit(void)
{
	struct flow_work *work = flow_work();
	struct flow *flow;

	if (!work)
		return 0;
	flow = flow_of(&work->process);
	if (!flow || !flow->count)
		return 0;
	if (bpf_map_update_elem(&flows, &work->child, flow, BPF_ANY))
		trouble(DP_FLOWS_FULL);
	return 1;
}

/* One descriptor of the object less; what was held by it alone is held no more. */
__noinline int flow_release(void)
{
	struct flow_work *work = flow_work();
	struct flow *flow;
	u32 i;

	if (!work)
		return 0;
	flow = flow_of(&work->process);
	if (!flow)
		return 0;
	for (i = 0; i < DP_FLOW_SLOTS; i++) {
		struct dp_flow *slot = &flow->slots[i];

		if (!slot->class || !same_object(&slot->object, &work->object))
			continue;
		if (flow->descriptors[i])
			flow->descriptors[i]--;
		if (!flow->descriptors[i] && !slot->data) {
			slot->class = 0;
			flow->count--;
			flow->generation++;
		}
	}
	return 0;
}

static __noinline bool part_held(struct scratch *s)
{
	struct flow *flow = flow_of(&s->use.process);
	struct dp_flow *room;

	if (!flow || (!flow->count && !flow->overflow))
		return false;
	s->use.flow_overflow = flow->overflow;
	room = part_begin(s);
	if (!room)
		return true;
	__builtin_memcpy(room, flow->slots, sizeof(flow->slots));
	/* Free slots have class 0. */
	part_end(s, DP_PART_FLOW, sizeof(flow->slots), 0);
	return flow->count > 0;
}

/* Appends what the process holds. True when it holds something. */
inline_always bool part_flow(struct scratch *s)
{
	return flows_used && part_held(s);
}

#endif
