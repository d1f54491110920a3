/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel half says of itself: its programs, and what it counted. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "src/load.h"
#include "src/skeleton.h"

size_t load_programs(const struct loaded *loaded, const char *names[], size_t most)
{
	size_t count = loaded->kept.program_count < most ? loaded->kept.program_count : most;

	for (size_t i = 0; i < count; i++)
		names[i] = loaded->kept.programs[i].name;
	return count;
}

uint64_t load_missed(const struct loaded *loaded)
{
	uint64_t missed = 0;

	for (size_t i = 0; i < loaded->kept.program_count; i++) {
		const struct kept_program *program = &loaded->kept.programs[i];
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);

		if (program->loses && !bpf_obj_get_info_by_fd(program->fd, &info, &size))
			missed += info.recursion_misses;
	}
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
