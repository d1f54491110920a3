// SPDX-License-Identifier: Apache-2.0
/* The class that an object has, whatever name it is met by. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* sys/mount.h and linux/mount.h cannot both be included everywhere. */
#define BIND 4096UL
#define RECURSIVE 16384UL
#define PRIVATE (1UL << 18)

static void open_credential(struct stage *stage, int directory, const char *name, const char *path)
{
	struct statement s;
	long fd = must(stage, call(SYS_openat, directory, name, O_RDONLY), "openat");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "file_open", "openat");
	say_held(&s, &held, path);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

/* Renamed, linked: a credential stays one under any name. */
static void play_class_renamed(struct stage *stage)
{
	struct statement s;
	char to[PATH_SIZE];
	join(to, stage->directory, "harmless");
	struct held first = open_said(stage, stage->secret, O_RDONLY, "first");
	(void)first;
	long result = must(stage, call(SYS_rename, stage->secret, to), "rename");
	saw(&s, stage, "file_rename", "rename");
	say_result(&s, result);
	say_path(&s, to);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
	open_credential(stage, AT_FDCWD, to, to);
}

/* One that was there before the sensor, which whoever does the acts may have put there. */
static void find_older(struct stage *stage, const char *name)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%.300s/../before/%.50s", stage->directory, name);
	char *real = realpath(path, NULL);
	snprintf(stage->path[0], PATH_SIZE, "%s", real ? real : path);
	free(real);
	if (access(stage->path[0], R_OK))
		skip(stage, "there is no secret from before: %s", errno_name(errno));
}

static void prepare_older(struct stage *stage)
{
	find_older(stage, "id_ed25519");
}

static void prepare_other_older(struct stage *stage)
{
	find_older(stage, "other.sealed");
}

/* Renamed by who never opened it: where the sensor sees what the kernel found by the path, it is known on. */
static void play_class_renamed_unopened(struct stage *stage)
{
	struct statement s;
	char to[PATH_SIZE];
	join(to, stage->directory, "harmless");
	long result = must(stage, call(SYS_rename, stage->path[0], to), "rename");
	saw(&s, stage, "file_rename", "rename");
	say_result(&s, result);
	say_path(&s, to);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
	long fd = must(stage, call(SYS_openat, AT_FDCWD, to, O_RDONLY), "openat");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "file_open", "openat");
	say_held(&s, &held, to);
	say_if_looked_up(&s, "detpack.object.class", "credential", NULL);
	told(&s);
}

/* The secret has the harmless name now, and the other way round. */
static void play_class_exchanged(struct stage *stage)
{
	struct statement s;
	long result = must(stage, call(SYS_renameat2, AT_FDCWD, stage->plain, AT_FDCWD, stage->path[0], RENAME_EXCHANGE),
			   "renameat2");
	for (int i = 0; i < 2; i++) {
		saw(&s, stage, "file_rename", "renameat2");
		say_result(&s, result);
		say_path(&s, i ? stage->plain : stage->path[0]);
		say_text(&s, "detpack.file.previous_path", i ? stage->path[0] : stage->plain);
		say_text(&s, "detpack.object.class", "credential");
		told(&s);
	}
	long fd = must(stage, call(SYS_openat, AT_FDCWD, stage->plain, O_RDONLY), "openat");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "file_open", "openat");
	say_held(&s, &held, stage->plain);
	say_if_looked_up(&s, "detpack.object.class", "credential", NULL);
	told(&s);
}

static void play_class_linked(struct stage *stage)
{
	struct statement s;
	char to[PATH_SIZE];
	join(to, stage->directory, "harmless");
	long result = must(stage, call(SYS_link, stage->secret, to), "link");
	saw(&s, stage, "file_create", "link");
	say_result(&s, result);
	say_path(&s, to);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
	open_credential(stage, AT_FDCWD, to, to);
}

/* Whatever the link says of it, what is linked is what the descriptor stands for. */
static void play_class_linked_by_descriptor(struct stage *stage)
{
	struct statement s;
	char to[PATH_SIZE], link[64];
	struct held held = open_said(stage, stage->secret, O_RDONLY, "it");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", held.number);
	for (int i = 0; i < 2; i++) {
		join(to, stage->directory, i ? "harmless" : "plainer");
		long result = i ? call(SYS_linkat, AT_FDCWD, link, AT_FDCWD, to, AT_SYMLINK_FOLLOW) :
				  call(SYS_linkat, held.number, "", AT_FDCWD, to, AT_EMPTY_PATH);
		must(stage, result, "linkat");
		saw(&s, stage, "file_create", "linkat");
		say_result(&s, result);
		say_path(&s, to);
		say_text(&s, "file.target_path", stage->secret);
		say_text(&s, "detpack.object.class", "credential");
		told(&s);
	}
}

/* ---- classed by its name and that of its folder ---- */

static void own_mounts(struct stage *stage)
{
	must(stage, call(SYS_unshare, CLONE_NEWNS), "unshare");
	must(stage, call(SYS_mount, "none", "/", NULL, RECURSIVE | PRIVATE, NULL), "mount");
}

static void make_folder(struct stage *stage, char path[PATH_SIZE], const char *name)
{
	join(path, stage->directory, name);
	if (mkdir(path, 0755))
		fail(stage, "mkdir: %s", errno_name(errno));
}

/* path[0]: the object by the name that it is met by, path[1]: its folder as it was before the sensor. */
static void bind_older(struct stage *stage, const char *folder, const char *name)
{
	char point[PATH_SIZE];
	find_older(stage, folder);
	snprintf(stage->path[1], PATH_SIZE, "%s", stage->path[0]);
	make_folder(stage, point, "point");
	own_mounts(stage);
	must(stage, call(SYS_mount, stage->path[1], point, NULL, BIND, NULL), "mount");
	join(stage->path[0], point, name);
}

static void prepare_pair_bound(struct stage *stage)
{
	bind_older(stage, ".kube", "config");
}

/* Both names are above the root of the mount. */
static void prepare_pair_bound_above(struct stage *stage)
{
	bind_older(stage, ".aws/sso/cache/some", "token");
}

/* The folder that it is mounted in is a part of a file system as well. */
static void prepare_pair_bound_twice(struct stage *stage)
{
	char point[PATH_SIZE], other[PATH_SIZE], inner[PATH_SIZE];
	find_older(stage, ".gradle");
	make_folder(stage, point, "point");
	make_folder(stage, other, "other");
	join(inner, other, "inner");
	if (mkdir(inner, 0755))
		fail(stage, "mkdir: %s", errno_name(errno));
	join(inner, point, "inner");
	own_mounts(stage);
	must(stage, call(SYS_mount, other, point, NULL, BIND, NULL), "mount");
	must(stage, call(SYS_mount, stage->path[0], inner, NULL, BIND, NULL), "mount");
	join(stage->path[0], inner, "gradle.properties");
}

static void prepare_pair_bound_file(struct stage *stage)
{
	find_older(stage, ".m2/settings.xml");
	snprintf(stage->path[1], PATH_SIZE, "%s", stage->path[0]);
	join(stage->path[0], stage->directory, "other");
	make_file(stage, stage->path[0], 0, 0600);
	own_mounts(stage);
	must(stage, call(SYS_mount, stage->path[1], stage->path[0], NULL, BIND, NULL), "mount");
}

/* The folder is a file system of its own, whose root has no name. */
static void prepare_pair_mounted(struct stage *stage)
{
	char folder[PATH_SIZE];
	make_folder(stage, folder, ".kube");
	own_mounts(stage);
	must(stage, call(SYS_mount, "detpack", folder, "tmpfs", 0, NULL), "mount");
	join(stage->path[0], folder, "config");
	make_file(stage, stage->path[0], 64, 0600);
}

static void play_pair(struct stage *stage)
{
	open_credential(stage, AT_FDCWD, stage->path[0], stage->path[0]);
}

/* A copy of the mount that is mounted nowhere: the name of the folder is above its root. */
static void prepare_pair_detached(struct stage *stage)
{
	find_older(stage, ".docker");
	stage->number[0] = (int)must(stage, call(SYS_open_tree, AT_FDCWD, stage->path[0], OPEN_TREE_CLONE), "open_tree");
}

static void play_pair_detached(struct stage *stage)
{
	open_credential(stage, stage->number[0], "config.json", "/config.json");
}

static void prepare_pair_renamed(struct stage *stage)
{
	find_older(stage, ".cargo/credentials.toml");
}

const struct act class_acts[] = {
	{ "class-renamed", NULL, play_class_renamed, NULL },
	{ "class-renamed-unopened", prepare_older, play_class_renamed_unopened, NULL },
	{ "class-exchanged", prepare_other_older, play_class_exchanged, NULL },
	{ "class-linked", NULL, play_class_linked, NULL },
	{ "class-linked-by-descriptor", NULL, play_class_linked_by_descriptor, NULL },
	{ "class-pair-mounted", prepare_pair_mounted, play_pair, NULL },
	{ "class-pair-bound", prepare_pair_bound, play_pair, NULL },
	{ "class-pair-bound-above", prepare_pair_bound_above, play_pair, NULL },
	{ "class-pair-bound-twice", prepare_pair_bound_twice, play_pair, NULL },
	{ "class-pair-bound-file", prepare_pair_bound_file, play_pair, NULL },
	{ "class-pair-detached", prepare_pair_detached, play_pair_detached, NULL },
	{ "class-pair-renamed", prepare_pair_renamed, play_class_renamed_unopened, NULL },
	{ 0 },
};
