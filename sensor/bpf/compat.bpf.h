/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Calls of the i386 table, which any process can make by int 0x80: their numbers and arguments as x86-64 has them. */
#ifndef DETPACK_COMPAT_BPF_H
#define DETPACK_COMPAT_BPF_H

#include "task.bpf.h"

/* Numbers of arch/x86/entry/syscalls/syscall_32.tbl whose arguments are not those of the call that they stand for. */
#define I386_OLD_MMAP 90 /* all six behind a pointer */
#define I386_TRUNCATE64 193
#define I386_FTRUNCATE64 194 /* the length in two halves */
#define I386_IPC 117	   /* which call of System V, then its arguments */
#define I386_FALLOCATE 324   /* offset and length in two halves each */

#define IPC_SHMAT 21 /* the lower half of the first; include/uapi/linux/ipc.h */

inline_always void join_halves(struct call *call, u32 to, u32 low)
{
	call->argument[to] = call->argument[low] | call->argument[low + 1] << 32;
}

/* False: nothing looks at the call. */
inline_always bool compat_call(struct call *call, struct pt_regs *registers)
{
	u32 number = (u32)call->number;
	u32 *native = bpf_map_lookup_elem(&compat_numbers, &number);
	u32 behind[6] = {};

	if (!native || !*native)
		return false;
	call->number = *native - 1;
	call->route = DP_COMPAT;
	call->result = (s32)call->result;
	call->argument[0] = (u32)BPF_CORE_READ(registers, bx);
	call->argument[1] = (u32)BPF_CORE_READ(registers, cx);
	call->argument[2] = (u32)BPF_CORE_READ(registers, dx);
	call->argument[3] = (u32)BPF_CORE_READ(registers, si);
	call->argument[4] = (u32)BPF_CORE_READ(registers, di);
	call->argument[5] = (u32)BPF_CORE_READ(registers, bp);
	switch (number) {
	case I386_OLD_MMAP:
		if (bpf_probe_read_user(behind, sizeof(behind), (void *)call->argument[0]))
			return false;
		call->argument[0] = behind[0];
		call->argument[1] = behind[1];
		call->argument[2] = behind[2];
		call->argument[3] = behind[3];
		call->argument[4] = behind[4];
		call->argument[5] = behind[5];
		break;
	case I386_TRUNCATE64:
	case I386_FTRUNCATE64:
		join_halves(call, 1, 1);
		break;
	case I386_IPC:
		if ((u16)call->argument[0] != IPC_SHMAT)
			return false;
		call->argument[0] = call->argument[1];
		call->argument[1] = call->argument[4];
		break;
	case I386_FALLOCATE:
		join_halves(call, 2, 2);
		join_halves(call, 3, 4);
		break;
	}
	return true;
}

#endif
