/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From boot time to UTC (event contract, section 1). The offset is fixed at start and moved by at most 500 ppm towards
 * what the host's clock says, so that no time runs backwards; when that is more than a second away the clock was
 * stepped, and a new epoch begins.
 */
#ifndef DETPACK_CLOCK_H
#define DETPACK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* UTC is boot time plus an offset that changes evenly from `from` on. */
struct clock_part {
	uint64_t from;	/* boot time, ns */
	int64_t offset; /* UTC minus boot time at `from`, microseconds */
	int32_t slope;	/* parts per million, at most 500 either way */
	uint32_t epoch;
};

struct clock {
	struct clock_part now, before; /* uses that are still held back are of the part before */
	int64_t offset_before, offset_after; /* of the last step */
	uint64_t error; /* bound on the error against UTC, microseconds, as the kernel's clock discipline knows it */
};

/* The real clocks: boot time in ns, UTC minus boot time in microseconds, and the bound on the error of UTC. */
uint64_t clock_boot_now(void);
int64_t clock_offset_now(void);
uint64_t clock_error_now(void);

void clock_start(struct clock *clock, uint64_t boot, int64_t offset, uint64_t error);

/* True when the clock was stepped. To be called about every second, with boot times that grow. */
bool clock_adjust(struct clock *clock, uint64_t boot, int64_t offset, uint64_t error);

/* Microseconds since 1970, of a boot time in ns; and the clock epoch of it. */
int64_t clock_utc(const struct clock *clock, uint64_t boot);
uint32_t clock_epoch(const struct clock *clock, uint64_t boot);

#endif
