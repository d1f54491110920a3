/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What crosses the rings from the kernel to user space: one record a use of a capability.
 *
 * A record is a `struct dp_use` and, after it, `dp_use.parts` parts: a `struct dp_part` and its bytes, padded to 8.
 * Everything is in host order, and every struct is laid out without holes, so that nothing of the kernel leaks.
 * No kernel address is in here: user space must never see one (event contract, section 3).
 */
#ifndef DETPACK_RECORD_H
#define DETPACK_RECORD_H

#ifndef __BPF__
#include <linux/types.h>
#endif

/* Raised with every change of a layout or a number below; the loader refuses an object of another version. */
#define DP_RECORD_VERSION 1

/* The capabilities, in the order of the design; the names are made from these in user space. */
enum dp_action {
	DP_FILE_OPEN = 1,
	DP_FILE_READ,
	DP_FILE_WRITE,
	DP_FILE_CREATE,
	DP_FILE_DELETE,
	DP_FILE_RENAME,
	DP_FILE_ATTRIBUTE,
	DP_FILE_MAP,
	DP_PROCESS_EXEC,
	DP_PROCESS_FORK,
	DP_PROCESS_EXIT,
	DP_PROCESS_SIGNAL,
	DP_PROCESS_INSPECT,
	DP_NETWORK_CONNECT,
	DP_NETWORK_ACCEPT,
	DP_NETWORK_LISTEN,
	DP_NETWORK_SEND,
	DP_NETWORK_RECEIVE,
	DP_DESCRIPTOR_CREATE,
	DP_DESCRIPTOR_DUPLICATE,
	DP_DESCRIPTOR_SEND,
	DP_DESCRIPTOR_RECEIVE,
	DP_DESCRIPTOR_TAKE,
	DP_MEMORY_EXEC,
	DP_PRIVILEGE_USE,
	DP_PRIVILEGE_CHANGE,
	DP_NAMESPACE_CHANGE,
	DP_MOUNT,
	DP_MODULE_LOAD,
	DP_BPF_USE,
	DP_AUDIT_CHANGE,
	DP_ACTIONS, /* how many, counting the unused 0 */
};

enum dp_route { DP_SYSCALL, DP_IO_URING, DP_SPLICE, DP_SENDFILE, DP_MMAP, DP_COMPAT };

enum dp_kind {
	DP_NO_OBJECT,
	DP_FILE,
	DP_DIRECTORY,
	DP_DEVICE,
	DP_SOCKET,
	DP_PIPE,
	DP_MEMFD,
	DP_PROCESS,
	DP_NAMESPACE,
	DP_OTHER,
};

/* How sure the object is (event contract, section 3). */
enum dp_identity { DP_BY_KERNEL, DP_BY_STRING, DP_CANDIDATE };

enum dp_origin {
	DP_NO_ORIGIN,
	DP_OPENED,
	DP_DUPLICATED,
	DP_INHERITED,
	DP_RECEIVED,
	DP_TAKEN,
	DP_UNSEEN,
	DP_FORGOTTEN,
};

/* dp_use.flags */
#define DP_RARE 0x01	  /* came over the ring that is emptied last */
#define DP_FOLDED 0x02	  /* stands for `count` equal uses, the first of them at `first` */
#define DP_RACED 0x04	  /* another thread changed the slot: see the DP_PART_CANDIDATE parts */
#define DP_IN_PROGRESS 0x08 /* the outcome is not known yet */
#define DP_NO_RESULT 0x10   /* a hook without a result, such as exec and exit: it succeeded */
#define DP_TRUNCATED 0x20   /* a part did not fit, or a path was deeper than can be walked */
#define DP_SEEN 0x40	  /* no use: a process that ran already, as its exec would tell it; DP_RARE: it is watched from now on */

/* Stable for the life of the host: a process is a pid of the initial namespace and its start. */
struct dp_process {
	__u64 start; /* CLOCK_BOOTTIME of the thread group's leader, ns; 0: not known */
	__u32 pid;   /* thread group, initial namespace; 0: not known */
	__u32 pad;
};

/* Inode level; device is the kernel's dev_t (major << 20 | minor). */
struct dp_object_key {
	__u64 inode;
	__u32 device;
	__u32 generation;
};

struct dp_object {
	struct dp_object_key key;
	__u64 size;
	__u32 uid;
	__u32 gid;
	__u16 mode;    /* type and permissions */
	__u8 kind;     /* enum dp_kind */
	__u8 class;    /* number in the class table; 0: none. A hint: the path decides in user space */
	__u8 identity; /* enum dp_identity */
	__u8 pad[3];
};

/* A descriptor, and the open file description behind it. */
struct dp_descriptor {
	__u64 description; /* counter, unique in a run; 0: none */
	__u64 opened_at;   /* CLOCK_BOOTTIME, ns; 0: before the sensor looked */
	struct dp_process opened_by;
	struct dp_process from; /* who gave it, for received, taken and inherited */
	__s32 number;		/* -1: none */
	__u32 flags;		/* O_* of the description, as the kernel keeps them; O_CLOEXEC of the descriptor */
	__u8 origin;		/* enum dp_origin */
	__u8 pad[7];
};

struct dp_use {
	__u32 size;  /* of the whole record, parts included */
	__u16 parts; /* how many */
	__u8 action; /* enum dp_action */
	__u8 route;  /* enum dp_route */
	__u64 time;  /* end of the use, CLOCK_BOOTTIME, ns */
	__u64 first; /* DP_FOLDED: end of the first of the uses that this record stands for; else equal to `time` */
	struct dp_process process;
	__u32 thread;
	__u32 image;   /* execs of this process so far */
	__u32 label;   /* number of the task run, given by user space; 0: none */
	__u32 uid;     /* effective */
	__u32 gid;     /* effective */
	__u32 mount_namespace; /* inode number */
	__u64 cgroup;  /* id in the unified hierarchy */
	__s64 result;  /* of the system call: negative errno on failure */
	__u64 bytes;   /* moved by all uses of the fold */
	__u32 count;   /* 1, or the uses in the fold */
	__u32 syscall; /* x86-64 number; DP_IO_URING: the operation */
	__u16 cpu;
	__u8 flags; /* DP_RARE ... */
	__u8 pad0;
	__u32 flow_overflow; /* objects that found no room among the process's flow slots */
	char name[16];	     /* comm of the thread group's leader, NUL padded */
	struct dp_object object;
	struct dp_descriptor descriptor;
};

enum dp_part_kind {
	/* Components of a path, leaf first, each ended by NUL; no component: the root. User space turns it round. */
	DP_PART_PATH = 1,	/* of the object */
	DP_PART_PATH_BEFORE,	/* file_rename: the old one; file_create of a link: what it links to */
	DP_PART_SOURCE_PATH,	/* of the source object */
	DP_PART_DIRECTORY,	/* working directory, on exec */
	DP_PART_STRING_BASE,	/* directory that a DP_PART_STRING is relative to */
	/* Bytes out of user memory, ended by their length. */
	DP_PART_STRING,		/* path as the caller wrote it; the object has identity `string` */
	DP_PART_STRING_BEFORE,	/* the other path of rename, link, symlink, mount: as written */
	DP_PART_ARGUMENTS,	/* on exec: argv as the kernel copied it, each ended by NUL */
	DP_PART_NAME,		/* of a module, BPF program, attribute, file system type ... */
	DP_PART_SOURCE,		/* struct dp_source */
	DP_PART_SOCKET,		/* struct dp_socket */
	DP_PART_SOCKET_PATH,	/* sun_path of the peer (connect, send) or of the own end (listen, accept); may begin with NUL */
	DP_PART_TARGET,		/* struct dp_target: the other process */
	DP_PART_PARENT,		/* struct dp_relatives, on exec and fork */
	DP_PART_PASSED,		/* struct dp_passed: one descriptor sent or received; followed by its own PATH part if it has one */
	DP_PART_CANDIDATE,	/* struct dp_object that the slot may have meant instead; followed by its PATH part */
	DP_PART_FLOW,		/* array of struct dp_flow, youngest first, at most 8 */
	DP_PART_CREDENTIALS,	/* struct dp_credentials, after a change */
	DP_PART_NUMBERS,	/* array of __u64 that the action explains; see below */
	DP_PART_PATH_INSIDE,	/* of the object, in its own file system, where a part of that is mounted elsewhere: for its class */
	DP_PART_STRING_BASE_BEFORE, /* directory that a DP_PART_STRING_BEFORE is relative to, when it is another one */
};

/*
 * DP_PART_NUMBERS by action: file_map, memory_exec: protection, map flags, length. process_signal: signal.
 * process_exit: exit code as wait(2) gives it. privilege_use: capability, granted (1) or refused (0).
 * namespace_change: CLONE_NEW* bits, inode of the namespace entered (0: made). mount: MS_* flags, operation
 * (0 mount, 1 umount, 2 move, 3 pivot_root, 4 others). bpf_use: command, type. file_attribute: what changed
 * (1 mode, 2 owner, 3 length, 4 times, 5 extended attribute, 6 flags), value. descriptor_send, descriptor_receive: true number of
 * descriptors. process_inspect: request (PTRACE_*; -1 process_vm_readv, -2 process_vm_writev, -3 /proc/PID/mem).
 * audit_change: netlink message type. network_listen: backlog. privilege_use: also the mask of user namespace (1: not
 * the initial one).
 */

#define DP_DELETED 0x100   /* dp_part.flags of a path: its last name is gone from the directory */
#define DP_ROOTED 0x400	   /* dp_part.flags of a string: its base is its root, where it begins with `/` too */
#define DP_OF_SOURCE 0x200 /* dp_part.flags of a candidate: it may have been the source, not the object */

struct dp_part {
	__u16 kind; /* enum dp_part_kind */
	__u16 length; /* of the bytes that follow, without padding */
	__u32 flags;  /* DP_TRUNCATED, DP_DELETED, DP_OF_SOURCE, DP_ROOTED */
};

struct dp_source {
	struct dp_object object;
	__u64 description;
	__s32 number;
	__u32 pad;
};

struct dp_socket {
	__u8 local[16];	  /* IPv4 in the first four bytes */
	__u8 remote[16];
	__u16 local_port; /* host order */
	__u16 remote_port;
	__u16 family;	  /* AF_* */
	__u16 type;	  /* SOCK_* */
	__u16 protocol;
	__u16 pad;
	__u32 pad1;
	struct dp_process peer;	/* UNIX: the process at the other end, as SO_PEERCRED knows it */
	struct dp_object_key peer_object; /* UNIX: the socket at the other end */
	char peer_name[16];
	__u8 address_identity; /* DP_BY_STRING: the remote address is what the caller wrote */
	__u8 pad2[7];
};

struct dp_target {
	struct dp_process process;
	__u32 uid;
	__u32 pad;
	char name[16];
};

struct dp_relatives {
	struct dp_process parent;
	struct dp_process session;
	struct dp_process child; /* on fork */
	__u32 child_thread;
	__u32 child_flags; /* CLONE_* */
	char parent_name[16];
	char session_name[16];
};

struct dp_passed {
	struct dp_object object;
	struct dp_descriptor descriptor;
};

/* An object whose data or descriptor the process holds. */
struct dp_flow {
	struct dp_object_key object;
	__u64 since; /* when it was read or received last, CLOCK_BOOTTIME, ns */
	__u8 class;
	__u8 data; /* 1: its data; 0: only a descriptor */
	__u8 pad[6];
};

#define DP_FLOW_SLOTS 8

struct dp_credentials {
	__u32 uid, gid;	  /* real */
	__u32 euid, egid; /* effective */
	__u32 suid, sgid; /* saved */
	__u32 fsuid, fsgid;
	__u64 effective, permitted, inheritable, ambient, bounding;
};

/* What user space writes into maps of the kernel half: the beginning of a thread's state, and names of classes. */
struct dp_task_head {
	__u32 label; /* number of the task run; 0: none */
	__u32 flags; /* DP_TASK_* */
};

#define DP_TASK_TRACKED 0x01 /* it is watched */
#define DP_TASK_BORN 0x02    /* its fork was seen, so that what it holds came from its parent */
#define DP_TASK_SHARES 0x04  /* a process that has, or had, its descriptors in common with another */

/*
 * Where a name stands that allows a class: the last of a path, one before it, or the end of the last. Of a pair, one and that of
 * the folder above it, the lower stands there; they are written as a walk up the path does, the lower first and a NUL between.
 * Alone the lower name of a pair allows a class only where the one above it is not known.
 */
enum dp_class_place {
	DP_CLASS_LEAF,
	DP_CLASS_ANCESTOR,
	DP_CLASS_SUFFIX,
	DP_CLASS_LEAF_PAIR,
	DP_CLASS_ANCESTOR_PAIR,
	DP_CLASS_LEAF_ALONE,
	DP_CLASS_ANCESTOR_ALONE,
	DP_CLASS_PLACES
};

/* Of a pair whose lower name is the leaf or an ancestor, and of that name alone. */
static inline __u8 dp_class_pair(__u8 place)
{
	return place + DP_CLASS_LEAF_PAIR;
}

static inline __u8 dp_class_alone(__u8 place)
{
	return place + DP_CLASS_LEAF_ALONE;
}

#define DP_CLASS_TEXT 46

struct dp_class_key {
	__u8 place; /* enum dp_class_place */
	__u8 length;
	char text[DP_CLASS_TEXT]; /* padded with NUL */
};

/*
 * Most names are no key at all, and finding that out by the map costs more than all else that is done with a name. So each
 * key of a place leaves a mark among so many, by what is cheap to have of a name; a name whose mark is not there is no key.
 */
#define DP_CLASS_MARKS 1024

static inline __u32 dp_class_mark(__u32 length, __u8 first, __u8 last)
{
	return (length * 67 + first * 31 + last * 7) & (DP_CLASS_MARKS - 1);
}

/*
 * Folds, ns. What nobody has added to for so long is told, so that it takes its place in the order of time while that is
 * still open; and so exactly the kernel half knows when it folded last.
 */
#define DP_FOLD_IDLE 10000000
#define DP_FOLD_KNOWN 50000000

#define DP_CALLS 512 /* x86-64 numbers are below */

/* Which system calls were made in a cgroup: the last round in which each was, by its number; 0: never. */
struct dp_made {
	__u32 rounds[DP_CALLS];
	__u32 ended; /* 1: the cgroup is gone */
};

/* Counters, one per-CPU array of DP_ACTIONS * DP_CLASSES * DP_COUNTS. */
#define DP_CLASSES 32
enum dp_count { DP_MADE, DP_SENT, DP_DROPPED, DP_FOLDED_IN, DP_COUNTS };

/* Trouble that is told, by number: an array of __u64, per CPU. */
enum dp_trouble {
	DP_FILES_EVICTED,	/* descriptions may have been forgotten: origin `unseen` is not certain any more */
	DP_DESCRIPTORS_EVICTED,
	DP_PINNED_FULL,		/* no room for a classed or passed description */
	DP_FLOWS_FULL,		/* no room for what a process or object carries */
	DP_TASKS_FULL,		/* no room for a task's state (kernels without task storage) */
	DP_EMPTY_POLLS,		/* EAGAIN and the like: counted, not events */
	DP_RESTARTED,		/* interrupted calls that the kernel restarts */
	DP_CANCELLED,		/* requests of io_uring that were given up before they did anything */
	DP_ADMIN_NOISE,		/* CAP_SYS_ADMIN asked for by memory accounting */
	DP_UNREAD,		/* a kernel or user read failed where a field was wanted */
	DP_MADE_FULL,		/* no room for which system calls another cgroup makes */
	DP_TROUBLES,
};

#endif
