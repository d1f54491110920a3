/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"
#include "src/cut.h"
#include "src/json.h"
#include "test/unit/unit.h"

#define MICROSECOND 1000ull
#define UNTIL (5000 * MICROSECOND)
#define CALLS 400

static struct dp_use use_of(uint32_t thread, uint64_t time, uint64_t inode)
{
	return (struct dp_use){ .size = sizeof(struct dp_use), .action = DP_FILE_READ, .thread = thread, .time = time,
				.object = { .key = { .inode = inode } }, .descriptor = { .number = 3 } };
}

/* Both see the same call, the new one a moment later. */
static void call(struct cut *old, struct cut *fresh, uint32_t thread, uint64_t time, uint64_t later, uint64_t inode)
{
	struct dp_use use = use_of(thread, time, inode);

	cut_see(old, &use);
	use.time += later;
	cut_see(fresh, &use);
}

static void hand_over(struct cut *old, struct cut *fresh)
{
	struct text text = {};

	cut_leave(old, &text);
	check(cut_settle(fresh, text.bytes, text.length));
	text_free(&text);
}

static bool is_told(const struct cut *cut, uint32_t thread, uint64_t time)
{
	const struct dp_use use = use_of(thread, time, 0);

	return cut_told(cut, &use);
}

static void a_use_at_the_time_itself_is_told_by_one(void)
{
	struct cut *old = cut_new(UNTIL), *fresh = cut_new(UNTIL);

	call(old, fresh, 1, UNTIL - 100 * MICROSECOND, 3000, 7);
	call(old, fresh, 1, UNTIL - 1000, 3000, 8);
	call(old, fresh, 1, UNTIL + 100 * MICROSECOND, 3000, 8);
	call(old, fresh, 2, UNTIL - 5000, 3000, 9);
	call(old, fresh, 2, UNTIL + 2000, 3000, 9);
	call(old, fresh, 3, UNTIL - 1000, 3000, 9);
	check(!is_told(fresh, 1, UNTIL + 2000));
	hand_over(old, fresh);
	check(is_told(fresh, 1, UNTIL + 2000) && cut_told_at(fresh, UNTIL + 2000));
	check(!is_told(fresh, 1, UNTIL + 100 * MICROSECOND + 3000));
	check(!is_told(fresh, 2, UNTIL + 5000) && !cut_told_at(fresh, UNTIL + 5000)); /* the one after that */
	check(is_told(fresh, 3, UNTIL + 2000) && !is_told(fresh, 4, UNTIL + 2000));
	cut_free(old);
	cut_free(fresh);
}

static void another_use_than_the_last_one_is_none_that_was_told(void)
{
	struct cut *old = cut_new(UNTIL), *fresh = cut_new(UNTIL);
	struct dp_use use = use_of(1, UNTIL - 1000, 7);

	cut_see(old, &use); /* and the new one lost it */
	use = use_of(1, UNTIL + 1000, 8);
	cut_see(fresh, &use);
	use = use_of(2, UNTIL - 1000, 7);
	use.route = DP_IO_URING;
	cut_see(old, &use);
	use.time = UNTIL + 1000;
	cut_see(fresh, &use);
	hand_over(old, fresh);
	check(!is_told(fresh, 1, UNTIL + 1000) && !cut_told(fresh, &use) && !cut_told_at(fresh, UNTIL + 1000));
	cut_free(old);
	cut_free(fresh);
}

static void what_is_left_is_looked_at(void)
{
	struct cut *cut = cut_new(UNTIL);

	check(cut_settle(cut, "", 0) && !cut_settle(cut, "0123456789abcde", 15) && !cut_settle(cut, "0123456789abcdefg", 17));
	cut_free(cut);
}

/* Threads that call as they like, equal uses among them, several of one call, and a clock that both read apart. */
static void each_use_is_told_once(void)
{
	size_t straddling = 0;

	unit_state = 17;
	for (unsigned int round = 0; round < 300; round++) {
		struct cut *old = cut_new(UNTIL), *fresh = cut_new(UNTIL);
		struct dp_use later[CALLS];
		size_t count = 0, twice = 0, never = 0;
		bool by_old[CALLS];

		for (uint32_t thread = 1; thread <= 4; thread++) {
			uint64_t time = UNTIL - unit_below(300 * MICROSECOND);

			while (count < thread * CALLS / 4) {
				uint64_t apart = 1 + unit_below(4 * MICROSECOND);
				unsigned int uses = unit_below(8) ? 1 : 2;

				for (unsigned int i = 0; i < uses && count < thread * CALLS / 4; i++) {
					struct dp_use use = use_of(thread, time, unit_below(2));

					cut_see(old, &use);
					by_old[count] = use.time <= UNTIL;
					use.time += apart;
					cut_see(fresh, &use);
					later[count++] = use;
				}
				time += apart + unit_below(8 * MICROSECOND);
			}
		}
		hand_over(old, fresh);
		for (size_t i = 0; i < count; i++) {
			bool by_fresh = later[i].time > UNTIL && !cut_told(fresh, &later[i]);

			twice += by_old[i] && by_fresh;
			never += !by_old[i] && !by_fresh;
			straddling += by_old[i] && later[i].time > UNTIL;
		}
		check(twice == 0 && never == 0);
		cut_free(old);
		cut_free(fresh);
	}
	check(straddling > 100);
}

int main(void)
{
	return unit_run((const struct unit_case[]){ CASE(a_use_at_the_time_itself_is_told_by_one),
						    CASE(another_use_than_the_last_one_is_none_that_was_told),
						    CASE(what_is_left_is_looked_at), CASE(each_use_is_told_once), {} });
}
