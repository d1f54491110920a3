// SPDX-License-Identifier: Apache-2.0
/* UDP on the loopback device: connected and not, v4 and v6, one message and several. */
#define _GNU_SOURCE
#include "endpoint.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char buffer[256];
static struct iovec pieces[2] = { { buffer, 30 }, { buffer + 30, 40 } };

/* A socket of the stage process that nobody reads: an address to send to. */
static void receive_here(struct stage *stage, int family)
{
	union address address;
	socklen_t length = loopback(&address, family);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		skip(stage, "no sockets of that family: %s", errno_name(errno));
	if (bind(fd, &address.any, length))
		skip(stage, "no loopback device: %s", errno_name(errno));
	length = sizeof(address);
	getsockname(fd, &address.any, &length);
	memcpy(stage->path[0], &address, length);
	stage->number[0] = fd;
	stage->number[1] = (int)length;
}

static void prepare_receiver(struct stage *stage)
{
	receive_here(stage, AF_INET);
}

static void prepare_receiver6(struct stage *stage)
{
	receive_here(stage, AF_INET6);
}

static void sent(struct stage *stage, const char *name, const struct held *held, long bytes, bool v6)
{
	struct statement s;
	union address remote;
	must(stage, bytes, name);
	memcpy(&remote, stage->path[0], sizeof(remote));
	saw(&s, stage, "network_send", name);
	say_moved(&s, bytes);
	say_held(&s, held, NULL);
	say_socket(&s, v6 ? "inet6" : "inet", "dgram");
	say_end(&s, true, &remote, (socklen_t)stage->number[1]);
	say_transport(&s, "udp", v6 ? "ipv6" : "ipv4");
	told(&s);
}

static void play_udp_sendto(struct stage *stage)
{
	struct held held = socket_said(stage, AF_INET, SOCK_DGRAM, "client");
	long bytes = call(SYS_sendto, held.number, buffer, 40, 0, stage->path[0], stage->number[1]);
	sent(stage, "sendto", &held, bytes, false);
}

static void play_udp_sendto6(struct stage *stage)
{
	struct held held = socket_said(stage, AF_INET6, SOCK_DGRAM, "client");
	long bytes = call(SYS_sendto, held.number, buffer, 40, 0, stage->path[0], stage->number[1]);
	sent(stage, "sendto", &held, bytes, true);
}

static void play_udp_sendmsg(struct stage *stage)
{
	struct held held = socket_said(stage, AF_INET, SOCK_DGRAM, "client");
	struct msghdr message = { .msg_name = stage->path[0], .msg_namelen = (socklen_t)stage->number[1],
				  .msg_iov = pieces, .msg_iovlen = 2 };
	sent(stage, "sendmsg", &held, call(SYS_sendmsg, held.number, &message, 0), false);
}

static void play_udp_connected(struct stage *stage)
{
	struct statement s;
	struct held held = socket_said(stage, AF_INET, SOCK_DGRAM, "client");
	union address remote;
	memcpy(&remote, stage->path[0], sizeof(remote));
	long result = must(stage, call(SYS_connect, held.number, stage->path[0], stage->number[1]), "connect");
	saw(&s, stage, "network_connect", "connect");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	say_end(&s, true, &remote, (socklen_t)stage->number[1]);
	say_transport(&s, "udp", "ipv4");
	told(&s);
	sent(stage, "write", &held, call(SYS_write, held.number, buffer, 40), false);
}

/* To two receivers in one call: both addresses must be seen. */
static void play_udp_sendmmsg(struct stage *stage)
{
	struct statement s;
	struct held held = socket_said(stage, AF_INET, SOCK_DGRAM, "client");
	union address remote[2];
	struct mmsghdr messages[2] = { 0 };
	memcpy(&remote[0], stage->path[0], sizeof(remote[0]));
	memcpy(&remote[1], stage->path[1], sizeof(remote[1]));
	for (int i = 0; i < 2; i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_name = &remote[i], .msg_namelen = sizeof(remote[i].v4),
						       .msg_iov = &pieces[i], .msg_iovlen = 1 };
	long count = must(stage, call(SYS_sendmmsg, held.number, messages, 2, 0), "sendmmsg");
	if (count != 2)
		fail(stage, "sendmmsg sent %ld messages", count);
	for (int i = 0; i < 2; i++) {
		saw(&s, stage, "network_send", "sendmmsg");
		say_result(&s, 0);
		say_number(&s, "detpack.use.bytes", messages[i].msg_len);
		say_held(&s, &held, NULL);
		say_end(&s, true, &remote[i], sizeof(remote[i].v4));
		say_transport(&s, "udp", "ipv4");
		told(&s);
	}
}

static void prepare_two_receivers(struct stage *stage)
{
	prepare_receiver(stage);
	memcpy(stage->path[1], stage->path[0], PATH_SIZE);
	prepare_receiver(stage);
}

/* The actor's own socket, bound; the messages come from the stage process. */
static void prepare_messages(struct stage *stage)
{
	prepare_receiver(stage);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	union address address;
	socklen_t length = sizeof(address);
	for (int i = 0; i < 2; i++)
		if (sendto(fd, "hello", 5, 0, (struct sockaddr *)(void *)stage->path[0], (socklen_t)stage->number[1]) != 5)
			fail(stage, "sendto: %s", errno_name(errno));
	getsockname(fd, &address.any, &length);
	address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	memcpy(stage->path[2], &address, sizeof(address));
}

static void received(struct stage *stage, const char *name, long bytes, long messages)
{
	struct statement s;
	union address local, remote;
	must(stage, bytes, name);
	memcpy(&local, stage->path[0], sizeof(local));
	memcpy(&remote, stage->path[2], sizeof(remote));
	saw(&s, stage, "network_receive", name);
	say_moved(&s, bytes);
	say_number(&s, "detpack.descriptor.number", stage->number[0]);
	say_text(&s, "detpack.descriptor.origin", "inherited");
	say_socket(&s, "inet", "dgram");
	say_end(&s, false, &remote, sizeof(remote.v4));
	say_end(&s, true, &local, (socklen_t)stage->number[1]);
	say_transport(&s, "udp", "ipv4");
	if (messages > 1)
		say_number(&s, "detpack.use.count", messages);
	told(&s);
}

static void play_udp_recvfrom(struct stage *stage)
{
	union address from;
	socklen_t length = sizeof(from);
	long bytes = call(SYS_recvfrom, stage->number[0], buffer, 200, 0, &from, &length);
	received(stage, "recvfrom", bytes, 1);
}

static void play_udp_recvmsg(struct stage *stage)
{
	union address from;
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = pieces, .msg_iovlen = 1 };
	received(stage, "recvmsg", call(SYS_recvmsg, stage->number[0], &message, 0), 1);
}

static void play_udp_recvmmsg(struct stage *stage)
{
	union address from[2];
	struct mmsghdr messages[2] = { 0 };
	for (int i = 0; i < 2; i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_name = &from[i], .msg_namelen = sizeof(from[i]),
						       .msg_iov = &pieces[i], .msg_iovlen = 1 };
	long count = must(stage, call(SYS_recvmmsg, stage->number[0], messages, 2, 0, NULL), "recvmmsg");
	received(stage, "recvmmsg", messages[0].msg_len + messages[1].msg_len, count);
}

/* A datagram socket needs no listen(2) to be reached. */
static void play_udp_bind(struct stage *stage)
{
	union address address;
	socklen_t length = loopback(&address, AF_INET);
	struct held held = socket_said(stage, AF_INET, SOCK_DGRAM, "server");
	bind_said(stage, &held, &address, length);
}

const struct act udp_acts[] = {
	{ "udp-bind", NULL, play_udp_bind, NULL },
	{ "udp-sendto", prepare_receiver, play_udp_sendto, NULL },
	{ "udp-sendto6", prepare_receiver6, play_udp_sendto6, NULL },
	{ "udp-sendmsg", prepare_receiver, play_udp_sendmsg, NULL },
	{ "udp-connected", prepare_receiver, play_udp_connected, NULL },
	{ "udp-sendmmsg", prepare_two_receivers, play_udp_sendmmsg, NULL },
	{ "udp-recvfrom", prepare_messages, play_udp_recvfrom, NULL },
	{ "udp-recvmsg", prepare_messages, play_udp_recvmsg, NULL },
	{ "udp-recvmmsg", prepare_messages, play_udp_recvmmsg, NULL },
	{ 0 },
};
