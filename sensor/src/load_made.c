/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/bpf.h>

#include "src/clock.h"
#include "src/load.h"
#include "src/skeleton.h"

/* Those of the round, and whether there are later ones, which are for the next. */
static size_t read_round(const struct dp_made *entry, uint32_t round, uint16_t numbers[DP_CALLS], bool *later)
{
	size_t count = 0;

	*later = false;
	for (uint16_t number = 0; number < DP_CALLS; number++) {
		if (entry->rounds[number] == round)
			numbers[count++] = number;
		else if (entry->rounds[number] > round)
			*later = true;
	}
	return count;
}

void load_made(struct loaded *loaded, made_teller tell, void *context)
{
	int map = loaded->kept.calls_made;
	struct load_made made = { .from = loaded->round_began };
	uint16_t numbers[DP_CALLS];
	uint64_t cgroup, before;
	struct dp_made entry;
	uint32_t round;
	bool more, later;

	if (!loaded->kept.made_wanted)
		return;
	round = __atomic_fetch_add(&loaded->kept.data->made_round, 1, __ATOMIC_SEQ_CST);
	made.to = loaded->round_began = clock_boot_now();
	made.numbers = numbers;
	more = !bpf_map_get_next_key(map, NULL, &cgroup);
	while (more) {
		before = cgroup;
		more = !bpf_map_get_next_key(map, &before, &cgroup);
		if (bpf_map_lookup_elem(map, &before, &entry))
			continue;
		made.cgroup = before;
		made.count = read_round(&entry, round, numbers, &later);
		if (made.count)
			tell(context, &made);
		if (entry.ended && !later)
			bpf_map_delete_elem(map, &before);
	}
}
