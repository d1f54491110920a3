/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the paths of a call led to. A call that names a file by its path has nothing of it at its end but what the caller
 * wrote; on the way the kernel asks its security modules about the file that it found, and there these programs look. They
 * are an extra: most kernels let their functions be traced (fentry), some do not, and then the string is all there is.
 *
 * They run within calls, where a task may be preempted: nothing of this CPU is used, all is kept in the thread's state.
 */
#ifndef DETPACK_LOOKUP_BPF_H
#define DETPACK_LOOKUP_BPF_H

#include "object.bpf.h"

/* These hooks got a first argument more: extended attributes in 5.12, attributes in 6.0. The loader looks. */
const volatile bool attribute_has_map = false, xattr_has_map = false;

#define ABOVE_MOST 24 /* folders above a name that are looked at for classes here */
#define SUFFIX_BYTES 16

/* With room for the NUL that a name of the kernel ends with: reads have a size that the oldest verifier sees. */
struct looked_key {
	struct dp_class_key key;
	char end[2];
};

/* And for a name that is read behind another, wherever that may end. */
struct looked_pair {
	struct dp_class_key key;
	char end[DP_CLASS_TEXT + 20];
};

/* The classes of the name that begins there, read as a string of at most `most` bytes, with its NUL. */
inline_always void looked_classes(struct task_state *state, u8 place, u32 length, const unsigned char *name, const u32 most)
{
	struct looked_key looked = {};
	u32 *set;

	looked.key.place = place;
	looked.key.length = (u8)length;
	if (bpf_probe_read_kernel_str((char *)&looked + offsetof(struct dp_class_key, text), most, name) < 0)
		return;
	set = place != DP_CLASS_SUFFIX || looked.key.text[0] == '.' ? bpf_map_lookup_elem(&class_names, &looked.key) : NULL;
	if (set)
		state->led.classes |= *set;
}

/* The name with the one above it. */
__noinline int looked_with_above(void)
{
	struct task_state *state = current_state();
	struct looked_pair looked = {};
	char *text = (char *)&looked + offsetof(struct dp_class_key, text);
	struct dentry *dentry, *above;
	u32 length, whole, *set;

	if (!state)
		return 0;
	dentry = (void *)state->led.at_name;
	above = BPF_CORE_READ(dentry, d_parent);
	length = BPF_CORE_READ(dentry, d_name.len);
	whole = length + 1 + BPF_CORE_READ(above, d_name.len);
	if (length > DP_CLASS_TEXT || whole > DP_CLASS_TEXT)
		return 0;
	looked.key.place = dp_class_pair(state->led.place);
	looked.key.length = (u8)whole;
	/* See in_parts. */
	asm volatile("%0 &= 63" : "+r"(length));
	if (bpf_probe_read_kernel_str(text, DP_CLASS_TEXT + 1, BPF_CORE_READ(dentry, d_name.name)) < 0 ||
	    bpf_probe_read_kernel_str(text + length + 1, DP_CLASS_TEXT + 1, BPF_CORE_READ(above, d_name.name)) < 0)
		return 0;
	set = bpf_map_lookup_elem(&class_names, &looked.key);
	if (set)
		state->led.classes |= *set;
	return 0;
}

/* One name for the classes of what is renamed or linked: it is another one at the end. 0: it is the root's, which is none. */
__noinline int looked_name(void)
{
	struct task_state *state = current_state();
	struct dentry *dentry, *above;
	const unsigned char *name;
	u32 length, i;
	u8 place;

	if (!state)
		return 0;
	dentry = (void *)state->led.at_name;
	above = BPF_CORE_READ(dentry, d_parent);
	if (above == dentry)
		return 0;
	place = state->led.place;
	length = BPF_CORE_READ(dentry, d_name.len);
	name = BPF_CORE_READ(dentry, d_name.name);
	if (length <= DP_CLASS_TEXT && length)
		looked_classes(state, place, length, name, DP_CLASS_TEXT + 1);
	for (i = 1; place == DP_CLASS_LEAF && i <= SUFFIX_BYTES && i <= length; i++)
		looked_classes(state, DP_CLASS_SUFFIX, i, name + length - i, SUFFIX_BYTES + 1);
	if (BPF_CORE_READ(above, d_parent) != above)
		looked_with_above();
	else if (length <= DP_CLASS_TEXT && length)
		/* Where the file system is mounted is not looked at. */
		looked_classes(state, dp_class_alone(place), length, name, DP_CLASS_TEXT + 1);
	state->led.place = DP_CLASS_ANCESTOR;
	state->led.at_name = (u64)above;
	return 1;
}

static __noinline void looked_names(struct task_state *state, struct dentry *dentry)
{
	u32 i;

	state->led.classes = 0;
	if (!class_count)
		return;
	state->led.at_name = (u64)dentry;
	state->led.place = DP_CLASS_LEAF;
	for (i = 0; i < ABOVE_MOST; i++)
		if (!looked_name())
			break;
}

/*
 * The call is about that dentry. At its end that is still the same if its name and its folder are those that are expected
 * then; a mount of 0 is not known here.
 */
static __noinline void look_up(struct task_state *state, struct dentry *dentry, struct vfsmount *mount, u64 parent, u64 name)
{
	struct looked_up *led = &state->led;
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	struct block block;

	led->dentry = (u64)dentry;
	led->mount = (u64)mount;
	led->inode = (u64)inode;
	led->parent = parent;
	led->name = name;
	led->classes = 0;
	if (inode)
		object_by(&block, inode, &led->object);
	led->at = bpf_ktime_get_boot_ns();
	state->noted = 1;
}

inline_always int look_up_plain(struct dentry *dentry, struct vfsmount *mount)
{
	struct task_state *state = current_state();

	if (state)
		look_up(state, dentry, mount, (u64)BPF_CORE_READ(dentry, d_parent),
			BPF_CORE_READ(dentry, d_name.hash_len));
	return 0;
}

#define PATH_PROGRAM(name, hook)                                                                                       \
	SEC("fentry/" #hook) int BPF_PROG(name, const struct path *path)                                               \
	{                                                                                                              \
		return look_up_plain(BPF_CORE_READ(path, dentry), BPF_CORE_READ(path, mnt));                           \
	}

#define ENTRY_PROGRAM(name, hook)                                                                                      \
	SEC("fentry/" #hook) int BPF_PROG(name, const struct path *directory, struct dentry *dentry)                   \
	{                                                                                                              \
		return look_up_plain(dentry, BPF_CORE_READ(directory, mnt));                                           \
	}

PATH_PROGRAM(on_look_chmod, security_path_chmod)
PATH_PROGRAM(on_look_truncate, security_path_truncate)
ENTRY_PROGRAM(on_look_unlink, security_path_unlink)
ENTRY_PROGRAM(on_look_rmdir, security_path_rmdir)
ENTRY_PROGRAM(on_look_mkdir, security_path_mkdir)
ENTRY_PROGRAM(on_look_mknod, security_path_mknod)
ENTRY_PROGRAM(on_look_symlink, security_path_symlink)

/* The new name is what the call is about; the object and its classes are those of the old one. */
SEC("fentry/security_path_link")
int BPF_PROG(on_look_link, struct dentry *old, const struct path *directory, struct dentry *dentry)
{
	struct task_state *state = current_state();
	struct inode *inode = BPF_CORE_READ(old, d_inode);
	struct block block;

	if (!state)
		return 0;
	look_up(state, dentry, BPF_CORE_READ(directory, mnt), (u64)BPF_CORE_READ(dentry, d_parent),
		BPF_CORE_READ(dentry, d_name.hash_len));
	if (inode)
		object_by(&block, inode, &state->led.object);
	state->led.inode = (u64)inode;
	looked_names(state, old);
	return 0;
}

#define RENAME_EXCHANGE 2

/* What was renamed has its new name and folder afterwards; of two that are exchanged each has the other's. */
SEC("fentry/security_path_rename")
int BPF_PROG(on_look_rename, const struct path *old_directory, struct dentry *old, const struct path *directory,
	     struct dentry *dentry, unsigned int flags)
{
	struct task_state *state = current_state();

	if (!state)
		return 0;
	if (flags & RENAME_EXCHANGE) {
		look_up(state, dentry, BPF_CORE_READ(old_directory, mnt), (u64)BPF_CORE_READ(old_directory, dentry),
			BPF_CORE_READ(old, d_name.hash_len));
		looked_names(state, dentry);
		state->led_other = state->led;
	}
	look_up(state, old, BPF_CORE_READ(directory, mnt), (u64)BPF_CORE_READ(directory, dentry),
		BPF_CORE_READ(dentry, d_name.hash_len));
	looked_names(state, old);
	return 0;
}

/*
 * These know no mount. They are asked after the hooks above too, which then have said more; alone by chown, whose own hook
 * old kernels do not let be traced for the structures among its arguments.
 */
inline_always int look_up_late(struct dentry *dentry)
{
	struct task_state *state = current_state();

	if (!state || state->led.at > state->last_exit)
		return 0;
	return look_up_plain(dentry, NULL);
}

SEC("fentry/security_inode_setattr")
int on_look_attribute(unsigned long long *ctx)
{
	if (attribute_has_map)
		return look_up_late((void *)ctx[1]);
	return look_up_late((void *)ctx[0]);
}

SEC("fentry/security_inode_setxattr")
int on_look_xattr(unsigned long long *ctx)
{
	if (xattr_has_map)
		return look_up_late((void *)ctx[1]);
	return look_up_late((void *)ctx[0]);
}

SEC("fentry/security_inode_removexattr")
int on_look_no_xattr(unsigned long long *ctx)
{
	if (xattr_has_map)
		return look_up_late((void *)ctx[1]);
	return look_up_late((void *)ctx[0]);
}

/* ---- at the end of the call ---- */

/* The mount that the caller's path begins in, when the file is on the same file system. */
static __noinline u64 mount_of_base(struct dentry *dentry, s32 directory, u64 path)
{
	struct vfsmount *mount;
	struct file *file;
	char first = 0;

	bpf_probe_read_user(&first, 1, (void *)path);
	if (first == '/') {
		mount = (void *)current_root_mount();
	} else if (directory == AT_FDCWD) {
		mount = BPF_CORE_READ(current_task(), fs, pwd.mnt);
	} else {
		file = file_at(directory);
		mount = file ? BPF_CORE_READ(file, f_path.mnt) : NULL;
	}
	return mount && BPF_CORE_READ(mount, mnt_sb) == BPF_CORE_READ(dentry, d_sb) ? (u64)mount : 0;
}

/*
 * The object that the call was about into the record, with its path where that is sure. False: it was not seen. A worker
 * of io_uring may have looked up for several requests by now.
 */
static __noinline bool led_to(struct scratch *s, struct task_state *state, const struct call *call, s32 directory, u64 path)
{
	struct looked_up *led = &state->led;
	struct dentry *dentry = (void *)led->dentry;
	struct inode *inode = NULL;
	u32 classes = led->classes;
	bool same;

	if (led->at <= state->before_that || call->route == DP_IO_URING)
		return false;
	led->at = 0;
	same = (u64)BPF_CORE_READ(dentry, d_parent) == led->parent && BPF_CORE_READ(dentry, d_name.hash_len) == led->name;
	if (same)
		inode = BPF_CORE_READ(dentry, d_inode);
	if (inode && (!led->inode || (u64)inode == led->inode))
		object_of(inode, &s->use.object);
	else if (led->inode)
		s->use.object = led->object;
	else
		return false;
	if (same && !led->mount)
		led->mount = mount_of_base(dentry, directory, path);
	if (same && led->mount) {
		part_path(s, DP_PART_PATH, dentry, (void *)led->mount);
		classes |= s->walk.classes;
	}
	s->use.object.class = learn_class(&s->use.object, classes);
	if (is_followed(s->use.object.class) && call->result >= 0) {
		struct carried *known = carried_or_new(&s->use.object.key);

		if (known && (!known->class || s->use.object.class < known->class))
			known->class = s->use.object.class;
	}
	return true;
}

#endif
