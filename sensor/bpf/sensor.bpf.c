// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The kernel half: one program looks at the end of every system call and passes those of watched threads on to the
 * handler of the call; others stand at fork, exec and exit. Everything is a raw tracepoint, so that it loads where
 * kprobes, fentry and LSM are refused.
 */
#include "capable.bpf.h"
#include "compat.bpf.h"
#include "ioctl.bpf.h"
#include "life.bpf.h"
#include "listing.bpf.h"
#include "mount.bpf.h"
#include "namespace.bpf.h"
#include "signal.bpf.h"
#include "submit.bpf.h"
#include "system.bpf.h"
#include "uring.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Of those from r10 to orig_ax, which lie beside each other: arch/x86/include/asm/ptrace.h. */
#define REGISTER(name) ((__builtin_offsetof(struct pt_regs, name) - __builtin_offsetof(struct pt_regs, r10)) / 8)

/*
 * Where the kernel gives the registers with their type they are plain loads, and else they are read to `words` in one go: a
 * call of a helper costs more than all loads.
 */
#define REGISTER_OF(name) (has_task_registers ? typed->name : words[REGISTER(name)])

inline_always bool is_handled(u64 number)
{
	u32 at = (u32)number & (DP_CALLS - 1);

	return number < DP_CALLS && (handled_calls[at / 64] >> (at & 63)) & 1;
}

/* Ended by a signal, and called again by the kernel: ERESTARTSYS and those beside it, include/linux/errno.h. */
inline_always bool is_restarted(s64 result)
{
	return result <= -512 && result >= -516;
}

/*
 * Of a call that has no handler only its end is noted, for what is said of races (held_at), and that too only where another
 * could have changed a descriptor or something was noted within the call: the clock costs more than all else here. i386
 * calls come through int 0x80 from any process, with other numbers and arguments.
 */
inline_always int look(struct bpf_raw_tracepoint_args *ctx, struct task_state *state)
{
	struct pt_regs *registers = (void *)ctx->args[0], *typed = NULL;
	u64 words[REGISTER(orig_ax) + 1], number;
	struct call *call = &state->call;
	s64 result = (s64)ctx->args[1];
	bool compat;

	if (has_task_registers) {
		typed = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	} else if (bpf_probe_read_kernel(words, sizeof(words), &registers->r10)) {
		trouble(DP_UNREAD);
		return 0;
	}
	number = REGISTER_OF(orig_ax);
	compat = current_read(thread_info.status) & TS_COMPAT;
	if (state->alone && !state->noted && !compat && !is_handled(number) && !is_restarted(result))
		return 0;
	call->now = bpf_ktime_get_boot_ns();
	state->before_that = state->last_exit;
	state->last_exit = call->now;
	state->noted = 0;
	if (is_restarted(result)) {
		trouble(DP_RESTARTED);
		return 0;
	}
	call->number = number;
	call->result = result;
	call->file = 0;
	call->source = 0;
	call->direct = 0;
	call->rooted = 0;
	if (compat) {
		if (!compat_call(call, registers))
			return 0;
	} else {
		if (!is_handled(number))
			return 0;
		call->route = DP_SYSCALL;
		call->argument[0] = REGISTER_OF(di);
		call->argument[1] = REGISTER_OF(si);
		call->argument[2] = REGISTER_OF(dx);
		call->argument[3] = REGISTER_OF(r10);
		call->argument[4] = REGISTER_OF(r8);
		call->argument[5] = REGISTER_OF(r9);
	}
	bpf_tail_call(ctx, &handlers, (u32)call->number);
	return 0;
}

inline_always int look_unless_done(struct bpf_raw_tracepoint_args *ctx, u8 behind)
{
	struct task_state *state = current_state();

	return !state || is_done(&state->behind[AT_CALL_END], behind) ? 0 : look(ctx, state);
}

SEC("raw_tp/sys_exit")
int on_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	return look_unless_done(ctx, 3);
}

SEC("raw_tp/sys_exit")
int on_sys_exit_second(struct bpf_raw_tracepoint_args *ctx)
{
	return look_unless_done(ctx, 2);
}

SEC("raw_tp/sys_exit")
int on_sys_exit_third(struct bpf_raw_tracepoint_args *ctx)
{
	return look_unless_done(ctx, 1);
}

SEC("raw_tp/sys_exit")
int on_sys_exit_last(struct bpf_raw_tracepoint_args *ctx)
{
	return look_unless_done(ctx, 0);
}
