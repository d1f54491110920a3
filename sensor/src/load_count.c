/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel half says of itself: its programs, and what it counted. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "src/again.h"
#include "src/load.h"
#include "src/skeleton.h"

size_t load_programs(const struct loaded *loaded, const char *names[], size_t most)
{
	size_t count = loaded->kept.program_count < most ? loaded->kept.program_count : most;

	for (size_t i = 0; i < count; i++)
		names[i] = loaded->kept.programs[i].name;
	return count;
}

static uint64_t misses_of(const struct kept_program *program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(program->fd, &info, &size) ? 0 : info.recursion_misses;
}

/* What all that stand there left out is at most what the one left out that left out least. */
static uint64_t least_misses(const struct kept *kept, const struct kept_program *last)
{
	uint64_t least = misses_of(last);

	for (size_t i = 0; i < kept->program_count; i++)
		if (again_is_same(kept->programs[i].name, last->name)) {
			uint64_t misses = misses_of(&kept->programs[i]);

			least = misses < least ? misses : least;
		}
	return least;
}

uint64_t load_missed(const struct loaded *loaded)
{
	uint64_t missed = 0;

	for (size_t i = 0; i < loaded->kept.program_count; i++)
		if (loaded->kept.programs[i].loses)
			missed += least_misses(&loaded->kept, &loaded->kept.programs[i]);
	return missed;
}

uint64_t load_dropped(const struct loaded *loaded)
{
	return __atomic_load_n(&loaded->kept.bss->dropped, __ATOMIC_RELAXED);
}

/* The sums over all CPUs of the numbers of a map's entry. */
static void sum(int map, uint32_t key, uint64_t *totals, size_t row)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *values = cpus > 0 ? calloc((size_t)cpus, row * sizeof(*values)) : NULL;

	memset(totals, 0, row * sizeof(*totals));
	if (values && !bpf_map_lookup_elem(map, &key, values)) {
		for (size_t i = 0; i < (size_t)cpus * row; i++)
			totals[i % row] += values[i];
	}
	free(values);
}

void load_counts(const struct loaded *loaded, int action, int class_number, uint64_t counts[DP_COUNTS])
{
	sum(loaded->kept.counts, (uint32_t)(action * DP_CLASSES + class_number), counts, DP_COUNTS);
}

uint64_t load_trouble(const struct loaded *loaded, enum dp_trouble which)
{
	uint64_t total;

	sum(loaded->kept.troubles, which, &total, 1);
	return total;
}
