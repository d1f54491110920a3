/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Descriptors that processes had open before they were put under watch: each is told once as a descriptor_create of
 * origin `unseen` whose opener and time are not known, and its description is remembered, so that all who have it are
 * known to share it. What is seen of a process first stands: a slot that is known is left as it is. Its class is decided
 * at the first use, which walks the path.
 *
 * Read to its end by user space after it has put processes under watch. It runs in the sensor's own context, where a
 * program that looks at a call may interrupt it: so it has a work area of its own.
 */
#ifndef DETPACK_LISTING_BPF_H
#define DETPACK_LISTING_BPF_H

#include "life.bpf.h"

#define LISTED_PATH 1024

u64 listing;	/* number of this reading, from 1; raised by user space before each */
u64 listed_ids; /* only one reading at a time */

struct listed_record {
	struct dp_use use;
	struct dp_part head; /* the path begins with a slash, which its last byte takes until it is filled */
	char path[LISTED_PATH];
};

struct listing_work {
	struct description description;
	struct slot slot;
	struct slot_key key;
	struct block block;
	struct listed_record record;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct listing_work);
} listing_works SEC(".maps");

/* The description of the file, made when it is not known; false: there was no room. */
inline_always bool listed_description(struct listing_work *work, struct file *file)
{
	struct description *fresh = &work->description;
	u64 inode = (u64)file->f_inode;
	struct description *known = description_known((u64)file, inode);

	if (known) {
		*fresh = *known;
		return true;
	}
	__builtin_memset(fresh, 0, sizeof(*fresh));
	listed_ids++;
	fresh->id = (1ull << 62) | listed_ids;
	fresh->inode = inode;
	fresh->flags = file->f_flags;
	object_by(&work->block, (void *)inode, &fresh->object);
	fresh->nameless = BPF_CORE_READ(file, f_path.dentry) == BPF_CORE_READ(file, f_path.dentry, d_parent) &&
			  fresh->object.kind != DP_DIRECTORY;
	if (fresh->nameless && fresh->object.kind == DP_FILE)
		fresh->object.kind = DP_MEMFD;
	fresh->object.class = learn_class(&fresh->object, 0);
	descriptions_put((u64)file, fresh);
	return true;
}

/* Bytes of the path in the record; 0: it has none that is told. */
inline_always u32 listed_path(struct listing_work *work, struct file *file)
{
	char *path = work->record.path;
	long length;

	if (work->description.object.kind == DP_MEMFD) {
		length = bpf_probe_read_kernel_str(path, NAME_MOST + 1, BPF_CORE_READ(file, f_path.dentry, d_name.name));
		return length > 0 ? (u32)length : 0;
	}
	if (work->description.nameless)
		return 0;
	length = bpf_d_path(&file->f_path, path - 1, LISTED_PATH);
	return length > 2 && length <= LISTED_PATH && path[-1] == '/' ? (u32)length - 1 : 0;
}

inline_always bool listed_closes_on_exec(struct task_struct *task, u32 number)
{
	unsigned long word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), BPF_CORE_READ(task, files, fdt, close_on_exec) + number / 64);
	return (word >> (number & 63)) & 1;
}

inline_always void tell_listed(struct listing_work *work, struct task_struct *task, struct task_state *state,
			       struct file *file, u32 number)
{
	struct listed_record *record = &work->record;
	const struct cred *cred = BPF_CORE_READ(task, cred);
	struct dp_use *use = &record->use;
	u32 length = listed_path(work, file), size = sizeof(*use);

	__builtin_memset(use, 0, sizeof(*use));
	use->action = DP_DESCRIPTOR_CREATE;
	use->flags = DP_NO_RESULT;
	use->time = use->first = bpf_ktime_get_boot_ns();
	process_of(task, &use->process);
	use->thread = (u32)task->pid;
	use->image = state->image;
	use->label = state->label;
	use->uid = BPF_CORE_READ(cred, euid.val);
	use->gid = BPF_CORE_READ(cred, egid.val);
	use->mount_namespace = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	use->count = 1;
	use->cpu = (u16)bpf_get_smp_processor_id();
	BPF_CORE_READ_STR_INTO(&use->name, task, group_leader, comm);
	use->object = work->description.object;
	use->descriptor.number = (s32)number;
	use->descriptor.description = work->description.id;
	use->descriptor.opened_at = work->description.opened_at;
	use->descriptor.opened_by = work->description.opened_by;
	use->descriptor.flags = work->description.flags | (listed_closes_on_exec(task, number) ? O_CLOEXEC : 0);
	use->descriptor.origin = work->slot.origin;
	if (length) {
		record->head.kind = DP_PART_PATH;
		record->head.length = (u16)length;
		record->head.flags = 0;
		use->parts = 1;
		size += sizeof(record->head) + ((length + 7) & (2 * LISTED_PATH - 8));
	}
	use->size = size;
	count_at_once(DP_DESCRIPTOR_CREATE, use->object.class, DP_MADE, 1);
	if (size > sizeof(*record) || bpf_ringbuf_output(&bulk, record, size, 0)) {
		count_at_once(DP_DESCRIPTOR_CREATE, use->object.class, DP_DROPPED, 1);
		__sync_fetch_and_add(&dropped, 1);
	} else {
		count_at_once(DP_DESCRIPTOR_CREATE, use->object.class, DP_SENT, 1);
	}
}

SEC("iter/task_file")
int list_open(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct task_state *state;
	struct listing_work *work;
	u32 zero = 0;

	if (!task || !file || !has_task_storage || (u32)task->tgid == own_pid)
		return 0;
	state = bpf_task_storage_get(&tasks, task, NULL, all_processes ? BPF_LOCAL_STORAGE_GET_F_CREATE : 0);
	if (!state)
		return 0;
	if (all_processes)
		state->flags |= DP_TASK_TRACKED;
	/* What was born under watch has all it has from there. */
	if (!(state->flags & DP_TASK_TRACKED) || (state->flags & DP_TASK_BORN))
		return 0;
	if (!state->listed)
		state->listed = listing;
	work = bpf_map_lookup_elem(&listing_works, &zero);
	if (state->listed != listing || !work)
		return 0;
	work->key.table = (u64)task->files;
	work->key.number = ctx->fd;
	work->key.process = (u32)task->tgid;
	if (bpf_map_lookup_elem(&slots, &work->key) || !listed_description(work, file))
		return 0;
	__builtin_memset(&work->slot, 0, sizeof(work->slot));
	work->slot.file = (u64)file;
	work->slot.description = work->description.id;
	work->slot.origin = origin_of_unknown();
	slots_put(&work->key, &work->slot, true);
	tell_listed(work, task, state, file, ctx->fd);
	return 0;
}

#endif
