// SPDX-License-Identifier: Apache-2.0
/* Processes and threads: made in every way, ended in every way. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void forked(struct stage *stage, pid_t child, const char *name)
{
	struct statement s;
	must(stage, child, name);
	saw(&s, stage, "process_fork", name);
	say_text(&s, "event.outcome", "success");
	say_text(&s, "detpack.object.kind", "process");
	say_number(&s, "detpack.object.process.pid", child);
	say_entity(&s, "detpack.object.process.entity_id", child);
	told(&s);
}

static void ended(struct stage *stage, pid_t child)
{
	int status = 0;
	if (waitpid(child, &status, 0) != child)
		fail(stage, "waitpid: %s", errno_name(errno));
	expect_exit(stage, child, status);
}

static void play_fork(struct stage *stage)
{
	pid_t child = (pid_t)call(SYS_fork);
	if (child == 0)
		syscall(SYS_exit_group, 3);
	forked(stage, child, "fork");
	ended(stage, child);
}

static void play_clone(struct stage *stage)
{
	pid_t child = (pid_t)call(SYS_clone, SIGCHLD, 0, NULL, NULL, 0);
	if (child == 0)
		syscall(SYS_exit_group, 0);
	forked(stage, child, "clone");
	ended(stage, child);
}

static void play_clone3(struct stage *stage)
{
	struct clone_args how = { .exit_signal = SIGCHLD };
	pid_t child = (pid_t)call(SYS_clone3, &how, sizeof(how));
	if (child == 0)
		syscall(SYS_exit_group, 255);
	forked(stage, child, "clone3");
	ended(stage, child);
}

/* The child shares memory and stack until it exits: it must do nothing else. */
static void play_vfork(struct stage *stage)
{
	pid_t child = vfork();
	if (child == 0)
		_exit(7);
	forked(stage, child, "vfork");
	ended(stage, child);
}

static void play_exit_code(struct stage *stage)
{
	leave(stage, 0);
}

static void play_killed(struct stage *stage)
{
	struct statement s;
	pid_t child = (pid_t)call(SYS_fork);
	if (child == 0)
		for (;;)
			pause();
	forked(stage, child, "fork");
	long result = must(stage, call(SYS_kill, child, SIGKILL), "kill");
	saw(&s, stage, "process_signal", "kill");
	say_result(&s, result);
	say_text(&s, "detpack.signal", "SIGKILL");
	say_number(&s, "detpack.object.process.pid", child);
	told(&s);
	ended(stage, child);
}

static void play_aborted(struct stage *stage)
{
	pid_t child = (pid_t)call(SYS_fork);
	if (child == 0) {
		volatile uintptr_t nowhere = 8;
		*(volatile char *)nowhere = 1;
		for (;;)
			;
	}
	forked(stage, child, "fork");
	ended(stage, child);
}

/* A thread is no process: it makes no fork event, but its uses carry its own number. */
static void *threaded(void *argument)
{
	struct stage *stage = argument;
	struct statement s;
	mark_now();
	long fd = must(stage, call(SYS_open, stage->plain, O_RDONLY), "open");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "file_open", "open");
	say_result(&s, fd);
	say_held(&s, &held, stage->plain);
	told(&s);
	/* Opened by another thread of the same process. */
	stage->value[0] = held.opened_after;
	stage->value[1] = held.opened_before;
	stage->number[0] = held.number;
	return NULL;
}

static void play_thread(struct stage *stage)
{
	pthread_t thread;
	static char buffer[20];
	struct statement s;
	if (pthread_create(&thread, NULL, threaded, stage) || pthread_join(thread, NULL))
		fail(stage, "pthread_create");
	struct held held = { .number = stage->number[0], .name = "it", .origin = "opened", .opened_by = getpid(),
			     .opened_after = stage->value[0], .opened_before = stage->value[1] };
	mark_now();
	long bytes = must(stage, call(SYS_read, held.number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &held, stage->plain);
	told(&s);
}

static char small_stack[16384] __attribute__((aligned(16)));

static int sharing_child(void *argument)
{
	struct stage *stage = argument;
	stage->number[0] = (int)call(SYS_open, stage->plain, O_RDONLY);
	return 0;
}

/* A process of its own that shares the table of descriptors: what it opens, the parent has too. */
static void play_clone_files(struct stage *stage)
{
	struct statement s;
	static char buffer[20];
	pid_t child = clone(sharing_child, small_stack + sizeof(small_stack), CLONE_VM | CLONE_FILES | SIGCHLD, stage);
	forked(stage, child, "clone");
	int status = 0;
	waitpid(child, &status, 0);
	struct held held = { .number = stage->number[0], .name = "it", .origin = "opened", .opened_by = child,
			     .opened_before = boot_time() };
	saw(&s, stage, "file_open", "open");
	say_process(&s, child, child);
	enter_actor(stage, child);
	say_held(&s, &held, stage->plain);
	told(&s);
	expect_exit(stage, child, status);
	long bytes = must(stage, call(SYS_read, held.number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &held, stage->plain);
	told(&s);
}

/* As another user, who may have no more processes than there are. */
static void prepare_full(struct stage *stage)
{
	if (setgid(65534) || setuid(65534))
		skip(stage, "needs root");
}

static void refused(struct stage *stage, const char *name, long number)
{
	struct statement s;
	struct rlimit none = { 0, 0 };
	if (setrlimit(RLIMIT_NPROC, &none))
		fail(stage, "setrlimit: %s", errno_name(errno));
	long result = call(number);
	if (result == 0)
		syscall(SYS_exit_group, 0);
	if (result != -EAGAIN)
		fail(stage, "%s gave %ld", name, result);
	saw(&s, stage, "process_fork", name);
	say_result(&s, result);
	told(&s);
}

static void play_fork_refused(struct stage *stage)
{
	refused(stage, "fork", SYS_fork);
}

static void play_vfork_refused(struct stage *stage)
{
	refused(stage, "vfork", SYS_vfork);
}

const struct act process_acts[] = {
	{ "fork", NULL, play_fork, NULL },
	{ "clone", NULL, play_clone, NULL },
	{ "clone3", NULL, play_clone3, NULL },
	{ "vfork", NULL, play_vfork, NULL },
	{ "fork-refused", prepare_full, play_fork_refused, NULL },
	{ "vfork-refused", prepare_full, play_vfork_refused, NULL },
	{ "clone-files", NULL, play_clone_files, NULL },
	{ "exit", NULL, play_exit_code, NULL },
	{ "killed", NULL, play_killed, NULL },
	{ "aborted", NULL, play_aborted, NULL },
	{ "thread", NULL, play_thread, NULL },
	{ 0 },
};
