// SPDX-License-Identifier: Apache-2.0
/*
 * Equal uses in a row: the first is told at once, those after it as one event with a count. What happens between them
 * has them told before it, so that an event never stands for uses on both sides of another.
 */
#define _GNU_SOURCE
#include "act.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

static char buffer[64];

static void first(struct stage *stage, const struct held *held, const char *action, const char *name, long bytes)
{
	struct statement s;
	saw(&s, stage, action, name);
	say_moved(&s, bytes);
	say_held(&s, held, NULL);
	say_absent(&s, "event.start");
	told(&s);
}

/* After the first, `count` more of `bytes` each, then what closes the fold. */
static void rest(struct stage *stage, const struct held *held, const char *action, const char *name, long count,
		 long bytes, uint64_t began)
{
	struct statement s;
	saw(&s, stage, action, name);
	say_result(&s, bytes);
	say_number(&s, "detpack.use.count", count);
	say_number(&s, "detpack.use.bytes", count * bytes);
	say_between(&s, "event.start", began, boot_time());
	say_held(&s, held, NULL);
	say_later(&s);
	told(&s);
}

static uint64_t repeat(struct stage *stage, const struct held *held, long count)
{
	uint64_t began = boot_time();
	for (long i = 0; i < count; i++)
		must(stage, call(SYS_read, held->number, buffer, 10), "read");
	return began;
}

static void play_fold_exit(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	first(stage, &held, "file_read", "read", must(stage, call(SYS_read, held.number, buffer, 10), "read"));
	uint64_t began = repeat(stage, &held, 9);
	rest(stage, &held, "file_read", "read", 9, 10, began);
}

static void play_fold_rare(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	first(stage, &held, "file_read", "read", must(stage, call(SYS_read, held.number, buffer, 10), "read"));
	uint64_t began = repeat(stage, &held, 4);
	rest(stage, &held, "file_read", "read", 4, 10, began);
	/* To the mode that it has: an event of a fold repeats the object as it was at the first use. */
	long result = must(stage, call(SYS_fchmod, held.number, 0644), "fchmod");
	saw(&s, stage, "file_attribute", "fchmod");
	say_result(&s, result);
	told(&s);
	began = repeat(stage, &held, 2);
	rest(stage, &held, "file_read", "read", 2, 10, began);
}

static void play_fold_close(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	first(stage, &held, "file_read", "read", must(stage, call(SYS_read, held.number, buffer, 10), "read"));
	uint64_t began = repeat(stage, &held, 3);
	rest(stage, &held, "file_read", "read", 3, 10, began);
	close(held.number);
	open_said(stage, stage->plain, O_RDONLY, "other");
}

/* Two rows at once: each is folded for itself, and nothing between them tells either. */
static void play_fold_alternating(struct stage *stage)
{
	struct held from = open_said(stage, stage->plain, O_RDONLY, "from");
	struct held to = open_said(stage, stage->plain, O_WRONLY, "to");
	first(stage, &from, "file_read", "read", must(stage, call(SYS_read, from.number, buffer, 10), "read"));
	first(stage, &to, "file_write", "write", must(stage, call(SYS_write, to.number, buffer, 10), "write"));
	uint64_t began = boot_time();
	for (int i = 0; i < 3; i++) {
		must(stage, call(SYS_read, from.number, buffer, 10), "read");
		must(stage, call(SYS_write, to.number, buffer, 10), "write");
	}
	rest(stage, &from, "file_read", "read", 3, 10, began);
	rest(stage, &to, "file_write", "write", 3, 10, began);
}

/* Of a classed object the window is a tenth of a second: a use after it is in another event. */
static void play_fold_window(struct stage *stage)
{
	struct held held = open_said(stage, stage->secret, O_RDONLY, "it");
	first(stage, &held, "file_read", "read", must(stage, call(SYS_read, held.number, buffer, 10), "read"));
	uint64_t began = repeat(stage, &held, 3);
	rest(stage, &held, "file_read", "read", 3, 10, began);
	usleep(300000);
	first(stage, &held, "file_read", "read", must(stage, call(SYS_read, held.number, buffer, 10), "read"));
}

/* One that does nothing more has its fold told so soon that it stands in the order of time. */
static void play_fold_asleep(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	first(stage, &held, "file_read", "read", must(stage, call(SYS_read, held.number, buffer, 10), "read"));
	uint64_t began = repeat(stage, &held, 3);
	saw(&s, stage, "file_read", "read");
	say_number(&s, "detpack.use.count", 3);
	say_between(&s, "event.start", began, boot_time());
	say_held(&s, &held, NULL);
	say_absent(&s, "detpack.late");
	say_later(&s);
	told(&s);
	usleep(400000);
}

const struct act fold_acts[] = {
	{ "fold-exit", NULL, play_fold_exit, NULL },
	{ "fold-rare", NULL, play_fold_rare, NULL },
	{ "fold-close", NULL, play_fold_close, NULL },
	{ "fold-alternating", NULL, play_fold_alternating, NULL },
	{ "fold-window", NULL, play_fold_window, NULL },
	{ "fold-asleep", NULL, play_fold_asleep, NULL },
	{ 0 },
};
