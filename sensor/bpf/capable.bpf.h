/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The use of Linux capabilities, granted or refused, each told once for an exec image. The tracepoint is of 6.14; where
 * it is missing nothing is seen. It runs inside other calls and may interrupt a handler, so it shares no scratch with
 * them: the record is written straight into the ring.
 */
#ifndef DETPACK_CAPABLE_BPF_H
#define DETPACK_CAPABLE_BPF_H

#include "life.bpf.h"

#define CAP_SYS_ADMIN 21

struct capable_record {
	struct dp_use use;
	struct dp_part numbers_head;
	u64 numbers[3];
	struct dp_part flow_head;
	struct dp_flow flow[DP_FLOW_SLOTS];
};

/*
 * Whether a check of CAP_SYS_ADMIN is the kernel's own, which asks for it whenever it accounts for memory: in page
 * faults, in calls that map memory or copy a process, and where a file in memory grows.
 */
inline_always bool memory_accounting(s64 number, struct pt_regs *registers)
{
	struct file *file;
	u64 flags = 0;

	switch (number) {
	case -1: /* no call: a fault */
	case __NR_brk:
	case __NR_mmap:
	case __NR_mprotect:
	case __NR_mremap:
	case __NR_fork:
	case __NR_vfork:
	case __NR_execve:
	case __NR_execveat:
	case __NR_shmget:
	case __NR_exit:
	case __NR_exit_group:
		return true;
	case __NR_clone:
		return !(BPF_CORE_READ(registers, di) & CLONE_NAMESPACES);
	case __NR_clone3:
		bpf_probe_read_user(&flags, sizeof(flags), (void *)BPF_CORE_READ(registers, di));
		return !(flags & CLONE_NAMESPACES);
	case __NR_write:
	case __NR_pwrite64:
	case __NR_writev:
	case __NR_pwritev:
	case __NR_pwritev2:
	case __NR_ftruncate:
	case __NR_fallocate:
	case __NR_sendfile:
		file = file_at((s32)BPF_CORE_READ(registers, di));
		return file && BPF_CORE_READ(file, f_inode, i_sb, s_magic) == TMPFS_MAGIC;
	default:
		return false;
	}
}

static __noinline int handle_capable(const struct cred *cred, const struct user_namespace *target, int capability,
				     int refused, u8 behind)
{
	struct task_state *state = current_state();
	struct capable_record *record;
	struct pt_regs *registers;
	struct task_struct *task;
	struct flow *flow;
	u64 bit, *told;
	s64 number;
	bool compat;

	if (!state || (u32)capability > 63 || is_done(&state->behind[AT_CAPABLE], behind))
		return 0;
	bit = 1ull << (capability & 63);
	told = refused ? &state->cap_refused : &state->cap_granted;
	if (*told & bit)
		return 0;
	/* Asked of another process, not used by this one. */
	task = bpf_get_current_task_btf();
	if (cred != task->cred)
		return 0;
	registers = (void *)bpf_task_pt_regs(task);
	number = (s64)registers->orig_ax;
	compat = task->thread_info.status & TS_COMPAT;
	if (compat) {
		u32 old = (u32)number;
		u32 *mapped = bpf_map_lookup_elem(&compat_numbers, &old);

		number = mapped && *mapped ? (s64)*mapped - 1 : -2;
	}
	if (capability == CAP_SYS_ADMIN && memory_accounting(number, registers)) {
		trouble(DP_ADMIN_NOISE);
		return 0;
	}
	count_at_once(DP_PRIVILEGE_USE, 0, DP_MADE, 1);
	record = bpf_ringbuf_reserve(&bulk, sizeof(*record), 0);
	if (!record) {
		count_at_once(DP_PRIVILEGE_USE, 0, DP_DROPPED, 1);
		__sync_fetch_and_add(&dropped, 1);
		return 0; /* and tried again with the next check */
	}
	*told |= bit;
	use_fill(&record->use, state, DP_PRIVILEGE_USE, bpf_ktime_get_boot_ns());
	use_other(&record->use);
	record->use.size = sizeof(*record);
	record->use.parts = 2;
	record->use.route = compat ? DP_COMPAT : DP_SYSCALL;
	record->use.result = refused ? -EPERM : 0;
	if (number >= 0)
		record->use.syscall = (u32)number;
	else if (!refused)
		record->use.flags |= DP_NO_RESULT;
	record->numbers_head.kind = DP_PART_NUMBERS;
	record->numbers_head.length = sizeof(record->numbers);
	record->numbers_head.flags = 0;
	record->numbers[0] = (u64)capability;
	record->numbers[1] = !refused;
	record->numbers[2] = BPF_CORE_READ(target, level) != 0;
	record->flow_head.kind = DP_PART_FLOW;
	record->flow_head.length = sizeof(record->flow);
	record->flow_head.flags = 0;
	flow = flows_used ? flow_of(&record->use.process) : NULL;
	if (flow) {
		record->use.flow_overflow = flow->overflow;
		__builtin_memcpy(record->flow, flow->slots, sizeof(record->flow));
	} else {
		__builtin_memset(record->flow, 0, sizeof(record->flow));
	}
	bpf_ringbuf_submit(record, wakeup(&bulk, bulk_batch, sizeof(*record)));
	count_at_once(DP_PRIVILEGE_USE, 0, DP_SENT, 1);
	return 0;
}

SEC("tp_btf/cap_capable")
int BPF_PROG(on_capable, const struct cred *cred, struct user_namespace *target, const struct user_namespace *owner,
	     int capability, int refused)
{
	return handle_capable(cred, target, capability, refused, 2);
}

SEC("tp_btf/cap_capable")
int BPF_PROG(on_capable_second, const struct cred *cred, struct user_namespace *target, const struct user_namespace *owner,
	     int capability, int refused)
{
	return handle_capable(cred, target, capability, refused, 1);
}

SEC("tp_btf/cap_capable")
int BPF_PROG(on_capable_last, const struct cred *cred, struct user_namespace *target, const struct user_namespace *owner,
	     int capability, int refused)
{
	return handle_capable(cred, target, capability, refused, 0);
}

#endif
