// SPDX-License-Identifier: Apache-2.0
/* Opening and making files, in every way there is, also in ways that fail. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void opened_asking(struct stage *stage, int asked, const char *name, long fd, const char *path)
{
	struct statement s;
	must(stage, fd, name);
	struct held held = hold((int)fd, "it");
	held.asked = asked;
	saw(&s, stage, "file_open", name);
	say_result(&s, fd);
	say_held(&s, &held, path);
	told(&s);
}

static void opened(struct stage *stage, const char *name, long fd, const char *path)
{
	opened_asking(stage, 0, name, fd, path);
}

static void created(struct stage *stage, int asked, const char *name, long fd, const char *path)
{
	struct statement s;
	must(stage, fd, name);
	struct held held = hold((int)fd, "it");
	held.asked = asked;
	saw(&s, stage, "file_create", name);
	say_result(&s, fd);
	say_held(&s, &held, path);
	told(&s);
}

static void refused(struct stage *stage, const char *name, long result, int expected, const char *path)
{
	struct statement s;
	if (result >= 0)
		fail(stage, "%s of %s should have failed", name, path);
	if (result != -expected)
		must(stage, result, name);
	saw(&s, stage, "file_open", name);
	say_result(&s, result);
	say_by_string(&s, path);
	told(&s);
}

static void play_open(struct stage *stage)
{
	opened(stage, "open", call(SYS_open, stage->plain, O_RDONLY), stage->plain);
}

static void play_open_append(struct stage *stage)
{
	long fd = call(SYS_open, stage->plain, O_RDWR | O_APPEND | O_NONBLOCK | O_CLOEXEC);
	opened(stage, "open", fd, stage->plain);
}

static void play_openat(struct stage *stage)
{
	opened(stage, "openat", call(SYS_openat, AT_FDCWD, stage->plain, O_WRONLY | O_CLOEXEC), stage->plain);
}

static void play_open_truncate(struct stage *stage)
{
	opened_asking(stage, O_TRUNC, "open", call(SYS_open, stage->plain, O_WRONLY | O_TRUNC), stage->plain);
}

static void opened_classed(struct stage *stage, const char *path)
{
	struct statement s;
	long fd = must(stage, call(SYS_open, path, O_RDONLY), "open");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "file_open", "open");
	say_result(&s, fd);
	say_held(&s, &held, path);
	say_text(&s, "detpack.object.class", "credential");
	/* The kernel half knows the class too: it is what says so of the process from now on. */
	say_list(&s, "detpack.flow.object.class", (const char *[]){ "credential", NULL });
	told(&s);
}

static void play_open_secret(struct stage *stage)
{
	opened_classed(stage, stage->secret);
}

/* The class table of the live test says so of what lies below the directory of this act. */
static void play_open_below(struct stage *stage)
{
	opened_classed(stage, stage->plain);
}

static void prepare_sealed(struct stage *stage)
{
	join(stage->path[0], stage->directory, "notes.v1.sealed");
	if (link(stage->plain, stage->path[0]))
		fail(stage, "cannot make %s", stage->path[0]);
}

/* And of what is named so. */
static void play_open_suffix(struct stage *stage)
{
	opened_classed(stage, stage->path[0]);
}

static void play_openat2(struct stage *stage)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS };
	opened(stage, "openat2", call(SYS_openat2, AT_FDCWD, stage->plain, &how, sizeof(how)), stage->plain);
}

static long open2(const struct held *directory, const char *path, uint64_t resolve)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = resolve };
	return call(SYS_openat2, directory->number, path, &how, sizeof(how));
}

/* The directory is the root of what the path says: `/plain.txt` is in it, and `..` leads nowhere else. */
static void play_openat2_root(struct stage *stage)
{
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	opened(stage, "openat2", open2(&directory, "/../plain.txt", RESOLVE_IN_ROOT), stage->plain);
}

static void play_openat2_root_missing(struct stage *stage)
{
	char path[PATH_SIZE];
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	join(path, stage->directory, "missing");
	refused(stage, "openat2", open2(&directory, "/missing", RESOLVE_IN_ROOT), ENOENT, path);
}

/* What it may not lead to is named all the same: that is what was tried. */
static void play_openat2_beneath(struct stage *stage)
{
	char path[PATH_SIZE];
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	opened(stage, "openat2", open2(&directory, "plain.txt", RESOLVE_BENEATH), stage->plain);
	snprintf(path, sizeof(path), "%.*s/missing", (int)(strrchr(stage->directory, '/') - stage->directory), stage->directory);
	refused(stage, "openat2", open2(&directory, "../missing", RESOLVE_BENEATH), EXDEV, path);
	refused(stage, "openat2", open2(&directory, "/etc/passwd", RESOLVE_BENEATH), EXDEV, "/etc/passwd");
}

static void play_openat2_no_links(struct stage *stage)
{
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	refused(stage, "openat2", open2(&directory, "link", RESOLVE_NO_SYMLINKS), ELOOP, stage->path[0]);
}

static void play_creat(struct stage *stage)
{
	char path[PATH_SIZE];
	join(path, stage->directory, "made");
	created(stage, O_CREAT | O_TRUNC, "creat", call(SYS_creat, path, 0640), path);
}

static void play_open_create(struct stage *stage)
{
	char path[PATH_SIZE];
	join(path, stage->directory, "made");
	created(stage, O_CREAT | O_EXCL, "open", call(SYS_open, path, O_RDWR | O_CREAT | O_EXCL, 0600), path);
}

static void play_open_create_existing(struct stage *stage)
{
	opened_asking(stage, O_CREAT, "open", call(SYS_open, stage->plain, O_RDWR | O_CREAT, 0600), stage->plain);
}

static void play_openat_directory(struct stage *stage)
{
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	opened(stage, "openat", call(SYS_openat, directory.number, "plain.txt", O_RDONLY), stage->plain);
}

static void play_openat_dots(struct stage *stage)
{
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	opened(stage, "openat", call(SYS_openat, directory.number, ".ssh/.././plain.txt", O_RDONLY), stage->plain);
}

static void prepare_working_directory(struct stage *stage)
{
	if (chdir(stage->directory))
		fail(stage, "chdir: %s", errno_name(errno));
}

static void play_open_relative(struct stage *stage)
{
	opened(stage, "open", call(SYS_open, "plain.txt", O_RDONLY), stage->plain);
}

static void prepare_links(struct stage *stage)
{
	join(stage->path[0], stage->directory, "link");
	join(stage->path[1], stage->directory, "far");
	if (symlink("plain.txt", stage->path[0]) || symlink(".ssh/../link", stage->path[1]))
		fail(stage, "symlink: %s", errno_name(errno));
}

static void play_open_symlink(struct stage *stage)
{
	opened(stage, "open", call(SYS_open, stage->path[1], O_RDONLY), stage->plain);
}

static void play_open_symlink_itself(struct stage *stage)
{
	opened(stage, "open", call(SYS_open, stage->path[0], O_PATH | O_NOFOLLOW), stage->path[0]);
}

static void play_open_no_follow(struct stage *stage)
{
	refused(stage, "open", call(SYS_open, stage->path[0], O_RDONLY | O_NOFOLLOW), ELOOP, stage->path[0]);
}

static void play_open_path(struct stage *stage)
{
	opened(stage, "openat", call(SYS_openat, AT_FDCWD, stage->plain, O_PATH | O_CLOEXEC), stage->plain);
}

static void play_open_by_magic_link(struct stage *stage)
{
	char link[64];
	struct held first = open_said(stage, stage->plain, O_RDONLY, "first");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", first.number);
	opened(stage, "open", call(SYS_open, link, O_RDONLY), stage->plain);
}

static void play_open_device(struct stage *stage)
{
	opened(stage, "open", call(SYS_open, "/dev/null", O_RDWR), "/dev/null");
}

static void prepare_fifo(struct stage *stage)
{
	join(stage->path[0], stage->directory, "fifo");
	if (mkfifo(stage->path[0], 0600))
		fail(stage, "mkfifo: %s", errno_name(errno));
}

static void play_open_fifo(struct stage *stage)
{
	opened(stage, "open", call(SYS_open, stage->path[0], O_RDWR | O_NONBLOCK), stage->path[0]);
}

/* A file without a name is made. Its path is the kernel's own, with its number. */
static void play_open_temporary(struct stage *stage)
{
	struct statement s;
	long fd = must(stage, call(SYS_open, stage->directory, O_RDWR | O_TMPFILE, 0600), "O_TMPFILE");
	struct held held = hold((int)fd, "it");
	struct stat status;
	saw(&s, stage, "file_create", "open");
	say_result(&s, fd);
	say_descriptor(&s, &held);
	if (!fstat(held.number, &status))
		say_stat(&s, &status, NULL);
	told(&s);
}

static void play_open_missing(struct stage *stage)
{
	char path[PATH_SIZE];
	join(path, stage->directory, "missing");
	refused(stage, "openat", call(SYS_openat, AT_FDCWD, path, O_RDONLY), ENOENT, path);
}

static void play_open_missing_relative(struct stage *stage)
{
	char path[PATH_SIZE];
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	join(path, stage->directory, "missing");
	refused(stage, "openat", call(SYS_openat, directory.number, "missing", O_RDONLY), ENOENT, path);
}

static void prepare_denied(struct stage *stage)
{
	chmod(stage->secret, 0);
	/* As another user than root: the parts of the path can be passed, the file cannot be read. */
	char keys[PATH_SIZE];
	join(keys, stage->directory, ".ssh");
	chmod(keys, 0755);
	if (setgid(65534) || setuid(65534))
		skip(stage, "needs root");
}

static void play_open_denied(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_open, stage->secret, O_RDONLY);
	if (result != -EACCES)
		fail(stage, "open of a file without permissions gave %ld", result);
	saw(&s, stage, "file_open", "open");
	say_result(&s, result);
	say_by_string(&s, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

static void play_open_bad_pointer(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_open, (void *)8, O_RDONLY);
	if (result != -EFAULT)
		fail(stage, "open of a bad pointer gave %ld", result);
	saw(&s, stage, "file_open", "open");
	say_result(&s, result);
	say_absent(&s, "file.path");
	told(&s);
}

const struct act open_acts[] = {
	{ "open", NULL, play_open, NULL },
	{ "open-append", NULL, play_open_append, NULL },
	{ "open-truncate", NULL, play_open_truncate, NULL },
	{ "open-secret", NULL, play_open_secret, NULL },
	{ "open-below", NULL, play_open_below, NULL },
	{ "open-suffix", prepare_sealed, play_open_suffix, NULL },
	{ "openat", NULL, play_openat, NULL },
	{ "openat2", NULL, play_openat2, NULL },
	{ "openat2-root", NULL, play_openat2_root, NULL },
	{ "openat2-root-missing", NULL, play_openat2_root_missing, NULL },
	{ "openat2-beneath", NULL, play_openat2_beneath, NULL },
	{ "openat2-no-links", prepare_links, play_openat2_no_links, NULL },
	{ "creat", NULL, play_creat, NULL },
	{ "open-create", NULL, play_open_create, NULL },
	{ "open-create-existing", NULL, play_open_create_existing, NULL },
	{ "openat-directory", NULL, play_openat_directory, NULL },
	{ "openat-dots", NULL, play_openat_dots, NULL },
	{ "open-relative", prepare_working_directory, play_open_relative, NULL },
	{ "open-symlink", prepare_links, play_open_symlink, NULL },
	{ "open-symlink-itself", prepare_links, play_open_symlink_itself, NULL },
	{ "open-no-follow", prepare_links, play_open_no_follow, NULL },
	{ "open-path", NULL, play_open_path, NULL },
	{ "open-by-magic-link", NULL, play_open_by_magic_link, NULL },
	{ "open-device", NULL, play_open_device, NULL },
	{ "open-fifo", prepare_fifo, play_open_fifo, NULL },
	{ "open-temporary", NULL, play_open_temporary, NULL },
	{ "open-missing", NULL, play_open_missing, NULL },
	{ "open-missing-relative", NULL, play_open_missing_relative, NULL },
	{ "open-denied", prepare_denied, play_open_denied, NULL },
	{ "open-bad-pointer", NULL, play_open_bad_pointer, NULL },
	{ 0 },
};
