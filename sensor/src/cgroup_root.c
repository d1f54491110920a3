/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "src/cgroup_root.h"

/* proc(5), mountinfo: the fifth field is the mount point; after ` - ` comes the type of the file system. */
int cgroup_root(char *path, size_t size)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[4096], point[2048];
	int failed = -ENOENT;

	if (!file)
		return -ENOENT;
	while (failed && fgets(line, sizeof(line), file)) {
		const char *type = strstr(line, " - ");

		if (!type || strncmp(type, " - cgroup2 ", 11) || sscanf(line, "%*s %*s %*s %*s %2047s", point) != 1)
			continue;
		if (strlen(point) < size) {
			memcpy(path, point, strlen(point) + 1);
			failed = 0;
		}
	}
	fclose(file);
	return failed;
}

uint64_t cgroup_id_of(const char *directory)
{
	struct stat found;

	return stat(directory, &found) || !S_ISDIR(found.st_mode) ? 0 : (uint64_t)found.st_ino;
}

int cgroup_below(const char *root, const char *text, char *path, size_t size)
{
	size_t length = strlen(root), used = 0;

	if (!strncmp(text, root, length) && (text[length] == '/' || !text[length]))
		text += length;
	while (*text) {
		size_t part = strcspn(text, "/");

		if ((part == 1 && text[0] == '.') || (part == 2 && !memcmp(text, "..", 2)))
			return -EINVAL;
		if (part && used + 1 + part >= size)
			return -ENAMETOOLONG;
		if (part) {
			path[used++] = '/';
			memcpy(path + used, text, part);
			used += part;
		}
		text += part + (text[part] == '/');
	}
	if (!used)
		return -EINVAL;
	path[used] = '\0';
	return 0;
}
