// SPDX-License-Identifier: Apache-2.0
/* Reading and writing. Each act uses a descriptor of its own, so that nothing is folded. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char first[100], second[200];

static struct iovec pieces[2] = { { first, sizeof(first) }, { second, sizeof(second) } };

static void moved(struct stage *stage, const char *action, const char *name, const struct held *held, long bytes)
{
	struct statement s;
	saw(&s, stage, action, name);
	say_moved(&s, bytes);
	say_held(&s, held, NULL);
	say_text(&s, "detpack.route", "syscall");
	told(&s);
}

static struct held reader(struct stage *stage)
{
	return open_said(stage, stage->plain, O_RDONLY, "it");
}

static struct held writer(struct stage *stage)
{
	return open_said(stage, stage->plain, O_WRONLY, "it");
}

static void play_read(struct stage *stage)
{
	struct held held = reader(stage);
	moved(stage, "file_read", "read", &held, must(stage, call(SYS_read, held.number, first, 100), "read"));
}

static void play_read_end(struct stage *stage)
{
	struct held held = reader(stage);
	lseek(held.number, 0, SEEK_END);
	moved(stage, "file_read", "read", &held, must(stage, call(SYS_read, held.number, first, 100), "read"));
}

static void play_read_secret(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->secret, O_RDONLY, "it");
	long bytes = must(stage, call(SYS_read, held.number, first, 100), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &held, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

static void play_pread64(struct stage *stage)
{
	struct held held = reader(stage);
	long bytes = must(stage, call(SYS_pread64, held.number, first, 100, 4000L), "pread64");
	moved(stage, "file_read", "pread64", &held, bytes);
}

static void play_readv(struct stage *stage)
{
	struct held held = reader(stage);
	moved(stage, "file_read", "readv", &held, must(stage, call(SYS_readv, held.number, pieces, 2), "readv"));
}

static void play_preadv(struct stage *stage)
{
	struct held held = reader(stage);
	long bytes = must(stage, call(SYS_preadv, held.number, pieces, 2, 0L, 0L), "preadv");
	moved(stage, "file_read", "preadv", &held, bytes);
}

static void play_preadv2(struct stage *stage)
{
	struct held held = reader(stage);
	long bytes = must(stage, call(SYS_preadv2, held.number, pieces, 2, 10L, 0L, 0), "preadv2");
	moved(stage, "file_read", "preadv2", &held, bytes);
}

static void play_write(struct stage *stage)
{
	struct held held = writer(stage);
	moved(stage, "file_write", "write", &held, must(stage, call(SYS_write, held.number, first, 77), "write"));
}

static void play_pwrite64(struct stage *stage)
{
	struct held held = writer(stage);
	long bytes = must(stage, call(SYS_pwrite64, held.number, first, 50, 10L), "pwrite64");
	moved(stage, "file_write", "pwrite64", &held, bytes);
}

static void play_writev(struct stage *stage)
{
	struct held held = writer(stage);
	moved(stage, "file_write", "writev", &held, must(stage, call(SYS_writev, held.number, pieces, 2), "writev"));
}

static void play_pwritev(struct stage *stage)
{
	struct held held = writer(stage);
	long bytes = must(stage, call(SYS_pwritev, held.number, pieces, 2, 5L, 0L), "pwritev");
	moved(stage, "file_write", "pwritev", &held, bytes);
}

static void play_pwritev2(struct stage *stage)
{
	struct held held = writer(stage);
	long bytes = must(stage, call(SYS_pwritev2, held.number, pieces, 2, 5L, 0L, 0), "pwritev2");
	moved(stage, "file_write", "pwritev2", &held, bytes);
}

static void failed(struct stage *stage, const char *action, const char *name, const struct held *held, long result,
		   int expected)
{
	struct statement s;
	if (result != -expected)
		fail(stage, "%s gave %ld", name, result);
	saw(&s, stage, action, name);
	say_result(&s, result);
	say_held(&s, held, NULL);
	told(&s);
}

static void play_read_refused(struct stage *stage)
{
	struct held held = writer(stage);
	failed(stage, "file_read", "read", &held, call(SYS_read, held.number, first, 10), EBADF);
}

static void play_read_directory(struct stage *stage)
{
	struct held held = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "it");
	failed(stage, "file_read", "read", &held, call(SYS_read, held.number, first, 10), EISDIR);
}

static void play_write_refused(struct stage *stage)
{
	struct held held = reader(stage);
	failed(stage, "file_write", "write", &held, call(SYS_write, held.number, first, 10), EBADF);
}

static void play_read_closed(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_read, 777, first, 10);
	if (result != -EBADF)
		fail(stage, "read of no descriptor gave %ld", result);
	saw(&s, stage, "file_read", "read");
	say_result(&s, result);
	say_number(&s, "detpack.descriptor.number", 777);
	say_absent(&s, "detpack.object.id");
	say_absent(&s, "file.path");
	say_maybe(&s, "a number behind which there is nothing: no object was used");
	told(&s);
}

/* An empty poll is counted, but it is no event. */
static void play_read_again(struct stage *stage)
{
	int ends[2];
	struct statement s;
	must(stage, call(SYS_pipe2, ends, O_NONBLOCK), "pipe2");
	for (int i = 0; i < 2; i++) {
		struct held end = hold(ends[i], i ? "write end" : "read end");
		saw(&s, stage, "descriptor_create", "pipe2");
		say_held(&s, &end, NULL);
		told(&s);
	}
	for (int i = 0; i < 3; i++)
		if (call(SYS_read, ends[0], first, 10) != -EAGAIN)
			fail(stage, "an empty pipe was read");
}

static void play_pipe_transfer(struct stage *stage)
{
	int ends[2];
	struct held held[2];
	struct statement s;
	must(stage, call(SYS_pipe, ends), "pipe");
	for (int i = 0; i < 2; i++) {
		held[i] = hold(ends[i], i ? "write end" : "read end");
		saw(&s, stage, "descriptor_create", "pipe");
		say_held(&s, &held[i], NULL);
		told(&s);
	}
	moved(stage, "file_write", "write", &held[1], must(stage, call(SYS_write, ends[1], first, 64), "write"));
	moved(stage, "file_read", "read", &held[0], must(stage, call(SYS_read, ends[0], second, 200), "read"));
}

const struct act transfer_acts[] = {
	{ "read", NULL, play_read, NULL },
	{ "read-end", NULL, play_read_end, NULL },
	{ "read-secret", NULL, play_read_secret, NULL },
	{ "pread64", NULL, play_pread64, NULL },
	{ "readv", NULL, play_readv, NULL },
	{ "preadv", NULL, play_preadv, NULL },
	{ "preadv2", NULL, play_preadv2, NULL },
	{ "write", NULL, play_write, NULL },
	{ "pwrite64", NULL, play_pwrite64, NULL },
	{ "writev", NULL, play_writev, NULL },
	{ "pwritev", NULL, play_pwritev, NULL },
	{ "pwritev2", NULL, play_pwritev2, NULL },
	{ "read-refused", NULL, play_read_refused, NULL },
	{ "read-directory", NULL, play_read_directory, NULL },
	{ "write-refused", NULL, play_write_refused, NULL },
	{ "read-closed", NULL, play_read_closed, NULL },
	{ "read-again", NULL, play_read_again, NULL },
	{ "pipe-transfer", NULL, play_pipe_transfer, NULL },
	{ 0 },
};
