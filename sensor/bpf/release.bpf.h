/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Descriptors that are held no more: closed, replaced, closed by exec, given back by an exit. With the last of a
 * description what is remembered of it goes too, so that a host that runs for long does not fill the maps.
 */
#ifndef DETPACK_RELEASE_BPF_H
#define DETPACK_RELEASE_BPF_H

#include "maker.bpf.h"

/*
 * Nobody holds the file any more, as its count says. To be asked when one descriptor of it was closed: the memory may
 * be another file by then, or anything, and when that looks as if it were in use the description stays until the address
 * is used again. A file that is still held is never taken for gone.
 */
inline_always bool is_gone(u64 address)
{
	struct file *file = (void *)address;

	if (bpf_core_field_exists(file->f_ref))
		return kernel_read(file, struct file, f_ref.refcnt.counter) < 0;
	if (bpf_core_field_exists(file->f_count))
		return kernel_read(file, struct file, f_count.counter) == 0;
	return false;
}

/* The descriptor that is looked at is the only thing that holds the file. */
inline_always bool is_held_once(u64 address)
{
	struct file *file = (void *)address;

	if (bpf_core_field_exists(file->f_ref))
		return BPF_CORE_READ(file, f_ref.refcnt.counter) == 0;
	if (bpf_core_field_exists(file->f_count))
		return BPF_CORE_READ(file, f_count.counter) == 1;
	return false;
}

/* See room.bpf.h. */
inline_always void description_empty(struct description *description)
{
	description->inode = 0;
	description->id = 0;
	__sync_fetch_and_add(&descriptions_empty, 1);
}

/* The description goes; with a socket, or the end that a pipe is read at, what it carries can reach nobody any more. */
static __noinline int description_forget(u64 file, struct description *description)
{
	struct dp_object_key key = description->object.key;

	if (description->object.kind == DP_SOCKET ||
	    (description->object.kind == DP_PIPE && description->nameless && !(description->flags & 3)))
		bpf_map_delete_elem(&objects, &key);
	if (description->pinned)
		bpf_map_delete_elem(&pinned, &file);
	else if (description->id && may_stay_empty())
		description_empty(description);
	else
		descriptions_drop(file);
	return 0;
}

inline_always struct slot *slot_at(u32 number)
{
	struct slot_key key;

	slot_key_of((s32)number, &key);
	return bpf_map_lookup_elem(&slots, &key);
}

/* The process has one descriptor of it less. */
inline_always void give_back(struct task_state *state, const struct description *description)
{
	struct flow_work *work = flow_work();

	if (!work)
		return;
	current_process(state, &work->process);
	work->object = description->object.key;
	flow_release();
}

/* What a slot held is held no more; its place is remembered for races. `now`: boot time, ns. */
inline_always int slot_close(struct task_state *state, u32 number, u64 now, bool gives_back)
{
	struct description *description;
	struct slot *slot;
	u64 file;

	slot = slot_at(number);
	if (!slot || !slot->file)
		return 0;
	file = slot->file;
	folds_close(state, slot->description);
	description = description_at(file, slot->description);
	if (description && flows_used && gives_back)
		give_back(state, description);
	/* Of two threads that set it at once the file counts. */
	slot_change(slot, file, description ? description : description_of(file), 0, 0, DP_NO_ORIGIN, NULL, now);
	if (description && is_gone(file))
		description_forget(file, description);
	return 0;
}

/* ---- several at once: ranges, exec and exit ---- */

#define SWEEP_MOST 1024 /* descriptors; of more, slots stay until they are evicted */

inline_always u32 table_size(void)
{
	u32 size = BPF_CORE_READ(current_task(), files, fdt, max_fds);

	return size < SWEEP_MOST ? size : SWEEP_MOST;
}

__noinline int slot_given_back(u32 number, u32 first, u32 last)
{
	struct task_state *state = current_state();
	struct slot *slot = number < first || number > last || file_at((s32)number) ? NULL : slot_at(number);
	struct description *description = slot && slot->file ? description_at(slot->file, slot->description) : NULL;

	if (state && description)
		give_back(state, description);
	return 0;
}

__noinline int slot_emptied(u32 number, u32 first, u32 last)
{
	struct task_state *state = current_state();

	if (state && number >= first && number <= last && !file_at((s32)number))
		slot_close(state, number, bpf_ktime_get_boot_ns(), false);
	return 0;
}

/* The size is asked for by each turn: with one for both the verifier would go through all turns for each size. */
__noinline int slots_given_back(u32 first, u32 last)
{
	u32 i, size = table_size();

	for (i = 0; i < SWEEP_MOST; i++) {
		if (i >= size)
			break;
		slot_given_back(i, first, last);
	}
	return 0;
}

__noinline int slots_emptied(u32 first, u32 last)
{
	u32 i, size = table_size();

	for (i = 0; i < SWEEP_MOST; i++) {
		if (i >= size)
			break;
		slot_emptied(i, first, last);
	}
	return 0;
}

/*
 * Numbers that one call has closed together, an exec or another. In two turns, since what is known of a description goes
 * with the first of its descriptors: all are closed already.
 */
inline_always void slots_closed(u32 first, u32 last)
{
	if (flows_used)
		slots_given_back(first, last);
	slots_emptied(first, last);
}

/*
 * What is known of a descriptor in the table that the thread had is so in its own too. Others of its process may go on with
 * the one that it had, so it is one descriptor more.
 */
__noinline int slot_goes_along(u32 number)
{
	u64 file = (u64)file_at((s32)number);
	struct descriptor_work *work = descriptor_work();
	struct task_state *state = current_state();
	struct description *description;
	struct slot_key key;
	struct slot *slot;

	if (!file || !work || !state)
		return 0;
	slot_key_of((s32)number, &key);
	key.table = state->table;
	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot || slot->file != file)
		return 0;
	work->slot = *slot;
	key.table = current_files();
	key.process = (u32)(bpf_get_current_pid_tgid() >> 32);
	slots_put(&key, &work->slot, true);
	description = flows_used ? description_at(file, work->slot.description) : NULL;
	if (description && is_followed(description->object.class)) {
		struct flow_work *flow = flow_work();

		if (!flow)
			return 0;
		current_process(state, &flow->process);
		flow->object = description->object.key;
		flow->now = bpf_ktime_get_boot_ns();
		flow->class = description->object.class;
		flow->data = 0;
		flow->descriptors = 1;
		flow_take();
	}
	return 0;
}

/* After what may give a thread a table of its own in place of one that it had with others. */
__noinline int table_left(void)
{
	struct task_state *state = current_state();
	u32 i, size = table_size();

	if (!state || !state->table || state->table == current_files())
		return 0;
	for (i = 0; i < SWEEP_MOST; i++) {
		if (i >= size)
			break;
		slot_goes_along(i);
	}
	state->table = 0;
	state->table_of = 0;
	return 1;
}

__noinline int slot_end(u32 number)
{
	u64 file = (u64)file_at((s32)number);
	struct description *description;
	struct slot_key key;

	slot_key_of((s32)number, &key);
	slots_drop(&key);
	if (!file || !is_held_once(file))
		return 0;
	description = description_of(file);
	if (description)
		description_forget(file, description);
	return 0;
}

/* The last thread that has the table ends: the slots go, and the descriptions that nobody else has. */
__noinline int slots_at_exit(void)
{
	u32 i, size = table_size();

	if (BPF_CORE_READ(current_task(), files, count.counter) != 1)
		return 0;
	for (i = 0; i < SWEEP_MOST; i++) {
		if (i >= size)
			break;
		slot_end(i);
	}
	return 0;
}

#endif
