/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Whether an evicting map may have evicted. The kernel does not say; but it takes an entry away only when a CPU finds
 * less than a full helping among the free ones, and each CPU sets at most one such helping of 128 aside. So nothing was
 * evicted while no more entries were in use than the loader put into `..._most`. They are counted here: one more when an
 * entry is new, one less when it is taken out; never too few. What was evicted once stays possible for the whole run.
 */
#ifndef DETPACK_ROOM_BPF_H
#define DETPACK_ROOM_BPF_H

#include "state.bpf.h"

const volatile u64 descriptions_most = 0;
const volatile u64 slots_most = 0;
const volatile u64 descriptions_all = 0; /* entries of the map: more are never in use */
const volatile u64 slots_all = 0;

u64 descriptions_used; /* never less than are in the map */
u64 slots_used;
u64 forgetful; /* 1: an entry may have been evicted, so what is not known is not surely new */

inline_always void entered(u64 *used, u64 most, u64 all, u32 which)
{
	if (*used < all)
		__sync_fetch_and_add(used, 1);
	if (*used > most) {
		forgetful = 1;
		trouble(which);
	}
}

inline_always void left(u64 *used)
{
	__sync_fetch_and_add(used, -1);
}

/*
 * The kernel gives the memory of a file that is gone to the next one that is opened, and to take an entry out and put
 * another in costs more than the rest of a close. So an entry of a file that is gone may stay, without an id, until the
 * address is used again. Those count as used, and only so many are let stay.
 */
u64 descriptions_empty;

inline_always bool may_stay_empty(void)
{
	/* Two that fill the same one at once count it twice. */
	return (s64)descriptions_empty < (s64)(descriptions_most / 64);
}

/* Puts a description in; the one that was there before is of a file that is gone. */
inline_always void descriptions_put(u64 file, const struct description *description)
{
	if (!bpf_map_update_elem(&descriptions, &file, description, BPF_NOEXIST))
		entered(&descriptions_used, descriptions_most, descriptions_all, DP_FILES_EVICTED);
	else
		bpf_map_update_elem(&descriptions, &file, description, BPF_ANY);
}

inline_always void descriptions_drop(u64 file)
{
	if (!bpf_map_delete_elem(&descriptions, &file))
		left(&descriptions_used);
}

inline_always void slots_put(const struct slot_key *key, const struct slot *slot, bool is_new)
{
	if (is_new && !bpf_map_update_elem(&slots, key, slot, BPF_NOEXIST))
		entered(&slots_used, slots_most, slots_all, DP_DESCRIPTORS_EVICTED);
	else
		bpf_map_update_elem(&slots, key, slot, BPF_ANY);
}

inline_always void slots_drop(const struct slot_key *key)
{
	if (!bpf_map_delete_elem(&slots, key))
		left(&slots_used);
}

#endif
