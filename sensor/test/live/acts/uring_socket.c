// SPDX-License-Identifier: Apache-2.0
/* io_uring on sockets: connected, accepted, sent, received, and descriptors passed. */
#define _GNU_SOURCE
#include "endpoint.h"
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WAITING 7 /* what a request that is cancelled is called by */

static struct ring ring;
static char buffer[256];

static void next_receive(int number)
{
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_RECV);
	entry->fd = number;
	entry->addr = (uint64_t)(uintptr_t)buffer;
	entry->len = 200;
	entry->user_data = WAITING;
}

static void prepare_server(struct stage *stage)
{
	union address address;
	socklen_t length = loopback(&address, AF_INET);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, &address.any, length) || listen(fd, 8))
		skip(stage, "no loopback device: %s", errno_name(errno));
	getsockname(fd, &address.any, &length);
	memcpy(stage->path[0], &address, sizeof(address));
	stage->number[0] = fd;
}

static void prepare_caller(struct stage *stage)
{
	prepare_server(stage);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)(void *)stage->path[0], sizeof(struct sockaddr_in)))
		fail(stage, "connect: %s", errno_name(errno));
}

/* What connects to the server of the stage, not submitted yet. */
static struct held next_connect(struct stage *stage)
{
	static union address remote;
	memcpy(&remote, stage->path[0], sizeof(remote));
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_CONNECT);
	entry->fd = held.number;
	entry->addr = (uint64_t)(uintptr_t)&remote;
	entry->off = sizeof(remote.v4);
	entry->user_data = WAITING;
	return held;
}

static void connect_seen(struct stage *stage, const struct held *held, const char *outcome, const char *reason)
{
	struct statement s;
	union address remote;
	memcpy(&remote, stage->path[0], sizeof(remote));
	saw_operation(&s, stage, "network_connect", "IORING_OP_CONNECT");
	say_text(&s, "event.outcome", outcome);
	if (reason)
		say_text(&s, "event.reason", reason);
	else
		say_absent(&s, "event.reason");
	say_held(&s, held, NULL);
	say_socket(&s, "inet", "stream");
	say_end(&s, true, &remote, sizeof(remote.v4));
	say_transport(&s, "tcp", "ipv4");
	told(&s);
}

static void play_connect(struct stage *stage)
{
	struct statement s;
	struct held held = next_connect(stage);
	must(stage, ring_do(stage, &ring), "IORING_OP_CONNECT");
	connect_seen(stage, &held, "success", NULL);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_SEND);
	entry->fd = held.number;
	entry->addr = (uint64_t)(uintptr_t)buffer;
	entry->len = 70;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_SEND");
	saw_operation(&s, stage, "network_send", "IORING_OP_SEND");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	say_link(&s, held.number, true);
	say_transport(&s, "tcp", "ipv4");
	told(&s);
}

static void play_accept(struct stage *stage)
{
	struct statement s;
	ring_open(stage, &ring, 0);
	ring_next(&ring, IORING_OP_ACCEPT)->fd = stage->number[0];
	long fd = must(stage, ring_do(stage, &ring), "IORING_OP_ACCEPT");
	struct held held = hold((int)fd, "accepted");
	saw_operation(&s, stage, "network_accept", "IORING_OP_ACCEPT");
	say_result(&s, fd);
	say_held(&s, &held, NULL);
	say_link(&s, held.number, false);
	say_transport(&s, "tcp", "ipv4");
	told(&s);
}

static void play_pair(struct stage *stage)
{
	struct statement s;
	struct held ends[2];
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_SEND);
	entry->fd = ends[0].number;
	entry->addr = (uint64_t)(uintptr_t)buffer;
	entry->len = 25;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_SEND");
	saw_operation(&s, stage, "network_send", "IORING_OP_SEND");
	say_moved(&s, bytes);
	say_held(&s, &ends[0], NULL);
	say_transport(&s, "unix", "unix");
	told(&s);
	next_receive(ends[1].number);
	bytes = must(stage, ring_do(stage, &ring), "IORING_OP_RECV");
	saw_operation(&s, stage, "network_receive", "IORING_OP_RECV");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	say_transport(&s, "unix", "unix");
	told(&s);
}

/* The receiver waits in the ring first: its completion comes with the send. */
static void play_receive_waiting(struct stage *stage)
{
	struct statement s;
	struct held ends[2];
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	ring_open(stage, &ring, 0);
	next_receive(ends[1].number);
	ring_submit(stage, &ring, 0);
	long sent = must(stage, call(SYS_write, ends[0].number, "some bytes", 10), "write");
	ring_submit(stage, &ring, 1);
	long bytes = must(stage, ring_take(stage, &ring), "IORING_OP_RECV");
	saw(&s, stage, "network_send", "write");
	say_moved(&s, sent);
	say_held(&s, &ends[0], NULL);
	told(&s);
	saw_operation(&s, stage, "network_receive", "IORING_OP_RECV");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	told(&s);
}

/* What waits in the ring is given up: both completions are there when it gives the numbers back. */
static void submit_and_cancel(struct stage *stage)
{
	ring_submit(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_ASYNC_CANCEL);
	entry->fd = -1;
	entry->addr = WAITING;
	ring_submit(stage, &ring, 2);
	long results[2] = { ring_take(stage, &ring), ring_take(stage, &ring) };
	if (results[0] + results[1] != -ECANCELED)
		fail(stage, "cancelling gave %ld and %ld", results[0], results[1]);
}

/* A receive that is given up received nothing, and is no use. */
static void play_receive_cancelled(struct stage *stage)
{
	struct held ends[2];
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	ring_open(stage, &ring, 0);
	next_receive(ends[1].number);
	submit_and_cancel(stage);
}

/* A server with no room for more than the one that waits: what connects next is not answered. */
static void prepare_full(struct stage *stage)
{
	prepare_caller(stage);
	listen(stage->number[0], 0);
}

/* A connection that is given up was begun all the same. */
static void play_connect_cancelled(struct stage *stage)
{
	struct held held = next_connect(stage);
	submit_and_cancel(stage);
	connect_seen(stage, &held, "unknown", "ECANCELED");
}

static void play_pass(struct stage *stage)
{
	struct statement s;
	struct held ends[2];
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8))) = { 0 };
	char byte = 'x';
	struct iovec piece = { &byte, 1 };
	struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct held secret = open_said(stage, stage->secret, O_RDONLY, "secret");
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	ring_open(stage, &ring, 0);
	fill_rights(CMSG_FIRSTHDR(&message), &secret.number, 1);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_SENDMSG);
	entry->fd = ends[0].number;
	entry->addr = (uint64_t)(uintptr_t)&message;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_SENDMSG");
	saw_operation(&s, stage, "network_send", "IORING_OP_SENDMSG");
	say_moved(&s, bytes);
	say_held(&s, &ends[0], NULL);
	told(&s);
	saw_operation(&s, stage, "descriptor_send", "IORING_OP_SENDMSG");
	say_held(&s, &secret, stage->secret);
	told(&s);
	memset(control, 0, sizeof(control));
	message.msg_controllen = sizeof(control);
	entry = ring_next(&ring, IORING_OP_RECVMSG);
	entry->fd = ends[1].number;
	entry->addr = (uint64_t)(uintptr_t)&message;
	bytes = must(stage, ring_do(stage, &ring), "IORING_OP_RECVMSG");
	saw_operation(&s, stage, "network_receive", "IORING_OP_RECVMSG");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	told(&s);
	int number;
	memcpy(&number, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	struct held arrived = hold_again(&secret, number, "received", getpid());
	saw_operation(&s, stage, "descriptor_receive", "IORING_OP_RECVMSG");
	say_held(&s, &arrived, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

static void play_socket(struct stage *stage)
{
#ifdef IORING_FILE_INDEX_ALLOC
	struct statement s;
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, 45 /* IORING_OP_SOCKET, 5.19 */);
	entry->fd = AF_INET;
	entry->off = SOCK_STREAM;
	long fd = ring_do(stage, &ring);
	if (fd == -EINVAL)
		skip(stage, "no IORING_OP_SOCKET here");
	must(stage, fd, "IORING_OP_SOCKET");
	struct held held = hold((int)fd, "it");
	saw_operation(&s, stage, "descriptor_create", "IORING_OP_SOCKET");
	say_result(&s, fd);
	say_held(&s, &held, NULL);
	say_socket(&s, "inet", "stream");
	told(&s);
#else
	skip(stage, "built without IORING_OP_SOCKET");
#endif
}

const struct act uring_socket_acts[] = {
	{ "uring-connect", prepare_server, play_connect, NULL },
	{ "uring-accept", prepare_caller, play_accept, NULL },
	{ "uring-pair", NULL, play_pair, NULL },
	{ "uring-receive-waiting", NULL, play_receive_waiting, NULL },
	{ "uring-receive-cancelled", NULL, play_receive_cancelled, NULL },
	{ "uring-connect-cancelled", prepare_full, play_connect_cancelled, NULL },
	{ "uring-pass", NULL, play_pass, NULL },
	{ "uring-socket", NULL, play_socket, NULL },
	{ 0 },
};
