// SPDX-License-Identifier: Apache-2.0
/* io_uring where it differs from calls: files that only the ring has, given to a number, to another ring, taken from. */
#define _GNU_SOURCE
#include "endpoint.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers of newer kernels than the headers may be. */
enum { INSTALL = 54, BIND = 56, MAKE_PIPE = 62 };
#define SENDS_FILE 1 /* IORING_MSG_SEND_FD */

static struct ring ring, other_ring;
static char buffer[256];

/* Skips where the kernel does not know the operation. */
static long done(struct stage *stage, struct ring *of, const char *operation)
{
	long result = ring_do(stage, of);
	if (result == -EINVAL)
		skip(stage, "no %s here", operation);
	return must(stage, result, operation);
}

/* A file that the ring has and nobody else, of the class of secrets. */
static struct held kept_secret(struct stage *stage, struct ring *of)
{
	struct held held = open_said(stage, stage->secret, O_RDONLY, "secret");
	ring_open(stage, of, 0);
	ring_register(stage, of, &held.number, 1);
	close(held.number);
	return held;
}

static void play_install(struct stage *stage)
{
	struct statement s;
	struct held held = kept_secret(stage, &ring);
	struct io_uring_sqe *entry = ring_next(&ring, INSTALL);
	entry->flags = IOSQE_FIXED_FILE;
	long number = done(stage, &ring, "IORING_OP_FIXED_FD_INSTALL");
	struct held again = hold_again(&held, (int)number, "duplicated", 0);
	saw_operation(&s, stage, "descriptor_duplicate", "IORING_OP_FIXED_FD_INSTALL");
	say_held(&s, &again, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

static void play_splice_kept(struct stage *stage)
{
	struct statement s;
	struct held ends[2];
	struct held held = kept_secret(stage, &ring);
	pipe_said(stage, ends, "read end", "write end");
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_SPLICE);
	entry->fd = ends[1].number;
	entry->splice_fd_in = 0;
	entry->splice_flags = 1u << 31; /* SPLICE_F_FD_IN_FIXED */
	entry->splice_off_in = 0;
	entry->off = (uint64_t)-1;
	entry->len = 300;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_SPLICE");
	saw_operation(&s, stage, "file_write", "IORING_OP_SPLICE");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	say_text(&s, "detpack.source.object.path", stage->secret);
	say_text(&s, "detpack.source.object.class", "credential");
	say_same(&s, "detpack.source.description.id", held.name);
	told(&s);
}

static void play_message(struct stage *stage)
{
	struct statement s;
	struct held held = kept_secret(stage, &ring);
	const int none[2] = { -1, -1 };
	ring_open_named(stage, &other_ring, 0, "other ring");
	ring_register(stage, &other_ring, none, 2);
	struct io_uring_sqe *entry = ring_next(&ring, 40 /* IORING_OP_MSG_RING, 5.18 */);
	entry->fd = other_ring.number;
	entry->addr = SENDS_FILE;
	entry->addr3 = 0;
	entry->file_index = 2; /* the second place there, counted from 1 */
	done(stage, &ring, "IORING_OP_MSG_RING");
	saw_operation(&s, stage, "descriptor_send", "IORING_OP_MSG_RING");
	say_path(&s, stage->secret);
	say_same(&s, "detpack.description.id", held.name);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
	ring_take(stage, &other_ring);
	entry = ring_next(&other_ring, IORING_OP_READ);
	entry->fd = 1;
	entry->flags = IOSQE_FIXED_FILE;
	entry->addr = (uint64_t)(uintptr_t)buffer;
	entry->len = 50;
	long bytes = must(stage, ring_do(stage, &other_ring), "IORING_OP_READ");
	saw_operation(&s, stage, "file_read", "IORING_OP_READ");
	say_moved(&s, bytes);
	say_path(&s, stage->secret);
	say_same(&s, "detpack.description.id", held.name);
	told(&s);
}

/* A socket that only the ring has is a socket all the same. */
static void play_send_kept(struct stage *stage)
{
	struct statement s;
	struct held ends[2];
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	ring_open(stage, &ring, 0);
	ring_register(stage, &ring, &ends[0].number, 1);
	close(ends[0].number);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_SEND);
	entry->flags = IOSQE_FIXED_FILE;
	entry->addr = (uint64_t)(uintptr_t)buffer;
	entry->len = 33;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_SEND");
	saw_operation(&s, stage, "network_send", "IORING_OP_SEND");
	say_moved(&s, bytes);
	say_same(&s, "detpack.description.id", "one");
	say_transport(&s, "unix", "unix");
	told(&s);
}

static void play_fallocate(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->plain, O_RDWR, "it");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_FALLOCATE);
	entry->fd = held.number;
	entry->off = 0;
	entry->addr = 4096; /* the length */
	entry->len = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
	long result = must(stage, ring_do(stage, &ring), "IORING_OP_FALLOCATE");
	saw_operation(&s, stage, "file_attribute", "IORING_OP_FALLOCATE");
	say_result(&s, result);
	say_held(&s, &held, stage->plain);
	told(&s);
}

static void play_bind(struct stage *stage)
{
	struct statement s;
	union address wanted, bound;
	socklen_t length = loopback(&wanted, AF_INET), bound_length = sizeof(bound);
	struct held held = socket_said(stage, AF_INET, SOCK_DGRAM, "server");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, BIND);
	entry->fd = held.number;
	entry->addr = (uint64_t)(uintptr_t)&wanted;
	entry->off = length;
	done(stage, &ring, "IORING_OP_BIND");
	getsockname(held.number, &bound.any, &bound_length);
	saw_operation(&s, stage, "network_listen", "IORING_OP_BIND");
	say_held(&s, &held, NULL);
	say_end(&s, true, &bound, bound_length);
	told(&s);
}

static void play_pipe(struct stage *stage)
{
	struct statement s;
	int ends[2] = { -1, -1 };
	ring_open(stage, &ring, 0);
	ring_next(&ring, MAKE_PIPE)->addr = (uint64_t)(uintptr_t)ends;
	done(stage, &ring, "IORING_OP_PIPE");
	for (int i = 0; i < 2; i++) {
		struct held held = hold(ends[i], i ? "write end" : "read end");
		saw_operation(&s, stage, "descriptor_create", "IORING_OP_PIPE");
		say_held(&s, &held, NULL);
		told(&s);
	}
}

/* More requests wait than the sensor remembers; the oldest ends last, and is still seen, if not by which number. */
static void play_many(struct stage *stage)
{
	struct statement s;
	struct held ends[2], last[2];
	socketpair_said(stage, SOCK_STREAM, last, "one", "other");
	socketpair_said(stage, SOCK_STREAM, ends, "third", "fourth");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_RECV);
	entry->fd = last[1].number;
	entry->addr = (uint64_t)(uintptr_t)buffer;
	entry->len = 100;
	ring_submit(stage, &ring, 0);
	for (int i = 0; i < 4096; i++) {
		entry = ring_next(&ring, IORING_OP_RECV);
		entry->fd = ends[1].number;
		entry->addr = (uint64_t)(uintptr_t)buffer;
		entry->len = 100;
		ring_submit(stage, &ring, 0);
	}
	long sent = must(stage, call(SYS_write, last[0].number, "some bytes", 10), "write");
	ring_submit(stage, &ring, 1);
	long bytes = must(stage, ring_take(stage, &ring), "IORING_OP_RECV");
	saw(&s, stage, "network_send", "write");
	say_moved(&s, sent);
	say_held(&s, &last[0], NULL);
	told(&s);
	saw_operation(&s, stage, "network_receive", "IORING_OP_RECV");
	say_moved(&s, bytes);
	say_absent(&s, "detpack.descriptor.number");
	say_same(&s, "detpack.description.id", "other");
	told(&s);
}

const struct act uring_more_acts[] = {
	{ "uring-install", NULL, play_install, NULL },
	{ "uring-splice-kept", NULL, play_splice_kept, NULL },
	{ "uring-message", NULL, play_message, NULL },
	{ "uring-send-kept", NULL, play_send_kept, NULL },
	{ "uring-fallocate", NULL, play_fallocate, NULL },
	{ "uring-bind", NULL, play_bind, NULL },
	{ "uring-pipe", NULL, play_pipe, NULL },
	{ "uring-many", NULL, play_many, NULL },
	{ 0 },
};
