/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/trusted_file.h"

#define OTHERS_WRITE (S_IWGRP | S_IWOTH)

/* Each folder on the way, from the last to `/`: in one that is sticky nobody moves what is not theirs. */
static bool folders_are_roots(char *path)
{
	struct stat found;

	for (char *slash; (slash = strrchr(path, '/'));) {
		slash[slash == path ? 1 : 0] = '\0';
		if (stat(path, &found) || found.st_uid != 0 ||
		    ((found.st_mode & OTHERS_WRITE) && !(found.st_mode & S_ISVTX)))
			return false;
		if (slash == path)
			break;
	}
	return true;
}

static const char *doubt(int fd, const char *real)
{
	char folder[PATH_MAX];
	struct stat found;

	if (fstat(fd, &found))
		return strerror(errno);
	if (!S_ISREG(found.st_mode))
		return "it is no plain file";
	if (found.st_uid != 0)
		return "it does not belong to root";
	if (found.st_mode & OTHERS_WRITE)
		return "others than root may write it; chmod go-w";
	snprintf(folder, sizeof(folder), "%s", real);
	return folders_are_roots(folder) ? NULL : "others than root may change the folder it is in";
}

static char *read_whole(int fd, size_t most, size_t *length)
{
	char *bytes = malloc(most + 2);
	size_t at = 0;
	ssize_t got = 1;

	while (bytes && got > 0 && at <= most) {
		got = read(fd, bytes + at, most + 1 - at);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			at += (size_t)got;
	}
	if (!bytes || got < 0 || at > most) {
		errno = !bytes ? ENOMEM : got < 0 ? errno : EFBIG;
		free(bytes);
		return NULL;
	}
	bytes[at] = '\0';
	*length = at;
	return bytes;
}

char *trusted_file(const char *path, size_t most, size_t *length, char *problem, size_t size)
{
	/* What is opened is what the folders were looked at for: no link is left in a real path. */
	char *real = realpath(path, NULL), *bytes = NULL;
	int fd = real ? open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
	const char *why = fd < 0 ? strerror(errno) : doubt(fd, real);

	if (!why) {
		bytes = read_whole(fd, most, length);
		why = bytes ? NULL : strerror(errno);
	}
	if (why)
		snprintf(problem, size, "%s is not read: %s", path, why);
	if (fd >= 0)
		close(fd);
	free(real);
	return bytes;
}
