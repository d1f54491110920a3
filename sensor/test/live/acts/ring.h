/* SPDX-License-Identifier: Apache-2.0 */
/* An io_uring without a library: set up, filled, submitted and reaped by raw calls. */
#ifndef DETPACK_RING_H
#define DETPACK_RING_H

#include "act.h"

#include <linux/io_uring.h>

struct ring {
	int number;
	unsigned int flags;
	struct io_uring_params parameters;
	struct io_uring_sqe *entries;
	unsigned int *head, *tail, *mask, *array;
	unsigned int *done_head, *done_tail, *done_mask, *state;
	struct io_uring_cqe *completions;
	unsigned int filled;
};

/* io_uring_setup and the mappings, with their statements; skips the act where there is none. */
void ring_open(struct stage *stage, struct ring *ring, unsigned int flags);
/* The same for a second ring, whose description gets that name. */
void ring_open_named(struct stage *stage, struct ring *ring, unsigned int flags, const char *name);
/* The next entry, cleared. */
struct io_uring_sqe *ring_next(struct ring *ring, unsigned char operation);
/* Submits what was filled and waits for so many completions. */
void ring_submit(struct stage *stage, struct ring *ring, unsigned int wait);
/* Result of the oldest completion; the wait must have been for it. */
long ring_take(struct stage *stage, struct ring *ring);
/* One operation, submitted and waited for. */
long ring_do(struct stage *stage, struct ring *ring);
/* Registers descriptors as fixed files. */
void ring_register(struct stage *stage, struct ring *ring, const int *numbers, unsigned int count);

/* A statement that an operation of a ring was a use. */
void saw_operation(struct statement *s, struct stage *stage, const char *action, const char *operation);

#endif
