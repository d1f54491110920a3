/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "src/load.h"
#include "src/loss.h"

void loss_add(struct loss *loss, unsigned int action, unsigned int class_number, uint64_t uses)
{
	loss->untold[action % DP_ACTIONS][class_number % DP_CLASSES] += uses;
	loss->by_action[action % DP_ACTIONS] += uses;
	loss->total += uses;
	loss->pending += uses;
}

void loss_look(struct loss *loss, const struct loaded *loaded)
{
	uint64_t dropped = load_dropped(loaded), missed = loaded->kernel.preemptible ? load_missed(loaded) : 0;

	/* What they would have told is not known, so it has no action. */
	if (missed > loss->missed)
		loss_add(loss, 0, 0, missed - loss->missed);
	loss->missed = missed;
	if (dropped == loss->dropped)
		return;
	loss->dropped = dropped;
	for (unsigned int action = 1; action < DP_ACTIONS; action++)
		for (unsigned int class_number = 0; class_number < DP_CLASSES; class_number++) {
			uint64_t *seen = &loss->seen[action][class_number], counts[DP_COUNTS];

			load_counts(loaded, (int)action, (int)class_number, counts);
			if (counts[DP_DROPPED] > *seen)
				loss_add(loss, action, class_number, counts[DP_DROPPED] - *seen);
			*seen = counts[DP_DROPPED];
		}
}

void loss_forget(struct loss *loss)
{
	memset(loss->untold, 0, sizeof(loss->untold));
	loss->total = loss->pending = 0;
}

uint64_t loss_take(struct loss *loss)
{
	uint64_t pending = loss->pending;

	loss->pending = 0;
	return pending;
}

void loss_tell(struct loss *loss, loss_teller tell, void *context)
{
	for (unsigned int action = 0; action < DP_ACTIONS; action++)
		for (unsigned int class_number = 0; class_number < DP_CLASSES; class_number++) {
			uint64_t uses = loss->untold[action][class_number];

			loss->untold[action][class_number] = 0;
			if (uses)
				tell(context, action, class_number, uses);
		}
}
