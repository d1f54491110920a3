// SPDX-License-Identifier: Apache-2.0
/* Whole tables of descriptors: ranges that are closed, and a table that two had and one leaves. */
#define _GNU_SOURCE
#include "endpoint.h"

#include <errno.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char buffer[64];

static void read_said(struct stage *stage, const struct held *held, const char *path)
{
	struct statement s;
	long bytes = must(stage, call(SYS_read, held->number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, held, path);
	told(&s);
}

static struct held duplicated(struct stage *stage, const struct held *held, int number)
{
	struct statement s;
	must(stage, call(SYS_dup2, held->number, number), "dup2");
	struct held copy = hold_again(held, number, "duplicated", 0);
	saw(&s, stage, "descriptor_duplicate", "dup2");
	say_held(&s, &copy, NULL);
	told(&s);
	return copy;
}

/* A descriptor that this process has from another: itself, by way of a socket. */
static struct held received(struct stage *stage)
{
	struct {
		struct cmsghdr head;
		int number;
	} control;
	struct held ends[2], it = open_said(stage, stage->secret, O_RDONLY, "secret");
	struct iovec piece = { buffer, 1 };
	struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	struct statement s;
	socketpair_said(stage, SOCK_DGRAM, ends, "one", "other");
	fill_rights(&control.head, &it.number, 1);
	moved_said(stage, "network_send", "sendmsg", &ends[0], call(SYS_sendmsg, ends[0].number, &message, 0));
	saw(&s, stage, "descriptor_send", "sendmsg");
	say_held(&s, &it, stage->secret);
	told(&s);
	message.msg_controllen = sizeof(control);
	moved_said(stage, "network_receive", "recvmsg", &ends[1], call(SYS_recvmsg, ends[1].number, &message, 0));
	struct held held = hold_again(&it, control.number, "received", getpid());
	saw(&s, stage, "descriptor_receive", "recvmsg");
	say_held(&s, &held, stage->secret);
	told(&s);
	return held;
}

static char small_stack[16384] __attribute__((aligned(16)));

static int waits(void *nothing)
{
	(void)nothing;
	while (pause())
		;
	return 0;
}

/* A child that has the table too, until it is killed. */
static pid_t sharer(struct stage *stage)
{
	struct statement s;
	pid_t child = clone(waits, small_stack + sizeof(small_stack), CLONE_FILES | SIGCHLD, NULL);
	if (child < 0)
		fail(stage, "clone: %s", errno_name(errno));
	saw(&s, stage, "process_fork", NULL);
	say_number(&s, "detpack.object.process.pid", child);
	told(&s);
	return child;
}

/* What a process is left with of a table is as it was. */
static void play_range_unshare(struct stage *stage)
{
	struct held held = received(stage);
	pid_t child = sharer(stage);
	must(stage, call(SYS_close_range, held.number + 1, ~0u, CLOSE_RANGE_UNSHARE), "close_range");
	read_said(stage, &held, stage->secret);
	child_killed(stage, child);
}

static void play_unshare(struct stage *stage)
{
	struct held held = received(stage);
	pid_t child = sharer(stage);
	must(stage, call(SYS_unshare, (long)CLONE_FILES), "unshare");
	read_said(stage, &held, stage->secret);
	child_killed(stage, child);
}

static void play_range_cloexec(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	long result = call(SYS_close_range, held.number, held.number, CLOSE_RANGE_CLOEXEC);
	if (result == -EINVAL)
		skip(stage, "no CLOSE_RANGE_CLOEXEC here");
	must(stage, result, "close_range");
	read_said(stage, &held, NULL);
}

static void say_no_flow(struct statement *s)
{
	say_absent(s, "detpack.flow.object.class");
	say_absent(s, "detpack.flow.object.id");
}

/* The numbers of a range are free, also those far behind its first, and what they were is held no more. */
static void play_range_closed(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->secret, O_RDONLY, "secret");
	struct held far = duplicated(stage, &held, 900);
	must(stage, call(SYS_close_range, held.number, ~0u, 0), "close_range");
	long fd = must(stage, call(SYS_open, stage->plain, O_RDONLY), "open");
	struct held plain = hold((int)fd, "plain");
	saw(&s, stage, "file_open", "open");
	say_held(&s, &plain, stage->plain);
	say_no_flow(&s);
	told(&s);
	struct held again = duplicated(stage, &plain, far.number);
	read_said(stage, &again, NULL);
}

const struct act table_acts[] = {
	{ "close-range", NULL, play_range_closed, NULL },
	{ "close-range-cloexec", NULL, play_range_cloexec, NULL },
	{ "close-range-unshare", NULL, play_range_unshare, NULL },
	{ "unshare-files-received", NULL, play_unshare, NULL },
	{ 0 },
};
