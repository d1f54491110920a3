/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From a descriptor to the file behind it, what that is, and which class it has. */
#ifndef DETPACK_OBJECT_BPF_H
#define DETPACK_OBJECT_BPF_H

#include "path.bpf.h"

/* The file at a descriptor of the current task; NULL when there is none. */
inline_always struct file *file_at(s32 number)
{
	u64 place;

	if (number == RING_FILE || number == RING_SOURCE) {
		struct call *call = this_call();

		if (!call)
			return NULL;
		return (void *)(number == RING_FILE ? call->file : call->source);
	}
	place = number < 0 ? 0 : current_place((u32)number);
	return place ? (void *)word_at((void *)place) : NULL;
}

/*
 * Where the table of descriptors keeps, by 64 numbers, which of them an exec closes: an address, 0: it is not in the table.
 * By way of the scratch, since the verifier of 6.18 takes it for memory otherwise, which no global function may give.
 */
__noinline u64 closing_by_type(u32 number)
{
	struct scratch *s = this_scratch();
	volatile u64 *words;

	if (!s || number >= current_read(files, fdt, max_fds))
		return 0;
	words = &s->address;
	*words = (u64)current_read(files, fdt, close_on_exec);
	return *words + (u64)(number / 64) * sizeof(u64);
}

inline_always u64 current_closing(u32 number)
{
	struct fdtable *table;

	if (!has_casts)
		return closing_by_type(number);
	table = current_table();
	if (number >= kernel_read(table, struct fdtable, max_fds))
		return 0;
	return (u64)kernel_read(table, struct fdtable, close_on_exec) + (u64)(number / 64) * sizeof(u64);
}

inline_always bool closes_on_exec(s32 number)
{
	u64 place = number < 0 ? 0 : current_closing((u32)number);

	return place && (word_at((void *)place) >> ((u32)number & 63)) & 1;
}

inline_always u8 kind_of_mode(u16 mode)
{
	switch (mode & S_IFMT) {
	case S_IFSOCK:
		return DP_SOCKET;
	case S_IFIFO:
		return DP_PIPE;
	case S_IFDIR:
		return DP_DIRECTORY;
	case S_IFCHR:
	case S_IFBLK:
		return DP_DEVICE;
	case S_IFREG:
	case S_IFLNK:
		return DP_FILE;
	default:
		return DP_OTHER;
	}
}

/*
 * Kind by file system first: nodes of anon_inodefs have a mode of their own only on newer kernels (6.16), and say
 * nothing with it.
 */
static __noinline void object_by(struct block *block, struct inode *inode, struct dp_object *object)
{
	struct super_block *sb;
	u64 magic;

	if (block_read(block, inode))
		trouble(DP_UNREAD);
	sb = from_block(block, inode, struct inode, i_sb);
	object->key.inode = from_block(block, inode, struct inode, i_ino);
	object->key.generation = kernel_read(inode, struct inode, i_generation);
	object->mode = from_block(block, inode, struct inode, i_mode);
	object->uid = from_block(block, inode, struct inode, i_uid.val);
	object->gid = from_block(block, inode, struct inode, i_gid.val);
	object->size = (u64)from_block(block, inode, struct inode, i_size);
	object->identity = DP_BY_KERNEL;
	if (block_read(block, sb))
		trouble(DP_UNREAD);
	magic = from_block(block, sb, struct super_block, s_magic);
	object->key.device = from_block(block, sb, struct super_block, s_dev);
	if (magic == ANON_INODE_FS_MAGIC)
		object->kind = DP_OTHER;
	else if (magic == NSFS_MAGIC)
		object->kind = DP_NAMESPACE;
	else if (magic == PID_FS_MAGIC)
		object->kind = DP_PROCESS;
	else
		object->kind = kind_of_mode(object->mode);
}

/*
 * Whether the kernel calls the file so, by the first characters of a file that stands in no tree. Eight of them, since more
 * than that no two have in common.
 */
inline_always bool is_called(struct file *file, const char name[8])
{
	u64 first = 0, wanted;

	__builtin_memcpy(&wanted, name, sizeof(wanted));
	bpf_probe_read_kernel(&first, sizeof(first), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	return first == wanted && BPF_CORE_READ(file, f_inode, i_sb, s_magic) == ANON_INODE_FS_MAGIC;
}

inline_always void object_of(struct inode *inode, struct dp_object *object)
{
	struct scratch *s = this_scratch();

	if (s)
		object_by(&s->block, inode, object);
}

/* Number of the lowest bit of a set that is not empty; written out since BPF has no such instruction. */
inline_always u8 lowest(u32 set)
{
	u8 at = 0;

	if (!(set & 0xffff)) {
		set >>= 16;
		at += 16;
	}
	if (!(set & 0xff)) {
		set >>= 8;
		at += 8;
	}
	if (!(set & 0xf)) {
		set >>= 4;
		at += 4;
	}
	if (!(set & 0x3)) {
		set >>= 2;
		at += 2;
	}
	return (set & 1) ? at : at + 1;
}

/* What the object carries; NULL when nothing is known of it. */
inline_always struct carried *carried_by(const struct dp_object_key *key)
{
	return objects_used ? bpf_map_lookup_elem(&objects, key) : NULL;
}

/*
 * Remembers the class of an object for as long as it lives under any name, and gives the class it has now: the
 * highest, which is the lowest number, that it ever had.
 */
inline_always u8 learn_class(struct dp_object *object, u32 allowed)
{
	struct carried *known = carried_by(&object->key);
	u8 class = allowed ? lowest(allowed) : 0;

	if (known) {
		if (class && (!known->class || class < known->class))
			known->class = class;
		return known->class;
	}
	return class;
}

#endif
