/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "src/target.h"

/* The text behind `name:` at the beginning of a line; NULL: there is no such line. */
static const char *field(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (!strncmp(line, name, length) && line[length] == ':')
			return line + length + 1;
	}
	return NULL;
}

static bool number(const char *text, const char *name, uint32_t *value)
{
	const char *at = field(text, name);

	return at && sscanf(at, " %u", value) == 1;
}

bool process_status_parse(const char *bytes, size_t length, struct process_status *status)
{
	char text[8192];
	const char *uids, *state;

	memset(status, 0, sizeof(*status));
	if (length >= sizeof(text) || memchr(bytes, '\0', length))
		return false;
	memcpy(text, bytes, length);
	text[length] = '\0';
	uids = field(text, "Uid");
	state = field(text, "State");
	return uids && state && sscanf(state, " %c", &status->state) == 1 &&
	       sscanf(uids, " %u %u %u %u", &status->uids[0], &status->uids[1], &status->uids[2], &status->uids[3]) == 4 &&
	       number(text, "Tgid", &status->tgid) && number(text, "Pid", &status->pid) &&
	       number(text, "PPid", &status->parent) && number(text, "TracerPid", &status->tracer) &&
	       number(text, "Threads", &status->threads);
}

/* A short file of /proc. 0: it cannot be read or does not fit. */
static size_t read_proc(const char *path, char *bytes, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = 1;

	while (fd >= 0 && got > 0 && length < size) {
		got = read(fd, bytes + length, size - length);
		length += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	return fd < 0 || got < 0 || length == size ? 0 : length;
}

uint32_t pidfd_number(int pidfd)
{
	char path[64], target[64] = "", text[2048] = "";
	const char *at;
	size_t length;
	int pid = 0;

	/* Other descriptors could have a line that looks the same. `pidfd:` since they have a file system (6.9). */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", pidfd);
	if (readlink(path, target, sizeof(target) - 1) < 0 ||
	    (strcmp(target, "anon_inode:[pidfd]") && strncmp(target, "pidfd:[", 7)))
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	length = read_proc(path, text, sizeof(text) - 1);
	text[length] = '\0';
	at = field(text, "Pid");
	return at && sscanf(at, " %d", &pid) == 1 && pid > 0 ? (uint32_t)pid : 0;
}

bool pidfd_lives(int pidfd)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };

	return poll(&end, 1, 0) == 0;
}

const char *target_doubt(const struct process_status *status, uint32_t launcher, uint32_t uid)
{
	if (status->tgid != status->pid)
		return "the descriptor stands for a thread";
	if (status->parent != launcher)
		return "the process is not the launcher's own child";
	if (status->threads != 1)
		return "the process has more than one thread";
	if (status->tracer)
		return "the process is traced";
	for (size_t i = 0; i < 4; i++)
		if (status->uids[i] != uid)
			return "the process runs as another user than the launcher";
	if (status->state != 'S')
		return "the process does not wait";
	return NULL;
}

const char *target_check(int pidfd, uint32_t launcher, uint32_t uid, uint32_t *pid)
{
	char path[64], text[8191];
	struct process_status status;
	const char *doubt;
	size_t length;

	*pid = pidfd_number(pidfd);
	if (!*pid)
		return "the descriptor is no pidfd of a process that runs here";
	snprintf(path, sizeof(path), "/proc/%u/status", *pid);
	length = read_proc(path, text, sizeof(text));
	if (!length || !process_status_parse(text, length, &status))
		return "the process is gone";
	doubt = target_doubt(&status, launcher, uid);
	if (doubt)
		return doubt;
	/* 0: equal. A kernel without kcmp cannot say; then the exec that follows parts them. */
	if (syscall(SYS_kcmp, (pid_t)launcher, (pid_t)*pid, KCMP_VM, 0, 0) == 0)
		return "the process shares the launcher's memory";
	/* All that was read was of this process only if it lives still. */
	return pidfd_lives(pidfd) ? NULL : "the process is gone";
}
