/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/timex.h>
#include <time.h>

#include "src/clock.h"

#define STEP 1000000 /* microseconds: more than this is a step of the clock */
#define SLOPE_MOST 500 /* ppm */
/* What the kernel assumes of an undisciplined clock at most (NTP_PHASE_MAX is less): 16 s, as maxerror stops there. */
#define ERROR_MOST 16000000

uint64_t clock_boot_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* The wall clock between two readings of boot time; of three tries the one in which they lie closest together. */
int64_t clock_offset_now(void)
{
	uint64_t narrowest = UINT64_MAX;
	int64_t offset = 0;

	for (int i = 0; i < 3; i++) {
		uint64_t before = clock_boot_now(), after;
		struct timespec wall;

		clock_gettime(CLOCK_REALTIME, &wall);
		after = clock_boot_now();
		if (after - before >= narrowest)
			continue;
		narrowest = after - before;
		offset = (int64_t)wall.tv_sec * 1000000 + wall.tv_nsec / 1000 -
			 (int64_t)((before + narrowest / 2) / 1000);
	}
	return offset;
}

uint64_t clock_error_now(void)
{
	struct timex state = { .modes = 0 };

	if (adjtimex(&state) < 0 || state.maxerror < 0 || state.maxerror > ERROR_MOST)
		return ERROR_MOST;
	return (uint64_t)state.maxerror;
}

void clock_start(struct clock *clock, uint64_t boot, int64_t offset, uint64_t error)
{
	*clock = (struct clock){ .now = { .from = boot, .offset = offset }, .error = error };
	clock->before = clock->now;
}

static const struct clock_part *part_of(const struct clock *clock, uint64_t boot)
{
	return boot >= clock->now.from ? &clock->now : &clock->before;
}

static int64_t offset_at(const struct clock_part *part, uint64_t boot)
{
	int64_t elapsed = ((int64_t)boot - (int64_t)part->from) / 1000;

	/* Before the sensor's start the offset was what it was at the start. */
	return elapsed <= 0 ? part->offset : part->offset + elapsed * part->slope / 1000000;
}

bool clock_adjust(struct clock *clock, uint64_t boot, int64_t offset, uint64_t error)
{
	int64_t mine = offset_at(&clock->now, boot), wrong = offset - mine;
	int64_t slope = wrong > SLOPE_MOST ? SLOPE_MOST : wrong < -SLOPE_MOST ? -SLOPE_MOST : wrong;
	bool stepped = wrong > STEP || wrong < -STEP;

	if (boot <= clock->now.from)
		return false;
	clock->before = clock->now;
	clock->now.from = boot;
	clock->now.offset = stepped ? offset : mine;
	/* What is wrong by n microseconds is right after a second at n ppm. */
	clock->now.slope = stepped ? 0 : (int32_t)slope;
	clock->error = error + (uint64_t)(stepped ? 0 : wrong < 0 ? -wrong : wrong);
	if (stepped) {
		clock->now.epoch++;
		clock->offset_before = mine;
		clock->offset_after = offset;
	}
	return stepped;
}

int64_t clock_utc(const struct clock *clock, uint64_t boot)
{
	return (int64_t)(boot / 1000) + offset_at(part_of(clock, boot), boot);
}

uint32_t clock_epoch(const struct clock *clock, uint64_t boot)
{
	return part_of(clock, boot)->epoch;
}
