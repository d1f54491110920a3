/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Descriptors passed over UNIX sockets: one record each, up to the 253 that the kernel allows in a message. Which numbers
 * they have is in the caller's memory only; which files they are the kernel says: of a sender its table of descriptors,
 * of a receiver the message itself, looked at while it is copied, before its files are installed.
 */
#ifndef DETPACK_PASS_BPF_H
#define DETPACK_PASS_BPF_H

#include "duplicate.bpf.h"
#include "exchange.bpf.h"

#define PASSED_MOST 256	  /* power of two; SCM_MAX_FD is 253 */
#define CONTROLS_MOST 4096 /* control messages that are looked at in one message, of any kind */
#define CONTROL_HEAD 16
#define CONTROL_HEAD_NARROW 12
#define SOL_SOCKET 1
#define SCM_RIGHTS 1
#define SCM_PIDFD 4

/* The numbers that the control messages at hand have. */
struct passing {
	u64 at, left; /* address in the caller's memory, and bytes up to its end */
	u32 count;
	u32 told;
	s32 of_sender; /* of the process that sent the message; -1: none came */
	u32 senders; /* some came with the messages of this call */
	s32 numbers[2 * PASSED_MOST]; /* room behind the last place where a message may begin */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct passing);
} passings SEC(".maps");

inline_always struct passing *this_passing(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&passings, &zero);
}

/* Like in_parts: the mask must stay. */
inline_always u32 in_passed(u32 at)
{
	asm volatile("%0 &= %1" : "+r"(at) : "i"(PASSED_MOST - 1));
	return at;
}

/* Who sent a file over a socket last: the kernel's message need not name its sender. */
struct parcel {
	u64 file;
	u64 sock; /* of the sender */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct parcel);
	__type(value, struct dp_process);
} senders SEC(".maps");

/* What came with the messages of a call, in their order; by thread. */
struct arrived {
	u64 at;	  /* when the first came: before the end of the thread's last call it is of an older one */
	u64 sock; /* of the sender */
	u64 pid;  /* struct pid of the sender, 0: the message does not say */
	u32 count;
	u32 joined;
	u64 files[2 * PASSED_MOST];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, struct arrived);
} arrivals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct arrived);
} blank_arrived SEC(".maps");

inline_always struct arrived *arrived_now(void)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();

	return bpf_map_lookup_elem(&arrivals, &tid);
}

/* Runs in the receiver, for each message that is copied, before the list of its files is taken off. */
SEC("tp_btf/skb_copy_datagram_iovec")
int BPF_PROG(on_message_copied, struct sk_buff *skb, int length)
{
	struct task_state *state = current_state();
	struct unix_skb_parms *own = (void *)skb + bpf_core_field_offset(struct sk_buff, cb);
	u32 tid = (u32)bpf_get_current_pid_tgid(), zero = 0, at;
	struct scm_fp_list *list;
	struct arrived *arrived;
	struct sock *sk;
	s16 count;

	if (!state)
		return 0;
	sk = BPF_CORE_READ(skb, sk);
	if (!sk || BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX)
		return 0;
	if (flows_used)
		state->came_from = (u64)sk;
	list = BPF_CORE_READ(own, fp);
	if (!list)
		return 0;
	arrived = bpf_map_lookup_elem(&arrivals, &tid);
	if (!arrived || arrived->at <= state->last_exit) {
		arrived = bpf_map_lookup_elem(&blank_arrived, &zero);
		if (!arrived || bpf_map_update_elem(&arrivals, &tid, arrived, BPF_ANY))
			return 0;
		arrived = bpf_map_lookup_elem(&arrivals, &tid);
		if (!arrived)
			return 0;
		arrived->at = bpf_ktime_get_boot_ns();
	}
	state->noted = 1;
	arrived->sock = (u64)sk;
	arrived->pid = (u64)BPF_CORE_READ(own, pid);
	count = BPF_CORE_READ(list, count);
	at = arrived->count;
	if (count <= 0 || count >= PASSED_MOST || at >= PASSED_MOST)
		return 0;
	if (bpf_probe_read_kernel(&arrived->files[in_passed(at)], in_passed((u32)count) * sizeof(u64),
				  (void *)list + bpf_core_field_offset(struct scm_fp_list, fp)))
		return 0;
	arrived->count = at + (u32)count;
	return 0;
}

/* One control message. 0: there is none any more. */
__noinline int control_step(void)
{
	struct passing *passing = this_passing();
	struct call *call = this_call();
	u64 head[2] = {}, length, size;
	u32 level, type, numbers;
	bool narrow;

	if (!passing || !call)
		return 0;
	narrow = call->route == DP_COMPAT;
	size = narrow ? CONTROL_HEAD_NARROW : CONTROL_HEAD;
	if (passing->left < size || bpf_probe_read_user(head, narrow ? CONTROL_HEAD_NARROW : CONTROL_HEAD, (void *)passing->at))
		return 0;
	length = narrow ? (u32)head[0] : head[0];
	level = narrow ? (u32)(head[0] >> 32) : (u32)head[1];
	type = narrow ? (u32)head[1] : (u32)(head[1] >> 32);
	if (length < size || length > passing->left)
		return 0;
	numbers = (u32)((length - size) / sizeof(s32));
	if (level == SOL_SOCKET && type == SCM_RIGHTS && numbers && numbers < PASSED_MOST && passing->count < PASSED_MOST) {
		if (bpf_probe_read_user(&passing->numbers[in_passed(passing->count)], in_passed(numbers) * sizeof(s32),
					(void *)(passing->at + size)))
			trouble(DP_UNREAD);
		else
			passing->count += numbers;
	}
	if (level == SOL_SOCKET && type == SCM_PIDFD && numbers == 1) {
		passing->senders = 1;
		if (bpf_probe_read_user(&passing->of_sender, sizeof(passing->of_sender), (void *)(passing->at + size)))
			passing->of_sender = -1;
	}
	length = narrow ? (length + 3) & ~3ull : (length + 7) & ~7ull;
	if (length >= passing->left)
		return 0;
	passing->at += length;
	passing->left -= length;
	return 1;
}

/* Keeps a description that was passed from being forgotten. */
static __noinline void pin(u64 file)
{
	struct description *known = bpf_map_lookup_elem(&descriptions, &file);

	if (!known || !known->id)
		return;
	pinned_used = 1;
	if (bpf_map_update_elem(&pinned, &file, known, BPF_ANY)) {
		trouble(DP_PINNED_FULL);
		return;
	}
	descriptions_drop(file);
	known = bpf_map_lookup_elem(&pinned, &file);
	if (known)
		known->pinned = 1;
}

/* The record of one descriptor. It is of the moment after the bytes that carried it, so that it comes after them. */
inline_always struct scratch *passed_begin(struct task_state *state, const struct call *call, u8 action)
{
	struct scratch *s = use_begin(state, call, action);

	if (!s)
		return NULL;
	s->use.time = call->now + 1;
	s->use.first = s->use.time;
	return s;
}

inline_always void passed_end(struct scratch *s, const struct passing *passing, struct endpoint *end)
{
	part_endpoint(s, end);
	part_numbers(s, passing->count, passing->told, 0);
	use_tell(s);
}

__noinline int tell_sent(u32 at)
{
	struct exchange *exchange = this_exchange();
	struct passing *passing = this_passing();
	struct endpoint *end = this_endpoint();
	struct task_state *state = current_state();
	struct call *call = this_call();
	struct parcel parcel = {};
	struct dp_process self;
	struct held held;
	struct scratch *s;
	s32 number;

	if (!exchange || !passing || !end || !state || !call || at >= PASSED_MOST)
		return 0;
	number = passing->numbers[in_passed(at)];
	passing->told++;
	if (held_at(state, number, &held)) {
		pin(held.file);
		held_at(state, number, &held);
		current_process(state, &self);
		parcel.file = held.file;
		parcel.sock = end->sock;
		bpf_map_update_elem(&senders, &parcel, &self, BPF_ANY);
		parcel.sock = 0;
		bpf_map_update_elem(&senders, &parcel, &self, BPF_ANY);
	}
	s = passed_begin(state, call, DP_DESCRIPTOR_SEND);
	if (!s)
		return 0;
	s->use.descriptor.number = number;
	if (exchange->rewritten)
		s->use.flags |= DP_RACED;
	if (held.description) {
		use_held(s, number, &held);
		part_raced(s, &held);
		part_file_path(s, DP_PART_PATH, (void *)held.file);
	}
	passed_end(s, passing, end);
	return 1;
}

/* From one ring of io_uring to another, without a message. Whoever has the other ring uses the same description. */
HANDLER(on_ring_pass)
{
	struct scratch *s;
	struct held held;

	HANDLER_BEGIN;
	if (held_at(state, RING_SOURCE, &held)) {
		pin(held.file);
		held_at(state, RING_SOURCE, &held);
	}
	s = use_begin(state, call, DP_DESCRIPTOR_SEND);
	if (!s)
		return 0;
	if (is_found(&held)) {
		use_held(s, RING_SOURCE, &held);
		part_file_path(s, DP_PART_PATH, (void *)held.file);
	}
	use_tell(s);
	return 0;
}

/* Who sent the file: as the send was seen, else as the message says, else whom the socket is connected to. */
static __noinline void sender_of(u64 file, const struct arrived *arrived, const struct endpoint *end, struct dp_process *from)
{
	struct parcel parcel = {};
	struct dp_process *known;
	struct task_struct *task;

	parcel.file = file;
	parcel.sock = arrived ? arrived->sock : end->peer_sock;
	known = bpf_map_lookup_elem(&senders, &parcel);
	if (!known && !parcel.sock)
		known = bpf_map_lookup_elem(&senders, &parcel);
	if (known) {
		*from = *known;
		return;
	}
	task = arrived && arrived->pid ? task_of_pid(arrived->pid) : NULL;
	if (task)
		process_of(task, from);
	else
		*from = end->socket.peer;
}

/* Finds a file among those that came and were not joined with a number yet. False: it did not come with the call. */
__noinline u64 join_arrived(u64 file)
{
	struct arrived *arrived = arrived_now();
	u32 i;

	if (!arrived)
		return 0;
	for (i = 0; i < 2 * PASSED_MOST; i++) {
		if (i >= arrived->count)
			break;
		if (arrived->files[i] == file) {
			arrived->files[i] = 0;
			arrived->joined++;
			return file;
		}
	}
	return 0;
}

/*
 * One of the numbers that the control messages of a receiver have: its record, and what the number stands for from now on.
 * The memory may have been changed since the kernel wrote it, and the descriptor too: a file that did not come is left out.
 */
__noinline int tell_received(u32 at)
{
	struct passing *passing = this_passing();
	struct endpoint *end = this_endpoint();
	struct task_state *state = current_state();
	struct call *call = this_call();
	struct dp_process from = {};
	struct held held = {};
	struct scratch *s;
	s32 number;
	u64 file;
	u8 class;

	if (!passing || !end || !state || !call || at >= PASSED_MOST)
		return 0;
	number = passing->numbers[in_passed(at)];
	file = (u64)file_at(number);
	if (!file || (arrived_now() && !join_arrived(file)))
		return 0;
	passing->told++;
	sender_of(file, arrived_now(), end, &from);
	if (!held_file(file, &held))
		return 0;
	pin(file);
	if (!held_file(file, &held))
		return 0;
	/*
	 * Read again: before 6.2 a verifier that has gone on from here with the number of a file without one, as file_at knows
	 * them, forgets that what held_at does is decided by it, and cuts off what is for all others.
	 */
	number = *(volatile s32 *)&passing->numbers[in_passed(at)];
	slot_set(number, file, held.description->id, DP_RECEIVED, &from, call->now);
	s = passed_begin(state, call, DP_DESCRIPTOR_RECEIVE);
	if (!s || !held_at(state, number, &held))
		return 0;
	use_held(s, number, &held);
	part_file_path(s, DP_PART_PATH, (void *)file);
	/* One that no watched process opened has no class yet. */
	class = learn_class(&s->use.object, s->walk.classes);
	if (class && s->use.object.kind == DP_FILE) {
		s->use.object.class = class;
		held.description->object.class = class;
	}
	hold_more(s);
	passed_end(s, passing, end);
	return 1;
}

#define LOOKED_FOR 4096 /* descriptors among which those are looked for that came under no number */

/* One number of the receiver's table. 0: there is nothing to be looked for any more. */
__noinline int tell_if_arrived(u32 number)
{
	struct arrived *arrived = arrived_now();
	struct passing *passing = this_passing();
	u64 file;

	if (!passing || !arrived || arrived->joined >= arrived->count ||
	    number >= (u32)BPF_CORE_READ(current_task(), files, fdt, max_fds))
		return 0;
	file = (u64)file_at((s32)number);
	if (file && !is_held((s32)number, file)) {
		passing->numbers[0] = (s32)number;
		tell_received(0);
	}
	return 1;
}

/* Nothing came for the next call. True when something came of which no control message has the number. */
static __noinline bool arrived_end(void)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();
	struct arrived *arrived = arrived_now();
	const struct task_state *state = current_state();

	if (!arrived || !state || arrived->at <= state->before_that)
		return false;
	if (arrived->joined < arrived->count)
		return true;
	bpf_map_delete_elem(&arrivals, &tid);
	return false;
}

/*
 * Files that came, and that no control message has a number of: there was no room for one, or its memory was written again
 * since, which a caller can bring about, or the numbers went elsewhere (a ring that receives into buffers). Those that the
 * process has are found in its table. A program of its own, since the one that looks at the messages calls as deep as may be.
 */
HANDLER(on_arrived)
{
	struct passing *passing = this_passing();
	u32 i, tid = (u32)bpf_get_current_pid_tgid();

	HANDLER_BEGIN;
	if (!passing || !exchange_begin(call, (s32)call->argument[0], true))
		return 0;
	passing->count = 0;
	passing->told = 0;
	for (i = 0; i < LOOKED_FOR; i++)
		if (!tell_if_arrived(i))
			break;
	if (i == LOOKED_FOR)
		trouble(DP_UNREAD);
	bpf_map_delete_elem(&arrivals, &tid);
	return 0;
}

/* All descriptors of the message that the exchange is about. */
__noinline int passed_tell(void)
{
	struct exchange *exchange = this_exchange();
	struct passing *passing = this_passing();
	u32 i;

	if (!exchange || !passing)
		return 0;
	passing->at = exchange->control;
	passing->left = exchange->control ? exchange->control_length : 0;
	passing->count = 0;
	passing->told = 0;
	for (i = 0; i < CONTROLS_MOST; i++)
		if (!control_step())
			break;
	for (i = 0; i < PASSED_MOST; i++) {
		if (i >= passing->count)
			break;
		if (exchange->takes)
			tell_received(i);
		else
			tell_sent(i);
	}
	return 0;
}

#endif
