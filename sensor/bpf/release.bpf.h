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

/* What a slot held is held no more; its place is remembered for races. `now`: boot time, ns. */
inline_always int slot_close_of(struct task_state *state, u32 number, u64 now)
{
	struct description *description;
	struct slot_key key;
	struct slot *slot;
	u64 file;

	slot_key_of((s32)number, &key);
	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot || !slot->file)
		return 0;
	file = slot->file;
	folds_close(state, slot->description);
	description = description_at(file, slot->description);
	if (description && flows_used) {
		struct flow_work *work = flow_work();

		if (work) {
			current_process(state, &work->process);
			work->object = description->object.key;
			flow_release();
		}
	}
	/* Of two threads that set it at once the file counts. */
	slot_change(slot, file, description ? description : description_of(file), 0, 0, DP_NO_ORIGIN, NULL, now);
	if (description && is_gone(file))
		description_forget(file, description);
	return 0;
}

/* The same for a loop, which the verifier looks at once. */
__noinline int slot_close(u32 number, u64 now)
{
	struct task_state *state = current_state();

	return state ? slot_close_of(state, number, now) : 0;
}

/* ---- exec and exit ---- */

#define SWEEP_MOST 1024 /* descriptors; of more, slots stay until they are evicted */

inline_always u32 table_size(void)
{
	u32 size = BPF_CORE_READ(current_task(), files, fdt, max_fds);

	return size < SWEEP_MOST ? size : SWEEP_MOST;
}

__noinline int slot_after_exec(u32 number)
{
	if (!file_at((s32)number))
		slot_close(number, bpf_ktime_get_boot_ns());
	return 0;
}

/* What exec has closed. */
__noinline int slots_after_exec(void)
{
	u32 i, size = table_size();

	for (i = 0; i < SWEEP_MOST; i++) {
		if (i >= size)
			break;
		slot_after_exec(i);
	}
	return 0;
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
