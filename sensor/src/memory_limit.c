/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "src/memory_limit.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* A number in a file; UINT64_MAX for "max", for what is no limit in cgroup v1, and where there is no such file. */
static uint64_t limit_in(const char *path)
{
	char text[64] = "", *end;
	FILE *file = fopen(path, "re");
	unsigned long long limit;

	if (!file)
		return UINT64_MAX;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	limit = strtoull(text, &end, 10);
	return end == text || limit >= LONG_MAX / 2 ? UINT64_MAX : limit;
}

/* The least of a cgroup's limit and of those above it. */
static uint64_t limit_above(const char *root, const char *mount, const char *cgroup, const char *name)
{
	char directory[PATH_MAX], path[PATH_MAX + 64];
	size_t shortest = (size_t)snprintf(directory, sizeof(directory), "%s%s", root, mount);
	uint64_t limit = UINT64_MAX;

	if (shortest + strlen(cgroup) >= sizeof(directory))
		return UINT64_MAX;
	memcpy(directory + shortest, cgroup, strlen(cgroup) + 1);
	for (;;) {
		char *slash;

		snprintf(path, sizeof(path), "%s/%s", directory, name);
		limit = smaller(limit, limit_in(path));
		slash = strrchr(directory, '/');
		if (!slash || (size_t)(slash - directory) < shortest)
			return limit;
		*slash = '\0';
	}
}

/* One line: number, controllers and path; "0::" is the unified hierarchy. */
static uint64_t limit_of_line(const char *line, const char *root)
{
	const char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;

	if (!path)
		return UINT64_MAX;
	if (path == controllers + 1)
		return smaller(limit_above(root, "", path + 1, "memory.max"),
			       limit_above(root, "/unified", path + 1, "memory.max"));
	/* A list of names with commas between. */
	for (const char *at = controllers + 1; at < path; at += strcspn(at, ",:") + 1)
		if (!strncmp(at, "memory", 6) && (at[6] == ',' || at[6] == ':'))
			return limit_above(root, "/memory", path + 1, "memory.limit_in_bytes");
	return UINT64_MAX;
}

uint64_t memory_limit_of(const char *cgroups, const char *root)
{
	uint64_t limit = UINT64_MAX;
	char line[PATH_MAX];

	while (*cgroups) {
		size_t length = strcspn(cgroups, "\n");

		if (length < sizeof(line)) {
			memcpy(line, cgroups, length);
			line[length] = '\0';
			limit = smaller(limit, limit_of_line(line, root));
		}
		cgroups += length + (cgroups[length] == '\n');
	}
	return limit;
}

uint64_t memory_limit(void)
{
	static char cgroups[16384];
	FILE *file = fopen("/proc/self/cgroup", "re");
	size_t length = file ? fread(cgroups, 1, sizeof(cgroups) - 1, file) : 0;
	struct rlimit space;
	uint64_t limit;

	if (file)
		fclose(file);
	cgroups[length] = '\0';
	limit = memory_limit_of(cgroups, "/sys/fs/cgroup");
	if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY)
		limit = smaller(limit, space.rlim_cur);
	return limit;
}
