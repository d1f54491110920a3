/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From boot time to UTC (event contract, section 1). The offset is fixed at start and moved by at most 500 ppm towards
 * what the host's clock says; when that is more than a second away the clock was stepped: a new epoch begins.
 */
#ifndef DETPACK_CLOCK_H
#define DETPACK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
	int64_t offset;	    /* UTC minus boot time, microseconds */
	uint64_t adjusted;  /* boot time of the last clock_adjust, ns */
	uint32_t epoch;	    /* raised by each step, from 0 */
	int64_t before, after; /* offsets of the last step */
};

/* The real clocks: boot time in ns, and UTC minus boot time in microseconds. */
uint64_t clock_boot_now(void);
int64_t clock_offset_now(void);

void clock_start(struct clock *clock, uint64_t boot, int64_t offset);

/* True when the clock was stepped. To be called about every second. */
bool clock_adjust(struct clock *clock, uint64_t boot, int64_t offset);

/* Microseconds since 1970, of a boot time in ns. */
int64_t clock_utc(const struct clock *clock, uint64_t boot);

#endif
