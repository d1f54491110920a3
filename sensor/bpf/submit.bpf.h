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

/* What one of them asks for; of several pieces the size of the first. How much is moved is not known yet. */
struct submission {
	u64 bytes;
	s32 number;
	u32 takes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct submission);
} submissions SEC(".maps");

inline_always struct submission *this_submission(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&submissions, &zero);
}

/*
 * False: nothing that is told. A global function, so that to the verifier there is one way only from here on, and a leaf,
 * since the stack is short for all that follows.
 */
__noinline int submission_at(u32 at)
{
	struct submission *submission = this_submission();
	struct call *call = this_call();
	struct aio aio = {};
	u64 place = 0, size;

	if (!call || !submission)
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
	submission->bytes = aio.bytes & 0x7fffffff;
	submission->number = (s32)aio.number;
	submission->takes = aio.operation == AIO_READ || aio.operation == AIO_READV;
	return 1;
}

__noinline int submitted_at(u32 at)
{
	struct submission *submission = this_submission();
	struct task_state *state = current_state();
	struct call *call = this_call();

	if (!state || !call || !submission || !submission_at(at))
		return 0;
	call->result = (s64)submission->bytes;
	handle_transfer(state, call, submission->number, submission->takes);
	return 0;
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
