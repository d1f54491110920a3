/* SPDX-License-Identifier: Apache-2.0 */
/* What was lost before it had a number, by action and class, until it is told (event contract, section 7). */
#ifndef DETPACK_LOSS_H
#define DETPACK_LOSS_H

#include <stdint.h>

#include "record.h"

struct loaded;

struct loss {
	uint64_t seen[DP_ACTIONS][DP_CLASSES];	 /* in the kernel, when it was looked last */
	uint64_t untold[DP_ACTIONS][DP_CLASSES]; /* since the last report */
	uint64_t by_action[DP_ACTIONS]; /* all of this run */
	uint64_t total;
	uint64_t pending; /* since the last event */
	uint64_t dropped; /* the kernel's sum when it was looked last */
	uint64_t missed;  /* calls that no program looked at, the same */
};

void loss_add(struct loss *loss, unsigned int action, unsigned int class_number, uint64_t uses);

/* Takes over what the kernel lost since the last time. Cheap when that is nothing. */
void loss_look(struct loss *loss, const struct loaded *loaded);

/* What was lost up to now is no loss: another run told it. */
void loss_forget(struct loss *loss);

/* Events lost since the last call, for detpack.lost. */
uint64_t loss_take(struct loss *loss);

/* Gives each row that was not told yet, and forgets it. `tell` may add losses of its own: they are told next time. */
typedef void (*loss_teller)(void *context, unsigned int action, unsigned int class_number, uint64_t uses);
void loss_tell(struct loss *loss, loss_teller tell, void *context);

#endif
