/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Names made, changed and removed, and attributes of files. At the end of such a call nothing of the kernel is at hand
 * but what the caller wrote, which may point elsewhere by then: these objects have the identity `string`. Only what was
 * done by a descriptor has the kernel's own.
 */
#ifndef DETPACK_NAME_BPF_H
#define DETPACK_NAME_BPF_H

#include "move.bpf.h"

/* Kinds of change, the first number of file_attribute (record.h). */
enum { CHANGED_MODE = 1, CHANGED_OWNER, CHANGED_LENGTH, CHANGED_TIMES, CHANGED_XATTR };

static __noinline int handle_name(struct task_state *state, struct call *call, u8 action, s32 directory, u64 path)
{
	struct scratch *s = use_begin(state, call, action);

	if (!s)
		return 0;
	part_named(s, directory, path);
	use_tell(s);
	return 0;
}

/*
 * Two names: the one that is there afterwards and the one before it. A base directory is told for one of them only, so a
 * name that is relative to another directory gets that one's path written before it by user space: as a part of its own.
 */
inline_always int handle_names(struct task_state *state, struct call *call, u8 action, s32 old_directory, u64 old_path,
			       s32 directory, u64 path)
{
	struct scratch *s = use_begin(state, call, action);

	if (!s)
		return 0;
	part_named(s, directory, path);
	part_user_string(s, DP_PART_STRING_BEFORE, old_path);
	if (old_directory != directory)
		part_base_as(s, DP_PART_STRING_BASE_BEFORE, old_directory);
	use_tell(s);
	return 0;
}

HANDLER(on_unlink)
{
	HANDLER_BEGIN;
	return handle_name(state, call, DP_FILE_DELETE, AT_FDCWD, call->argument[0]);
}

HANDLER(on_unlinkat)
{
	HANDLER_BEGIN;
	return handle_name(state, call, DP_FILE_DELETE, (s32)call->argument[0], call->argument[1]);
}

HANDLER(on_mkdir)
{
	HANDLER_BEGIN;
	return handle_name(state, call, DP_FILE_CREATE, AT_FDCWD, call->argument[0]);
}

HANDLER(on_mkdirat)
{
	HANDLER_BEGIN;
	return handle_name(state, call, DP_FILE_CREATE, (s32)call->argument[0], call->argument[1]);
}

HANDLER(on_rename)
{
	HANDLER_BEGIN;
	return handle_names(state, call, DP_FILE_RENAME, AT_FDCWD, call->argument[0], AT_FDCWD, call->argument[1]);
}

HANDLER(on_renameat)
{
	HANDLER_BEGIN;
	return handle_names(state, call, DP_FILE_RENAME, (s32)call->argument[0], call->argument[1],
			    (s32)call->argument[2], call->argument[3]);
}

HANDLER(on_link)
{
	HANDLER_BEGIN;
	return handle_names(state, call, DP_FILE_CREATE, AT_FDCWD, call->argument[0], AT_FDCWD, call->argument[1]);
}

HANDLER(on_linkat)
{
	HANDLER_BEGIN;
	return handle_names(state, call, DP_FILE_CREATE, (s32)call->argument[0], call->argument[1],
			    (s32)call->argument[2], call->argument[3]);
}

/* What a symbolic link says is relative to where it stands, and is told as it was written. */
static __noinline int handle_symlink(struct task_state *state, struct call *call, u64 target, s32 directory, u64 path)
{
	struct scratch *s = use_begin(state, call, DP_FILE_CREATE);

	if (!s)
		return 0;
	part_named(s, directory, path);
	s->use.object.mode = S_IFLNK | 0777;
	s->use.object.kind = DP_FILE;
	part_user_string(s, DP_PART_STRING_BEFORE, target);
	use_tell(s);
	return 0;
}

HANDLER(on_symlink)
{
	HANDLER_BEGIN;
	return handle_symlink(state, call, call->argument[0], AT_FDCWD, call->argument[1]);
}

HANDLER(on_symlinkat)
{
	HANDLER_BEGIN;
	return handle_symlink(state, call, call->argument[0], (s32)call->argument[1], call->argument[2]);
}

/* ---- attributes ---- */

inline_always int handle_attribute(struct task_state *state, struct call *call, s32 directory, u64 path, u64 what,
				   u64 value)
{
	struct scratch *s = use_begin(state, call, DP_FILE_ATTRIBUTE);

	if (!s)
		return 0;
	part_named(s, directory, path);
	part_numbers(s, what, value, 0);
	use_tell(s);
	return 0;
}

static __noinline int handle_attribute_of(struct task_state *state, struct call *call, s32 number, u64 what, u64 value)
{
	struct scratch *s;
	struct held held;

	s = use_begin(state, call, DP_FILE_ATTRIBUTE);
	if (!s)
		return 0;
	if (held_at(state, number, &held)) {
		use_held(s, number, &held);
		part_raced(s, &held);
		part_path_once(s, &held);
	}
	part_numbers(s, what, value, 0);
	use_tell(s);
	return 0;
}

HANDLER(on_truncate)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, AT_FDCWD, call->argument[0], CHANGED_LENGTH, call->argument[1]);
}

HANDLER(on_ftruncate)
{
	HANDLER_BEGIN;
	return handle_attribute_of(state, call, (s32)call->argument[0], CHANGED_LENGTH, call->argument[1]);
}

HANDLER(on_chmod)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, AT_FDCWD, call->argument[0], CHANGED_MODE, call->argument[1]);
}

HANDLER(on_fchmod)
{
	HANDLER_BEGIN;
	return handle_attribute_of(state, call, (s32)call->argument[0], CHANGED_MODE, call->argument[1]);
}

HANDLER(on_fchmodat)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, (s32)call->argument[0], call->argument[1], CHANGED_MODE, call->argument[2]);
}

inline_always u64 owner(u64 user, u64 group)
{
	return user << 32 | (group & 0xffffffff);
}

HANDLER(on_chown)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, AT_FDCWD, call->argument[0], CHANGED_OWNER,
				owner(call->argument[1], call->argument[2]));
}

HANDLER(on_fchown)
{
	HANDLER_BEGIN;
	return handle_attribute_of(state, call, (s32)call->argument[0], CHANGED_OWNER,
				   owner(call->argument[1], call->argument[2]));
}

HANDLER(on_fchownat)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, (s32)call->argument[0], call->argument[1], CHANGED_OWNER,
				owner(call->argument[2], call->argument[3]));
}

HANDLER(on_utime)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, AT_FDCWD, call->argument[0], CHANGED_TIMES, 0);
}

/* Without a path it is the descriptor's own file. */
HANDLER(on_utimensat)
{
	HANDLER_BEGIN;
	if (!call->argument[1])
		return handle_attribute_of(state, call, (s32)call->argument[0], CHANGED_TIMES, 0);
	return handle_attribute(state, call, (s32)call->argument[0], call->argument[1], CHANGED_TIMES, 0);
}

HANDLER(on_xattr)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, AT_FDCWD, call->argument[0], CHANGED_XATTR, 0);
}

HANDLER(on_fxattr)
{
	HANDLER_BEGIN;
	return handle_attribute_of(state, call, (s32)call->argument[0], CHANGED_XATTR, 0);
}

HANDLER(on_xattrat)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, (s32)call->argument[0], call->argument[1], CHANGED_XATTR, 0);
}

#endif
