/* SPDX-License-Identifier: Apache-2.0 */
#include "src/collected.h"
#include "record.h"

/* ns; of a fold that its thread tells itself a collection finds nothing any more before it is in the ring. */
#define IN_FLIGHT 20000000ull

bool collected_settle(struct collected *collected, uint64_t seen)
{
	if (collected->began + IN_FLIGHT > seen)
		return false;
	collected->sure = collected->until;
	return true;
}

void collected_add(struct collected *collected, uint64_t began, bool failed)
{
	collected->failed = failed;
	if (failed)
		return;
	collected->began = began;
	collected->until = began - DP_FOLD_IDLE - 1;
}
