/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Opening files. Names and attributes are in name.bpf.h, reading and writing in transfer.bpf.h. */
#ifndef DETPACK_FILE_BPF_H
#define DETPACK_FILE_BPF_H

#include "fold.bpf.h"

#define FMODE_CREATED 0x100000 /* include/linux/fs.h, since 4.19: this open made the file */

#define HANDLER(name)                                                                                                  \
	static __always_inline int name##_held(void);                                                                  \
	SEC("raw_tp/sys_exit") int name(struct bpf_raw_tracepoint_args *ctx __attribute__((unused)))                   \
	{                                                                                                              \
		int result;                                                                                            \
                                                                                                                       \
		hold_cpu();                                                                                            \
		result = name##_held();                                                                                \
		leave_cpu();                                                                                           \
		return result;                                                                                         \
	}                                                                                                              \
	static __always_inline int name##_held(void)

/* What every handler begins with; the dispatcher has found the state and filled the call. */
#define HANDLER_BEGIN                                                                                                  \
	struct task_state *state = current_state();                                                                    \
	struct call *call;                                                                                             \
                                                                                                                       \
	if (!state)                                                                                                    \
		return 0;                                                                                              \
	call = &state->call

/*
 * The record is complete but for what the process holds: that is added, and off it goes. A send by a process that holds
 * something classed is never what is dropped first.
 */
static __noinline bool use_tell(struct scratch *s)
{
	bool holds = part_flow(s);

	count(s->use.action, s->use.object.class, DP_MADE, 1);
	return tell(1, holds && s->use.action == DP_NETWORK_SEND);
}

/* The directory that a path in user memory is relative to, when it is relative. */
static __noinline void part_base_as(struct scratch *s, u16 kind, s32 directory)
{
	struct file *file;

	if (directory == AT_FDCWD) {
		part_path(s, kind, BPF_CORE_READ(current_task(), fs, pwd.dentry),
			  BPF_CORE_READ(current_task(), fs, pwd.mnt));
		return;
	}
	file = file_at(directory);
	if (file)
		part_file_path(s, kind, file);
}

inline_always void part_base(struct scratch *s, s32 directory)
{
	part_base_as(s, DP_PART_STRING_BASE, directory);
}

/* A path that only the caller named: there is no object. */
static __noinline void part_named(struct scratch *s, s32 directory, u64 path)
{
	s->use.object.identity = DP_BY_STRING;
	part_user_string(s, DP_PART_STRING, path);
	part_base(s, directory);
}

/* The same where the call names no other path, which may need the directory: an absolute one does not. */
static __noinline void part_named_alone(struct scratch *s, s32 directory, u64 path)
{
	struct call *call = this_call();
	u32 at = s->used;

	s->use.object.identity = DP_BY_STRING;
	part_user_string(s, DP_PART_STRING, path);
	if (call && call->rooted && s->used != at) {
		struct dp_part *part = (void *)&s->parts[in_parts(at)];

		part->flags |= DP_ROOTED;
		part_base(s, directory);
	} else if (s->used != at && s->parts[in_parts(at + sizeof(struct dp_part))] != '/')
		part_base(s, directory);
}

/*
 * What an open gave: description, class, slot and the record's object and descriptor; the path is a part of it. NULL:
 * there is no such file any more, or nothing can be remembered of it.
 */
static __noinline struct description *opened(struct scratch *s, s32 number, u8 origin)
{
	struct file *file = file_at(number);
	struct description *description;
	struct file_view view;

	if (!file)
		return NULL;
	view_file(s, file, &view);
	/* The kernel does not mark as made what has no name. */
	if (s->use.action == DP_FILE_OPEN && ((view.mode & FMODE_CREATED) || (view.flags & O_NAMELESS)))
		s->use.action = DP_FILE_CREATE;
	object_by(&s->block, view.inode, &s->use.object);
	part_path(s, DP_PART_PATH, view.dentry, view.mount);
	if (s->walk.disconnected && s->use.object.kind == DP_FILE)
		s->use.object.kind = DP_MEMFD;
	s->use.object.class = learn_class(&s->use.object, s->walk.classes);
	description = description_new(file, &s->use.process, s->use.time, &s->use.object);
	if (!description)
		return NULL;
	description->nameless = s->walk.disconnected;
	slot_set(number, (u64)file, description->id, origin, NULL, s->use.time);
	if (is_followed(s->use.object.class) || flows_used) {
		struct flow_work *work = flow_work();

		if (work) {
			work->process = s->use.process;
			work->object = s->use.object.key;
			work->now = s->use.time;
			work->class = s->use.object.class;
			work->data = 0;
			work->descriptors = 1;
			flow_take();
		}
		if (is_followed(s->use.object.class)) {
			struct carried *known = carried_or_new(&s->use.object.key);

			if (known && (!known->class || s->use.object.class < known->class))
				known->class = s->use.object.class;
		}
	}
	s->use.descriptor.number = number;
	s->use.descriptor.description = description->id;
	s->use.descriptor.opened_at = description->opened_at;
	s->use.descriptor.opened_by = description->opened_by;
	s->use.descriptor.flags = description->flags | (closes_on_exec(number) ? O_CLOEXEC : 0);
	s->use.descriptor.origin = origin;
	return description;
}

/* What an open asks for once: the file that it makes keeps none of it. */
#define ASKED_ONCE (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC)

/* `asked`: its flags as far as the kernel's own memory says them. */
static __noinline int handle_open(struct task_state *state, struct call *call, s32 directory, u64 path, u64 asked)
{
	struct description *description = NULL;
	struct scratch *s;

	s = use_begin(state, call, DP_FILE_OPEN);
	if (!s)
		return 0;
	if (call->result < 0) {
		part_named_alone(s, directory, path);
		use_tell(s);
		return 0;
	}
	if (!call->direct)
		description = opened(s, (s32)call->result, DP_OPENED);
	if (description)
		s->use.descriptor.flags |= asked & ASKED_ONCE;
	else
		/* Without a number, or closed or replaced by another thread before it could be looked at. */
		part_named_alone(s, directory, path);
	if (use_tell(s) && description)
		description->told = 1;
	return 0;
}

HANDLER(on_open)
{
	HANDLER_BEGIN;
	return handle_open(state, call, AT_FDCWD, call->argument[0],
			   call->number == __NR_creat ? O_CREAT | O_WRONLY | O_TRUNC : call->argument[1]);
}

#define RESOLVE_IN_ROOT 0x10

/* Whether the directory is the root of the path: what an absolute one begins at, and no `..` leads out of. */
inline_always bool has_own_root(const struct call *call)
{
	struct {
		u64 flags, mode, resolve;
	} how = {};

	if (call->route == DP_IO_URING)
		return call->argument[4] & RESOLVE_IN_ROOT;
	return call->number == __NR_openat2 && !bpf_probe_read_user(&how, sizeof(how), (void *)call->argument[2]) &&
	       (how.resolve & RESOLVE_IN_ROOT);
}

HANDLER(on_openat)
{
	HANDLER_BEGIN;
	call->rooted = has_own_root(call);
	/* Those of openat2 stand in the caller's memory, which another thread may have changed since. */
	return handle_open(state, call, (s32)call->argument[0], call->argument[1],
			   call->number == __NR_openat2 ? 0 : call->argument[2]);
}

#endif
