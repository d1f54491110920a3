// SPDX-License-Identifier: Apache-2.0
/* Mounts, the old way and the new. The stage process has a mount namespace of its own: nothing is seen outside. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
/* sys/mount.h and linux/mount.h cannot both be included everywhere. */
#define BIND 4096UL
#define MOVE 8192UL
#define RECURSIVE 16384UL
#define PRIVATE (1UL << 18)
#define REMOUNT 32UL
#define READ_ONLY 1UL
#define NO_SUID 2UL

static void prepare_namespace(struct stage *stage)
{
	join(stage->path[0], stage->directory, "point");
	join(stage->path[1], stage->directory, "other");
	if (mkdir(stage->path[0], 0755) || mkdir(stage->path[1], 0755))
		fail(stage, "mkdir: %s", errno_name(errno));
	must(stage, call(SYS_unshare, CLONE_NEWNS), "unshare");
	must(stage, call(SYS_mount, "none", "/", NULL, RECURSIVE | PRIVATE, NULL), "mount");
}

static void prepare_mounted(struct stage *stage)
{
	prepare_namespace(stage);
	must(stage, call(SYS_mount, "detpack", stage->path[0], "tmpfs", 0, NULL), "mount");
}

static void mounted(struct stage *stage, long result, const char *source, const char *target, const char *type,
		    const char *const *flags)
{
	struct statement s;
	must(stage, result, "mount");
	saw(&s, stage, "mount", "mount");
	say_result(&s, result);
	say_path(&s, target);
	if (source)
		say_text(&s, "detpack.mount.source", source);
	if (type)
		say_text(&s, "detpack.mount.type", type);
	if (flags)
		say_list(&s, "detpack.mount.flags", flags);
	told(&s);
}

static void play_mount(struct stage *stage)
{
	long result = call(SYS_mount, "detpack", stage->path[0], "tmpfs", READ_ONLY | NO_SUID, "size=4096");
	mounted(stage, result, "detpack", stage->path[0], "tmpfs", (const char *[]){ "MS_RDONLY", "MS_NOSUID", NULL });
}

static void play_bind(struct stage *stage)
{
	long result = call(SYS_mount, stage->path[1], stage->path[0], NULL, BIND, NULL);
	mounted(stage, result, stage->path[1], stage->path[0], NULL, (const char *[]){ "MS_BIND", NULL });
}

static void play_move(struct stage *stage)
{
	long result = call(SYS_mount, stage->path[0], stage->path[1], NULL, MOVE, NULL);
	mounted(stage, result, stage->path[0], stage->path[1], NULL, (const char *[]){ "MS_MOVE", NULL });
}

static void play_remount(struct stage *stage)
{
	long result = call(SYS_mount, NULL, stage->path[0], NULL, REMOUNT | READ_ONLY, NULL);
	mounted(stage, result, NULL, stage->path[0], NULL, (const char *[]){ "MS_RDONLY", "MS_REMOUNT", NULL });
}

static void play_umount(struct stage *stage)
{
	struct statement s;
	long result = must(stage, call(SYS_umount2, stage->path[0], 0), "umount2");
	saw(&s, stage, "mount", "umount2");
	say_result(&s, result);
	say_path(&s, stage->path[0]);
	told(&s);
}

static void play_mount_refused(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_mount, "none", stage->path[0], "no-such-type", 0, NULL);
	if (result != -ENODEV)
		fail(stage, "mount of no type gave %ld", result);
	saw(&s, stage, "mount", "mount");
	say_result(&s, result);
	say_path(&s, stage->path[0]);
	say_text(&s, "detpack.mount.type", "no-such-type");
	told(&s);
}

/* The new root must be a mount; the old one goes below it. Skipped where the root is a ramfs that cannot be left. */
static void prepare_pivot(struct stage *stage)
{
	prepare_mounted(stage);
	join(stage->path[2], stage->path[0], "old");
	if (mkdir(stage->path[2], 0755))
		fail(stage, "mkdir: %s", errno_name(errno));
}

static void play_pivot_root(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_pivot_root, stage->path[0], stage->path[2]);
	if (result == -EINVAL)
		skip(stage, "pivot_root: the root cannot be moved here");
	must(stage, result, "pivot_root");
	saw(&s, stage, "mount", "pivot_root");
	say_result(&s, result);
	say_text(&s, "detpack.object.identity", "string");
	told(&s);
}

static void play_new_mount(struct stage *stage)
{
	struct statement s;
	long context = must(stage, call(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC), "fsopen");
	struct held held = hold((int)context, "context");
	saw(&s, stage, "descriptor_create", "fsopen");
	say_descriptor(&s, &held);
	told(&s);
	must(stage, call(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig");
	long tree = must(stage, call(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0), "fsmount");
	struct held made = hold((int)tree, "tree");
	saw(&s, stage, "descriptor_create", "fsmount");
	say_descriptor(&s, &made);
	told(&s);
	long result = must(stage, call(SYS_move_mount, tree, "", AT_FDCWD, stage->path[0], MOVE_MOUNT_F_EMPTY_PATH),
			   "move_mount");
	saw(&s, stage, "mount", "move_mount");
	say_result(&s, result);
	say_path(&s, stage->path[0]);
	told(&s);
}

static void play_open_tree(struct stage *stage)
{
	struct statement s;
	long fd = must(stage, call(SYS_open_tree, AT_FDCWD, stage->path[0], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC),
		       "open_tree");
	struct held held = hold((int)fd, "tree");
	saw(&s, stage, "descriptor_create", "open_tree");
	say_result(&s, fd);
	say_descriptor(&s, &held);
	told(&s);
}

static void play_open_tree_attributes(struct stage *stage)
{
	struct statement s;
	uint64_t attributes[4] = { MOUNT_ATTR_RDONLY, 0, 0, 0 };
	long fd = call(SYS_open_tree_attr, AT_FDCWD, stage->path[0], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, attributes,
		       sizeof(attributes));
	must(stage, fd, "open_tree_attr");
	struct held held = hold((int)fd, "tree");
	saw(&s, stage, "descriptor_create", "open_tree_attr");
	say_result(&s, fd);
	say_descriptor(&s, &held);
	told(&s);
}

static void play_mount_setattr(struct stage *stage)
{
	struct statement s;
	uint64_t attributes[4] = { MOUNT_ATTR_RDONLY, 0, 0, 0 };
	long result = call(SYS_mount_setattr, AT_FDCWD, stage->path[0], 0, attributes, sizeof(attributes));
	must(stage, result, "mount_setattr");
	saw(&s, stage, "mount", "mount_setattr");
	say_result(&s, result);
	say_path(&s, stage->path[0]);
	told(&s);
}

/* The same secret by another name: the class goes with the object. */
static void play_bind_secret(struct stage *stage)
{
	struct statement s;
	char path[PATH_SIZE], keys[PATH_SIZE];
	join(keys, stage->directory, ".ssh");
	long result = call(SYS_mount, keys, stage->path[0], NULL, BIND, NULL);
	mounted(stage, result, keys, stage->path[0], NULL, (const char *[]){ "MS_BIND", NULL });
	join(path, stage->path[0], "id_ed25519");
	long fd = must(stage, call(SYS_open, path, O_RDONLY), "open");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "file_open", "open");
	say_held(&s, &held, path);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

const struct act mount_acts[] = {
	{ "mount", prepare_namespace, play_mount, NULL },
	{ "mount-bind", prepare_namespace, play_bind, NULL },
	{ "mount-move", prepare_mounted, play_move, NULL },
	{ "mount-remount", prepare_mounted, play_remount, NULL },
	{ "mount-refused", prepare_namespace, play_mount_refused, NULL },
	{ "mount-bind-secret", prepare_namespace, play_bind_secret, NULL },
	{ "umount", prepare_mounted, play_umount, NULL },
	{ "pivot-root", prepare_pivot, play_pivot_root, NULL },
	{ "mount-new", prepare_namespace, play_new_mount, NULL },
	{ "open-tree", prepare_mounted, play_open_tree, NULL },
	{ "open-tree-attr", prepare_mounted, play_open_tree_attributes, NULL },
	{ "mount-setattr", prepare_mounted, play_mount_setattr, NULL },
	{ 0 },
};
