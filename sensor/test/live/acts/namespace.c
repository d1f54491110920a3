// SPDX-License-Identifier: Apache-2.0
/* Namespaces that are made and entered. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void made(struct stage *stage, const char *name, long result, const char *const *kinds)
{
	struct statement s;
	must(stage, result, name);
	saw(&s, stage, "namespace_change", name);
	say_result(&s, result);
	say_list(&s, "detpack.namespace.kind", kinds);
	told(&s);
}

static void play_unshare_uts(struct stage *stage)
{
	made(stage, "unshare", call(SYS_unshare, CLONE_NEWUTS), (const char *[]){ "uts", NULL });
}

static void play_unshare_several(struct stage *stage)
{
	const char *kinds[] = { "mnt", "net", "ipc", NULL };
	made(stage, "unshare", call(SYS_unshare, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC), kinds);
}

static void play_unshare_user(struct stage *stage)
{
	struct statement s;
	/* The ids are the overflow ids in there, and what they were outside: the event has the latter. */
	must(stage, call(SYS_unshare, CLONE_NEWUSER), "unshare");
	saw(&s, stage, "namespace_change", "unshare");
	say_result(&s, 0);
	say_list(&s, "detpack.namespace.kind", (const char *[]){ "user", NULL });
	say_user(&s, 0, 0);
	told(&s);
	saw(&s, stage, "process_exit", NULL);
	say_number(&s, "process.exit_code", 0);
	say_user(&s, 0, 0);
	say_later(&s);
	told(&s);
	syscall(SYS_exit_group, 0);
}

/* The tables of descriptors are no namespace. */
static void play_unshare_files(struct stage *stage)
{
	must(stage, call(SYS_unshare, CLONE_FILES), "unshare");
}

/* The child is process 1 in there; the event has the number of the initial namespace. */
static void play_clone_namespaces(struct stage *stage)
{
	struct statement s;
	int status = 0;
	pid_t child = (pid_t)must(stage, call(SYS_clone, SIGCHLD | CLONE_NEWPID | CLONE_NEWUTS, 0, 0, 0, 0), "clone");
	if (child == 0)
		syscall(SYS_exit_group, 9);
	saw(&s, stage, "process_fork", "clone");
	say_number(&s, "detpack.object.process.pid", child);
	say_entity(&s, "detpack.object.process.entity_id", child);
	told(&s);
	saw(&s, stage, "namespace_change", "clone");
	say_list(&s, "detpack.namespace.kind", (const char *[]){ "pid", "uts", NULL });
	told(&s);
	waitpid(child, &status, 0);
	expect_exit(stage, child, status);
}

static void prepare_other(struct stage *stage)
{
	int ready[2];
	char byte;
	if (pipe(ready))
		fail(stage, "pipe");
	stage->other = fork();
	if (stage->other == 0) {
		alarm(15);
		if (unshare(CLONE_NEWUTS) || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		skip(stage, "no namespaces here");
	close(ready[0]);
}

static void finish_other(struct stage *stage)
{
	kill(stage->other, SIGKILL);
	waitpid(stage->other, NULL, 0);
}

static void play_setns(struct stage *stage)
{
	struct statement s;
	char path[64], id[64];
	struct stat status;
	snprintf(path, sizeof(path), "/proc/%d/ns/uts", stage->other);
	long fd = must(stage, call(SYS_open, path, O_RDONLY | O_CLOEXEC), "open");
	struct held held = hold((int)fd, "it");
	if (fstat(held.number, &status))
		fail(stage, "fstat");
	saw(&s, stage, "file_open", "open");
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "namespace");
	say_object_id(&s, "detpack.object.id", status.st_dev, status.st_ino);
	told(&s);
	long result = must(stage, call(SYS_setns, fd, CLONE_NEWUTS), "setns");
	snprintf(id, sizeof(id), "uts:[%llu]", (unsigned long long)status.st_ino);
	saw(&s, stage, "namespace_change", "setns");
	say_result(&s, result);
	say_list(&s, "detpack.namespace.kind", (const char *[]){ "uts", NULL });
	say_text(&s, "detpack.namespace.id", id);
	told(&s);
}

static void play_setns_refused(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	long result = call(SYS_setns, held.number, CLONE_NEWNET);
	if (result != -EINVAL)
		fail(stage, "setns by a file gave %ld", result);
	saw(&s, stage, "namespace_change", "setns");
	say_result(&s, result);
	told(&s);
}

const struct act namespace_acts[] = {
	{ "unshare-uts", NULL, play_unshare_uts, NULL },
	{ "unshare-several", NULL, play_unshare_several, NULL },
	{ "unshare-user", NULL, play_unshare_user, NULL },
	{ "unshare-files", NULL, play_unshare_files, NULL },
	{ "clone-namespaces", NULL, play_clone_namespaces, NULL },
	{ "setns", prepare_other, play_setns, finish_other },
	{ "setns-refused", NULL, play_setns_refused, NULL },
	{ 0 },
};
