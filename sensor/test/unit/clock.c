/* SPDX-License-Identifier: Apache-2.0 */
/* The offset between boot time and the wall clock: slewed where it drifts, stepped where it was set. */
#include "src/clock.h"
#include "test/unit/unit.h"

#define SECOND 1000000000ull
#define BOOTED 1767225600000000ll /* UTC of the start of boot time, microseconds */

static struct clock clock_;

static void begin(void)
{
	clock_start(&clock_, 100 * SECOND, BOOTED, 7);
}

static void times_before_and_after_the_start_have_the_offset_of_the_start(void)
{
	check(clock_utc(&clock_, 0) == BOOTED);
	check(clock_utc(&clock_, 100 * SECOND + 1999) == BOOTED + 100000001);
	check(clock_epoch(&clock_, 0) == 0 && clock_.error == 7);
}

static void a_drift_is_made_good_within_a_second_and_never_faster_than_500_ppm(void)
{
	check(!clock_adjust(&clock_, 101 * SECOND, BOOTED + 300, 9));
	/* At that moment nothing has jumped, a second later it is right. */
	check(clock_utc(&clock_, 101 * SECOND) == BOOTED + 101000000);
	check(clock_utc(&clock_, 102 * SECOND) == BOOTED + 102000300);
	check(clock_.error == 9 + 300);
	check(!clock_adjust(&clock_, 102 * SECOND, BOOTED + 900000, 9));
	check(clock_utc(&clock_, 103 * SECOND) == BOOTED + 103000300 + 500);
	check(!clock_adjust(&clock_, 103 * SECOND, BOOTED - 900000, 9));
	check(clock_utc(&clock_, 104 * SECOND) == BOOTED + 104000800 - 500);
	check(clock_epoch(&clock_, 104 * SECOND) == 0);
}

static void what_is_wrong_by_more_than_a_second_was_set(void)
{
	check(!clock_adjust(&clock_, 101 * SECOND, BOOTED + 1000000, 0));
	begin();
	check(clock_adjust(&clock_, 101 * SECOND, BOOTED + 1000001, 0));
	check(clock_.offset_before == BOOTED && clock_.offset_after == BOOTED + 1000001);
	check(clock_epoch(&clock_, 101 * SECOND) == 1 && clock_epoch(&clock_, 101 * SECOND - 1) == 0);
	/* What happened before it keeps its time. */
	check(clock_utc(&clock_, 101 * SECOND - 1000) == BOOTED + 100999999);
	check(clock_utc(&clock_, 101 * SECOND) == BOOTED + 102000001);
	check(clock_adjust(&clock_, 102 * SECOND, BOOTED - 5000000, 0));
	check(clock_epoch(&clock_, 102 * SECOND) == 2);
}

static void looking_twice_at_one_moment_changes_nothing(void)
{
	check(!clock_adjust(&clock_, 100 * SECOND, BOOTED + 5000000, 0));
	check(clock_utc(&clock_, 200 * SECOND) == BOOTED + 200000000);
}

/* Within an epoch time never runs backwards, and it runs as fast as boot time but for 500 ppm. */
static void no_drift_makes_time_run_backwards(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		uint64_t at = 100 * SECOND;
		int64_t before;

		begin();
		before = clock_utc(&clock_, at);
		for (int step = 0; step < 50; step++) {
			uint64_t next = at + 1000 + unit_below(3 * SECOND);
			int64_t now, passed = (int64_t)(next - at) / 1000;

			now = clock_utc(&clock_, next);
			check(now - before >= passed - passed / 2000 - 2 && now - before <= passed + passed / 2000 + 2);
			before = now;
			at = next;
			if (clock_adjust(&clock_, at, BOOTED + (int64_t)unit_below(900000) - 450000, 0))
				check(false);
		}
	}
}

static void the_clocks_of_this_machine_can_be_read(void)
{
	struct timespec wall;
	uint64_t boot = clock_boot_now();
	int64_t offset = clock_offset_now(), now;

	clock_gettime(CLOCK_REALTIME, &wall);
	now = (int64_t)wall.tv_sec * 1000000 + wall.tv_nsec / 1000;
	check(boot > 0 && now - (offset + (int64_t)(boot / 1000)) < 5000000);
	check(clock_error_now() <= 16000000);
}

int main(void)
{
	unit.before = begin;
	return unit_run((const struct unit_case[]){
		CASE(times_before_and_after_the_start_have_the_offset_of_the_start),
		CASE(a_drift_is_made_good_within_a_second_and_never_faster_than_500_ppm),
		CASE(what_is_wrong_by_more_than_a_second_was_set),
		CASE(looking_twice_at_one_moment_changes_nothing),
		CASE(no_drift_makes_time_run_backwards),
		CASE(the_clocks_of_this_machine_can_be_read),
		{} });
}
