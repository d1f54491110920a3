// SPDX-License-Identifier: Apache-2.0
/*
 * acts [--dir DIRECTORY] [--wait] NAME...|all|--list
 *
 * Does each named act in a process of its own and prints what was done, one JSON object a line: first the statements
 * of the act, then a line with its actors and, if it could not be done here, why (`skipped` or `failed`).
 * --wait: says {"ready":PID} and begins when a line comes on standard input, so that a sensor can be put on the tree.
 */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ACT_SECONDS 20

static const struct act *const tables[] = {
	open_acts, transfer_acts, move_acts, name_acts, attribute_acts, map_acts,  descriptor_acts, table_acts, maker_acts, beside_acts,
	tcp_acts,  udp_acts,	  unix_acts, passing_acts, process_acts, exec_acts,
	uring_acts, uring_socket_acts, uring_more_acts, uring_shot_acts, aio_acts, compat32_acts, signal_acts, inspect_acts, privilege_acts,
	namespace_acts, mount_acts, system_acts, fold_acts, flow_acts, class_acts,
};

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static void prepare_stage(struct stage *stage, const char *base, const char *name)
{
	snprintf(stage->directory, sizeof(stage->directory), "%.300s/%.100s", base, name);
	nftw(stage->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (mkdir(stage->directory, 0755) && errno != EEXIST)
		fail(stage, "cannot make %s: %s", stage->directory, errno_name(errno));
	char keys[PATH_SIZE];
	join(keys, stage->directory, ".ssh");
	mkdir(keys, 0700);
	join(stage->secret, keys, "id_ed25519");
	join(stage->plain, stage->directory, "plain.txt");
	make_file(stage, stage->secret, 4096, 0600);
	make_file(stage, stage->plain, 4096, 0644);
}

static void actor(struct stage *stage, const struct act *act)
{
	prctl(PR_SET_PDEATHSIG, 9);
	alarm(ACT_SECONDS);
	enter_actor(stage, getpid());
	mark_now();
	act->play(stage);
	leave(stage, 0);
}

/* In a process of its own, so that what an act leaves behind does not touch the next. */
static void stage_process(struct stage *stage, const char *base, const struct act *act)
{
	prctl(PR_SET_PDEATHSIG, 9);
	stage->stage_process = getpid();
	alarm(ACT_SECONDS + 5);
	prepare_stage(stage, base, act->name);
	if (act->prepare)
		act->prepare(stage);
	pid_t child = fork();
	if (child == 0)
		actor(stage, act);
	int status = 0;
	if (child < 0 || waitpid(child, &status, 0) != child)
		fail(stage, "no actor: %s", errno_name(errno));
	if (act->finish)
		act->finish(stage);
	nftw(stage->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (WIFSIGNALED(status))
		fail(stage, "the actor was killed by signal %d", WTERMSIG(status));
	_exit(WEXITSTATUS(status) == ACT_FAILED);
}

static bool perform(struct stage *stage, const char *base, const struct act *act)
{
	ledger_begin(stage->ledger);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0)
		stage_process(stage, base, act);
	int status = 0;
	bool done = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	ledger_print(stage->ledger, act->name, done ? NULL : "the stage process failed");
	return done;
}

static const struct act *find(const char *name)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct act *act = tables[t]; act->name; act++)
			if (!strcmp(act->name, name))
				return act;
	return NULL;
}

static int list(void)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct act *act = tables[t]; act->name; act++)
			puts(act->name);
	return 0;
}

static void print_head(const struct stage *stage)
{
	char space[64] = "";
	ssize_t length = readlink("/proc/self/ns/mnt", space, sizeof(space) - 1);
	printf("{\"program\":\"%s\",\"mountNamespace\":\"%.*s\",\"ready\":%d}\n", stage->program,
	       (int)(length > 0 ? length : 0), space, getpid());
	fflush(stdout);
}

/* What a program started by an act does: nothing, one read, or twice what needs a capability. Its uses are in the statements of the act. */
static void image(char **argv)
{
	char bytes[33];
	if (!strcmp(argv[1], "--image"))
		_exit(argv[2] ? atoi(argv[2]) : 0);
	if (!strcmp(argv[1], "--image-script"))
		_exit(5);
	if (!strcmp(argv[1], "--image-chroot"))
		_exit(chroot("/") || chroot("/"));
	if (!strcmp(argv[1], "--image-read") && argv[2])
		_exit(read(atoi(argv[2]), bytes, sizeof(bytes)) == sizeof(bytes) ? 0 : 1);
}

int main(int argc, char **argv)
{
	static struct stage stage;
	const char *base = "/tmp";
	char absolute[PATH_SIZE];
	bool wait_first = false;
	int at = 1;
	if (argc > 1)
		image(argv);
	for (; at < argc && !strncmp(argv[at], "--", 2); at++) {
		if (!strcmp(argv[at], "--list"))
			return list();
		if (!strcmp(argv[at], "--wait"))
			wait_first = true;
		else if (!strcmp(argv[at], "--dir") && at + 1 < argc)
			base = argv[++at];
		else
			break;
	}
	if (at >= argc || !strncmp(argv[at], "--", 2)) {
		fprintf(stderr, "usage: acts [--dir DIRECTORY] [--wait] NAME...|all|--list\n");
		return 2;
	}
	if (!realpath(base, absolute) || strlen(absolute) > 300) {
		fprintf(stderr, "acts: no directory %s\n", base);
		return 2;
	}
	ssize_t length = readlink("/proc/self/exe", stage.program, sizeof(stage.program) - 1);
	stage.ledger = ledger_new();
	if (length <= 0 || !stage.ledger) {
		fprintf(stderr, "acts: needs /proc and memory\n");
		return 2;
	}
	umask(022);
	print_head(&stage);
	if (wait_first && getchar() == EOF)
		return 2;
	bool good = true;
	for (; at < argc; at++) {
		const struct act *act = find(argv[at]);
		if (!strcmp(argv[at], "all")) {
			for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
				for (const struct act *each = tables[t]; each->name; each++)
					good &= perform(&stage, absolute, each);
		} else if (act) {
			good &= perform(&stage, absolute, act);
		} else {
			fprintf(stderr, "acts: no act %s\n", argv[at]);
			return 2;
		}
	}
	printf("{\"done\":%s}\n", good ? "true" : "false");
	return good ? 0 : 1;
}
