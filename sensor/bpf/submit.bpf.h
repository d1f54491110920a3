/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Reads and writes that are submitted to the kernel's older way of asynchronous I/O, many in one call. */
#ifndef DETPACK_SUBMIT_BPF_H
#define DETPACK_SUBMIT_BPF_H

#include "message.bpf.h"
#include "transfer.bpf.h"

#define SUBMITTED_MOST 1024

/* include/uapi/linux/aio_abi.h */
struct aio {
	u64 data;
	u32 key, flags;
	u16 operation;
	s16 priority;
	u32 number;
	u64 buffer, bytes;
};

enum { AIO_READ = 0, AIO_WRITE = 1, AIO_READV = 7, AIO_WRITEV = 8 };

/* How much is moved is not known yet, but what was asked for is; of several pieces that of the first. */
__noinline int submitted_at(u32 at)
{
	struct task_state *state = current_state();
	struct call *call = this_call();
	struct aio aio = {};
	u64 place = 0, size;

	if (!state || !call)
		return 0;
	size = is_narrow(call) ? 4 : 8;
	if (bpf_probe_read_user(&place, is_narrow(call) ? 4 : 8, (void *)(call->argument[2] + at * size)) ||
	    bpf_probe_read_user(&aio, sizeof(aio), (void *)place)) {
		trouble(DP_UNREAD);
		return 0;
	}
	if (aio.operation == AIO_READV || aio.operation == AIO_WRITEV) {
		aio.bytes = 0;
		if (is_narrow(call))
			bpf_probe_read_user(&aio.bytes, 4, (void *)(aio.buffer + 4));
		else
			bpf_probe_read_user(&aio.bytes, 8, (void *)(aio.buffer + 8));
	} else if (aio.operation != AIO_READ && aio.operation != AIO_WRITE) {
		return 0;
	}
	call->result = (s64)(aio.bytes & 0x7fffffff);
	return handle_transfer(state, call, (s32)aio.number, aio.operation == AIO_READ || aio.operation == AIO_READV);
}

HANDLER(on_io_submit)
{
	s64 count;
	u32 i;

	HANDLER_BEGIN;
	count = call->result;
	for (i = 0; i < SUBMITTED_MOST; i++) {
		if ((s64)i >= count)
			break;
		submitted_at(i);
	}
	if (count > SUBMITTED_MOST)
		trouble(DP_UNREAD);
	return 0;
}

#endif
