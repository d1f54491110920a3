/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the kernel half remembers, and the maps it remembers it in.
 *
 * Evicting maps (LRU) hold what may be forgotten; that something may have been turns `unseen` into `forgotten`
 * (room.bpf.h). What a rule needs to be right about (classed and passed descriptions, what a process or object carries)
 * is in maps that do not evict: when one is full that is counted and told (event contract, section 3).
 */
#ifndef DETPACK_STATE_BPF_H
#define DETPACK_STATE_BPF_H

#include "kernel.h"
#include "../record.h"

/* ---- set by the loader before loading ---- */
const volatile bool has_task_storage = false; /* 5.12 and later */
const volatile bool has_fetching_atomics = false; /* 5.12 and later: folds may be closed from outside */
const volatile bool preemptible = false; /* tracing programs may be preempted: see hold_cpu */
const volatile bool all_processes = false;
const volatile bool made_wanted = false; /* which system calls are made: made.bpf.h */
const volatile bool has_task_registers = false; /* bpf_task_pt_regs: 5.15 and later */
const volatile bool has_casts = false; /* bpf_rdonly_cast: 6.2 and later */
const volatile u64 handled_calls[DP_CALLS / 64] = {}; /* bit n: x86-64 call n has a handler */
const volatile u32 own_pid = 0; /* the sensor itself is never watched */
const volatile u64 fold_window = 1000000000;	  /* ns */
const volatile u64 fold_window_short = 100000000; /* ns, for classed objects and sockets */
const volatile u32 class_count = 0;
const volatile u32 followed_classes = 0; /* bit n: class n is carried along */
const volatile u32 rare_batch = 4096, bulk_batch = 4096; /* the reader is woken for each so many bytes; powers of two */

/* ---- seen by user space ---- */
u64 last_fold; /* about when a use was folded last, to DP_FOLD_KNOWN: whether there is anything to collect */
u64 flows_used; /* 1 once a process held anything */
u64 objects_used, pinned_used; /* the same of these maps: until then nothing needs to be looked up there */
u64 dropped; /* uses that found no room in a ring, of all actions: says whether the counters must be looked at */
u64 parted; /* boot time at which another run takes the place of this one, or this one of another: no fold goes over it */
u64 collect_all; /* 1: at the end, when folds are told whether their window is over or not */

/* ---- one thread ---- */
#define FOLDS 8
#define SUN_PATH 108

struct fold {
	struct dp_use use; /* as it was told for the first use; count, bytes and time are of those that were not told yet */
	struct dp_socket socket;
	u32 path_length; /* of a UNIX socket's name */
	u8 path[SUN_PATH];
	u64 opened; /* when the first use ended; 0: free */
	u64 first; /* of those not told yet */
	u64 last;
	u64 bytes;
	u64 count; /* not told yet */
	u64 extra; /* what else must be equal, such as the address of a datagram */
};

#define TASK_TRACKED 1u
#define TASK_BORN 2u /* its fork was seen, so that what it holds came from its parent */
#define TASK_PRIVILEGES 4u /* `privileges` are known */

/* Enough of a thread's credentials to see that an exec changed them. */
struct privileges {
	u64 permitted;
	u32 uid, gid; /* effective */
};

/* The call that is being looked at, from its end to the end of its handler. */
struct call {
	u64 number; /* x86-64 */
	u64 argument[6];
	s64 result;
	u64 now;
	u64 file;      /* io_uring: address of the file, where the request has one that has no number */
	u64 source;    /* io_uring: of the other file, that data or a descriptor is taken from */
	u32 operation; /* io_uring: number of the operation */
	u8 route;
	u8 direct; /* io_uring: what it makes gets no number, but a place in the ring */
	u8 several; /* io_uring: which of several requests it is is not known */
	u8 rooted; /* the directory that a path is relative to is its root too */
	u8 unnumbered; /* after messages: files came that no control message has the number of */
	u8 senders; /* after messages: pidfds of those who sent them came */
	u8 pad[6];
};

/* In place of a number: the files of the call itself. */
#define RING_FILE -2
#define RING_SOURCE -3

/* What the kernel found by a path of the call that goes on; see lookup.bpf.h. */
struct looked_up {
	u64 at; /* boot time, ns; of an older call when that ended after it */
	u64 dentry, mount, inode; /* addresses; 0: not known, or nothing there */
	u64 parent, name; /* address and hash by which the dentry is known again */
	u64 at_name; /* address of the dentry whose name is next */
	u32 classes; /* what the names of before allow, a set */
	u8 place; /* enum dp_class_place of the next name */
	u8 pad[3];
	struct dp_object object;
};

/* Where more than one program stands: see is_done. */
enum hook { AT_CALL, AT_CALL_END, AT_CAPABLE, AT_BIRTH, HOOKS };

struct task_state {
	u32 label; /* written once, by user space or by the fork of a labelled task */
	u32 flags; /* these two are a struct dp_task_head */
	u32 image;
	u32 fold_hand;	 /* the fold that is given up next */
	u8 behind[HOOKS]; /* see is_done */
	u32 alone;	 /* surely no other thread has its table of descriptors */
	u32 noted;	 /* something is remembered of the call that goes on, so that its end must be known too: see look */
	u32 table_of;	 /* a table of descriptors that processes share: the one that had it first; 0: of this one alone */
	u64 table;	 /* address of the one that it shares with others; 0: not known, or it shares none */
	u64 start;	 /* of the thread group's leader, boot time; 0: not read yet */
	u64 last_exit;	 /* when this thread's last system call ended */
	u64 before_that; /* and the one before */
	u64 cap_granted, cap_refused; /* told for this image */
	u64 started_in; /* id of the cgroup in which its program was started; 0: not known, or not asked for */
	struct privileges privileges;
	u64 flow_seen;	 /* generation of the process's flow when the folds were opened */
	u64 pending;	 /* a fold may have uses that were not told */
	u64 folded[FOLDS]; /* descriptions of the folds that are open, 0: free. Beside each other, as each use looks at all */
	u64 listed;	 /* the reading in which its descriptors were listed */
	struct dp_object_key late; /* what was taken from last, and until when it is asked again; 0: not any more */
	u64 late_until;
	u64 came_from;	 /* socket that a UNIX message of this call came from, as an address; 0: none */
	struct call call;
	struct looked_up led;
	struct looked_up led_other; /* the second object of a rename that exchanges two */
	struct fold folds[FOLDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} tasks SEC(".maps");

/* For kernels without task storage in tracing programs: by thread id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, struct task_state);
} tasks_by_id SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct task_state);
} blank_task SEC(".maps");

/* ---- open file descriptions, by the address of struct file ---- */
struct description {
	u64 id;
	u64 inode; /* address; a struct file that is used again for another file has another */
	u64 opened_at;
	struct dp_process opened_by;
	struct dp_object object;
	u32 flags;
	u8 told; /* user space has its path */
	u8 pinned;
	u8 memory; /* whether it is /proc/PID/mem: MEMORY_* */
	u8 connecting; /* a socket that said EINPROGRESS, and nothing since */
	u8 nameless; /* stands in no tree */
	u8 notifies; /* of fanotify: what is read from it brings descriptors */
	u8 pad[6];
};

#define MEMORY_NOT 1
#define MEMORY_OF_PROCESS 2

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, struct description);
} descriptions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, struct description);
} pinned SEC(".maps");

/* ---- descriptors: a slot of a descriptor table ---- */
struct slot_key {
	u64 table; /* address of files_struct: threads share it */
	u32 number;
	u32 process; /* thread group, of a table that others share the first: the address of one that is gone is soon another's */
};

struct slot {
	u64 file;
	u64 description;
	u64 changed_at;
	u64 previous_file; /* what was there before a change; its description may be forgotten, so the object too */
	u64 previous_until; /* when it was replaced, boot time, ns */
	struct dp_object_key previous_object;
	struct dp_process from;
	u32 changed_by; /* thread */
	u8 origin;
	u8 previous_class;
	u8 previous_kind;
	u8 pad[1];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 24576);
	__type(key, struct slot_key);
	__type(value, struct slot);
} slots SEC(".maps");

/* 1: processes share a table of descriptors (CLONE_FILES), or did. */
u64 tables_shared;

/* ---- what processes hold and objects carry ---- */
struct flow {
	u64 generation; /* raised by each change of the set */
	u32 overflow;
	u32 count;
	struct dp_flow slots[DP_FLOW_SLOTS];
	u16 descriptors[DP_FLOW_SLOTS]; /* how many descriptors of it the process has */
};

/* By process: thread group id and start, so that a pid that is used again inherits nothing. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct dp_process);
	__type(value, struct flow);
} flows SEC(".maps");

/* By object: its own class under any name it had, and what was written to it. */
struct carried {
	u8 class;
	u8 pad[7];
	struct flow flow;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct dp_object_key);
	__type(value, struct carried);
} objects SEC(".maps");

/* ---- classes, filled by user space from the class table ---- */
/* A set of classes, bit n: class n. What a name or a pair allows; the whole path decides in user space. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct dp_class_key);
	__type(value, u32);
} class_names SEC(".maps");

/* By place: the marks of its keys, dp_class_mark. One place more than there is, for a mask. */
u64 class_marks[DP_CLASS_PLACES + 1][DP_CLASS_MARKS / 64];
_Static_assert((DP_CLASS_PLACES & (DP_CLASS_PLACES + 1)) == 0, "the number of places is no mask");

/* ---- out ---- */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} rare SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} bulk SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DP_ACTIONS * DP_CLASSES);
	__type(key, u32);
	__type(value, u64[DP_COUNTS]);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DP_TROUBLES);
	__type(key, u32);
	__type(value, u64);
} troubles SEC(".maps");

inline_always void trouble(u32 which)
{
	u64 *count = bpf_map_lookup_elem(&troubles, &which);

	if (count)
		__sync_fetch_and_add(count, 1);
}

/*
 * Newer kernels (7.x) may preempt a tracing program, and the next task's program would then use what belongs to the same
 * CPU: scratch, counters. A program that uses them holds its CPU meanwhile. The functions for that are unknown to older
 * kernels, whose verifiers refuse them even where they are never reached; so here stand two helpers that are used for
 * nothing else, and the loader puts the functions in their place (src/held_cpu.c).
 */
inline_always void hold_cpu(void)
{
	if (preemptible)
		bpf_get_numa_node_id();
}

inline_always void leave_cpu(void)
{
	if (preemptible)
		bpf_get_prandom_u32();
}

/*
 * Where a program may be preempted the kernel leaves out what would run the same program meanwhile on the same CPU. That is
 * so for as long as the preempted task waits, most often where it gave its CPU free at the end. So what must not be missed
 * stands at its tracepoint again, under names by which the loader knows it and leaves it out elsewhere (src/again.h).
 *
 * Whether one of those before it did what this one, with so many behind it, is there for. The last that ran for this thread
 * says it: one with more behind it ran this time. That was the time before only if all that stood between them were left out
 * in one of the two, so that each was left out once at least; src/load_count.c counts by that.
 */
inline_always bool is_done(u8 *last, u8 behind)
{
	u8 before;

	if (!preemptible)
		return false;
	before = *last;
	*last = behind;
	return before > behind;
}

/* BPF_PROG of libbpf, for a program that uses what belongs to a CPU. */
#define HOLDING_PROG(name, arguments...)                                                                               \
	name(unsigned long long *ctx);                                                                                 \
	static __always_inline int name##_held(unsigned long long *ctx, ##arguments);                                  \
	int name(unsigned long long *ctx)                                                                              \
	{                                                                                                              \
		int result;                                                                                            \
                                                                                                                       \
		hold_cpu();                                                                                            \
		_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wint-conversion\"") result =           \
			name##_held(___bpf_ctx_cast(arguments));                                                       \
		_Pragma("GCC diagnostic pop") leave_cpu();                                                             \
		return result;                                                                                         \
	}                                                                                                              \
	static __always_inline int name##_held(unsigned long long *ctx, ##arguments)

/* Handlers by x86-64 system call number; filled by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 512);
	__type(key, u32);
	__type(value, u32);
} handlers SEC(".maps");

/* i386 number -> x86-64 number + 1, filled by the loader; 0: none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 512);
	__type(key, u32);
	__type(value, u32);
} compat_numbers SEC(".maps");

#endif
