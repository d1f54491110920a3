/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A record is put together in a scratch area of this CPU and written to a ring in one go:
 *
 *	struct scratch *s = use_begin(state, call, DP_FILE_OPEN);
 *	... s->use.object, s->use.descriptor ...
 *	part_path(s, DP_PART_PATH, dentry, mount);
 *	use_tell(s);
 *
 * Programs that trace a task are not interrupted by others that use the same scratch: they run with preemption off
 * (hold_cpu), and none of them is attached to anything that happens inside another.
 */
#ifndef DETPACK_EMIT_BPF_H
#define DETPACK_EMIT_BPF_H

#include "task.bpf.h"

#define PARTS_SIZE 16384 /* power of two: an offset is bounded by a mask */
#define PART_MOST 4096	 /* bytes of one part */

/* Where a walk is among the names. */
struct walked {
	u32 last, last_length; /* the name before, in the parts; 0: there is none */
	u8 last_place;
	u8 place;    /* enum dp_class_place of the next name */
	u8 is_whole; /* the name before is the uppermost one */
	u8 pad;
};

struct walk {
	u64 dentry, mount;	     /* addresses; mount is of struct mount */
	u64 mount_root;		     /* address of the mount's uppermost dentry */
	u64 root_dentry, root_mount; /* root directory of the process, where the walk ends */
	u64 bind;		     /* it goes up the names of the file system itself, beyond the root of a bind mount; 0: not */
	u32 start;		     /* offset of the first component */
	u32 bind_start;		     /* and of the first one that is written for `bind` */
	u32 classes;		     /* what the names on the way allow, a set */
	u32 leaf_length;
	struct walked at;
	struct walked before_bind;
	u8 steps, bind_steps; /* up the path, and up at `bind` */
	u8 disconnected;
	u8 cut; /* the upper end is missing */
	u8 gone; /* the last name is not in its directory any more */
};

struct scratch {
	struct dp_use use;
	u8 parts[PARTS_SIZE + PART_MOST];
	u32 used;
	u32 pad;
	u64 address; /* see closing_by_type */
	struct walk walk;
	struct dp_class_key name;
	struct block block; /* the first bytes of a dentry or an inode, see from_block */
};

/*
 * An offset into the parts. In assembly, since the compiler leaves a mask out where a comparison before it says the
 * same, and the verifiers of 5.10 and 6.1 know the mask only.
 */
inline_always u32 in_parts(u32 at)
{
	asm volatile("%0 &= %1" : "+r"(at) : "i"(PARTS_SIZE - 1));
	return at;
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

inline_always struct scratch *this_scratch(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&scratches, &zero);
}

/* ---- counting ---- */
inline_always void count(u32 action, u32 class, u32 which, u64 how_many)
{
	u32 at = action * DP_CLASSES + (class & (DP_CLASSES - 1));
	u64 *all = bpf_map_lookup_elem(&counts, &at);

	if (all && which < DP_COUNTS)
		all[which] += how_many;
}

/* ---- description ids: unique in a run, without a shared counter ---- */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} next_id SEC(".maps");

inline_always u64 new_id(void)
{
	u32 zero = 0;
	u64 *next = bpf_map_lookup_elem(&next_id, &zero);

	if (!next)
		return 0;
	*next += 1;
	return ((u64)(bpf_get_smp_processor_id() + 1) << 40) | *next;
}

/* ---- records ---- */
/* All but what use_self and use_other fill. */
inline_always void use_fill(struct dp_use *use, struct task_state *state, u8 action, u64 now)
{
	u64 both = bpf_get_current_pid_tgid();

	__builtin_memset(use, 0, sizeof(*use));
	use->action = action;
	use->time = now;
	use->first = now;
	if (!state->start)
		state->start = current_start();
	use->process.start = state->start;
	use->process.pid = (u32)(both >> 32);
	use->thread = (u32)both;
	use->image = state->image;
	use->label = state->label;
	use->count = 1;
	use->cpu = (u16)bpf_get_smp_processor_id();
	use->descriptor.number = -1;
}

/* Who uses, into this record. */
inline_always void use_other(struct dp_use *use)
{
	struct task_struct *leader = (void *)current_leader();

	use->uid = current_uid();
	use->gid = current_gid();
	use->cgroup = bpf_get_current_cgroup_id();
	use->mount_namespace = current_mount_namespace();
	BPF_CORE_READ_STR_INTO(&use->name, leader, comm);
}

/* The same into the scratch. All of it in one global function, since each call and return costs as much as what it reads. */
__noinline int use_self(void)
{
	struct scratch *s = this_scratch();

	if (!s)
		return 0;
	if (has_task_storage) {
		const struct task_struct *task = bpf_get_current_task_btf();
		const u64 *name = (const void *)&task->group_leader->comm;
		u64 *to = (void *)s->use.name, first = name[0];

		s->use.uid = task->cred->euid.val;
		s->use.gid = task->cred->egid.val;
		s->use.mount_namespace = task->nsproxy->mnt_ns->ns.inum;
		s->use.cgroup = task->cgroups->dfl_cgrp->kn->id;
		to[0] = until_nul(first);
		to[1] = to[0] == first ? until_nul(name[1]) : 0;
	} else {
		use_other(&s->use);
	}
	return 0;
}

static __noinline void use_header(struct scratch *s, struct task_state *state, u8 action, u64 now)
{
	use_fill(&s->use, state, action, now);
	use_self();
	s->used = 0;
}

/* Actions that go by the rare lane whatever they are about; `action.ts` of the toolchain has the same list. */
#define BULK_ACTIONS                                                                                                   \
	((1ull << DP_FILE_OPEN) | (1ull << DP_FILE_READ) | (1ull << DP_FILE_WRITE) | (1ull << DP_FILE_MAP) |           \
	 (1ull << DP_NETWORK_SEND) | (1ull << DP_NETWORK_RECEIVE) | (1ull << DP_DESCRIPTOR_CREATE) |                   \
	 (1ull << DP_DESCRIPTOR_DUPLICATE) | (1ull << DP_PRIVILEGE_USE))

inline_always bool is_followed(u32 class)
{
	return class && (followed_classes >> (class & 31)) & 1;
}

/*
 * The reader is woken by the record that completes a batch, and by none in between however far it is behind: a wake-up is
 * an interrupt to this CPU itself, which costs more than all the rest. It looks by itself every few milliseconds.
 */
inline_always u64 wakeup(void *ring, u32 batch, u32 size)
{
	u64 waiting = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);

	return (waiting & (batch - 1)) + size >= batch ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/*
 * Writes the record in the scratch. `uses`: how many uses it stands for; `important`: it goes by the rare lane whatever
 * it is about. 0 when the ring had no room: the loss is then counted, by action and class. A global function, so that
 * the verifier looks at it once.
 */
__noinline int tell(u64 uses, u32 important)
{
	struct scratch *s = this_scratch();
	u32 size, class;
	s64 failed;

	if (!s)
		return 0;
	size = s->used > PARTS_SIZE ? PARTS_SIZE : s->used;
	size += sizeof(s->use);
	class = s->use.object.class;
	s->use.size = size;
	if (important || !((BULK_ACTIONS >> (s->use.action & 63)) & 1) || is_followed(class)) {
		s->use.flags |= DP_RARE;
		failed = bpf_ringbuf_output(&rare, &s->use, size, wakeup(&rare, rare_batch, size));
	} else {
		failed = bpf_ringbuf_output(&bulk, &s->use, size, wakeup(&bulk, bulk_batch, size));
	}
	count(s->use.action, class, failed ? DP_DROPPED : DP_SENT, uses);
	if (failed)
		__sync_fetch_and_add(&dropped, uses);
	return !failed;
}

/* ---- parts ---- */
/*
 * Room for a part of at most PART_MOST bytes, to be written and then closed by part_end with its length; NULL: full.
 * What is written behind the length is overwritten by the next part or not sent.
 */
inline_always void *part_begin(struct scratch *s)
{
	u32 at = s->used;

	if (at > PARTS_SIZE - sizeof(struct dp_part) - 8) {
		s->use.flags |= DP_TRUNCATED;
		return NULL;
	}
	at = in_parts(at);
	return &s->parts[at + sizeof(struct dp_part)];
}

inline_always void part_end_at(struct scratch *s, u16 kind, u32 at, u32 length, u32 flags)
{
	struct dp_part *part;

	at = in_parts(at);
	part = (void *)&s->parts[at];

	part->kind = kind;
	part->length = (u16)length;
	part->flags = flags;
	s->used = at + sizeof(*part) + ((length + 7) & ~7u);
	s->use.parts++;
}

inline_always void part_end(struct scratch *s, u16 kind, u32 length, u32 flags)
{
	part_end_at(s, kind, s->used, length, flags);
}

#define part_struct(s, kind, value)                                                                                    \
	do {                                                                                                           \
		void *room_ = part_begin(s);                                                                           \
                                                                                                                       \
		if (room_) {                                                                                           \
			__builtin_memcpy(room_, &(value), sizeof(value));                                              \
			part_end(s, kind, sizeof(value), 0);                                                           \
		}                                                                                                      \
	} while (0)

/* A string of the caller's memory: what it wrote, not necessarily what the kernel used. */
static __noinline void part_user_string(struct scratch *s, u16 kind, u64 address)
{
	void *room = address ? part_begin(s) : NULL;
	long length;

	if (!room)
		return;
	length = bpf_probe_read_user_str(room, PART_MOST, (void *)address);
	if (length <= 0) {
		trouble(DP_UNREAD);
		return;
	}
	part_end(s, kind, (u32)(length - 1) & (PART_MOST - 1), length == PART_MOST ? DP_TRUNCATED : 0);
}

inline_always void part_numbers(struct scratch *s, u64 a, u64 b, u64 c)
{
	u64 *room = part_begin(s);

	if (!room)
		return;
	room[0] = a;
	room[1] = b;
	room[2] = c;
	part_end(s, DP_PART_NUMBERS, 3 * sizeof(u64), 0);
}

#endif
