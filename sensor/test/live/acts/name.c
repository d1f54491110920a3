// SPDX-License-Identifier: Apache-2.0
/*
 * Names of files: made, changed, removed. When such a call ends nothing of the kernel is at hand but what the caller wrote,
 * and what the kernel found by it where that can be traced: elsewhere the object is known by its path only, and by the
 * descriptor where one was given instead of a path.
 */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static struct stat look(struct stage *stage, const char *path)
{
	struct stat status;
	if (lstat(path, &status))
		fail(stage, "lstat %s: %s", path, errno_name(errno));
	return status;
}

static void made(struct stage *stage, const char *name, long result, const char *path, const char *kind)
{
	struct statement s;
	must(stage, result, name);
	struct stat status = look(stage, path);
	saw(&s, stage, "file_create", name);
	say_result(&s, result);
	say_looked_up(&s, path, &status);
	say_text(&s, "detpack.object.kind", kind);
	told(&s);
}

static void removed(struct stage *stage, const char *name, long result, const char *path, const struct stat *was,
		    const char *kind)
{
	struct statement s;
	must(stage, result, name);
	saw(&s, stage, "file_delete", name);
	say_result(&s, result);
	say_looked_up(&s, path, was);
	if (kind)
		say_text(&s, "detpack.object.kind", kind);
	told(&s);
}

static void failed(struct stage *stage, const char *action, const char *name, long result, int expected,
		   const char *path)
{
	struct statement s;
	if (result != -expected)
		fail(stage, "%s of %s gave %ld", name, path, result);
	saw(&s, stage, action, name);
	say_result(&s, result);
	say_by_string(&s, path);
	told(&s);
}

static void play_unlink(struct stage *stage)
{
	struct stat was = look(stage, stage->plain);
	removed(stage, "unlink", call(SYS_unlink, stage->plain), stage->plain, &was, NULL);
}

static void play_unlinkat(struct stage *stage)
{
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	struct stat was = look(stage, stage->plain);
	removed(stage, "unlinkat", call(SYS_unlinkat, directory.number, "plain.txt", 0), stage->plain, &was, NULL);
}

static void play_unlink_missing(struct stage *stage)
{
	char path[PATH_SIZE];
	join(path, stage->directory, "missing");
	failed(stage, "file_delete", "unlink", call(SYS_unlink, path), ENOENT, path);
}

static void prepare_folder(struct stage *stage)
{
	join(stage->path[0], stage->directory, "folder");
	if (mkdir(stage->path[0], 0700))
		fail(stage, "mkdir: %s", errno_name(errno));
}

static void play_rmdir(struct stage *stage)
{
	struct stat was = look(stage, stage->path[0]);
	removed(stage, "rmdir", call(SYS_rmdir, stage->path[0]), stage->path[0], &was, "directory");
}

static void play_unlinkat_directory(struct stage *stage)
{
	struct stat was = look(stage, stage->path[0]);
	long result = call(SYS_unlinkat, AT_FDCWD, stage->path[0], AT_REMOVEDIR);
	removed(stage, "unlinkat", result, stage->path[0], &was, "directory");
}

static void renamed(struct stage *stage, const char *name, long result, const char *from, const char *to)
{
	struct statement s;
	must(stage, result, name);
	struct stat status = look(stage, to);
	saw(&s, stage, "file_rename", name);
	say_result(&s, result);
	say_looked_up(&s, to, &status);
	say_text(&s, "detpack.file.previous_path", from);
	told(&s);
}

static void play_rename(struct stage *stage)
{
	char to[PATH_SIZE];
	join(to, stage->directory, "renamed");
	renamed(stage, "rename", call(SYS_rename, stage->plain, to), stage->plain, to);
}

static void play_rename_over(struct stage *stage)
{
	renamed(stage, "rename", call(SYS_rename, stage->plain, stage->secret), stage->plain, stage->secret);
}

static void play_renameat(struct stage *stage)
{
	char to[PATH_SIZE];
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	join(to, stage->directory, "renamed");
	long result = call(SYS_renameat, directory.number, "plain.txt", directory.number, "renamed");
	renamed(stage, "renameat", result, stage->plain, to);
}

/* Each of the names is relative to a directory of its own. */
static void play_renameat_directories(struct stage *stage)
{
	char from[PATH_SIZE], to[PATH_SIZE];
	join(from, stage->directory, ".ssh");
	join(to, stage->directory, "folder");
	struct held one = open_said(stage, from, O_RDONLY | O_DIRECTORY, "one");
	struct held other = open_said(stage, to, O_RDONLY | O_DIRECTORY, "other");
	join(to, stage->directory, "folder/key");
	long result = call(SYS_renameat, one.number, "id_ed25519", other.number, "key");
	renamed(stage, "renameat", result, stage->secret, to);
}

static void play_renameat2(struct stage *stage)
{
	long result = call(SYS_renameat2, AT_FDCWD, stage->plain, AT_FDCWD, stage->secret, RENAME_EXCHANGE);
	renamed(stage, "renameat2", result, stage->plain, stage->secret);
	renamed(stage, "renameat2", result, stage->secret, stage->plain);
}

static void play_rename_refused(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_renameat2, AT_FDCWD, stage->plain, AT_FDCWD, stage->secret, RENAME_NOREPLACE);
	if (result != -EEXIST)
		fail(stage, "renameat2 over an existing file gave %ld", result);
	saw(&s, stage, "file_rename", "renameat2");
	say_result(&s, result);
	say_path(&s, stage->secret);
	say_text(&s, "detpack.file.previous_path", stage->plain);
	say_text(&s, "detpack.object.identity", "string");
	told(&s);
}

static void linked(struct stage *stage, const char *name, long result, const char *from, const char *to)
{
	struct statement s;
	must(stage, result, name);
	struct stat status = look(stage, to);
	saw(&s, stage, "file_create", name);
	say_result(&s, result);
	say_looked_up(&s, to, &status);
	say_text(&s, "file.target_path", from);
	told(&s);
}

static void play_link(struct stage *stage)
{
	char to[PATH_SIZE];
	join(to, stage->directory, "linked");
	linked(stage, "link", call(SYS_link, stage->plain, to), stage->plain, to);
}

/* What was linked is the descriptor's, whose own name is the one before. */
static void linked_by_descriptor(struct stage *stage, long result, const struct held *held, const char *from, const char *to)
{
	struct statement s;
	must(stage, result, "linkat");
	struct stat status = look(stage, to);
	saw(&s, stage, "file_create", "linkat");
	say_result(&s, result);
	say_descriptor(&s, held);
	say_path(&s, to);
	say_if_looked_up(&s, "detpack.object.identity", "kernel", "string");
	say_object_id(&s, "detpack.object.id", status.st_dev, status.st_ino);
	say_text(&s, "detpack.object.kind", "file");
	if (from)
		say_text(&s, "file.target_path", from);
	told(&s);
}

/* Each of the names that a process has for its own descriptors. */
static void play_linkat_descriptor(struct stage *stage)
{
	static const char *const folders[] = { "/proc/self/fd", "/proc/thread-self/fd", "/dev/fd" };
	char to[PATH_SIZE], name[64], link[64];
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	/* Who prepares a system makes the last one. */
	int count = access("/dev/fd", F_OK) ? 2 : 3;
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "linked-%d", i);
		join(to, stage->directory, name);
		snprintf(link, sizeof(link), "%s/%d", folders[i], held.number);
		long result = call(SYS_linkat, AT_FDCWD, link, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
		linked_by_descriptor(stage, result, &held, stage->plain, to);
	}
	/* It still goes by the name that it was opened by. */
	long bytes = must(stage, call(SYS_read, held.number, name, 1L), "read");
	moved_said(stage, "file_read", "read", &held, bytes);
}

/* A name that only looks like one. */
static void play_linkat_no_descriptor(struct stage *stage)
{
	char to[PATH_SIZE];
	const char *from = "/proc/self/fd/0x1";
	struct statement s;
	join(to, stage->directory, "linked");
	long result = call(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
	if (result != -ENOENT)
		fail(stage, "linkat of %s gave %ld", from, result);
	saw(&s, stage, "file_create", "linkat");
	say_result(&s, result);
	say_by_string(&s, to);
	say_text(&s, "file.target_path", from);
	told(&s);
}

/* A file that was made without a name gets one: the object is the descriptor's, its name what the caller wrote. */
static void play_linkat_nameless(struct stage *stage)
{
	char to[PATH_SIZE];
	struct statement s;
	long fd = must(stage, call(SYS_openat, AT_FDCWD, stage->directory, O_RDWR | O_TMPFILE, 0600), "O_TMPFILE");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "file_create", "openat");
	say_descriptor(&s, &held);
	told(&s);
	join(to, stage->directory, "named");
	long result = call(SYS_linkat, held.number, "", AT_FDCWD, to, AT_EMPTY_PATH);
	linked_by_descriptor(stage, result, &held, NULL, to);
}

static void play_symlink(struct stage *stage)
{
	char to[PATH_SIZE];
	join(to, stage->directory, "symbolic");
	linked(stage, "symlink", call(SYS_symlink, ".ssh/id_ed25519", to), ".ssh/id_ed25519", to);
}

static void play_symlinkat(struct stage *stage)
{
	char to[PATH_SIZE];
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	join(to, stage->directory, "symbolic");
	linked(stage, "symlinkat", call(SYS_symlinkat, "plain.txt", directory.number, "symbolic"), "plain.txt", to);
}

static void play_mkdir(struct stage *stage)
{
	char path[PATH_SIZE];
	join(path, stage->directory, "new");
	made(stage, "mkdir", call(SYS_mkdir, path, 0750), path, "directory");
}

static void play_mkdirat(struct stage *stage)
{
	char path[PATH_SIZE];
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	join(path, stage->directory, "new");
	made(stage, "mkdirat", call(SYS_mkdirat, directory.number, "new", 0750), path, "directory");
}

static void play_mkdir_existing(struct stage *stage)
{
	long result = call(SYS_mkdir, stage->plain, 0700);
	failed(stage, "file_create", "mkdir", result, EEXIST, stage->plain);
}

static void play_mknod(struct stage *stage)
{
	char path[PATH_SIZE];
	join(path, stage->directory, "fifo");
	made(stage, "mknod", call(SYS_mknod, path, S_IFIFO | 0600, 0), path, "pipe");
}

static void play_mknodat(struct stage *stage)
{
	char path[PATH_SIZE];
	join(path, stage->directory, "null");
	made(stage, "mknodat", call(SYS_mknodat, AT_FDCWD, path, S_IFCHR | 0600, makedev(1, 3)), path, "device");
}

const struct act name_acts[] = {
	{ "unlink", NULL, play_unlink, NULL },
	{ "unlinkat", NULL, play_unlinkat, NULL },
	{ "unlink-missing", NULL, play_unlink_missing, NULL },
	{ "rmdir", prepare_folder, play_rmdir, NULL },
	{ "unlinkat-directory", prepare_folder, play_unlinkat_directory, NULL },
	{ "rename", NULL, play_rename, NULL },
	{ "rename-over", NULL, play_rename_over, NULL },
	{ "renameat", NULL, play_renameat, NULL },
	{ "renameat-directories", prepare_folder, play_renameat_directories, NULL },
	{ "renameat2", NULL, play_renameat2, NULL },
	{ "rename-refused", NULL, play_rename_refused, NULL },
	{ "link", NULL, play_link, NULL },
	{ "linkat-descriptor", NULL, play_linkat_descriptor, NULL },
	{ "linkat-no-descriptor", NULL, play_linkat_no_descriptor, NULL },
	{ "linkat-nameless", NULL, play_linkat_nameless, NULL },
	{ "symlink", NULL, play_symlink, NULL },
	{ "symlinkat", NULL, play_symlinkat, NULL },
	{ "mkdir", NULL, play_mkdir, NULL },
	{ "mkdirat", NULL, play_mkdirat, NULL },
	{ "mkdir-existing", NULL, play_mkdir_existing, NULL },
	{ "mknod", NULL, play_mknod, NULL },
	{ "mknodat", NULL, play_mknodat, NULL },
	{ 0 },
};
