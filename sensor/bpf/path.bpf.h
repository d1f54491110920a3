/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Paths from dentries and mounts, and the classes that their names allow.
 *
 * One step of the walk is a global function: the verifier checks it once and not once for each of the steps, which
 * holds on every kernel from 5.10 on (bpf_loop is of 5.17). It takes no arguments since 5.10 knows none but numbers
 * for such functions; the walk itself is in this CPU's scratch.
 */
#ifndef DETPACK_PATH_BPF_H
#define DETPACK_PATH_BPF_H

#include "emit.bpf.h"

#define WALK_MOST 64 /* components; deeper paths are marked as truncated */
#define NAME_MOST 255

inline_always struct mount *mount_of(struct vfsmount *mount)
{
	return mount ? (void *)mount - bpf_core_field_offset(struct mount, mnt) : NULL;
}

/* Adds the classes that a name or a pair allows where it stands; it lies in this CPU's scratch, at that offset. */
inline_always void classes_of_name(struct scratch *s, u8 place, u32 at, u32 length)
{
	struct dp_class_key *key = &s->name;
	u32 *set, mark, row = place;

	if (!length || length > DP_CLASS_TEXT)
		return;
	mark = dp_class_mark(length, s->parts[in_parts(at)], s->parts[in_parts(at + length - 1)]);
	/* See in_parts. */
	asm volatile("%0 &= %1" : "+r"(row) : "i"(DP_CLASS_PLACES));
	if (!((class_marks[row][mark / 64] >> (mark & 63)) & 1))
		return;
	__builtin_memset(key, 0, sizeof(*key));
	key->place = place;
	key->length = (u8)length;
	/* The mask says no more than the comparison above, but to the verifiers of 5.10 and 6.1: see in_parts. */
	asm volatile("%0 &= 63" : "+r"(length));
	if (bpf_probe_read_kernel(key->text, length, &s->parts[in_parts(at)]))
		return;
	set = bpf_map_lookup_elem(&class_names, key);
	if (set)
		s->walk.classes |= *set;
}

/* The next name on the way up: what it allows, and the pair with the one before, right behind which it stands. */
inline_always void classes_of_next(struct scratch *s, u32 at, u32 length)
{
	struct walked *walked = &s->walk.at;

	classes_of_name(s, walked->place, at, length);
	if (walked->last)
		classes_of_name(s, dp_class_pair(walked->last_place), walked->last, at + length - walked->last);
	walked->last = at;
	walked->last_length = length;
	walked->last_place = walked->place;
}

/* What stands above the last name is not known: it may be what makes a pair. Too much is better than a secret missed. */
inline_always void classes_of_last(struct scratch *s)
{
	const struct walked *walked = &s->walk.at;

	if (walked->last && !walked->is_whole)
		classes_of_name(s, dp_class_alone(walked->last_place), walked->last, walked->last_length);
}

/* Classes by suffix of the leaf: each part that begins with a dot, among its last 32 bytes. */
__noinline int suffix_classes(void)
{
	struct scratch *s = this_scratch();
	u32 length, i;

	if (!s)
		return 0;
	length = s->walk.leaf_length;
	for (i = 0; i < 32; i++) {
		u32 at = s->walk.start + length - 1 - i;

		if (i >= length)
			break;
		if (s->parts[in_parts(at)] == '.')
			classes_of_name(s, DP_CLASS_SUFFIX, at, i + 1);
	}
	return 0;
}

/* Like in_parts: a length that was put away meanwhile is any number again to the verifiers of 5.10 and 6.1. */
inline_always u32 in_name(u32 length)
{
	asm volatile("%0 &= %1" : "+r"(length) : "i"(NAME_MOST));
	return length;
}

#define INLINE_NAME 40 /* bytes; of older kernels it is 32 */

/* Where in a dentry its name stands when it is short; 0: not known. */
inline_always u32 inline_name(void)
{
	struct dentry *dentry = NULL;

	if (bpf_core_field_exists(dentry->d_shortname))
		return bpf_core_field_offset(struct dentry, d_shortname);
	return bpf_core_field_exists(dentry->d_iname) ? bpf_core_field_offset(struct dentry, d_iname) : 0;
}

/*
 * The name of the dentry that was read to the scratch's block, written to the parts. A short one is in the block already:
 * reading it again would cost as much as the dentry did. What stands behind it in the kernel's memory is written over.
 */
inline_always bool name_to(struct scratch *s, struct dentry *dentry, u32 at, u32 length)
{
	u64 name = (u64)from_block(&s->block, dentry, struct dentry, d_name.name);
	u32 inside = inline_name();

	if (has_casts && inside && name == (u64)dentry + inside) {
		u64 *to = (void *)&s->parts[in_parts(at)];

		to[0] = word_at((void *)name);
		to[1] = word_at((void *)name + 8);
		to[2] = word_at((void *)name + 16);
		to[3] = word_at((void *)name + 24);
		to[4] = word_at((void *)name + 32);
	} else if (inside && inside <= sizeof(s->block) - INLINE_NAME && name == (u64)dentry + inside) {
		const u64 *from = (const void *)((const u8 *)&s->block + inside);
		u64 *to = (void *)&s->parts[in_parts(at)];

		to[0] = from[0];
		to[1] = from[1];
		to[2] = from[2];
		to[3] = from[3];
		to[4] = from[4];
	} else if (bpf_probe_read_kernel(&s->parts[in_parts(at)], in_name(length), (void *)name)) {
		return false;
	}
	*(u64 *)&s->parts[in_parts(at) + in_name(length)] = 0;
	return true;
}

/* One step up. 0: the walk is over. */
__noinline int walk_step(void)
{
	struct scratch *s = this_scratch();
	struct dentry *dentry, *parent;
	struct mount *mount;
	u32 length, at;

	if (!s)
		return 0;
	dentry = (void *)s->walk.dentry;
	mount = (void *)s->walk.mount;
	if (!dentry)
		return 0;
	if (s->walk.dentry == s->walk.root_dentry && s->walk.mount == s->walk.root_mount) {
		s->walk.at.is_whole = 1;
		return 0;
	}
	if (s->walk.steps++ == WALK_MOST) {
		s->walk.cut = 1;
		return 0;
	}
	parent = block_read(&s->block, dentry) ? NULL : from_block(&s->block, dentry, struct dentry, d_parent);
	if (!parent) {
		trouble(DP_UNREAD);
		s->walk.cut = 1;
		return 0;
	}
	if (mount && s->walk.dentry == s->walk.mount_root) {
		struct mount *above = kernel_read(mount, struct mount, mnt_parent);

		s->walk.dentry = above == mount ? 0 : (u64)kernel_read(mount, struct mount, mnt_mountpoint);
		s->walk.mount = (u64)above;
		s->walk.mount_root = (u64)kernel_read(above, struct mount, mnt.mnt_root);
		if (dentry == parent || !class_count || s->walk.bind_steps >= WALK_MOST)
			return 1;
		/* A part of a file system: its own names above this one count for classes, wherever it is mounted, if at all. */
		s->walk.at.is_whole = above == mount;
		s->walk.before_bind = s->walk.at;
		s->walk.at.is_whole = 0;
		s->walk.bind_start = s->used;
		s->walk.bind = (u64)dentry;
		return 1;
	}
	at = s->used;
	length = from_block(&s->block, dentry, struct dentry, d_name.len) & NAME_MOST;
	if (at > PARTS_SIZE - NAME_MOST - 1) {
		s->walk.cut = 1;
		return 0;
	}
	if (!name_to(s, dentry, at, length)) {
		trouble(DP_UNREAD);
		s->walk.cut = 1;
		return 0;
	}
	if (dentry == parent) {
		/* A pipe, socket or memfd has no place in a tree; nor has a file system that is mounted no more. */
		s->walk.disconnected = 1;
		if (length == 1 && s->parts[in_parts(at)] == '/')
			return 0;
	} else if (class_count) {
		classes_of_next(s, at, length);
	}
	if (s->walk.at.place == DP_CLASS_LEAF) {
		s->walk.leaf_length = length;
		/* As d_path(9) says it; what never had a place has none to lose. */
		s->walk.gone = dentry != parent && !from_block(&s->block, dentry, struct dentry, d_hash.pprev);
	}
	s->walk.at.place = DP_CLASS_ANCESTOR;
	s->walk.dentry = (u64)parent;
	s->used = at + length + 1;
	return dentry != parent;
}

/*
 * One step up the names of the file system itself, beyond the root of a bind mount; for classes only. They are written behind
 * the path, and not counted as part of it. False: that was the last one.
 */
inline_always bool bind_name(struct scratch *s)
{
	struct dentry *dentry = (void *)s->walk.bind, *parent = BPF_CORE_READ(dentry, d_parent);
	u32 length, at;

	s->walk.at.is_whole = dentry == parent;
	if (dentry == parent)
		return false;
	if (s->used > PARTS_SIZE - NAME_MOST - 1) {
		/* From the beginning again, without the name before. */
		classes_of_last(s);
		s->walk.at.last = 0;
		s->used = s->walk.bind_start;
	}
	at = s->used;
	if (at > PARTS_SIZE - NAME_MOST - 1)
		return false;
	length = BPF_CORE_READ(dentry, d_name.len) & NAME_MOST;
	if (bpf_probe_read_kernel(&s->parts[in_parts(at)], in_name(length), BPF_CORE_READ(dentry, d_name.name)))
		return false;
	s->parts[in_parts(at) + in_name(length)] = 0;
	classes_of_next(s, at, length);
	s->walk.at.place = DP_CLASS_ANCESTOR;
	s->walk.bind = (u64)parent;
	s->used = at + length + 1;
	return true;
}

/* Then the walk goes on up the path as if nothing had been. */
__noinline int bind_step(void)
{
	struct scratch *s = this_scratch();

	if (!s)
		return 0;
	if (++s->walk.bind_steps < WALK_MOST && bind_name(s))
		return 1;
	classes_of_last(s);
	s->used = s->walk.bind_start;
	s->walk.at = s->walk.before_bind;
	s->walk.bind = 0;
	return 1;
}

/* The whole walk, from what part_path wrote into the scratch. */
__noinline int walk(void)
{
	struct scratch *s = this_scratch();
	u32 i;

	if (!s)
		return 0;
	/* The last step up the path is the one that finds it too long. */
	for (i = 0; i <= 2 * WALK_MOST; i++) {
		int goes_on = s->walk.bind ? bind_step() : walk_step();

		if (!goes_on)
			break;
	}
	if (s->walk.cut)
		s->use.flags |= DP_TRUNCATED;
	if (!class_count)
		return 0;
	suffix_classes();
	classes_of_last(s);
	return 0;
}

/* Where the walk ends: at the root directory of the process. */
__noinline int walk_to_root(void)
{
	struct scratch *s = this_scratch();

	if (!s)
		return 0;
	if (has_casts) {
		struct fs_struct *fs = kernel_read(current_task(), struct task_struct, fs);

		s->walk.root_dentry = (u64)kernel_read(fs, struct fs_struct, root.dentry);
		s->walk.root_mount = (u64)kernel_read(fs, struct fs_struct, root.mnt);
	} else {
		s->walk.root_dentry = as_number(current_read(fs, root.dentry));
		s->walk.root_mount = as_number(current_read(fs, root.mnt));
	}
	if (s->walk.root_mount)
		s->walk.root_mount -= bpf_core_field_offset(struct mount, mnt);
	return 0;
}

/*
 * Appends the path as a part and leaves in s->walk.classes the classes that its names allow. It is the path as the
 * process sees it: it ends at the root directory of the process.
 */
static __noinline void part_path(struct scratch *s, u16 kind, struct dentry *dentry, struct vfsmount *mount)
{
	u32 begin = s->used;

	__builtin_memset(&s->walk, 0, sizeof(s->walk));
	if (!dentry || begin > PARTS_SIZE - sizeof(struct dp_part) - NAME_MOST - 1) {
		s->use.flags |= DP_TRUNCATED;
		return;
	}
	walk_to_root();
	s->walk.dentry = (u64)dentry;
	s->walk.mount = (u64)mount_of(mount);
	s->walk.mount_root = mount ? (u64)kernel_read(mount, struct vfsmount, mnt_root) : 0;
	s->walk.start = begin + sizeof(struct dp_part);
	s->used = s->walk.start;
	walk();
	part_end_at(s, kind, begin, s->used - s->walk.start,
		    (s->walk.cut ? DP_TRUNCATED : 0) | (s->walk.gone ? DP_DELETED : 0));
}

/* What is read of a file, in one go. */
struct file_view {
	struct dentry *dentry;
	struct vfsmount *mount;
	struct inode *inode;
	u32 flags, mode;
};

/* Uses the block of the scratch. */
inline_always void view_file(struct scratch *s, struct file *file, struct file_view *view)
{
	if (block_read(&s->block, file))
		trouble(DP_UNREAD);
	view->dentry = from_block(&s->block, file, struct file, f_path.dentry);
	view->mount = from_block(&s->block, file, struct file, f_path.mnt);
	view->inode = from_block(&s->block, file, struct file, f_inode);
	view->flags = from_block(&s->block, file, struct file, f_flags);
	view->mode = from_block(&s->block, file, struct file, f_mode);
}

inline_always void part_file_path(struct scratch *s, u16 kind, struct file *file)
{
	struct file_view view;

	view_file(s, file, &view);
	part_path(s, kind, view.dentry, view.mount);
}

#endif
