/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Sockets themselves: made, connected, listened on, accepted. What moves over them is in exchange.bpf.h and
 * message.bpf.h.
 */
#ifndef DETPACK_SOCKET_BPF_H
#define DETPACK_SOCKET_BPF_H

#include "message.bpf.h"

static __noinline void part_socket_at(struct scratch *s, s32 number, bool outward)
{
	struct endpoint *end = this_endpoint();
	struct file *file = file_at(number);

	if (end && file && kind_of_mode(BPF_CORE_READ(file, f_inode, i_mode)) == DP_SOCKET &&
	    endpoint_of(end, file, outward))
		part_endpoint(s, end);
}

HANDLER(on_socket)
{
	struct scratch *s;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_DESCRIPTOR_CREATE);
	if (!s)
		return 0;
	if (call->result >= 0 && !call->direct) {
		opened(s, (s32)call->result, DP_OPENED);
		part_socket_at(s, (s32)call->result, true);
		forget_kept(this_endpoint());
	}
	use_tell(s);
	return 0;
}

HANDLER(on_socketpair)
{
	HANDLER_BEGIN;
	return handle_pair(state, call, call->argument[3], DP_SOCKET);
}

/* A call about a socket that moves no data; `end` is filled, the parts of it are still to be appended. */
static __noinline struct scratch *about_socket(struct task_state *state, struct call *call, const struct held *held, u8 action,
					   bool outward)
{
	struct endpoint *end = this_endpoint();
	struct scratch *s;

	if (!end || held->description->object.kind != DP_SOCKET || !endpoint_of(end, (void *)held->file, outward))
		return NULL;
	s = use_begin(state, call, action);
	if (!s)
		return NULL;
	use_held(s, (s32)call->argument[0], held);
	part_raced(s, held);
	return s;
}

/*
 * A connection that goes on in the background is told as such, with an outcome that is not known. Its end is told when
 * the process asks for it, by SO_ERROR or by connecting again, or with the first send or receive that works. One of
 * io_uring that was cancelled goes on too, when it had begun.
 */
HANDLER(on_connect)
{
	struct endpoint *end = this_endpoint();
	struct scratch *s;
	struct held held;
	u16 family = AF_UNSPEC;
	bool again, goes_on;

	HANDLER_BEGIN;
	if (call->result == -EALREADY) {
		trouble(DP_EMPTY_POLLS);
		return 0;
	}
	/* Of a datagram socket this ends what an earlier connect began. */
	if (call->result >= 0 && !bpf_probe_read_user(&family, sizeof(family), (void *)call->argument[1]) &&
	    family == AF_UNSPEC)
		return 0;
	if (!held_at(state, (s32)call->argument[0], &held))
		return 0;
	s = about_socket(state, call, &held, DP_NETWORK_CONNECT, true);
	if (!s || !end)
		return 0;
	again = held.description->connecting && call->result == -EISCONN;
	if (again)
		s->use.result = 0;
	goes_on = call->result == -EINPROGRESS || call->result == -ECANCELED;
	held.description->connecting = goes_on;
	if (goes_on)
		s->use.flags |= DP_IN_PROGRESS;
	/* A refused one leaves the socket without a peer. */
	if (!end->connected || (call->result < 0 && !goes_on && !again))
		endpoint_named(end, call->argument[1], call->argument[2] & 0xffffffff);
	/* The other end is new and not accepted yet: what was kept for an earlier one at its address is not for it. */
	if (call->result >= 0 && end->socket.family == AF_UNIX && !end->socket.peer_object.inode)
		forget_sock(end->peer_sock);
	part_endpoint(s, end);
	use_tell(s);
	return 0;
}

#define SO_ERROR 4
#define SO_PEERPIDFD 77

HANDLER(on_socket_error)
{
	struct endpoint *end = this_endpoint();
	struct scratch *s;
	struct held held;
	struct sock *sk;
	s32 error = 0;

	HANDLER_BEGIN;
	if (!held_at(state, (s32)call->argument[0], &held) || !held.description->connecting ||
	    held.description->object.kind != DP_SOCKET || !end || !endpoint_of(end, (void *)held.file, true) ||
	    bpf_probe_read_user(&error, sizeof(error), (void *)call->argument[3]))
		return 0;
	sk = (void *)end->sock;
	if (!error && BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_SYN_SENT)
		return 0;
	held.description->connecting = 0;
	s = about_socket(state, call, &held, DP_NETWORK_CONNECT, true);
	if (!s)
		return 0;
	s->use.result = error > 0 ? -error : 0;
	part_endpoint(s, end);
	use_tell(s);
	return 0;
}

HANDLER(on_peer_pidfd)
{
	HANDLER_BEGIN;
	return pidfd_beside(state, call, call->argument[3]);
}

/* Not numbers of the kernel's; src/calls.c says the same. */
#define CALL_SOCKET_ERROR 402
#define CALL_PEER_PIDFD 403

/* Only chooses: before 5.12 all that one program may call has 512 bytes of stack, whichever way it goes. */
SEC("raw_tp/sys_exit")
int on_getsockopt(struct bpf_raw_tracepoint_args *ctx)
{
	struct call *call = this_call();

	if (!call || call->result < 0 || (u32)call->argument[1] != SOL_SOCKET)
		return 0;
	if ((u32)call->argument[2] == SO_ERROR)
		bpf_tail_call(ctx, &handlers, CALL_SOCKET_ERROR);
	else if ((u32)call->argument[2] == SO_PEERPIDFD)
		bpf_tail_call(ctx, &handlers, CALL_PEER_PIDFD);
	return 0;
}

/* What a refused bind wanted: the kernel's socket has no address, so it is the caller's. */
static __noinline void endpoint_wanted(struct endpoint *end, u64 address, u64 length)
{
	struct dp_socket *socket = &end->socket;

	endpoint_named(end, address, length);
	__builtin_memcpy(socket->local, socket->remote, sizeof(socket->local));
	socket->local_port = socket->remote_port;
	__builtin_memset(socket->remote, 0, sizeof(socket->remote));
	socket->remote_port = 0;
}

/* An address of its own: of a datagram socket it is what others send to. */
HANDLER(on_bind)
{
	struct endpoint *end = this_endpoint();
	struct scratch *s;
	struct held held;

	HANDLER_BEGIN;
	if (!held_at(state, (s32)call->argument[0], &held))
		return 0;
	s = about_socket(state, call, &held, DP_NETWORK_LISTEN, false);
	/* The number that a netlink socket has is for the kernel's answers. */
	if (!s || !end || end->socket.family == AF_NETLINK)
		return 0;
	/* A stream has to listen besides, which is told then; clients take a port so, too. */
	if (call->result >= 0 && end->socket.type == SOCK_STREAM && end->socket.family != AF_UNIX)
		return 0;
	if (call->result < 0)
		endpoint_wanted(end, call->argument[1], call->argument[2] & 0xffffffff);
	part_endpoint(s, end);
	use_tell(s);
	return 0;
}

HANDLER(on_listen)
{
	struct endpoint *end = this_endpoint();
	struct scratch *s;
	struct held held;

	HANDLER_BEGIN;
	if (!held_at(state, (s32)call->argument[0], &held))
		return 0;
	s = about_socket(state, call, &held, DP_NETWORK_LISTEN, false);
	if (!s || !end)
		return 0;
	part_endpoint(s, end);
	part_numbers(s, call->argument[1], 0, 0);
	use_tell(s);
	return 0;
}

/* The new socket is the object: the one that listens was told when it began to. */
HANDLER(on_accept)
{
	struct endpoint *end = this_endpoint();
	struct scratch *s;
	struct held held;

	HANDLER_BEGIN;
	if (call->result == -EAGAIN) {
		trouble(DP_EMPTY_POLLS);
		return 0;
	}
	if (call->result < 0) {
		if (!held_at(state, (s32)call->argument[0], &held))
			return 0;
		s = about_socket(state, call, &held, DP_NETWORK_ACCEPT, false);
		if (s && end) {
			part_endpoint(s, end);
			use_tell(s);
		}
		return 0;
	}
	s = use_begin(state, call, DP_NETWORK_ACCEPT);
	if (!s)
		return 0;
	if (!call->direct) {
		opened(s, (s32)call->result, DP_OPENED);
		part_socket_at(s, (s32)call->result, false);
	}
	use_tell(s);
	return 0;
}

/*
 * socketcall(2) of 32-bit callers has the call and its arguments in memory. It goes on as the call that it stands for.
 * Its number in the table
 * of handlers is one that no x86-64 call has; see src/calls.c.
 */
/* By the first argument of socketcall: which call, and how many arguments it has. */
static const struct {
	u16 number;
	u16 arguments;
} socketcalls[32] = {
	[1] = { __NR_socket, 3 },	[2] = { __NR_bind, 3 },	      [3] = { __NR_connect, 3 },
	[4] = { __NR_listen, 2 },	[5] = { __NR_accept, 3 },     [8] = { __NR_socketpair, 4 },
	[9] = { __NR_sendto, 4 },	[10] = { __NR_recvfrom, 4 },  [11] = { __NR_sendto, 6 },
	[12] = { __NR_recvfrom, 6 },	[15] = { __NR_getsockopt, 5 }, [16] = { __NR_sendmsg, 3 },
	[17] = { __NR_recvmsg, 3 },	[18] = { __NR_accept4, 4 },   [19] = { __NR_recvmmsg, 5 },
	[20] = { __NR_sendmmsg, 4 },
};

SEC("raw_tp/sys_exit")
int on_socketcall(struct bpf_raw_tracepoint_args *ctx)
{
	struct call *call = this_call();
	u32 which, i, words[6] = {};
	u64 at;

	if (!call || call->route != DP_COMPAT || call->argument[0] > 31)
		return 0;
	which = call->argument[0] & 31;
	at = call->argument[1];
	for (i = 0; i < 6; i++) {
		if (i < socketcalls[which].arguments)
			bpf_probe_read_user(&words[i], sizeof(words[i]), (void *)(at + i * sizeof(words[i])));
		call->argument[i] = words[i];
	}
	call->number = socketcalls[which].number;
	if (call->number)
		bpf_tail_call(ctx, &handlers, (u32)call->number);
	return 0;
}

#endif
