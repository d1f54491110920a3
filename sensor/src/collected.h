/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Up to when nothing is in a fold any more. A collection tells what it finds in folds; what a thread was telling itself
 * meanwhile it does not find, and that comes out of the rings a moment later. So a collection counts once the rings have
 * been read after that moment.
 */
#ifndef DETPACK_COLLECTED_H
#define DETPACK_COLLECTED_H

#include <stdbool.h>
#include <stdint.h>

/* Boot times, ns; all 0: none yet. */
struct collected {
	uint64_t began; /* the last one */
	uint64_t until; /* all that was folded up to then was told by it */
	uint64_t sure;	/* the `until` of the last one that counts */
	bool failed;	/* the last one: what it left is told late */
};

/*
 * What was in the rings at `seen` has been read. True when the last collection counts: another that begins before that would
 * take its place, and with one after the other none would ever count.
 */
bool collected_settle(struct collected *collected, uint64_t seen);

/* One that began at `began` is over. */
void collected_add(struct collected *collected, uint64_t began, bool failed);

#endif
