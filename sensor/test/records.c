/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records [-c LEAF] COMMAND [ARGUMENT...]: what comes over the rings while a command runs, one line a record, and then
 * the counters. For looking at the kernel half without the rest; LEAF is a file name of class 1, which is followed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/load.h"
#include "src/rings.h"

static const char *const actions[DP_ACTIONS] = {
	[DP_FILE_OPEN] = "file_open",	    [DP_FILE_READ] = "file_read",	[DP_FILE_WRITE] = "file_write",
	[DP_FILE_CREATE] = "file_create",   [DP_PROCESS_EXEC] = "process_exec", [DP_PROCESS_FORK] = "process_fork",
	[DP_PROCESS_EXIT] = "process_exit",
};

/* Components come leaf first; everything that is not plain text is shown as `?`. */
static void print_text(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		putchar(bytes[i] == '\0' ? '<' : bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '?');
}

static int print_record(void *context, const struct dp_use *use)
{
	const char *name = actions[use->action] ? actions[use->action] : "other";

	(void)context;
	printf("%" PRIu64 " %s %u/%u label=%u call=%u result=%" PRId64 " bytes=%" PRIu64 " count=%u class=%u kind=%u inode=%" PRIu64
	       " fd=%d of=%" PRIx64 " origin=%u flags=%x",
	       (uint64_t)use->time, name, use->process.pid, use->thread, use->label, use->syscall, (int64_t)use->result,
	       (uint64_t)use->bytes, use->count, use->object.class, use->object.kind, (uint64_t)use->object.key.inode,
	       use->descriptor.number, (uint64_t)use->descriptor.description, use->descriptor.origin, use->flags);
	for (const struct dp_part *part = part_after(use, NULL); part; part = part_after(use, part)) {
		printf(" part%u", part->kind);
		if (part->kind <= DP_PART_NAME) {
			putchar('=');
			print_text((const char *)(part + 1), part->length);
		}
		if (part->kind == DP_PART_FLOW)
			printf("=%zu", part->length / sizeof(struct dp_flow));
	}
	putchar('\n');
	return 0;
}

/* Stopped before its first instruction, so that nothing of it is missed. */
static pid_t start_stopped(char **command)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		raise(SIGSTOP);
		execvp(command[0], command);
		_exit(127);
	}
	if (child > 0 && (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status)))
		return -1;
	return child;
}

static void print_counts(const struct loaded *loaded)
{
	for (int action = 1; action < DP_ACTIONS; action++)
		for (int class_number = 0; class_number < DP_CLASSES; class_number++) {
			uint64_t made = load_count(loaded, action, class_number, DP_MADE);

			if (made)
				printf("count %d class %d: made %" PRIu64 " told %" PRIu64 " dropped %" PRIu64 " folded %" PRIu64 "\n",
				       action, class_number, made, load_count(loaded, action, class_number, DP_SENT),
				       load_count(loaded, action, class_number, DP_DROPPED),
				       load_count(loaded, action, class_number, DP_FOLDED_IN));
		}
	for (int i = 0; i < DP_TROUBLES; i++)
		if (load_trouble(loaded, i))
			printf("trouble %d: %" PRIu64 "\n", i, load_trouble(loaded, i));
}

int main(int argc, char **argv)
{
	struct load_options options = { .verbose = 0 };
	struct loaded loaded;
	struct rings *rings;
	char problem[512] = "";
	char *leaf = NULL;
	int option, status = 0;
	uint64_t seen;
	pid_t child;

	while ((option = getopt(argc, argv, "+c:v")) != -1) {
		if (option == 'c')
			leaf = optarg;
		else if (option == 'v')
			options.verbose = 1;
		else
			return 2;
	}
	if (optind == argc)
		return 2;
	if (leaf) {
		options.class_count = 1;
		options.followed_classes = 1u << 1;
	}
	if (load_open(&loaded, &options, problem, sizeof(problem))) {
		fprintf(stderr, "records: %s\n", problem);
		load_close(&loaded);
		return 1;
	}
	for (size_t i = 0; i < loaded.coverage_count; i++)
		if (!loaded.coverage[i].seen)
			printf("not seen: %s: %s\n", loaded.coverage[i].name, loaded.coverage[i].why);
	if (leaf)
		load_class_name(&loaded, 0, leaf, strlen(leaf), 1u << 1);
	rings = rings_open(&loaded, print_record, NULL);
	child = start_stopped(argv + optind);
	if (!rings || child < 0 || load_mark(&loaded, (uint32_t)child, 7)) {
		fprintf(stderr, "records: cannot start: %s\n", strerror(errno));
		if (child > 0)
			kill(child, SIGKILL);
		rings_close(rings);
		load_close(&loaded);
		return 1;
	}
	kill(child, SIGCONT);
	while (waitpid(child, &status, WNOHANG) == 0) {
		int got = rings_read(rings, 50, &seen);

		if (got < 0 && got != -EINTR) {
			fprintf(stderr, "records: reading: %s\n", strerror(-got));
			break;
		}
		load_collect(&loaded);
	}
	load_collect(&loaded);
	while (rings_read(rings, 0, &seen) > 0)
		;
	print_counts(&loaded);
	rings_close(rings);
	load_close(&loaded);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
