/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uses that are told together are told after they happened, as one event of the time of the last. So that it finds its place
 * in the order of time, what is later is held back until it is known that nothing earlier is in a fold.
 */
#include <bpf/libbpf.h>

#include "src/clock.h"
#include "src/load.h"

/* The names that the kernel half's own types have in the skeleton. */
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#include "sensor.skel.h"

/* Up to when a use may have been folded so far. */
static uint64_t last_fold(const struct loaded *loaded)
{
	return __atomic_load_n(&loaded->skeleton->bss->last_fold, __ATOMIC_RELAXED) + DP_FOLD_KNOWN;
}

static bool can_collect(const struct loaded *loaded)
{
	return bpf_program__autoload(loaded->skeleton->progs.collect_folds);
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
	collected_add(&loaded->collected, began, load_iterate(loaded->skeleton->progs.collect_folds) != 0);
	return true;
}

uint64_t load_folded(struct loaded *loaded, uint64_t seen)
{
	if (!can_collect(loaded) || loaded->collected.failed)
		return UINT64_MAX;
	collected_settle(&loaded->collected, seen);
	return last_fold(loaded) <= loaded->collected.sure ? UINT64_MAX : loaded->collected.sure;
}
