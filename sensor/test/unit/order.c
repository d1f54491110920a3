/* SPDX-License-Identifier: Apache-2.0 */
#include "src/order.h"
#include "test/unit/unit.h"

/* What was lost: how many, and how many of them were rare. */
static struct {
	size_t all, rare;
	uint64_t last; /* its number */
} lost;

static void lose(void *context, const struct item *item)
{
	check(context == &lost);
	lost.all++;
	lost.rare += item->rare;
	lost.last = *(const uint64_t *)item->bytes;
}

static struct order *made(size_t rare, size_t bulk)
{
	memset(&lost, 0, sizeof(lost));
	return order_new(rare, bulk, lose, &lost);
}

/* An item is a number, and filling up to a size. */
static int push(struct order *order, bool rare, uint64_t time, uint16_t cpu, uint64_t number, size_t size)
{
	uint64_t bytes[1024] = { number };

	return order_push(order, ITEM_USE, rare, time, cpu, bytes, size);
}

static uint64_t pop(struct order *order)
{
	const struct item *item = order_next(order);
	uint64_t number = item ? *(const uint64_t *)item->bytes : UINT64_MAX;

	if (item)
		order_pop(order);
	return number;
}

static void what_is_released_comes_by_time_then_cpu_then_arrival(void)
{
	struct order *order = made(1 << 20, 1 << 20);

	push(order, false, 30, 0, 5, 8);
	push(order, true, 10, 1, 2, 8);
	push(order, false, 10, 0, 0, 8);
	push(order, false, 10, 0, 1, 8);
	push(order, false, 20, 7, 3, 8);
	push(order, true, 25, 7, 4, 8);
	check(pop(order) == UINT64_MAX);
	order_release(order, 25);
	for (uint64_t i = 0; i < 5; i++)
		check(pop(order) == i);
	check(pop(order) == UINT64_MAX);
	order_release(order, 30);
	check(pop(order) == 5);
	order_free(order);
}

static void what_surfaces_after_its_time_was_released_is_late_and_no_mark_promises_it(void)
{
	struct order *order = made(1 << 20, 1 << 20);

	push(order, false, 10, 0, 0, 8);
	order_release(order, 20);
	check(order_watermark(order) == 10);
	check(pop(order) == 0 && order_watermark(order) == 20);
	push(order, false, 15, 0, 1, 8);
	push(order, false, 21, 0, 2, 8);
	order_release(order, 21);
	check(order_next(order)->late && order_watermark(order) == 21);
	check(pop(order) == 1 && !order_next(order)->late && pop(order) == 2);
	order_free(order);
}

static void the_bulk_lane_is_closed_when_it_is_full_and_the_rare_one_goes_on(void)
{
	struct order *order = made(1 << 20, 1000);
	uint64_t taken = 0;

	while (push(order, false, taken, 0, taken, 64) == 0)
		taken++;
	check(taken > 3 && lost.all == 1 && lost.rare == 0 && lost.last == taken);
	check(push(order, true, 100, 0, 100, 64) == 0);
	order_release(order, 200);
	for (uint64_t i = 0; i < taken; i++)
		check(pop(order) == i);
	check(pop(order) == 100);
	check(push(order, false, 300, 0, 300, 64) == 0);
	order_free(order);
}

static void of_the_rare_lane_the_oldest_goes_first_released_or_not(void)
{
	struct order *order = made(1000, 1 << 20);
	uint64_t number = 0;

	while (!lost.all) {
		check(push(order, true, number, 0, number, 64) == 0);
		if (number == 2)
			order_release(order, 2);
		number++;
	}
	check(lost.all == 1 && lost.rare == 1 && lost.last == 0);
	check(push(order, true, number, 0, number, 64) == 0 && lost.last == 1);
	order_release(order, 1000);
	for (uint64_t i = 2; i <= number; i++)
		check(pop(order) == i);
	order_free(order);
}

static void what_is_larger_than_a_lane_or_a_block_is_lost_or_kept_whole(void)
{
	struct order *order = made(100, 4u << 20);
	static char bytes[300 << 10];

	check(push(order, true, 1, 0, 7, 200) != 0 && lost.rare == 1 && lost.last == 7);
	memset(bytes, 'x', sizeof(bytes));
	check(order_push(order, ITEM_REPORT, false, 2, 0, bytes, sizeof(bytes)) == 0);
	order_release(order, 2);
	check(order_next(order)->size == sizeof(bytes) && !memcmp(order_next(order)->bytes, bytes, sizeof(bytes)));
	order_pop(order);
	order_free(order);
}

/* ---- against a model ---- */

#define ITEMS_MOST 4096

struct known {
	uint64_t time, number;
	bool rare, released, gone;
};

/* What a lane gives back is what went in, in the order of time of each release, and nothing is counted twice. */
static void any_run_gives_each_item_once_in_order_or_loses_it(void)
{
	static struct known known[ITEMS_MOST];

	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		struct order *order = made(200 + unit_below(20000), 200 + unit_below(20000));
		uint64_t now = 1000, released = 0, before = 0;
		size_t pushed = 0, popped = 0;

		for (size_t step = 0; step < 300 && pushed < ITEMS_MOST; step++) {
			size_t kind = unit_below(10);

			if (kind < 6) {
				uint64_t time = now - unit_below(60);

				known[pushed] = (struct known){ .time = time, .number = pushed, .rare = unit_below(4) == 0 };
				push(order, known[pushed].rare, time, (uint16_t)unit_below(3), pushed,
				     8 + 8 * unit_below(40));
				pushed++;
				now += unit_below(20);
			} else if (kind < 8) {
				uint64_t until = now - unit_below(50);

				order_release(order, until);
				released = until > released ? until : released;
			} else {
				for (size_t some = unit_below(20); some && order_next(order); some--, popped++) {
					const struct item *item = order_next(order);
					struct known *one = &known[*(const uint64_t *)item->bytes];

					check(!one->gone && one->time == item->time && one->rare == item->rare);
					check(item->time <= released);
					check(item->late || item->time >= before);
					if (!item->late)
						before = item->time;
					check(order_watermark(order) >= before);
					one->gone = true;
					order_pop(order);
				}
			}
		}
		order_release(order, UINT64_MAX);
		for (; order_next(order); popped++)
			order_pop(order);
		check(popped + lost.all == pushed);
		order_free(order);
	}
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(what_is_released_comes_by_time_then_cpu_then_arrival),
		CASE(what_surfaces_after_its_time_was_released_is_late_and_no_mark_promises_it),
		CASE(the_bulk_lane_is_closed_when_it_is_full_and_the_rare_one_goes_on),
		CASE(of_the_rare_lane_the_oldest_goes_first_released_or_not),
		CASE(what_is_larger_than_a_lane_or_a_block_is_lost_or_kept_whole),
		CASE(any_run_gives_each_item_once_in_order_or_loses_it),
		{} });
}
