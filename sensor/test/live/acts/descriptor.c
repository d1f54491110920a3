// SPDX-License-Identifier: Apache-2.0
/* Descriptors that are copied: dup and its kin, inherited over fork, kept over exec, taken with pidfd_getfd. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static char buffer[64];

static void duplicated(struct stage *stage, const char *name, const struct held *held, long fd)
{
	struct statement s;
	must(stage, fd, name);
	struct held copy = hold_again(held, (int)fd, "duplicated", 0);
	saw(&s, stage, "descriptor_duplicate", name);
	say_result(&s, fd);
	say_held(&s, &copy, NULL);
	told(&s);
	long bytes = must(stage, call(SYS_read, fd, buffer, 10), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &copy, NULL);
	told(&s);
}

static struct held reader(struct stage *stage)
{
	return open_said(stage, stage->plain, O_RDONLY, "it");
}

static void play_dup(struct stage *stage)
{
	struct held held = reader(stage);
	duplicated(stage, "dup", &held, call(SYS_dup, held.number));
}

static void play_dup2(struct stage *stage)
{
	struct held held = reader(stage);
	duplicated(stage, "dup2", &held, call(SYS_dup2, held.number, 100));
}

/* Onto itself it does nothing, and onto an open descriptor it closes that one. */
static void play_dup2_over(struct stage *stage)
{
	struct held held = reader(stage);
	struct held other = open_said(stage, stage->secret, O_RDONLY, "other");
	must(stage, call(SYS_dup2, held.number, held.number), "dup2");
	duplicated(stage, "dup2", &held, call(SYS_dup2, held.number, other.number));
}

static void play_dup3(struct stage *stage)
{
	struct held held = reader(stage);
	duplicated(stage, "dup3", &held, call(SYS_dup3, held.number, 101, O_CLOEXEC));
}

static void play_dupfd(struct stage *stage)
{
	struct held held = reader(stage);
	duplicated(stage, "fcntl", &held, call(SYS_fcntl, held.number, F_DUPFD, 50));
}

static void play_dupfd_cloexec(struct stage *stage)
{
	struct held held = reader(stage);
	duplicated(stage, "fcntl", &held, call(SYS_fcntl, held.number, F_DUPFD_CLOEXEC, 50));
}

static void play_dup_refused(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_dup, 777);
	if (result != -EBADF)
		fail(stage, "dup of no descriptor gave %ld", result);
	saw(&s, stage, "descriptor_duplicate", "dup");
	say_result(&s, result);
	told(&s);
}

static void play_fork_inheritance(struct stage *stage)
{
	struct held held = open_said(stage, stage->secret, O_RDONLY, "it");
	pid_t parent = getpid();
	pid_t child = fork_said(stage);
	if (child == 0) {
		struct statement s;
		struct held own = hold_again(&held, held.number, "inherited", parent);
		long bytes = must(stage, call(SYS_read, held.number, buffer, 20), "read");
		saw(&s, stage, "file_read", "read");
		say_moved(&s, bytes);
		say_held(&s, &own, stage->secret);
		say_text(&s, "detpack.object.class", "credential");
		told(&s);
		leave(stage, 0);
	}
	waitpid(child, NULL, 0);
}

/* Duplicated by the parent, then inherited: what the child holds came from its parent. */
static void play_fork_after_dup(struct stage *stage)
{
	struct held held = reader(stage);
	struct statement s;
	pid_t parent = getpid();
	long fd = must(stage, call(SYS_dup, held.number), "dup");
	struct held copy = hold_again(&held, (int)fd, "duplicated", 0);
	saw(&s, stage, "descriptor_duplicate", "dup");
	say_held(&s, &copy, NULL);
	told(&s);
	pid_t child = fork_said(stage);
	if (child == 0) {
		struct held own = hold_again(&held, (int)fd, "inherited", parent);
		long bytes = must(stage, call(SYS_read, fd, buffer, 20), "read");
		saw(&s, stage, "file_read", "read");
		say_moved(&s, bytes);
		say_held(&s, &own, NULL);
		told(&s);
		leave(stage, 0);
	}
	waitpid(child, NULL, 0);
}

/* A child of the stage process that opens the secret and waits; not an actor. */
static void prepare_holder(struct stage *stage)
{
	int ready[2];
	char byte;
	if (pipe(ready))
		fail(stage, "pipe: %s", errno_name(errno));
	stage->other = fork();
	if (stage->other == 0) {
		alarm(15);
		uint64_t *value = (uint64_t *)(void *)buffer;
		value[0] = boot_time();
		int fd = open(stage->secret, O_RDONLY);
		value[1] = boot_time();
		if (fd < 0 || dup2(fd, 99) != 99 || write(ready[1], buffer, 16) != 16)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], buffer, 16) != 16)
		fail(stage, "the holder did not start");
	memcpy(stage->value, buffer, 16);
	close(ready[0]);
	(void)byte;
}

static void finish_holder(struct stage *stage)
{
	kill(stage->other, 9);
	waitpid(stage->other, NULL, 0);
}

static struct held pidfd_said(struct stage *stage, pid_t pid)
{
	struct statement s;
	long fd = must(stage, call(SYS_pidfd_open, pid, 0), "pidfd_open");
	struct held held = hold((int)fd, "pidfd");
	saw(&s, stage, "descriptor_create", "pidfd_open");
	say_result(&s, fd);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "process");
	say_number(&s, "detpack.object.process.pid", pid);
	say_entity(&s, "detpack.object.process.entity_id", pid);
	told(&s);
	return held;
}

static void play_pidfd_getfd(struct stage *stage)
{
	struct statement s;
	struct held pidfd = pidfd_said(stage, stage->other);
	long fd = must(stage, call(SYS_pidfd_getfd, pidfd.number, 99, 0), "pidfd_getfd");
	struct held taken = { .number = (int)fd, .name = "theirs", .origin = "taken", .opened_by = stage->other,
			      .from = stage->other, .opened_after = stage->value[0], .opened_before = stage->value[1] };
	saw(&s, stage, "descriptor_take", "pidfd_getfd");
	say_result(&s, fd);
	say_held(&s, &taken, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	say_number(&s, "detpack.object.process.pid", stage->other);
	told(&s);
	long bytes = must(stage, call(SYS_read, fd, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &taken, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

static void play_pidfd_getfd_refused(struct stage *stage)
{
	struct statement s;
	struct held pidfd = pidfd_said(stage, stage->other);
	long result = call(SYS_pidfd_getfd, pidfd.number, 777, 0);
	if (result != -EBADF)
		fail(stage, "pidfd_getfd of no descriptor gave %ld", result);
	saw(&s, stage, "descriptor_take", "pidfd_getfd");
	say_result(&s, result);
	say_number(&s, "detpack.object.process.pid", stage->other);
	told(&s);
}

/* Open before the sensor looked at this process only if the sensor began later; here it comes from the stage process. */
static void prepare_inherited(struct stage *stage)
{
	stage->value[0] = boot_time();
	stage->number[0] = open(stage->plain, O_RDONLY);
	stage->value[1] = boot_time();
}

static void play_inherited(struct stage *stage)
{
	struct statement s;
	struct held held = { .number = stage->number[0], .name = "theirs", .origin = "inherited",
			     .opened_by = stage->stage_process, .from = stage->stage_process,
			     .opened_after = stage->value[0], .opened_before = stage->value[1] };
	long bytes = must(stage, call(SYS_read, held.number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &held, stage->plain);
	told(&s);
}

/* A number used again: what was said of the old description must not stick to it. */
static void play_number_reused(struct stage *stage)
{
	struct held held = reader(stage);
	close(held.number);
	struct held again = open_said(stage, stage->secret, O_RDONLY, "other");
	if (again.number != held.number)
		fail(stage, "the number was not used again");
	struct statement s;
	long bytes = must(stage, call(SYS_read, again.number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &again, stage->secret);
	told(&s);
}

const struct act descriptor_acts[] = {
	{ "dup", NULL, play_dup, NULL },
	{ "dup2", NULL, play_dup2, NULL },
	{ "dup2-over", NULL, play_dup2_over, NULL },
	{ "dup3", NULL, play_dup3, NULL },
	{ "dupfd", NULL, play_dupfd, NULL },
	{ "dupfd-cloexec", NULL, play_dupfd_cloexec, NULL },
	{ "dup-refused", NULL, play_dup_refused, NULL },
	{ "fork-inheritance", NULL, play_fork_inheritance, NULL },
	{ "fork-after-dup", NULL, play_fork_after_dup, NULL },
	{ "inherited", prepare_inherited, play_inherited, NULL },
	{ "number-reused", NULL, play_number_reused, NULL },
	{ "pidfd-getfd", prepare_holder, play_pidfd_getfd, finish_holder },
	{ "pidfd-getfd-refused", prepare_holder, play_pidfd_getfd_refused, finish_holder },
	{ 0 },
};
