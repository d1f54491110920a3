/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Threads that are watched: finding their state, making it, identity of processes. */
#ifndef DETPACK_TASK_BPF_H
#define DETPACK_TASK_BPF_H

#include "state.bpf.h"

/*
 * The state of the current thread; NULL when it is not watched. With `all_processes` it is made at first sight.
 * bpf_get_current_task_btf is of 5.11, so the branch for older kernels must not contain it: the constant decides, and
 * the verifier of the older kernel never looks at the other branch.
 */
inline_always struct task_state *current_state(void)
{
	if (has_task_storage) {
		struct task_struct *task = bpf_get_current_task_btf();
		struct task_state *state = bpf_task_storage_get(&tasks, task, NULL, 0);

		if (!state && all_processes && (u32)(bpf_get_current_pid_tgid() >> 32) != own_pid &&
		    !(BPF_CORE_READ(task, flags) & PF_KTHREAD)) {
			state = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
			if (state)
				state->flags = DP_TASK_TRACKED;
		}
		return state;
	} else {
		u32 tid = (u32)bpf_get_current_pid_tgid();
		struct task_state *state = bpf_map_lookup_elem(&tasks_by_id, &tid);
		u32 zero = 0;
		struct task_state *blank;

		if (state || !all_processes || (u32)(bpf_get_current_pid_tgid() >> 32) == own_pid)
			return state;
		blank = bpf_map_lookup_elem(&blank_task, &zero);
		if (!blank)
			return NULL;
		if (bpf_map_update_elem(&tasks_by_id, &tid, blank, BPF_NOEXIST)) {
			trouble(DP_TASKS_FULL);
			return NULL;
		}
		state = bpf_map_lookup_elem(&tasks_by_id, &tid);
		if (state)
			state->flags = DP_TASK_TRACKED;
		return state;
	}
}

inline_always struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

/*
 * Memory of the kernel as plain loads, which the kernel makes safe: a helper that reads costs more than all that it reads.
 * The function for that is unknown to older kernels, so here stands a helper that is used for nothing else, and the loader
 * puts the function in its place (src/cast.c). What it gives is taken for any structure that begins with a number.
 */
static const void *(*const cast_mark)(const void *address, u32 type) = (void *)BPF_FUNC_get_hash_recalc;

/*
 * That many bytes from there, 1 to 8; 0 where nothing can be read. The load is written out, since the compiler makes one
 * of two that do the same, and the verifier wants one for each kind of pointer.
 */
inline_always u64 number_at(const void *address, const u32 size)
{
	const void *typed = cast_mark(address, bpf_core_type_id_kernel(struct timespec64));
	u64 number = 0;

	if (size == 8)
		asm volatile("%0 = *(u64 *)(%1 + 0)" : "=r"(number) : "r"(typed));
	else if (size == 4)
		asm volatile("%0 = *(u32 *)(%1 + 0)" : "=r"(number) : "r"(typed));
	else if (size == 2)
		asm volatile("%0 = *(u16 *)(%1 + 0)" : "=r"(number) : "r"(typed));
	else
		asm volatile("%0 = *(u8 *)(%1 + 0)" : "=r"(number) : "r"(typed));
	return number;
}

/* Eight bytes from there. */
inline_always u64 word_at(const void *address)
{
	u64 word = 0;

	if (has_casts)
		return number_at(address, sizeof(word));
	bpf_probe_read_kernel(&word, sizeof(word), address);
	return word;
}

/* A member of a kernel structure. */
#define kernel_read(base, type, member)                                                                                \
	({                                                                                                             \
		typeof(((type *)0)->member) read_;                                                                     \
                                                                                                                       \
		if (has_casts)                                                                                         \
			read_ = (typeof(read_))number_at((const u8 *)(base) + bpf_core_field_offset(type, member),     \
							 sizeof(read_));                                               \
		else                                                                                                   \
			read_ = BPF_CORE_READ((type *)(base), member);                                                 \
		read_;                                                                                                 \
	})

/*
 * Reads through pointers of the current task. Where the kernel gives the task with its type these are plain loads, which
 * the verifier lets through and the kernel makes safe; a call of a helper costs more than ten of them. But what the
 * verifier does for each such load is slow (it looks names of types up), so they stand in global functions, at which it
 * looks once.
 */
#define current_read(...)                                                                                              \
	(has_task_storage ? ___arrow(bpf_get_current_task_btf(), __VA_ARGS__) :                                        \
			    BPF_CORE_READ(((struct task_struct *)bpf_get_current_task()), __VA_ARGS__))

/*
 * A pointer as the number that it is: a global function gives numbers alone. The difference of two pointers is one, and of
 * the task the kernel gives the number too.
 */
inline_always u64 as_number(const void *pointer)
{
	u64 number = (u64)pointer;

	if (has_task_storage) {
		asm volatile("%0 -= %1" : "+r"(number) : "r"(bpf_get_current_task_btf()));
		number += bpf_get_current_task();
	}
	return number;
}

__noinline u64 files_by_type(void)
{
	return as_number(current_read(files));
}

inline_always u64 current_files(void)
{
	return has_casts ? (u64)kernel_read(current_task(), struct task_struct, files) : files_by_type();
}

__noinline u64 place_by_type(u32 number)
{
	if (number >= current_read(files, fdt, max_fds))
		return 0;
	return (u64)current_read(files, fdt, fd) + (u64)number * sizeof(struct file *);
}

/* The table of descriptors, where there are casts. */
inline_always struct fdtable *current_table(void)
{
	struct files_struct *files = kernel_read(current_task(), struct task_struct, files);

	return kernel_read(files, struct files_struct, fdt);
}

/* Where the table of descriptors keeps that number, an address; 0: it is not in the table. */
inline_always u64 current_place(u32 number)
{
	struct fdtable *table;

	if (!has_casts)
		return place_by_type(number);
	table = current_table();
	if (number >= kernel_read(table, struct fdtable, max_fds))
		return 0;
	return (u64)kernel_read(table, struct fdtable, fd) + (u64)number * sizeof(struct file *);
}

__noinline u64 current_leader(void)
{
	return as_number(current_read(group_leader));
}

__noinline u64 current_start(void)
{
	return current_read(group_leader, start_boottime);
}

__noinline u32 current_uid(void)
{
	return current_read(cred, euid.val);
}

__noinline u32 current_gid(void)
{
	return current_read(cred, egid.val);
}

__noinline u32 current_mount_namespace(void)
{
	return current_read(nsproxy, mnt_ns, ns.inum);
}

__noinline u64 current_root_mount(void)
{
	return as_number(current_read(fs, root.mnt));
}

/* Eight characters, up to the NUL among them: what stands behind it is of some older name. */
inline_always u64 until_nul(u64 text)
{
	u64 nul = (text - 0x0101010101010101) & ~text & 0x8080808080808080;

	return nul ? text & (((nul & -nul) >> 7) - 1) : text;
}

struct block {
	u64 words[16];
};

/* The first bytes of a kernel structure in one go, where reading them one by one costs more. 0: they are there. */
inline_always long block_read(struct block *block, const void *base)
{
	return has_casts ? 0 : bpf_probe_read_kernel(block, sizeof(*block), base);
}

/*
 * A member of a kernel structure whose first bytes were read by block_read to where `block` points, a struct block or an
 * array. Where this kernel has the member further behind it is read by itself.
 */
#define from_block(block, base, type, member)                                                                          \
	({                                                                                                             \
		typeof(((type *)0)->member) member_;                                                                   \
		u32 at_ = bpf_core_field_offset(type, member);                                                         \
                                                                                                                       \
		if (has_casts)                                                                                         \
			member_ = (typeof(member_))number_at((const u8 *)(base) + at_, sizeof(member_));               \
		else if (at_ <= sizeof(*(block)) - sizeof(member_))                                                    \
			__builtin_memcpy(&member_, (const u8 *)(block) + at_, sizeof(member_));                        \
		else                                                                                                   \
			member_ = BPF_CORE_READ((type *)(base), member);                                               \
		member_;                                                                                               \
	})

inline_always struct call *this_call(void)
{
	struct task_state *state = current_state();

	return state ? &state->call : NULL;
}

/* Identity of the process that a thread belongs to. */
inline_always void process_of(struct task_struct *task, struct dp_process *process)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	process->start = BPF_CORE_READ(leader, start_boottime);
	process->pid = (u32)BPF_CORE_READ(task, tgid);
	process->pad = 0;
}

inline_always void current_process(struct task_state *state, struct dp_process *process)
{
	if (!state->start)
		state->start = current_start();
	process->start = state->start;
	process->pid = (u32)(bpf_get_current_pid_tgid() >> 32);
	process->pad = 0;
}

inline_always bool same_process(const struct dp_process *a, const struct dp_process *b)
{
	return a->pid == b->pid && a->start == b->start;
}

#endif
