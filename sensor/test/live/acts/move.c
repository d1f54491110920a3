// SPDX-License-Identifier: Apache-2.0
/* Data that goes from one object to another without passing through the process. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct held destination(struct stage *stage)
{
	struct statement s;
	char path[PATH_SIZE];
	join(path, stage->directory, "to");
	long fd = must(stage, call(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT, 0600), "openat");
	struct held held = hold((int)fd, "to");
	held.asked = O_CREAT;
	saw(&s, stage, "file_create", "openat");
	say_held(&s, &held, path);
	told(&s);
	held.asked = 0;
	return held;
}

static void moved(struct stage *stage, const char *name, const char *route, const struct held *to,
		  const struct held *from, const char *from_path, long bytes)
{
	struct statement s;
	must(stage, bytes, name);
	if (bytes == 0)
		fail(stage, "%s moved nothing", name);
	saw(&s, stage, "file_write", name);
	say_moved(&s, bytes);
	say_held(&s, to, NULL);
	if (from)
		say_source(&s, from, from_path);
	say_text(&s, "detpack.route", route);
	told(&s);
}

static void play_sendfile(struct stage *stage)
{
	struct held from = open_said(stage, stage->secret, O_RDONLY, "from");
	struct held to = destination(stage);
	struct statement s;
	long bytes = must(stage, call(SYS_sendfile, to.number, from.number, NULL, 1000L), "sendfile");
	saw(&s, stage, "file_write", "sendfile");
	say_moved(&s, bytes);
	say_held(&s, &to, NULL);
	say_source(&s, &from, stage->secret);
	say_text(&s, "detpack.source.object.class", "credential");
	say_text(&s, "detpack.route", "sendfile");
	told(&s);
}

static void play_copy_file_range(struct stage *stage)
{
	struct held from = open_said(stage, stage->plain, O_RDONLY, "from");
	struct held to = destination(stage);
	long bytes = call(SYS_copy_file_range, from.number, NULL, to.number, NULL, 1500L, 0);
	moved(stage, "copy_file_range", "splice", &to, &from, stage->plain, bytes);
}

static void play_splice(struct stage *stage)
{
	struct held ends[2];
	struct held from = open_said(stage, stage->plain, O_RDONLY, "from");
	pipe_said(stage, ends, "read end", "write end");
	long bytes = call(SYS_splice, from.number, NULL, ends[1].number, NULL, 900L, 0);
	moved(stage, "splice", "splice", &ends[1], &from, stage->plain, bytes);
	struct held to = destination(stage);
	bytes = call(SYS_splice, ends[0].number, NULL, to.number, NULL, 900L, 0);
	moved(stage, "splice", "splice", &to, &ends[0], NULL, bytes);
}

static void play_tee(struct stage *stage)
{
	struct held one[2], other[2];
	struct statement s;
	pipe_said(stage, one, "first read end", "first write end");
	pipe_said(stage, other, "second read end", "second write end");
	long bytes = must(stage, call(SYS_write, one[1].number, "twelve bytes", 12L), "write");
	saw(&s, stage, "file_write", "write");
	say_moved(&s, bytes);
	say_held(&s, &one[1], NULL);
	told(&s);
	bytes = call(SYS_tee, one[0].number, other[1].number, 100L, 0);
	moved(stage, "tee", "splice", &other[1], &one[0], NULL, bytes);
}

static void play_vmsplice(struct stage *stage)
{
	static char page[4096];
	struct iovec piece = { page, sizeof(page) };
	struct held ends[2];
	pipe_said(stage, ends, "read end", "write end");
	moved(stage, "vmsplice", "splice", &ends[1], NULL, NULL, call(SYS_vmsplice, ends[1].number, &piece, 1L, 0));
}

/* From a pipe into memory: a read. */
static void play_vmsplice_in(struct stage *stage)
{
	static char page[4096];
	struct iovec piece = { page, 100 };
	struct held ends[2];
	struct statement s;
	pipe_said(stage, ends, "read end", "write end");
	long bytes = must(stage, call(SYS_write, ends[1].number, "twelve bytes", 12L), "write");
	saw(&s, stage, "file_write", "write");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	told(&s);
	bytes = must(stage, call(SYS_vmsplice, ends[0].number, &piece, 1L, 0), "vmsplice");
	saw(&s, stage, "file_read", "vmsplice");
	say_moved(&s, bytes);
	say_held(&s, &ends[0], NULL);
	say_text(&s, "detpack.route", "splice");
	told(&s);
}

static void play_sendfile_refused(struct stage *stage)
{
	struct statement s;
	struct held from = open_said(stage, stage->plain, O_RDONLY, "from");
	struct held to = open_said(stage, stage->secret, O_RDONLY, "to");
	long result = call(SYS_sendfile, to.number, from.number, NULL, 1000L);
	if (result != -EBADF)
		fail(stage, "sendfile to a descriptor for reading gave %ld", result);
	saw(&s, stage, "file_write", "sendfile");
	say_result(&s, result);
	say_held(&s, &to, NULL);
	say_source(&s, &from, stage->plain);
	told(&s);
}

const struct act move_acts[] = {
	{ "sendfile", NULL, play_sendfile, NULL },
	{ "sendfile-refused", NULL, play_sendfile_refused, NULL },
	{ "copy-file-range", NULL, play_copy_file_range, NULL },
	{ "splice", NULL, play_splice, NULL },
	{ "tee", NULL, play_tee, NULL },
	{ "vmsplice", NULL, play_vmsplice, NULL },
	{ "vmsplice-in", NULL, play_vmsplice_in, NULL },
	{ 0 },
};
