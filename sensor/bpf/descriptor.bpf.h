/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Lineage of descriptors. A description (struct file) is what dup, fork, passing over a UNIX socket, pidfd_getfd and
 * io_uring share; a slot is its place in one table. Tables are not copied at fork: a slot that is not known is adopted
 * when it is used first.
 */
#ifndef DETPACK_DESCRIPTOR_BPF_H
#define DETPACK_DESCRIPTOR_BPF_H

#include "flow.bpf.h"
#include "room.bpf.h"

/* A descriptor as it is at the end of a call. */
struct held {
	u64 file;
	struct description *description;
	struct slot *slot;
	bool raced;
	bool found; /* the descriptor is there */
};

inline_always struct description *description_of(u64 file)
{
	struct description *known = bpf_map_lookup_elem(&descriptions, &file);

	if (known && known->id)
		return known;
	return pinned_used ? bpf_map_lookup_elem(&pinned, &file) : NULL;
}

static __noinline struct description *description_known(u64 file, u64 inode)
{
	struct description *known = description_of(file);

	/* The address of a file that is gone may be used again for another. */
	return known && known->inode == inode ? known : NULL;
}

/* The same by its id: what a slot says was there. */
static __noinline struct description *description_at(u64 file, u64 id)
{
	struct description *known = description_of(file);

	return known && known->id == id ? known : NULL;
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct description);
} blank_description SEC(".maps");

#define barrier() asm volatile("" ::: "memory")

/* Writes a description where none is or one of a file that is gone. Who looks for it meanwhile does not find it. */
inline_always void description_fill(struct description *description, struct file *file, const struct dp_process *opener,
				    u64 now, const struct dp_object *object)
{
	description->inode = 0;
	description->id = 0;
	barrier();
	description->flags = kernel_read(file, struct file, f_flags);
	description->told = 0;
	description->pinned = 0;
	description->memory = 0;
	description->connecting = 0;
	description->nameless = 0;
	description->notifies = 0;
	if (opener) {
		description->opened_by = *opener;
		description->opened_at = now;
	} else {
		__builtin_memset(&description->opened_by, 0, sizeof(description->opened_by));
		description->opened_at = 0;
	}
	description->object = *object;
	barrier();
	description->id = new_id();
	description->inode = (u64)kernel_read(file, struct file, f_inode);
}

/*
 * A new description. `opener`: who opened it; NULL when that was not seen. The classed ones go to the map that does
 * not evict, and to the other one when that is full, which is counted.
 */
static __noinline struct description *description_new(struct file *file, const struct dp_process *opener, u64 now,
						  const struct dp_object *object)
{
	u64 key = (u64)file;
	u32 zero = 0;
	struct description *known = bpf_map_lookup_elem(&descriptions, &key), *blank;

	if (known && !known->id)
		__sync_fetch_and_add(&descriptions_empty, -1);
	if (known && !is_followed(object->class)) {
		if (pinned_used)
			bpf_map_delete_elem(&pinned, &key);
		description_fill(known, file, opener, now, object);
		return known;
	}
	blank = bpf_map_lookup_elem(&blank_description, &zero);
	if (!blank)
		return NULL;
	description_fill(blank, file, opener, now, object);
	if (is_followed(object->class)) {
		blank->pinned = 1;
		pinned_used = 1;
		if (!bpf_map_update_elem(&pinned, &key, blank, BPF_ANY)) {
			descriptions_drop(key);
			return bpf_map_lookup_elem(&pinned, &key);
		}
		trouble(DP_PINNED_FULL);
		blank->pinned = 0;
	}
	if (pinned_used)
		bpf_map_delete_elem(&pinned, &key);
	descriptions_put(key, blank);
	return bpf_map_lookup_elem(&descriptions, &key);
}

/* What the functions below put together, beside the stack, which on older kernels holds 512 bytes for all calls. */
struct descriptor_work {
	struct slot slot;
	struct dp_object object;
	struct dp_process parent;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct descriptor_work);
} descriptor_works SEC(".maps");

inline_always struct descriptor_work *descriptor_work(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&descriptor_works, &zero);
}

inline_always void slot_key_of(s32 number, struct slot_key *key)
{
	key->table = current_files();
	key->number = (u32)number;
	key->process = (u32)(bpf_get_current_pid_tgid() >> 32);
	if (tables_shared) {
		struct task_state *state = current_state();

		if (state && state->table_of)
			key->process = state->table_of;
	}
}

/* How long a slot keeps that something of a class was in it while others of none come and go, ns. */
#define PREVIOUS_KEPT 10000000000ull

/*
 * What was in a slot until now. Of several that follow each other within a call the one of the highest class may be what
 * the call used, so it is not pushed out by those after it.
 */
inline_always void slot_keep(struct slot *slot, u64 file, const struct description *was, u64 now)
{
	u8 class = was->object.class;

	if (slot->previous_class && (!class || slot->previous_class < class) && now < slot->previous_until + PREVIOUS_KEPT)
		return;
	slot->previous_file = file;
	slot->previous_object = was->object.key;
	slot->previous_class = class;
	slot->previous_kind = was->object.kind;
	slot->previous_until = now;
}

/*
 * Says what a slot holds from now on, and remembers what it held before. A slot that is known is changed where it is, since
 * to put another in its place costs more than all the rest. So the order counts, and held_at reads in the opposite one: who
 * sees the new file sees that it is new. `was`: the description of what was there, NULL: nothing, or it is forgotten; a
 * slot that was closed keeps what was in it before that.
 */
inline_always void slot_change(struct slot *slot, u64 file_was, const struct description *was, u64 file, u64 description,
			       u8 origin, const struct dp_process *from, u64 now)
{
	if (was)
		slot_keep(slot, file_was, was, now);
	slot->changed_by = (u32)bpf_get_current_pid_tgid();
	slot->changed_at = now;
	barrier();
	if (from)
		slot->from = *from;
	else
		__builtin_memset(&slot->from, 0, sizeof(slot->from));
	slot->origin = origin;
	slot->description = description;
	barrier();
	slot->file = file;
}

inline_always void slot_set(s32 number, u64 file, u64 description, u8 origin, const struct dp_process *from, u64 now)
{
	struct descriptor_work *work = descriptor_work();
	struct slot_key key;
	struct slot *slot;
	u64 file_was;

	if (!work)
		return;
	slot_key_of(number, &key);
	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot) {
		__builtin_memset(&work->slot, 0, sizeof(work->slot));
		slots_put(&key, &work->slot, true);
		slot = bpf_map_lookup_elem(&slots, &key);
		if (!slot)
			return;
	}
	/* Two threads may set it at once, so that its file and its description are not of the same; then the file counts. */
	file_was = slot->file;
	barrier();
	slot_change(slot, file_was, file_was ? description_of(file_was) : NULL, file, description, origin, from, now);
}

inline_always u8 origin_of_unknown(void)
{
	return forgetful ? DP_FORGOTTEN : DP_UNSEEN;
}

/*
 * Finds the file, description and slot of a descriptor, and adopts what is new.
 * `state->before_that` is when this thread's system call before this one ended: a change of the slot after it, by
 * another thread, may have come before or after the use.
 */
static __noinline void find_held(struct task_state *state, s32 number, struct held *held)
{
	struct file *file = file_at(number);
	struct slot_key key;
	struct inode *inode;
	u64 adopted_at;

	held->raced = false;
	held->found = false;
	held->slot = NULL;
	held->description = NULL;
	held->file = (u64)file;
	if (!file)
		return;
	inode = kernel_read(file, struct file, f_inode);
	held->description = description_known((u64)file, (u64)inode);
	/* A file that a ring keeps has no slot: its description says all there is to say. */
	held->found = number < 0 && held->description;
	if (held->found)
		return;
	slot_key_of(number, &key);
	held->slot = bpf_map_lookup_elem(&slots, &key);
	if (held->slot) {
		u64 there = held->slot->file;

		barrier();
		held->raced = (there && there != (u64)file) ||
			      (held->slot->changed_at > state->before_that &&
			       held->slot->changed_by != (u32)bpf_get_current_pid_tgid());
		held->found = there == (u64)file && held->description;
		if (held->found)
			return;
	}
	/* What is adopted from a race was changed just now, for those too who used the number meanwhile. */
	adopted_at = held->raced ? bpf_ktime_get_boot_ns() : 0;
	if (!held->description) {
		struct descriptor_work *work = descriptor_work();

		if (!work)
			return;
		__builtin_memset(&work->object, 0, sizeof(work->object));
		object_of(inode, &work->object);
		work->object.class = learn_class(&work->object, 0);
		held->description = description_new(file, NULL, 0, &work->object);
		if (!held->description)
			return;
		held->found = number < 0;
		if (held->found)
			return;
		slot_set(number, (u64)file, held->description->id, origin_of_unknown(), NULL, adopted_at);
	} else {
		struct descriptor_work *work = descriptor_work();
		struct dp_process self;
		u8 origin = origin_of_unknown();

		if (!work)
			return;
		__builtin_memset(&work->parent, 0, sizeof(work->parent));
		current_process(state, &self);
		if (held->description->opened_at && held->description->opened_at < self.start &&
		    !same_process(&self, &held->description->opened_by)) {
			origin = DP_INHERITED;
			process_of(BPF_CORE_READ(current_task(), real_parent), &work->parent);
		} else if (same_process(&self, &held->description->opened_by)) {
			origin = held->raced ? DP_DUPLICATED : DP_OPENED;
		} else if (state->flags & DP_TASK_SHARES) {
			/* Another process has, or had, the same table (CLONE_FILES): what it opens is there for both. */
			origin = DP_OPENED;
		} else if (!held->description->opened_at && (state->flags & DP_TASK_BORN)) {
			origin = DP_INHERITED;
			process_of(BPF_CORE_READ(current_task(), real_parent), &work->parent);
		}
		slot_set(number, (u64)file, held->description->id, origin, &work->parent, adopted_at);
	}
	held->slot = bpf_map_lookup_elem(&slots, &key);
	held->found = held->slot != NULL;
}

/*
 * What came of that, false: there is no such descriptor. By way of memory: before 6.2 a verifier that looks into a function
 * again forgets by which numbers its callers decide, so that it took a true or false that was kept meanwhile for all that
 * there is, and cut off the rest. A field is any number to it.
 */
inline_always bool is_found(const struct held *held)
{
	return *(const volatile bool *)&held->found;
}

inline_always bool held_at(struct task_state *state, s32 number, struct held *held)
{
	find_held(state, number, held);
	return is_found(held);
}

/* Fills the object and the descriptor of a use. */
static __noinline void use_held(struct scratch *s, s32 number, const struct held *held)
{
	const struct description *description = held->description;
	struct dp_descriptor *descriptor = &s->use.descriptor;

	descriptor->number = number < 0 ? -1 : number;
	if (description) {
		struct inode *inode = (void *)description->inode;

		s->use.object = description->object;
		/* What changes while it is open. */
		if (block_read(&s->block, inode))
			trouble(DP_UNREAD);
		s->use.object.size = (u64)from_block(&s->block, inode, struct inode, i_size);
		s->use.object.uid = from_block(&s->block, inode, struct inode, i_uid.val);
		s->use.object.gid = from_block(&s->block, inode, struct inode, i_gid.val);
		s->use.object.mode = from_block(&s->block, inode, struct inode, i_mode);
		descriptor->description = description->id;
		descriptor->opened_at = description->opened_at;
		descriptor->opened_by = description->opened_by;
		descriptor->flags = description->flags;
	}
	if (closes_on_exec(number))
		descriptor->flags |= O_CLOEXEC;
	if (held->slot) {
		descriptor->origin = held->slot->origin;
		descriptor->from = held->slot->from;
	}
	if (held->raced)
		s->use.flags |= DP_RACED;
}

/* The slot's previous file was in it during the call. */
static __noinline bool was_another(const struct slot *slot, u64 file)
{
	const struct task_state *state = current_state();

	return state && slot && slot->previous_file && slot->previous_file != file &&
	       slot->previous_until > state->before_that;
}

/* What is held is read here: of the stack two calls up Linux 7.3 takes only some to be used, and refuses the rest. */
inline_always bool has_candidate(const struct held *held)
{
	return held->raced && was_another(held->slot, held->file);
}

/*
 * The candidates of a slot that another thread changed during the call: what is there now is the object, what was
 * there before is one more. The class is the highest of both, so that a race cannot hide a secret.
 */
inline_always void part_candidate(struct scratch *s, const struct held *held, struct dp_object *object, u32 flags)
{
	const struct slot *slot = held->slot;
	struct dp_object other = {};
	void *room;

	if (!has_candidate(held) || !slot)
		return;
	other.key = slot->previous_object;
	other.kind = slot->previous_kind;
	other.class = slot->previous_class;
	other.identity = DP_CANDIDATE;
	if (other.class && (!object->class || other.class < object->class))
		object->class = other.class;
	room = part_begin(s);
	if (!room)
		return;
	__builtin_memcpy(room, &other, sizeof(other));
	part_end(s, DP_PART_CANDIDATE, sizeof(other), flags);
}

static __noinline void part_other(struct scratch *s, const struct held *held)
{
	part_candidate(s, held, &s->use.object, 0);
}

inline_always void part_raced(struct scratch *s, const struct held *held)
{
	if (held->raced)
		part_other(s, held);
}

#endif
