// SPDX-License-Identifier: Apache-2.0
/* What is said of files and descriptors, from what fstat, fcntl and /proc tell the actor. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define ERRNO_NAMES                                                                                                    \
	X(EPERM) X(ENOENT) X(ESRCH) X(EINTR) X(EIO) X(ENXIO) X(E2BIG) X(ENOEXEC) X(EBADF) X(ECHILD) X(EAGAIN)          \
	X(ENOMEM) X(EACCES) X(EFAULT) X(EBUSY) X(EEXIST) X(EXDEV) X(ENODEV) X(ENOTDIR) X(EISDIR) X(EINVAL)             \
	X(ENFILE) X(EMFILE) X(ENOTTY) X(ETXTBSY) X(EFBIG) X(ENOSPC) X(ESPIPE) X(EROFS) X(EMLINK) X(EPIPE) X(ELOOP)     \
	X(ENAMETOOLONG) X(ENOSYS) X(ENOTEMPTY) X(EOPNOTSUPP) X(EAFNOSUPPORT) X(EADDRINUSE) X(EADDRNOTAVAIL)            \
	X(EPROTONOSUPPORT) X(ECONNREFUSED) X(ENOTCONN) X(EISCONN) X(EINPROGRESS) X(EALREADY) X(ENOTSOCK)               \
	X(EDESTADDRREQ) X(EMSGSIZE) X(ECONNRESET) X(ETIMEDOUT) X(EHOSTUNREACH) X(ENETUNREACH) X(ETOOMANYREFS)          \
	X(ECANCELED) X(EUSERS) X(ENODATA) X(EOVERFLOW) X(EBADMSG)

const char *errno_name(int number)
{
	switch (number) {
#define X(name)                                                                                                        \
	case name:                                                                                                     \
		return #name;
		ERRNO_NAMES
#undef X
	}
	return "E?";
}

void join(char *path, const char *directory, const char *name)
{
	snprintf(path, PATH_SIZE, "%s/%s", directory, name);
}

void make_file(struct stage *stage, const char *path, size_t size, mode_t mode)
{
	static const char block[4096] = "no secret, only bytes of a test\n";
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		fail(stage, "cannot make %s: %s", path, errno_name(errno));
	for (size_t done = 0; done < size;) {
		size_t some = size - done < sizeof(block) ? size - done : sizeof(block);
		ssize_t wrote = write(fd, block, some);
		if (wrote <= 0)
			fail(stage, "cannot fill %s: %s", path, errno_name(errno));
		done += (size_t)wrote;
	}
	fchmod(fd, mode);
	close(fd);
}

void say_result(struct statement *s, long result)
{
	if (result >= 0) {
		say_text(s, "event.outcome", "success");
		say_absent(s, "event.reason");
		return;
	}
	say_text(s, "event.outcome", result == -EINPROGRESS ? "unknown" : "failure");
	say_text(s, "event.reason", errno_name((int)-result));
}

void say_moved(struct statement *s, long bytes)
{
	say_result(s, bytes);
	if (bytes >= 0)
		say_number(s, "detpack.use.bytes", bytes);
}

static const char *kind_of(const struct stat *status)
{
	switch (status->st_mode & S_IFMT) {
	case S_IFREG:
	case S_IFLNK:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFCHR:
	case S_IFBLK:
		return "device";
	case S_IFIFO:
		return "pipe";
	case S_IFSOCK:
		return "socket";
	}
	return "other";
}

static const char *type_of(const struct stat *status)
{
	switch (status->st_mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "dir";
	case S_IFLNK:
		return "symlink";
	case S_IFCHR:
	case S_IFBLK:
		return "device";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	}
	return NULL;
}

void say_path(struct statement *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	say_text(s, "file.path", path);
	if (!slash)
		return;
	if (slash[1])
		say_text(s, "file.name", slash + 1);
	if (slash == path)
		say_text(s, "file.directory", "/");
	else
		say_bytes_text(s, "file.directory", path, (size_t)(slash - path));
}

void say_by_string(struct statement *s, const char *path)
{
	say_path(s, path);
	say_text(s, "detpack.object.identity", "string");
	say_absent(s, "detpack.object.id");
	say_absent(s, "file.inode");
}

void say_looked_up(struct statement *s, const char *path, const struct stat *status)
{
	char inode[24];
	say_path(s, path);
	say_object_if_looked_up(s, status->st_dev, status->st_ino);
	say_if_looked_up(s, "detpack.object.identity", "kernel", "string");
	snprintf(inode, sizeof(inode), "%llu", (unsigned long long)status->st_ino);
	say_if_looked_up(s, "file.inode", inode, NULL);
}

void say_stat(struct statement *s, const struct stat *status, const char *path)
{
	char text[32];
	const char *kind = kind_of(status);
	say_text(s, "detpack.object.kind", kind);
	say_text(s, "detpack.object.identity", "kernel");
	say_object_id(s, "detpack.object.id", status->st_dev, status->st_ino);
	if (S_ISSOCK(status->st_mode))
		return;
	if (path)
		say_path(s, path);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)status->st_ino);
	say_text(s, "file.inode", text);
	snprintf(text, sizeof(text), "%u:%u", major(status->st_dev), minor(status->st_dev));
	say_text(s, "file.device", text);
	snprintf(text, sizeof(text), "%04o", status->st_mode & 07777);
	say_text(s, "file.mode", text);
	snprintf(text, sizeof(text), "%u", status->st_uid);
	say_text(s, "file.uid", text);
	snprintf(text, sizeof(text), "%u", status->st_gid);
	say_text(s, "file.gid", text);
	if (type_of(status))
		say_text(s, "file.type", type_of(status));
	if (S_ISREG(status->st_mode))
		say_number(s, "file.size", status->st_size);
}

static void say_flags(struct statement *s, int number, int asked)
{
	static const struct {
		int bit;
		const char *name;
	} names[] = {
		{ O_CREAT, "O_CREAT" }, { O_EXCL, "O_EXCL" }, { O_NOCTTY, "O_NOCTTY" }, { O_TRUNC, "O_TRUNC" },
		{ O_APPEND, "O_APPEND" }, { O_NONBLOCK, "O_NONBLOCK" }, { O_DSYNC, "O_DSYNC" },
		{ O_DIRECT, "O_DIRECT" }, { O_DIRECTORY, "O_DIRECTORY" }, { O_NOFOLLOW, "O_NOFOLLOW" },
		{ O_NOATIME, "O_NOATIME" }, { O_PATH, "O_PATH" },
	};
	const char *list[16];
	size_t used = 0;
	int flags = fcntl(number, F_GETFL);
	int own = fcntl(number, F_GETFD);
	if (flags < 0 || own < 0)
		return;
	list[used++] = (flags & O_ACCMODE) == O_RDWR ? "O_RDWR" : (flags & O_ACCMODE) == O_WRONLY ? "O_WRONLY" : "O_RDONLY";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((flags | asked) & names[i].bit)
			list[used++] = names[i].name;
	/* O_TMPFILE has the bit of O_DIRECTORY; the kernel keeps both. */
	if ((flags & O_TMPFILE) == O_TMPFILE)
		list[used++] = "O_TMPFILE";
	if ((flags & O_SYNC) == O_SYNC)
		list[used++] = "O_SYNC";
	if (own & FD_CLOEXEC)
		list[used++] = "O_CLOEXEC";
	list[used] = NULL;
	say_list(s, "detpack.descriptor.flags", list);
}

void say_descriptor(struct statement *s, const struct held *held)
{
	say_number(s, "detpack.descriptor.number", held->number);
	say_flags(s, held->number, held->asked);
	say_text(s, "detpack.descriptor.origin", held->origin);
	if (held->from)
		say_entity(s, "detpack.descriptor.from", held->from);
	say_entity(s, "detpack.descriptor.opened_by", held->opened_by);
	say_between(s, "detpack.descriptor.opened_at", held->opened_after, held->opened_before);
	say_same(s, "detpack.description.id", held->name);
	say_absent(s, "detpack.descriptor.raced");
}

static bool path_of(int number, char *path)
{
	char link[64];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", number);
	ssize_t length = readlink(link, path, PATH_SIZE - 1);
	if (length <= 0 || path[0] != '/')
		return false;
	path[length] = 0;
	return true;
}

void say_held(struct statement *s, const struct held *held, const char *path)
{
	struct stat status;
	char named[PATH_SIZE];
	say_descriptor(s, held);
	if (fstat(held->number, &status))
		return;
	if (!path && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISCHR(status.st_mode)) &&
	    path_of(held->number, named))
		path = named;
	say_stat(s, &status, path);
}

void say_source(struct statement *s, const struct held *held, const char *path)
{
	struct stat status;
	say_number(s, "detpack.source.descriptor.number", held->number);
	say_same(s, "detpack.source.description.id", held->name);
	if (fstat(held->number, &status))
		return;
	say_text(s, "detpack.source.object.kind", kind_of(&status));
	say_object_id(s, "detpack.source.object.id", status.st_dev, status.st_ino);
	if (path)
		say_text(s, "detpack.source.object.path", path);
}

struct held open_said(struct stage *stage, const char *path, int flags, const char *name)
{
	struct statement s;
	long fd = must(stage, call(SYS_openat, AT_FDCWD, path, flags, 0600), path);
	struct held held = hold((int)fd, name);
	held.asked = flags & (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC);
	saw(&s, stage, "file_open", "openat");
	say_result(&s, fd);
	say_held(&s, &held, path);
	told(&s);
	held.asked = 0;
	return held;
}

void pipe_said(struct stage *stage, struct held *ends, const char *read_name, const char *write_name)
{
	int numbers[2];
	struct statement s;
	must(stage, call(SYS_pipe2, numbers, 0), "pipe2");
	for (int i = 0; i < 2; i++) {
		ends[i] = hold(numbers[i], i ? write_name : read_name);
		saw(&s, stage, "descriptor_create", "pipe2");
		say_held(&s, &ends[i], NULL);
		told(&s);
	}
}

pid_t fork_said(struct stage *stage)
{
	struct statement s;
	pid_t child = (pid_t)must(stage, call(SYS_fork), "fork");
	if (child == 0)
		return 0;
	saw(&s, stage, "process_fork", "fork");
	say_text(&s, "detpack.object.kind", "process");
	say_number(&s, "detpack.object.process.pid", child);
	say_entity(&s, "detpack.object.process.entity_id", child);
	told(&s);
	return child;
}

void moved_said(struct stage *stage, const char *action, const char *name, const struct held *held, long bytes)
{
	struct statement s;
	must(stage, bytes, name);
	saw(&s, stage, action, name);
	say_moved(&s, bytes);
	say_held(&s, held, NULL);
	told(&s);
}
