/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Names made, changed and removed, and attributes of files. At the end of such a call nothing of the kernel is at hand
 * but what the caller wrote, which may point elsewhere by then, and where that can be traced what the kernel found by it
 * (lookup.bpf.h). Without that these objects have the identity `string`. What was done by a descriptor has the kernel's own.
 */
#ifndef DETPACK_NAME_BPF_H
#define DETPACK_NAME_BPF_H

#include "lookup.bpf.h"
#include "move.bpf.h"

/* Kinds of change, the first number of file_attribute (record.h). */
enum { CHANGED_MODE = 1, CHANGED_OWNER, CHANGED_LENGTH, CHANGED_TIMES, CHANGED_XATTR, CHANGED_FLAGS };

#define AT_EMPTY_PATH 0x1000
#define AT_REMOVEDIR 0x200

/* `mode`: the type of node that the call is about, as in st_mode; 0: the call does not say. */
static __noinline int handle_name(struct task_state *state, u8 action, s32 directory, u64 path, u16 mode)
{
	struct call *call = this_call();
	struct scratch *s = call ? use_begin(state, call, action) : NULL;

	if (!s)
		return 0;
	part_named_alone(s, directory, path);
	if (!led_to(s, state, call, directory, path) && mode) {
		s->use.object.mode = mode;
		s->use.object.kind = kind_of_mode(mode);
	}
	use_tell(s);
	return 0;
}

/*
 * An empty path and the flag for it: the call is about the descriptor's own file. What the caller wrote may be empty only
 * since the call, so that the object is then of identity `string` all the same.
 */
inline_always bool is_empty_path(u64 path, u64 flags)
{
	char first = 0;

	return (flags & AT_EMPTY_PATH) && (!path || (!bpf_probe_read_user(&first, 1, (void *)path) && !first));
}

/* Two names: the one that is there afterwards and the one before it, each with the directory it is relative to. */
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
	led_to(s, state, call, directory, path);
	use_tell(s);
	return 0;
}

HANDLER(on_unlink)
{
	HANDLER_BEGIN;
	return handle_name(state, DP_FILE_DELETE, AT_FDCWD, call->argument[0],
			   call->number == __NR_rmdir ? S_IFDIR : 0);
}

HANDLER(on_unlinkat)
{
	HANDLER_BEGIN;
	return handle_name(state, DP_FILE_DELETE, (s32)call->argument[0], call->argument[1],
			   call->argument[2] & AT_REMOVEDIR ? S_IFDIR : 0);
}

/* mknod makes a plain file when no type is given. */
inline_always u16 type_of_node(u64 mode)
{
	return mode & S_IFMT ? mode & S_IFMT : S_IFREG;
}

HANDLER(on_mkdir)
{
	HANDLER_BEGIN;
	return handle_name(state, DP_FILE_CREATE, AT_FDCWD, call->argument[0],
			   call->number == __NR_mkdir ? S_IFDIR : type_of_node(call->argument[1]));
}

HANDLER(on_mkdirat)
{
	HANDLER_BEGIN;
	return handle_name(state, DP_FILE_CREATE, (s32)call->argument[0], call->argument[1],
			   call->number == __NR_mkdirat ? S_IFDIR : type_of_node(call->argument[2]));
}

HANDLER(on_rename)
{
	HANDLER_BEGIN;
	return handle_names(state, call, DP_FILE_RENAME, AT_FDCWD, call->argument[0], AT_FDCWD, call->argument[1]);
}

HANDLER(on_renameat)
{
	u64 directory, path;
	bool exchanges;

	HANDLER_BEGIN;
	exchanges = call->number == __NR_renameat2 && (call->argument[4] & RENAME_EXCHANGE) && call->result >= 0;
	handle_names(state, call, DP_FILE_RENAME, (s32)call->argument[0], call->argument[1], (s32)call->argument[2],
		     call->argument[3]);
	if (!exchanges)
		return 0;
	/* The other one goes the other way. */
	directory = call->argument[0];
	path = call->argument[1];
	call->argument[0] = call->argument[2];
	call->argument[1] = call->argument[3];
	call->argument[2] = directory;
	call->argument[3] = path;
	state->led = state->led_other;
	return handle_names(state, call, DP_FILE_RENAME, (s32)call->argument[0], call->argument[1],
			    (s32)call->argument[2], call->argument[3]);
}

/*
 * The names that a process has for its own descriptors, the number behind them. Which one it was is what the caller wrote,
 * or has written since, so that the object is then of identity `string` all the same.
 */
#define OWN_DESCRIPTORS "/proc/self/fd/"
#define THREADS_DESCRIPTORS "/proc/thread-self/fd/"
#define DESCRIPTORS_OF_DEVICES "/dev/fd/"
#define NUMBER_MOST 10 /* digits */
#define AT_SYMLINK_FOLLOW 0x400

/* Below 0: it is not a number and nothing else. */
inline_always s32 number_written(const char *text)
{
	u32 number = 0, i;

	for (i = 0; i <= NUMBER_MOST; i++) {
		if (!text[i])
			return i ? (s32)number : -1;
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + (u32)(text[i] - '0');
	}
	return -1;
}

inline_always bool begins(const char *text, const char *start, const u32 length)
{
	u32 i;

	for (i = 0; i < length; i++)
		if (text[i] != start[i])
			return false;
	return true;
}

#define NUMBER_BEHIND(text, start) \
	if (begins(text, start, sizeof(start) - 1)) \
		return number_written((text) + sizeof(start) - 1)

/* Below 0: the path is no such name. */
static __noinline s32 descriptor_named(u64 path)
{
	char text[sizeof(THREADS_DESCRIPTORS) + NUMBER_MOST + 1] = {};

	if (bpf_probe_read_user_str(text, sizeof(text), (void *)path) <= 0)
		return -1;
	NUMBER_BEHIND(text, OWN_DESCRIPTORS);
	NUMBER_BEHIND(text, THREADS_DESCRIPTORS);
	NUMBER_BEHIND(text, DESCRIPTORS_OF_DEVICES);
	return -1;
}

/* A first or further name for what a descriptor stands for, such as a file that was made without a name. */
static __noinline int handle_link_of(struct task_state *state, s32 number, s32 directory, u64 path)
{
	struct call *call = this_call();
	struct scratch *s = call ? use_begin(state, call, DP_FILE_CREATE) : NULL;
	struct held held;

	if (!s)
		return 0;
	if (held_at(state, number, &held)) {
		use_held(s, number, &held);
		part_raced(s, &held);
		part_file_path(s, DP_PART_PATH_BEFORE, (void *)held.file);
	}
	part_named(s, directory, path);
	led_to(s, state, call, directory, path);
	use_tell(s);
	return 0;
}

HANDLER(on_link)
{
	HANDLER_BEGIN;
	return handle_names(state, call, DP_FILE_CREATE, AT_FDCWD, call->argument[0], AT_FDCWD, call->argument[1]);
}

HANDLER(on_linkat)
{
	s32 named;

	HANDLER_BEGIN;
	if (is_empty_path(call->argument[1], call->argument[4]))
		return handle_link_of(state, (s32)call->argument[0], (s32)call->argument[2], call->argument[3]);
	named = call->argument[4] & AT_SYMLINK_FOLLOW ? descriptor_named(call->argument[1]) : -1;
	if (named >= 0)
		return handle_link_of(state, named, (s32)call->argument[2], call->argument[3]);
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
	if (!led_to(s, state, call, directory, path)) {
		s->use.object.mode = S_IFLNK | 0777;
		s->use.object.kind = DP_FILE;
	}
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
	part_named_alone(s, directory, path);
	led_to(s, state, call, directory, path);
	part_numbers(s, what, value, 0);
	use_tell(s);
	return 0;
}

static __noinline int handle_attribute_of(struct task_state *state, s32 number, u64 what, u64 value, u8 identity)
{
	struct call *call = this_call();
	struct scratch *s = call ? use_begin(state, call, DP_FILE_ATTRIBUTE) : NULL;
	struct held held;

	if (!s)
		return 0;
	s->use.descriptor.number = number;
	if (held_at(state, number, &held)) {
		use_held(s, number, &held);
		part_raced(s, &held);
		part_file_path(s, DP_PART_PATH, (void *)held.file);
	}
	part_numbers(s, what, value, 0);
	if (identity != DP_BY_KERNEL)
		s->use.object.identity = identity;
	use_tell(s);
	return 0;
}

/* By a path that may be empty, see above. */
inline_always int handle_attribute_at(struct task_state *state, struct call *call, s32 directory, u64 path, u64 flags,
				      u64 what, u64 value)
{
	if (directory >= 0 && is_empty_path(path, flags))
		return handle_attribute_of(state, directory, what, value, path ? DP_BY_STRING : DP_BY_KERNEL);
	return handle_attribute(state, call, directory, path, what, value);
}

HANDLER(on_truncate)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, AT_FDCWD, call->argument[0], CHANGED_LENGTH, call->argument[1]);
}

HANDLER(on_ftruncate)
{
	HANDLER_BEGIN;
	return handle_attribute_of(state, (s32)call->argument[0], CHANGED_LENGTH, call->argument[1],
				   DP_BY_KERNEL);
}

#define FALLOC_FL_KEEP_SIZE 1

/* Only what takes data out of a file or moves it: plain allocation is no more than a write that comes later. */
HANDLER(on_fallocate)
{
	HANDLER_BEGIN;
	if (!(call->argument[1] & ~(u64)FALLOC_FL_KEEP_SIZE))
		return 0;
	return handle_attribute_of(state, (s32)call->argument[0], CHANGED_LENGTH,
				   call->argument[2] + call->argument[3], DP_BY_KERNEL);
}

HANDLER(on_chmod)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, AT_FDCWD, call->argument[0], CHANGED_MODE, call->argument[1]);
}

HANDLER(on_fchmod)
{
	HANDLER_BEGIN;
	return handle_attribute_of(state, (s32)call->argument[0], CHANGED_MODE, call->argument[1], DP_BY_KERNEL);
}

HANDLER(on_fchmodat)
{
	HANDLER_BEGIN;
	/* fchmodat has no flags; fchmodat2 is the same with them. */
	return handle_attribute_at(state, call, (s32)call->argument[0], call->argument[1],
				   call->number == __NR_fchmodat ? 0 : call->argument[3], CHANGED_MODE,
				   call->argument[2]);
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
	return handle_attribute_of(state, (s32)call->argument[0], CHANGED_OWNER,
				   owner(call->argument[1], call->argument[2]), DP_BY_KERNEL);
}

HANDLER(on_fchownat)
{
	HANDLER_BEGIN;
	return handle_attribute_at(state, call, (s32)call->argument[0], call->argument[1], call->argument[4],
				   CHANGED_OWNER, owner(call->argument[2], call->argument[3]));
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
		return handle_attribute_of(state, (s32)call->argument[0], CHANGED_TIMES, 0, DP_BY_KERNEL);
	return handle_attribute_at(state, call, (s32)call->argument[0], call->argument[1],
				   call->number == __NR_utimensat ? call->argument[3] : 0, CHANGED_TIMES, 0);
}

HANDLER(on_xattr)
{
	HANDLER_BEGIN;
	return handle_attribute(state, call, AT_FDCWD, call->argument[0], CHANGED_XATTR, 0);
}

HANDLER(on_fxattr)
{
	HANDLER_BEGIN;
	return handle_attribute_of(state, (s32)call->argument[0], CHANGED_XATTR, 0, DP_BY_KERNEL);
}

HANDLER(on_xattrat)
{
	HANDLER_BEGIN;
	return handle_attribute_at(state, call, (s32)call->argument[0], call->argument[1], call->argument[2],
				   CHANGED_XATTR, 0);
}

#endif
