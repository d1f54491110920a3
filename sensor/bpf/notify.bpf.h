/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Files that the kernel opens for who watches others by fanotify: their descriptors come with what is read. */
#ifndef DETPACK_NOTIFY_BPF_H
#define DETPACK_NOTIFY_BPF_H

#include "pass.bpf.h"

#define NOTIFIED_MOST 256

/* struct fanotify_event_metadata */
struct notified {
	u32 length;
	u8 version, reserved;
	u16 head;
	u64 mask;
	s32 number; /* -1: none */
	s32 pid;
};

/* One that was read; 0: there is none any more. */
__noinline int notified_step(void)
{
	struct passing *passing = this_passing();
	struct task_state *state = current_state();
	struct call *call = this_call();
	struct notified notified = {};
	struct scratch *s;
	u64 file;

	if (!passing || !state || !call || passing->left < sizeof(notified) ||
	    bpf_probe_read_user(&notified, sizeof(notified), (void *)passing->at) || notified.length < sizeof(notified) ||
	    notified.length > passing->left)
		return 0;
	passing->at += notified.length;
	passing->left -= notified.length;
	file = (u64)file_at(notified.number);
	/* Another thread may have written there since. */
	if (!file || is_held(notified.number, file))
		return 1;
	s = use_begin(state, call, DP_FILE_OPEN);
	if (!s)
		return 0;
	if (opened(s, notified.number, DP_OPENED))
		use_tell(s);
	return 1;
}

/* The files that a read from fanotify opened. */
inline_always int handle_notified(const struct call *call)
{
	struct passing *passing = this_passing();
	u32 i;

	if (!passing || call->result <= 0)
		return 0;
	passing->at = call->argument[1];
	if (call->number == __NR_readv && bpf_probe_read_user(&passing->at, sizeof(u64), (void *)call->argument[1]))
		return 0;
	passing->left = (u64)call->result;
	for (i = 0; i < NOTIFIED_MOST; i++)
		if (!notified_step())
			break;
	return 0;
}

#endif
