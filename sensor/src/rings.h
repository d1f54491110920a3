/* SPDX-License-Identifier: Apache-2.0 */
/* The two rings out of the kernel, read in bursts: the kernel wakes the reader only when a batch waits. */
#ifndef DETPACK_RINGS_H
#define DETPACK_RINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/parts.h"

struct loaded;
struct rings;

/*
 * One record, checked: `use->size` bytes lie there, and its parts end where it ends. It is the kernel's memory and gone
 * when the function returns. Non-zero ends the reading with that value, which must be below 0.
 */
typedef int (*record_reader)(void *context, const struct dp_use *use);

/* NULL with errno set when the rings cannot be read. */
struct rings *rings_open(const struct loaded *loaded, record_reader reader, void *context);

/*
 * Waits at most so long (ms) for a batch, or until there is room to write to `room` (a descriptor, -1: none), then reads
 * all that is there, woken or not. Records read, or a negative errno; -EINTR after a signal. `seen`: boot time (ns) at
 * which the ends of the rings were looked at; what was in them then has been read, unless a signal came.
 */
int rings_read(struct rings *rings, int timeout, int room, uint64_t *seen);

void rings_close(struct rings *rings);

#endif
