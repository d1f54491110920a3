// SPDX-License-Identifier: Apache-2.0
/* races --dir DIRECTORY [--wait] path|descriptor|shared|source|flood|capacity|secrets COUNT */
#define _GNU_SOURCE
#include "race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*run)(const struct race *race);
} races[] = {
	{ "path", race_path },
	{ "descriptor", race_descriptor },
	{ "shared", race_shared },
	{ "source", race_source },
	{ "flood", race_flood },
	{ "capacity", race_capacity },
	{ "secrets", race_secrets },
};

int give_up(const char *what)
{
	fprintf(stderr, "races: %s: %s\n", what, strerror(errno));
	return 1;
}

void place(char *path, size_t size, const char *directory, const char *name)
{
	snprintf(path, size, "%.300s/%.100s", directory, name);
}

void fill_file(const char *path, char fill, size_t size)
{
	static char block[65536];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	memset(block, fill, sizeof(block));
	for (size_t done = 0; fd >= 0 && done < size; done += sizeof(block)) {
		size_t some = size - done < sizeof(block) ? size - done : sizeof(block);
		if (write(fd, block, some) != (ssize_t)some)
			fd = -1;
	}
	if (fd < 0)
		exit(give_up(path));
	close(fd);
}

int main(int argc, char **argv)
{
	struct race race = { 0 };
	int wait_first = 0, at = 1;

	for (; at < argc && !strncmp(argv[at], "--", 2); at++) {
		if (!strcmp(argv[at], "--wait"))
			wait_first = 1;
		else if (!strcmp(argv[at], "--dir") && at + 1 < argc)
			race.directory = argv[++at];
	}
	if (!race.directory || at + 2 != argc) {
		fprintf(stderr, "usage: races --dir DIRECTORY [--wait] path|descriptor|shared|source|flood|capacity|secrets COUNT\n");
		return 2;
	}
	race.count = strtol(argv[at + 1], NULL, 10);
	if (race.count <= 0 || race.count > 10000000)
		return 2;
	printf("{\"ready\":%d}\n", getpid());
	fflush(stdout);
	if (wait_first && getchar() == EOF)
		return 2;
	for (size_t i = 0; i < sizeof(races) / sizeof(races[0]); i++)
		if (!strcmp(argv[at], races[i].name))
			return races[i].run(&race);
	fprintf(stderr, "races: no race %s\n", argv[at]);
	return 2;
}
