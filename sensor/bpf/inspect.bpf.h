/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Looking into and changing another process: ptrace, process_vm_readv and writev, /proc/PID/mem. */
#ifndef DETPACK_INSPECT_BPF_H
#define DETPACK_INSPECT_BPF_H

#include "target.bpf.h"

/* DP_PART_NUMBERS of process_inspect where it is no request of ptrace. */
#define INSPECT_READ -1
#define INSPECT_WRITE -2
#define INSPECT_MEMORY_FILE -3

inline_always int handle_inspect(struct task_state *state, struct call *call, s32 pid, s64 request, u64 bytes)
{
	struct scratch *s;

	s = use_begin(state, call, DP_PROCESS_INSPECT);
	if (!s)
		return 0;
	s->use.bytes = bytes;
	part_target(s, task_numbered((u32)pid), pid);
	part_numbers(s, (u64)request, 0, 0);
	use_tell(s);
	return 0;
}

/* Requests that look into or change the other process, by bit; stopping it and letting it go on do not. */
#define PTRACE_LOOKS                                                                                                   \
	((1u << 1) | (1u << 2) | (1u << 3) |	/* PEEKTEXT PEEKDATA PEEKUSR */                                       \
	 (1u << 4) | (1u << 5) | (1u << 6) |	/* POKETEXT POKEDATA POKEUSR */                                       \
	 (1u << 12) | (1u << 13) |		/* GETREGS SETREGS */                                                 \
	 (1u << 14) | (1u << 15) | (1u << 16) | /* GETFPREGS SETFPREGS ATTACH */                                      \
	 (1u << 18) | (1u << 19))		/* GETFPXREGS SETFPXREGS */
#define PTRACE_GETREGSET 0x4204
#define PTRACE_SETREGSET 0x4205
#define PTRACE_SEIZE 0x4206

HANDLER(on_ptrace)
{
	u64 request;

	HANDLER_BEGIN;
	request = call->argument[0];
	if (request != PTRACE_GETREGSET && request != PTRACE_SETREGSET && request != PTRACE_SEIZE &&
	    (request > 31 || !((PTRACE_LOOKS >> request) & 1)))
		return 0;
	return handle_inspect(state, call, (s32)call->argument[1], (s64)request, 0);
}

HANDLER(on_process_vm)
{
	HANDLER_BEGIN;
	return handle_inspect(state, call, (s32)call->argument[0],
			      call->number == __NR_process_vm_readv ? INSPECT_READ : INSPECT_WRITE,
			      call->result > 0 ? (u64)call->result : 0);
}

/* The process whose memory a file is, as struct pid; 0: it is no such file. */
inline_always u64 pid_of_memory_file(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct proc_inode *proc;
	char name[4] = {};

	if (BPF_CORE_READ(inode, i_sb, s_magic) != PROC_SUPER_MAGIC || BPF_CORE_READ(dentry, d_name.len) != 3 ||
	    bpf_probe_read_kernel(name, 3, BPF_CORE_READ(dentry, d_name.name)) || name[0] != 'm' || name[1] != 'e' ||
	    name[2] != 'm')
		return 0;
	proc = (void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);
	return (u64)BPF_CORE_READ(proc, pid);
}

static __noinline int tell_memory_file(struct task_state *state, const struct call *call, s32 number,
				       const struct held *held)
{
	u64 pid = pid_of_memory_file((void *)held->file);
	struct task_struct *task;
	struct scratch *s;

	held->description->memory = pid ? MEMORY_OF_PROCESS : MEMORY_NOT;
	if (!pid)
		return 0;
	task = task_of_pid(pid);
	if (task && (u32)BPF_CORE_READ(task, tgid) == (u32)(bpf_get_current_pid_tgid() >> 32))
		return 0;
	s = use_begin(state, call, DP_PROCESS_INSPECT);
	if (!s)
		return 1;
	use_held(s, number, held);
	s->use.bytes = call->result > 0 ? (u64)call->result : 0;
	part_target(s, task, 0);
	part_numbers(s, (u64)INSPECT_MEMORY_FILE, 0, 0);
	use_tell(s);
	return 1;
}

/* A read or write of another process's memory by its file. False: it is none, or the process's own. */
inline_always bool handle_memory_file(struct task_state *state, struct call *call, s32 number, const struct held *held)
{
	const struct description *description = held->description;

	/* procfs is on no device, so that its number has no major. */
	if (description->memory == MEMORY_NOT || description->object.kind != DP_FILE || description->object.key.device >> 20)
		return false;
	return tell_memory_file(state, call, number, held);
}

#endif
