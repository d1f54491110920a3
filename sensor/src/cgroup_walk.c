/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/cgroup_walk.h"

#define DEPTH 32
#define MOST 32768
#define PATH_ROOM 512

static DIR *open_below(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *opened = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !opened)
		close(fd);
	return opened;
}

void cgroup_walk(int root, cgroup_meeter meet, void *context)
{
	DIR *open[DEPTH];
	size_t lengths[DEPTH], depth = 0, met = 0;
	char path[PATH_ROOM] = "/";
	struct stat found;
	bool over = fstat(root, &found) != 0 || meet(context, found.st_ino, path);

	open[0] = over ? NULL : open_below(root, ".");
	if (open[0]) {
		lengths[0] = 0;
		depth = 1;
	}
	while (depth) {
		struct dirent *entry = over ? NULL : readdir(open[depth - 1]);
		size_t length = lengths[depth - 1], name;

		if (!entry) {
			closedir(open[--depth]);
			continue;
		}
		if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		name = strlen(entry->d_name);
		if (length + 1 + name >= sizeof(path))
			continue;
		path[length] = '/';
		memcpy(path + length + 1, entry->d_name, name + 1);
		over = meet(context, entry->d_ino, path) || ++met == MOST;
		if (over || depth == DEPTH)
			continue;
		open[depth] = open_below(dirfd(open[depth - 1]), entry->d_name);
		if (open[depth])
			lengths[depth++] = length + 1 + name;
	}
}
