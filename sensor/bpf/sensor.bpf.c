// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The kernel half: one program looks at the end of every system call and passes those of watched threads on to the
 * handler of the call; others stand at fork, exec and exit. Everything is a raw tracepoint, so that it loads where
 * kprobes, fentry and LSM are refused.
 */
#include "capable.bpf.h"
#include "compat.bpf.h"
#include "life.bpf.h"
#include "listing.bpf.h"
#include "mount.bpf.h"
#include "namespace.bpf.h"
#include "signal.bpf.h"
#include "system.bpf.h"
#include "uring.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Of those from r10 to orig_ax, which lie beside each other: arch/x86/include/asm/ptrace.h. */
#define REGISTER(name) ((__builtin_offsetof(struct pt_regs, name) - __builtin_offsetof(struct pt_regs, r10)) / 8)

/* i386 calls come through int 0x80 from any process, with other numbers and arguments. */
SEC("raw_tp/sys_exit")
int on_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state = current_state();
	struct pt_regs *registers = (void *)ctx->args[0];
	u64 words[REGISTER(orig_ax) + 1];
	struct call *call;

	if (!state)
		return 0;
	call = &state->call;
	call->now = bpf_ktime_get_boot_ns();
	state->before_that = state->last_exit;
	state->last_exit = call->now;
	call->file = 0;
	call->direct = 0;
	call->result = (s64)ctx->args[1];
	if (call->result <= -512 && call->result >= -516) {
		trouble(DP_RESTARTED);
		return 0;
	}
	if (bpf_probe_read_kernel(words, sizeof(words), &registers->r10)) {
		trouble(DP_UNREAD);
		return 0;
	}
	call->number = words[REGISTER(orig_ax)];
	if (current_read(thread_info.status) & TS_COMPAT) {
		if (!compat_call(call, registers))
			return 0;
	} else {
		call->route = DP_SYSCALL;
		call->argument[0] = words[REGISTER(di)];
		call->argument[1] = words[REGISTER(si)];
		call->argument[2] = words[REGISTER(dx)];
		call->argument[3] = words[REGISTER(r10)];
		call->argument[4] = words[REGISTER(r8)];
		call->argument[5] = words[REGISTER(r9)];
	}
	bpf_tail_call(ctx, &handlers, (u32)call->number);
	return 0;
}
