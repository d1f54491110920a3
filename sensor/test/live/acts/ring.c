// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 16

static void *mapped(struct stage *stage, struct ring *ring, const struct held *held, size_t size, off_t offset)
{
	struct statement s;
	long address = call(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->number, offset);
	if (address < 0 && address > -4096)
		fail(stage, "mmap of a ring: %s", errno_name((int)-address));
	saw(&s, stage, "file_map", "mmap");
	say_descriptor(&s, held);
	say_text(&s, "detpack.object.kind", "other");
	told(&s);
	return (void *)address;
}

void ring_open(struct stage *stage, struct ring *ring, unsigned int flags)
{
	ring_open_named(stage, ring, flags, "ring");
}

void ring_open_named(struct stage *stage, struct ring *ring, unsigned int flags, const char *name)
{
	struct statement s;
	struct io_uring_params *p = &ring->parameters;
	memset(ring, 0, sizeof(*ring));
	p->flags = flags;
	p->sq_thread_idle = 200;
	ring->flags = flags;
	ring->number = (int)must(stage, call(SYS_io_uring_setup, ENTRIES, p), "io_uring_setup");
	struct held held = hold(ring->number, name);
	saw(&s, stage, "descriptor_create", "io_uring_setup");
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "other");
	told(&s);
	size_t sizes[2] = { p->sq_off.array + p->sq_entries * sizeof(unsigned int),
			    p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe) };
	char *submitted = mapped(stage, ring, &held, sizes[sizes[1] > sizes[0]], IORING_OFF_SQ_RING);
	ring->entries = mapped(stage, ring, &held, p->sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	if (!(p->features & IORING_FEAT_SINGLE_MMAP))
		skip(stage, "a ring older than 5.4");
	ring->head = (unsigned int *)(void *)(submitted + p->sq_off.head);
	ring->tail = (unsigned int *)(void *)(submitted + p->sq_off.tail);
	ring->mask = (unsigned int *)(void *)(submitted + p->sq_off.ring_mask);
	ring->state = (unsigned int *)(void *)(submitted + p->sq_off.flags);
	ring->array = (unsigned int *)(void *)(submitted + p->sq_off.array);
	ring->done_head = (unsigned int *)(void *)(submitted + p->cq_off.head);
	ring->done_tail = (unsigned int *)(void *)(submitted + p->cq_off.tail);
	ring->done_mask = (unsigned int *)(void *)(submitted + p->cq_off.ring_mask);
	ring->completions = (struct io_uring_cqe *)(void *)(submitted + p->cq_off.cqes);
}

struct io_uring_sqe *ring_next(struct ring *ring, unsigned char operation)
{
	unsigned int at = (*ring->tail + ring->filled) & *ring->mask;
	struct io_uring_sqe *entry = &ring->entries[at];
	memset(entry, 0, sizeof(*entry));
	entry->opcode = operation;
	ring->array[at] = at;
	ring->filled++;
	return entry;
}

void ring_submit(struct stage *stage, struct ring *ring, unsigned int wait)
{
	unsigned int count = ring->filled;
	ring->filled = 0;
	__atomic_store_n(ring->tail, *ring->tail + count, __ATOMIC_RELEASE);
	if (!(ring->flags & IORING_SETUP_SQPOLL)) {
		long done = call(SYS_io_uring_enter, ring->number, count, wait, IORING_ENTER_GETEVENTS, NULL, 0);
		if (done != (long)count)
			fail(stage, "io_uring_enter gave %ld for %u entries", done, count);
		return;
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	unsigned int flags = IORING_ENTER_GETEVENTS;
	if (__atomic_load_n(ring->state, __ATOMIC_RELAXED) & IORING_SQ_NEED_WAKEUP)
		flags |= IORING_ENTER_SQ_WAKEUP;
	must(stage, call(SYS_io_uring_enter, ring->number, count, wait, flags, NULL, 0), "io_uring_enter");
}

long ring_take(struct stage *stage, struct ring *ring)
{
	unsigned int head = *ring->done_head;
	if (head == __atomic_load_n(ring->done_tail, __ATOMIC_ACQUIRE))
		fail(stage, "no completion");
	long result = ring->completions[head & *ring->done_mask].res;
	__atomic_store_n(ring->done_head, head + 1, __ATOMIC_RELEASE);
	return result;
}

long ring_do(struct stage *stage, struct ring *ring)
{
	ring_submit(stage, ring, 1);
	return ring_take(stage, ring);
}

void ring_register(struct stage *stage, struct ring *ring, const int *numbers, unsigned int count)
{
	long result = call(SYS_io_uring_register, ring->number, IORING_REGISTER_FILES, numbers, count);
	must(stage, result, "io_uring_register");
}

void saw_operation(struct statement *s, struct stage *stage, const char *action, const char *operation)
{
	saw(s, stage, action, operation);
	say_text(s, "detpack.route", "io_uring");
	/* A worker or the poller of the ring may be the thread that ends it. */
	say_any_thread(s);
}
