/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Requests to a file (ioctl): those that make a descriptor, that copy from another file, and that change attributes. A
 * number means something to one kind of file only, so what a request is said to make is believed where it is new.
 */
#ifndef DETPACK_IOCTL_BPF_H
#define DETPACK_IOCTL_BPF_H

#include "name.bpf.h"

#define FICLONE 0x40049409
#define FICLONERANGE 0x4020940d
#define FS_IOC_SETFLAGS 0x40086602
#define FS_IOC32_SETFLAGS 0x40046602
#define FS_IOC_FSSETXATTR 0x401c5820
#define FS_IOC_ENABLE_VERITY 0x40806685

/* Requests whose result is a new descriptor: include/uapi/asm-generic/ioctls.h and include/uapi/linux. */
static __noinline bool makes_descriptor(u32 request)
{
	switch (request) {
	case 0x5441:				/* TIOCGPTPEER */
	case 0x894c: case 0x54e3:		/* SIOCGSKNS, TUNGETDEVNETNS */
	case 0xb701: case 0xb702:		/* NS_GET_USERNS, NS_GET_PARENT */
	case 0x8010b70b: case 0x8010b70c:	/* NS_MNT_GET_NEXT, NS_MNT_GET_PREV */
	case 0xaa00:				/* USERFAULTFD_IOC_NEW */
	case 0xae01: case 0xae41: case 0xaece:	/* KVM_CREATE_VM, KVM_CREATE_VCPU, KVM_GET_STATS_FD */
	case 0xc040aed4:			/* KVM_CREATE_GUEST_MEMFD */
	case 0x3b6a:				/* VFIO_GROUP_GET_DEVICE_FD */
	case 0x40187542: case 0x40087543:	/* UDMABUF_CREATE, UDMABUF_CREATE_LIST */
	case 0xc010a401:			/* TEE_IOC_SHM_ALLOC */
		return true;
	}
	return request >= 0xff01 && request <= 0xff0a; /* PIDFD_GET_..._NAMESPACE */
}

/* Where a request that answers with a new descriptor among other things has its number; 0: it has none. */
static __noinline u32 descriptor_within(u32 request)
{
	switch (request) {
	case 0xc00caee0: /* KVM_CREATE_DEVICE */
	case 0xc0086202: /* DMA_BUF_IOCTL_EXPORT_SYNC_FILE */
		return 4;
	case 0xc0184800: /* DMA_HEAP_IOCTL_ALLOC */
	case 0xc00c642d: /* DRM_IOCTL_PRIME_HANDLE_TO_FD */
	case 0xc01064c1: /* DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD */
		return 8;
	case 0xc0303e03: /* SYNC_IOC_MERGE */
		return 36;
	}
	return 0;
}

static __noinline int handle_made_by_request(struct task_state *state, struct call *call, u32 within)
{
	s32 number = (s32)call->result;
	struct scratch *s;
	struct file *file;

	if (within && bpf_probe_read_user(&number, sizeof(number), (void *)(call->argument[2] + within))) {
		trouble(DP_UNREAD);
		return 0;
	}
	file = file_at(number);
	if (!file || is_held(number, (u64)file))
		return 0;
	s = use_begin(state, call, DP_DESCRIPTOR_CREATE);
	if (s)
		made(state, s, number);
	return 0;
}

/* The descriptor that a clone of a file takes from, a copy that shares the blocks of the original; -1: it is none. */
inline_always s32 cloned(const struct call *call)
{
	u64 source = 0;

	if ((u32)call->argument[1] == FICLONE)
		return (s32)call->argument[2];
	if ((u32)call->argument[1] != FICLONERANGE ||
	    bpf_probe_read_user(&source, sizeof(source), (void *)call->argument[2]))
		return -1;
	return (s32)source;
}

/* A device has requests of its own with the numbers of these. */
inline_always bool has_flags(s32 number)
{
	struct file *file = file_at(number);
	u8 kind = file ? kind_of_mode(BPF_CORE_READ(file, f_inode, i_mode)) : DP_NO_OBJECT;

	return kind == DP_FILE || kind == DP_DIRECTORY;
}

HANDLER(on_ioctl)
{
	u32 request, within;
	s32 from;

	HANDLER_BEGIN;
	request = (u32)call->argument[1];
	within = descriptor_within(request);
	if (call->result >= 0 && (within || makes_descriptor(request)))
		return handle_made_by_request(state, call, within);
	switch (request) {
	case FS_IOC_SETFLAGS:
	case FS_IOC32_SETFLAGS:
	case FS_IOC_FSSETXATTR:
	case FS_IOC_ENABLE_VERITY:
		return has_flags((s32)call->argument[0]) ?
			       handle_attribute_of(state, (s32)call->argument[0], CHANGED_FLAGS, 0, DP_BY_KERNEL) :
			       0;
	}
	from = cloned(call);
	return from < 0 ? 0 : handle_move(state, call, from, (s32)call->argument[0], DP_SPLICE);
}

/* Flags of a file by its path (file_setattr of 6.17), as FS_IOC_FSSETXATTR has them. */
HANDLER(on_file_setattr)
{
	HANDLER_BEGIN;
	return handle_attribute_at(state, call, (s32)call->argument[0], call->argument[1], call->argument[4], CHANGED_FLAGS,
				   0);
}

#endif
