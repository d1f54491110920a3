// SPDX-License-Identifier: Apache-2.0
/* Mode, owner, times, length and extended attributes, by path and by descriptor. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_file_getattr
#define SYS_file_getattr 468
#define SYS_file_setattr 469
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#define SYS_removexattrat 466
#endif

static struct stat look(struct stage *stage, const char *path)
{
	struct stat status;
	if (lstat(path, &status))
		fail(stage, "lstat %s: %s", path, errno_name(errno));
	return status;
}

/* By path: what user space wrote is all there is at exit, or what the kernel found by it where that can be traced. */
static void by_path(struct stage *stage, const char *name, long result, const char *path)
{
	struct statement s;
	must(stage, result, name);
	struct stat status = look(stage, path);
	saw(&s, stage, "file_attribute", name);
	say_result(&s, result);
	say_looked_up(&s, path, &status);
	told(&s);
}

/* Of these the kernel's hook says the file, and not by which mount it was reached: the path may be the caller's. */
static void without_mount(struct stage *stage, const char *name, long result, const char *path)
{
	struct statement s;
	must(stage, result, name);
	struct stat status = look(stage, path);
	saw(&s, stage, "file_attribute", name);
	say_result(&s, result);
	say_path(&s, path);
	say_object_if_looked_up(&s, status.st_dev, status.st_ino);
	told(&s);
}

static void mode_by_path(struct stage *stage, const char *name, long result, const char *path, const char *mode)
{
	struct statement s;
	must(stage, result, name);
	struct stat status = look(stage, path);
	saw(&s, stage, "file_attribute", name);
	say_result(&s, result);
	say_looked_up(&s, path, &status);
	say_text(&s, "file.mode", mode);
	told(&s);
}

static void by_descriptor(struct stage *stage, const char *name, long result, const struct held *held)
{
	struct statement s;
	must(stage, result, name);
	saw(&s, stage, "file_attribute", name);
	say_result(&s, result);
	say_held(&s, held, NULL);
	told(&s);
}

static struct held writer(struct stage *stage)
{
	return open_said(stage, stage->plain, O_RDWR, "it");
}

static void play_truncate(struct stage *stage)
{
	by_path(stage, "truncate", call(SYS_truncate, stage->plain, 100L), stage->plain);
}

static void play_ftruncate(struct stage *stage)
{
	struct held held = writer(stage);
	by_descriptor(stage, "ftruncate", call(SYS_ftruncate, held.number, 50L), &held);
}

static void play_chmod(struct stage *stage)
{
	mode_by_path(stage, "chmod", call(SYS_chmod, stage->plain, 04755), stage->plain, "4755");
}

static void play_fchmod(struct stage *stage)
{
	struct held held = writer(stage);
	by_descriptor(stage, "fchmod", call(SYS_fchmod, held.number, 0601), &held);
}

static void play_fchmodat(struct stage *stage)
{
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	long result = call(SYS_fchmodat, directory.number, "plain.txt", 0600);
	mode_by_path(stage, "fchmodat", result, stage->plain, "0600");
}

static void play_fchmodat2(struct stage *stage)
{
	long result = call(SYS_fchmodat2, AT_FDCWD, stage->plain, 0640, AT_SYMLINK_NOFOLLOW);
	mode_by_path(stage, "fchmodat2", result, stage->plain, "0640");
}

static void play_chown(struct stage *stage)
{
	without_mount(stage, "chown", call(SYS_chown, stage->plain, 1L, 2L), stage->plain);
}

static void play_lchown(struct stage *stage)
{
	without_mount(stage, "lchown", call(SYS_lchown, stage->plain, 1L, 2L), stage->plain);
}

static void play_fchown(struct stage *stage)
{
	struct held held = writer(stage);
	by_descriptor(stage, "fchown", call(SYS_fchown, held.number, 3L, 4L), &held);
}

static void play_fchownat(struct stage *stage)
{
	without_mount(stage, "fchownat", call(SYS_fchownat, AT_FDCWD, stage->plain, 1L, 2L, 0L), stage->plain);
}

/* No path but a descriptor: the kernel's own object, though what the caller wrote can only be believed. */
static void by_empty_path(struct stage *stage, const char *name, long result, const struct held *held)
{
	struct statement s;
	struct stat status;
	must(stage, result, name);
	saw(&s, stage, "file_attribute", name);
	say_result(&s, result);
	say_descriptor(&s, held);
	say_path(&s, stage->plain);
	say_text(&s, "detpack.object.identity", "string");
	if (!fstat(held->number, &status))
		say_object_id(&s, "detpack.object.id", status.st_dev, status.st_ino);
	told(&s);
}

static void play_fchownat_empty(struct stage *stage)
{
	struct held held = writer(stage);
	by_empty_path(stage, "fchownat", call(SYS_fchownat, held.number, "", 1L, 2L, (long)AT_EMPTY_PATH), &held);
}

static void play_fchmodat2_empty(struct stage *stage)
{
	struct held held = writer(stage);
	long result = call(SYS_fchmodat2, held.number, "", 0640, AT_EMPTY_PATH);
	by_empty_path(stage, "fchmodat2", result, &held);
}

static void play_fallocate(struct stage *stage)
{
	struct held held = writer(stage);
	long mode = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
	must(stage, call(SYS_fallocate, held.number, 0L, 0L, 4096L), "fallocate");
	by_descriptor(stage, "fallocate", call(SYS_fallocate, held.number, mode, 0L, 4096L), &held);
}

static void play_setxattr(struct stage *stage)
{
	long result = call(SYS_setxattr, stage->plain, "trusted.detpack", "1", 1L, 0L);
	without_mount(stage, "setxattr", result, stage->plain);
}

static void play_lsetxattr(struct stage *stage)
{
	long result = call(SYS_lsetxattr, stage->plain, "trusted.detpack", "1", 1L, 0L);
	without_mount(stage, "lsetxattr", result, stage->plain);
}

static void play_fsetxattr(struct stage *stage)
{
	struct held held = writer(stage);
	by_descriptor(stage, "fsetxattr", call(SYS_fsetxattr, held.number, "trusted.detpack", "1", 1L, 0L), &held);
}

static void prepare_attribute(struct stage *stage)
{
	if (setxattr(stage->plain, "trusted.detpack", "1", 1, 0))
		skip(stage, "no extended attributes here: %s", errno_name(errno));
}

static void play_removexattr(struct stage *stage)
{
	without_mount(stage, "removexattr", call(SYS_removexattr, stage->plain, "trusted.detpack"), stage->plain);
}

static void play_fremovexattr(struct stage *stage)
{
	struct held held = writer(stage);
	by_descriptor(stage, "fremovexattr", call(SYS_fremovexattr, held.number, "trusted.detpack"), &held);
}

static const struct timespec times[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

static void play_utimensat(struct stage *stage)
{
	without_mount(stage, "utimensat", call(SYS_utimensat, AT_FDCWD, stage->plain, times, 0L), stage->plain);
}

static void play_futimens(struct stage *stage)
{
	struct held held = writer(stage);
	by_descriptor(stage, "utimensat", call(SYS_utimensat, held.number, NULL, times, 0L), &held);
}

static const struct timeval seconds[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

static void play_utime(struct stage *stage)
{
	const struct utimbuf both = { 1000000000, 1000000000 };
	without_mount(stage, "utime", call(SYS_utime, stage->plain, &both), stage->plain);
}

static void play_utimes(struct stage *stage)
{
	without_mount(stage, "utimes", call(SYS_utimes, stage->plain, seconds), stage->plain);
}

static void play_futimesat(struct stage *stage)
{
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	long result = call(SYS_futimesat, directory.number, "plain.txt", seconds);
	without_mount(stage, "futimesat", result, stage->plain);
}

static void play_futimesat_descriptor(struct stage *stage)
{
	struct held held = writer(stage);
	by_descriptor(stage, "futimesat", call(SYS_futimesat, held.number, NULL, seconds), &held);
}

static void play_utimensat_link(struct stage *stage)
{
	long result = call(SYS_utimensat, AT_FDCWD, stage->path[0], times, (long)AT_SYMLINK_NOFOLLOW);
	without_mount(stage, "utimensat", result, stage->path[0]);
}

static void play_lremovexattr(struct stage *stage)
{
	without_mount(stage, "lremovexattr", call(SYS_lremovexattr, stage->plain, "trusted.detpack"), stage->plain);
}

static void prepare_link(struct stage *stage)
{
	join(stage->path[0], stage->directory, "link");
	if (symlink("plain.txt", stage->path[0]))
		fail(stage, "symlink: %s", errno_name(errno));
}

/* struct xattr_args, of 6.13. */
struct value {
	uint64_t address;
	uint32_t size, flags;
};

static void play_setxattrat(struct stage *stage)
{
	struct value value = { (uintptr_t)"1", 1, 0 };
	long result = call(SYS_setxattrat, AT_FDCWD, stage->plain, 0L, "trusted.detpack", &value, sizeof(value));
	without_mount(stage, "setxattrat", result, stage->plain);
}

static void play_removexattrat(struct stage *stage)
{
	struct held held = writer(stage);
	long result = call(SYS_removexattrat, held.number, "", (long)AT_EMPTY_PATH, "trusted.detpack");
	by_empty_path(stage, "removexattrat", result, &held);
}

/* What chattr does: a file that nobody may change, or only append to, is one again that may be. */
static void play_flags(struct stage *stage)
{
	int flags = 0;
	struct held held = writer(stage);
	long result = call(SYS_ioctl, held.number, FS_IOC_GETFLAGS, &flags);
	if (result == -ENOTTY || result == -EOPNOTSUPP)
		skip(stage, "no flags of files here");
	must(stage, result, "FS_IOC_GETFLAGS");
	flags ^= FS_NODUMP_FL;
	by_descriptor(stage, "ioctl", call(SYS_ioctl, held.number, FS_IOC_SETFLAGS, &flags), &held);
}

static void play_flags_extended(struct stage *stage)
{
	struct fsxattr extended = { 0 };
	struct held held = writer(stage);
	long result = call(SYS_ioctl, held.number, FS_IOC_FSGETXATTR, &extended);
	if (result == -ENOTTY || result == -EOPNOTSUPP)
		skip(stage, "no extended flags of files here");
	must(stage, result, "FS_IOC_FSGETXATTR");
	by_descriptor(stage, "ioctl", call(SYS_ioctl, held.number, FS_IOC_FSSETXATTR, &extended), &held);
}

/* struct file_attr, of 6.17. */
struct file_attributes {
	uint64_t flags;
	uint32_t extent, extents, project, cow;
};

static void play_file_setattr(struct stage *stage)
{
	struct file_attributes attributes = { 0 };
	struct statement s;
	long result = call(SYS_file_getattr, AT_FDCWD, stage->plain, &attributes, sizeof(attributes), 0L);
	if (result == -EOPNOTSUPP || result == -ENOTTY)
		skip(stage, "no flags of files here");
	must(stage, result, "file_getattr");
	result = call(SYS_file_setattr, AT_FDCWD, stage->plain, &attributes, sizeof(attributes), 0L);
	must(stage, result, "file_setattr");
	saw(&s, stage, "file_attribute", "file_setattr");
	say_result(&s, result);
	say_path(&s, stage->plain);
	told(&s);
}

static void play_chmod_missing(struct stage *stage)
{
	struct statement s;
	char path[PATH_SIZE];
	join(path, stage->directory, "missing");
	long result = call(SYS_chmod, path, 0600);
	if (result != -ENOENT)
		fail(stage, "chmod of nothing gave %ld", result);
	saw(&s, stage, "file_attribute", "chmod");
	say_result(&s, result);
	say_by_string(&s, path);
	told(&s);
}

const struct act attribute_acts[] = {
	{ "truncate", NULL, play_truncate, NULL },
	{ "ftruncate", NULL, play_ftruncate, NULL },
	{ "chmod", NULL, play_chmod, NULL },
	{ "chmod-missing", NULL, play_chmod_missing, NULL },
	{ "fchmod", NULL, play_fchmod, NULL },
	{ "fchmodat", NULL, play_fchmodat, NULL },
	{ "fchmodat2", NULL, play_fchmodat2, NULL },
	{ "chown", NULL, play_chown, NULL },
	{ "lchown", NULL, play_lchown, NULL },
	{ "fchown", NULL, play_fchown, NULL },
	{ "fchownat", NULL, play_fchownat, NULL },
	{ "fchownat-empty", NULL, play_fchownat_empty, NULL },
	{ "fchmodat2-empty", NULL, play_fchmodat2_empty, NULL },
	{ "fallocate", NULL, play_fallocate, NULL },
	{ "setxattr", NULL, play_setxattr, NULL },
	{ "lsetxattr", NULL, play_lsetxattr, NULL },
	{ "fsetxattr", NULL, play_fsetxattr, NULL },
	{ "removexattr", prepare_attribute, play_removexattr, NULL },
	{ "fremovexattr", prepare_attribute, play_fremovexattr, NULL },
	{ "utimensat", NULL, play_utimensat, NULL },
	{ "utimensat-link", prepare_link, play_utimensat_link, NULL },
	{ "futimens", NULL, play_futimens, NULL },
	{ "utime", NULL, play_utime, NULL },
	{ "utimes", NULL, play_utimes, NULL },
	{ "futimesat", NULL, play_futimesat, NULL },
	{ "futimesat-descriptor", NULL, play_futimesat_descriptor, NULL },
	{ "lremovexattr", prepare_attribute, play_lremovexattr, NULL },
	{ "setxattrat", NULL, play_setxattrat, NULL },
	{ "removexattrat", prepare_attribute, play_removexattrat, NULL },
	{ "file-flags", NULL, play_flags, NULL },
	{ "file-flags-extended", NULL, play_flags_extended, NULL },
	{ "file-setattr", NULL, play_file_setattr, NULL },
	{ 0 },
};
