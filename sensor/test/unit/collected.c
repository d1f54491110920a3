/* SPDX-License-Identifier: Apache-2.0 */
#include "src/collected.h"
#include "record.h"
#include "test/unit/unit.h"

#define MILLISECOND 1000000ull

static void a_collection_counts_once_the_rings_were_read_a_moment_after_it_began(void)
{
	struct collected collected = {};

	collected_add(&collected, 1000 * MILLISECOND, false);
	check(!collected_settle(&collected, 1019 * MILLISECOND) && collected.sure == 0);
	check(collected_settle(&collected, 1020 * MILLISECOND));
	check(collected.sure == 1000 * MILLISECOND - DP_FOLD_IDLE - 1);
}

static void one_that_failed_changes_nothing_but_that_it_did(void)
{
	struct collected collected = {};

	collected_add(&collected, 1000 * MILLISECOND, false);
	check(collected_settle(&collected, 1050 * MILLISECOND));
	collected_add(&collected, 1100 * MILLISECOND, true);
	check(collected.failed && collected.began == 1000 * MILLISECOND);
	check(collected.sure == 1000 * MILLISECOND - DP_FOLD_IDLE - 1);
}

/*
 * A reader in a hurry, whose turns are as long as it takes for a collection to count, and who looks at the clock once more
 * when one begins: nothing that waited ever came out, and all that came then was lost.
 */
static void collections_in_a_hurry_count_however_their_turns_fall(void)
{
	for (uint64_t step = MILLISECOND; step < 40 * MILLISECOND; step += MILLISECOND / 4) {
		struct collected collected = {};
		uint64_t seen = 1000 * MILLISECOND;

		for (; seen < 3000 * MILLISECOND; seen += step) {
			if (collected_settle(&collected, seen))
				collected_add(&collected, seen + 1000, false);
			if (seen > 1200 * MILLISECOND)
				check(collected.sure > seen - 100 * MILLISECOND);
		}
	}
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(a_collection_counts_once_the_rings_were_read_a_moment_after_it_began),
		CASE(one_that_failed_changes_nothing_but_that_it_did),
		CASE(collections_in_a_hurry_count_however_their_turns_fall),
		{} });
}
