/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uses that are told together are told after they happened, as one event of the time of the last. So that it finds its place
 * in the order of time, what is later is held back until it is known that nothing earlier is in a fold.
 */
#include "src/clock.h"
#include "src/load.h"
#include "src/skeleton.h"

/* Up to when a use may have been folded so far. */
static uint64_t last_fold(const struct loaded *loaded)
{
	return __atomic_load_n(&loaded->kept.bss->last_fold, __ATOMIC_RELAXED) + DP_FOLD_KNOWN;
}

static bool can_collect(const struct loaded *loaded)
{
	return loaded->kept.collect_folds >= 0;
}

bool load_collect(struct loaded *loaded, uint64_t seen)
{
	uint64_t began;

	if (!can_collect(loaded))
		return true;
	if (!collected_settle(&loaded->collected, seen))
		return false;
	if (last_fold(loaded) <= loaded->collected.until)
		return true;
	began = clock_boot_now();
	collected_add(&loaded->collected, began, load_iterate(loaded->kept.collect_folds) != 0);
	return true;
}

uint64_t load_folded(struct loaded *loaded, uint64_t seen)
{
	if (!can_collect(loaded) || loaded->collected.failed)
		return UINT64_MAX;
	collected_settle(&loaded->collected, seen);
	return last_fold(loaded) <= loaded->collected.sure ? UINT64_MAX : loaded->collected.sure;
}

void load_part(struct loaded *loaded, uint64_t time)
{
	__atomic_store_n(&loaded->kept.bss->parted, time, __ATOMIC_RELAXED);
}

void load_stop(struct loaded *loaded)
{
	kept_detach(&loaded->kept);
	__atomic_store_n(&loaded->kept.bss->collect_all, 1, __ATOMIC_RELAXED);
	if (can_collect(loaded))
		load_iterate(loaded->kept.collect_folds);
}
