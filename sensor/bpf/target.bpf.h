/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The other process of a use: a signal's, a tracer's. A number that the caller gave is looked up where the kernel does,
 * in the caller's pid namespace, so that the identity is the kernel's own. Before 6.2 there is no function for that, so
 * the tree of numbers is walked here.
 */
#ifndef DETPACK_TARGET_BPF_H
#define DETPACK_TARGET_BPF_H

#include "file.bpf.h"

#define TREE_LEVELS 6 /* of 64 each; numbers have at most 22 bits */

/* The struct pid that has the number in the current pid namespace, as an address; 0: none. */
__noinline u64 pid_numbered(u32 number)
{
	struct pid *own = BPF_CORE_READ(current_task(), thread_pid);
	struct upid *innermost = (void *)own + bpf_core_field_offset(struct pid, numbers) +
				 (BPF_CORE_READ(own, level) & 31) * bpf_core_type_size(struct upid);
	struct pid_namespace *namespace = BPF_CORE_READ(innermost, ns);
	u64 entry = (u64)BPF_CORE_READ(namespace, idr.idr_rt.xa_head);
	u32 i;

	for (i = 0; i < TREE_LEVELS; i++) {
		struct xa_node *node = (void *)(entry & ~3ull);
		u32 place;

		if ((entry & 3) != 2)
			break;
		place = number >> (BPF_CORE_READ(node, shift) & 31);
		if (i == 0 && place > 63)
			return 0;
		if (bpf_probe_read_kernel(&entry, sizeof(entry),
					  (void *)node + bpf_core_field_offset(struct xa_node, slots) +
						  (place & 63) * sizeof(void *)))
			return 0;
	}
	/* A tree without a node has the number 0 alone, which no process has. */
	return i && !(entry & 3) ? entry : 0;
}

/* The thread that a struct pid stands for; NULL: it is gone. */
inline_always struct task_struct *task_of_pid(u64 address)
{
	struct pid *pid = (void *)address;
	struct hlist_node *first = address ? BPF_CORE_READ(pid, tasks[0].first) : NULL;

	return first ? (void *)first - bpf_core_field_offset(struct task_struct, pid_links) : NULL;
}

inline_always struct task_struct *task_numbered(u32 number)
{
	return task_of_pid(pid_numbered(number));
}

/* The struct pid of a pidfd: with pidfs (6.9) in the inode, before that in the file. 0: it is another descriptor. */
inline_always u64 pid_of_pidfd(s32 number)
{
	struct file *file = file_at(number);
	u64 magic = file ? BPF_CORE_READ(file, f_inode, i_sb, s_magic) : 0;

	if (magic == PID_FS_MAGIC)
		return (u64)BPF_CORE_READ(file, f_inode, i_private);
	if (file && is_called(file, "[pidfd]"))
		return (u64)BPF_CORE_READ(file, private_data);
	return 0;
}

static __noinline void target_of(struct task_struct *task, struct dp_target *target)
{
	__builtin_memset(target, 0, sizeof(*target));
	process_of(task, &target->process);
	target->uid = BPF_CORE_READ(task, cred, euid.val);
	BPF_CORE_READ_STR_INTO(&target->name, task, group_leader, comm);
}

/* The other process as part of a use that is about a process; `number` is what the caller called it. */
static __noinline void part_target(struct scratch *s, struct task_struct *task, s32 number)
{
	struct dp_target target = {};

	__builtin_memset(&s->use.object, 0, sizeof(s->use.object));
	s->use.object.kind = DP_PROCESS;
	if (task) {
		target_of(task, &target);
	} else {
		target.process.pid = (u32)number;
		s->use.object.identity = DP_BY_STRING;
	}
	part_struct(s, DP_PART_TARGET, target);
}

#endif
