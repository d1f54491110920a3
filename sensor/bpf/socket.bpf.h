/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Sockets: connect, accept, listen, send, receive. */
#ifndef DETPACK_SOCKET_BPF_H
#define DETPACK_SOCKET_BPF_H

#include "file.bpf.h"

inline_always int handle_socket_transfer(struct task_state *state, struct call *call, s32 number, struct held *held,
					 bool takes, u64 message)
{
	(void)state; (void)call; (void)number; (void)held; (void)takes; (void)message;
	return 0;
}

#endif
