// SPDX-License-Identifier: Apache-2.0
/* Requests of io_uring that complete many times (multishot): accept, receive, and descriptors that come so. */
#define _GNU_SOURCE
#include "endpoint.h"
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUP 1
#define BUFFERS 4
#define BUFFER_SIZE 1024

static struct ring ring, other_ring;
/* What requests are called here: in each act otherwise, since a ring may come to lie where one was that is not gone yet. */
static uint64_t called = 77;
static char buffers[BUFFERS][BUFFER_SIZE];

#ifdef IORING_RECV_MULTISHOT

/* Room that the kernel takes what it receives from. */
static void give_buffers(struct stage *stage)
{
	called++;
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_PROVIDE_BUFFERS);
	entry->fd = BUFFERS;
	entry->addr = (uint64_t)(uintptr_t)buffers;
	entry->len = BUFFER_SIZE;
	entry->buf_group = GROUP;
	must(stage, ring_do(stage, &ring), "IORING_OP_PROVIDE_BUFFERS");
}

static struct io_uring_sqe *next_receive(unsigned char operation, int number)
{
	struct io_uring_sqe *entry = ring_next(&ring, operation);
	entry->fd = number;
	entry->ioprio = IORING_RECV_MULTISHOT;
	entry->flags = IOSQE_BUFFER_SELECT;
	entry->buf_group = GROUP;
	entry->user_data = called;
	return entry;
}

/* One completion of what goes on; skips where there is no such request. */
static long one_shot(struct stage *stage)
{
	ring_submit(stage, &ring, 1);
	long result = ring_take(stage, &ring);
	if (result == -EINVAL)
		skip(stage, "no multishot here");
	return must(stage, result, "multishot");
}

static void prepare_callers(struct stage *stage)
{
	union address address;
	socklen_t length = loopback(&address, AF_INET);
	stage->number[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (stage->number[0] < 0 || bind(stage->number[0], &address.any, length) || listen(stage->number[0], 8))
		skip(stage, "no loopback device: %s", errno_name(errno));
	getsockname(stage->number[0], &address.any, &length);
	for (int i = 0; i < 2; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(fd, &address.any, length))
			fail(stage, "connect: %s", errno_name(errno));
	}
}

/* Two that wait are accepted by one request. */
static void play_accept(struct stage *stage)
{
	struct statement s;
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_ACCEPT);
	entry->fd = stage->number[0];
	entry->ioprio = IORING_ACCEPT_MULTISHOT;
	entry->user_data = called;
	for (int i = 0; i < 2; i++) {
		long fd = i ? ring_take(stage, &ring) : one_shot(stage);
		struct held held = hold((int)fd, i ? "second" : "first");
		saw_operation(&s, stage, "network_accept", "IORING_OP_ACCEPT");
		say_result(&s, fd);
		say_held(&s, &held, NULL);
		say_link(&s, held.number, false);
		say_transport(&s, "tcp", "ipv4");
		told(&s);
	}
}

/* `one_of_several`: the caller calls another request the same. */
static void sent_and_received(struct stage *stage, const struct held *ends, long bytes, bool one_of_several)
{
	struct statement s;
	long sent = must(stage, call(SYS_write, ends[0].number, buffers, bytes), "write");
	saw(&s, stage, "network_send", "write");
	say_moved(&s, sent);
	say_held(&s, &ends[0], NULL);
	told(&s);
	long got = one_shot(stage);
	saw_operation(&s, stage, "network_receive", "IORING_OP_RECV");
	say_moved(&s, got);
	say_held(&s, &ends[1], NULL);
	if (one_of_several) {
		say_flag(&s, "detpack.descriptor.raced", true);
		say_text(&s, "detpack.object.identity", "candidate");
	}
	told(&s);
}

static void play_receive(struct stage *stage)
{
	struct held ends[2];
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	ring_open(stage, &ring, 0);
	give_buffers(stage);
	next_receive(IORING_OP_RECV, ends[1].number);
	sent_and_received(stage, ends, 30, false);
}

/* The kernel names a completion by what the caller calls its request, which may be what it calls another. */
static void play_several(struct stage *stage)
{
	struct held idle[2], ends[2];
	socketpair_said(stage, SOCK_STREAM, idle, "one idle", "other idle");
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	ring_open(stage, &ring, 0);
	give_buffers(stage);
	next_receive(IORING_OP_RECV, idle[1].number);
	ring_submit(stage, &ring, 0);
	next_receive(IORING_OP_RECV, ends[1].number);
	sent_and_received(stage, ends, 30, true);
}

/* A message that another ring leaves here completes no request, whatever it is called. */
static void play_message(struct stage *stage)
{
	struct held ends[2];
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	ring_open(stage, &ring, 0);
	give_buffers(stage);
	next_receive(IORING_OP_RECV, ends[1].number);
	sent_and_received(stage, ends, 30, false);
	ring_open_named(stage, &other_ring, 0, "other ring");
	struct io_uring_sqe *entry = ring_next(&other_ring, IORING_OP_MSG_RING);
	entry->fd = ring.number;
	entry->len = 5;
	entry->off = called;
	must(stage, ring_do(stage, &other_ring), "IORING_OP_MSG_RING");
	if (ring_take(stage, &ring) != 5)
		fail(stage, "the message did not come");
}

/* The numbers of descriptors that come so lie in a buffer of the group. */
static void play_pass(struct stage *stage)
{
	struct statement s;
	struct held ends[2];
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8))) = { 0 };
	char byte = 'x';
	struct iovec piece = { &byte, 1 };
	struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct msghdr wanted = { .msg_controllen = sizeof(control) };
	struct held secret = open_said(stage, stage->secret, O_RDONLY, "secret");
	socketpair_said(stage, SOCK_SEQPACKET, ends, "one", "other");
	ring_open(stage, &ring, 0);
	give_buffers(stage);
	struct io_uring_sqe *entry = next_receive(IORING_OP_RECVMSG, ends[1].number);
	entry->addr = (uint64_t)(uintptr_t)&wanted;
	fill_rights(CMSG_FIRSTHDR(&message), &secret.number, 1);
	long bytes = must(stage, call(SYS_sendmsg, ends[0].number, &message, MSG_NOSIGNAL), "sendmsg");
	saw(&s, stage, "network_send", "sendmsg");
	say_moved(&s, bytes);
	say_held(&s, &ends[0], NULL);
	told(&s);
	saw(&s, stage, "descriptor_send", "sendmsg");
	say_held(&s, &secret, stage->secret);
	told(&s);
	one_shot(stage);
	saw_operation(&s, stage, "network_receive", "IORING_OP_RECVMSG");
	say_moved(&s, 1);
	say_held(&s, &ends[1], NULL);
	told(&s);
	struct held arrived = hold_again(&secret, ring.number + 1, "received", getpid());
	saw_operation(&s, stage, "descriptor_receive", "IORING_OP_RECVMSG");
	say_held(&s, &arrived, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

const struct act uring_shot_acts[] = {
	{ "uring-shot-accept", prepare_callers, play_accept, NULL },
	{ "uring-shot-receive", NULL, play_receive, NULL },
	{ "uring-shot-several", NULL, play_several, NULL },
	{ "uring-shot-message", NULL, play_message, NULL },
	{ "uring-shot-pass", NULL, play_pass, NULL },
	{ 0 },
};

#else

static void play_nothing(struct stage *stage)
{
	skip(stage, "built without multishot");
}

const struct act uring_shot_acts[] = { { "uring-shot", NULL, play_nothing, NULL }, { 0 } };

#endif
