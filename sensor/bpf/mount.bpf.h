/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is mounted, moved and unmounted. Where it happened is what the caller wrote: at the end of the call the place has
 * become another, or is gone, and nothing in the call leads to it.
 */
#ifndef DETPACK_MOUNT_BPF_H
#define DETPACK_MOUNT_BPF_H

#include "file.bpf.h"

/* The second of DP_PART_NUMBERS. */
enum mount_operation { MOUNTED, UNMOUNTED, MOVED, PIVOTED, MOUNT_CHANGED };

#define MS_MOVE 8192
#define MS_MAGIC 0xC0ED0000 /* callers of long ago put it into the upper half */
#define MS_MAGIC_MASK 0xffff0000
#define MOVE_MOUNT_T_EMPTY_PATH 0x40

inline_always int mount_end(struct scratch *s, u64 flags, enum mount_operation operation)
{
	part_numbers(s, flags, operation, 0);
	use_tell(s);
	return 0;
}

HANDLER(on_mount)
{
	struct scratch *s;
	u64 flags;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_MOUNT);
	if (!s)
		return 0;
	flags = call->argument[3] & 0xffffffff;
	if ((flags & MS_MAGIC_MASK) == MS_MAGIC)
		flags &= ~(u64)MS_MAGIC_MASK;
	part_named(s, AT_FDCWD, call->argument[1]);
	part_user_string(s, DP_PART_STRING_BEFORE, call->argument[0]);
	part_user_string(s, DP_PART_NAME, call->argument[2]);
	return mount_end(s, flags, flags & MS_MOVE ? MOVED : MOUNTED);
}

HANDLER(on_umount)
{
	struct scratch *s;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_MOUNT);
	if (!s)
		return 0;
	part_named(s, AT_FDCWD, call->argument[0]);
	return mount_end(s, 0, UNMOUNTED);
}

HANDLER(on_pivot_root)
{
	struct scratch *s;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_MOUNT);
	if (!s)
		return 0;
	part_named(s, AT_FDCWD, call->argument[0]);
	part_user_string(s, DP_PART_STRING_BEFORE, call->argument[1]);
	return mount_end(s, 0, PIVOTED);
}

HANDLER(on_move_mount)
{
	struct file *target;
	struct scratch *s;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_MOUNT);
	if (!s)
		return 0;
	target = call->argument[4] & MOVE_MOUNT_T_EMPTY_PATH ? file_at((s32)call->argument[2]) : NULL;
	if (target) {
		/* The descriptor is the place: below the new mount, but the same directory. */
		object_of(BPF_CORE_READ(target, f_inode), &s->use.object);
		part_file_path(s, DP_PART_PATH, target);
	} else {
		part_named(s, (s32)call->argument[2], call->argument[3]);
	}
	part_user_string(s, DP_PART_STRING_BEFORE, call->argument[1]);
	return mount_end(s, 0, MOVED);
}

/* The lower attributes have the bits of MS_RDONLY, MS_NOSUID, MS_NODEV and MS_NOEXEC. */
HANDLER(on_mount_setattr)
{
	struct scratch *s;
	u64 set = 0;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_MOUNT);
	if (!s)
		return 0;
	part_named(s, (s32)call->argument[0], call->argument[1]);
	bpf_probe_read_user(&set, sizeof(set), (void *)call->argument[3]);
	return mount_end(s, set & 0xf, MOUNT_CHANGED);
}

#endif
