/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/load.h"

/* The names that the kernel half's own types have in the skeleton. */
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#include "sensor.skel.h"

struct place {
	const struct bpf_map *map;
	uint32_t key;
	size_t size;
};

/* Task storage is asked with a descriptor, which means the one process it was made for and no later one of its number. */
static struct place place_of(const struct loaded *loaded, int pidfd, uint32_t pid)
{
	const struct bpf_map *map =
		loaded->kernel.task_storage ? loaded->skeleton->maps.tasks : loaded->skeleton->maps.tasks_by_id;

	return (struct place){ .map = map, .key = loaded->kernel.task_storage ? (uint32_t)pidfd : pid,
			       .size = bpf_map__value_size(map) };
}

int load_label(const struct loaded *loaded, int pidfd, uint32_t pid, uint32_t *label)
{
	struct place place = place_of(loaded, pidfd, pid);
	struct dp_task_head *state = calloc(1, place.size);
	int failed = state ? bpf_map__lookup_elem(place.map, &place.key, sizeof(place.key), state, place.size, 0) : -ENOMEM;

	*label = failed ? 0 : state->label;
	free(state);
	return failed;
}

int load_set_label(struct loaded *loaded, int pidfd, uint32_t pid, uint32_t from, uint32_t to)
{
	struct place place = place_of(loaded, pidfd, pid);
	struct dp_task_head *state = calloc(1, place.size);
	int failed = state ? bpf_map__lookup_elem(place.map, &place.key, sizeof(place.key), state, place.size, 0) : -ENOMEM;
	bool is_new = failed == -ENOENT;

	if (is_new) {
		/* The kernel may have written to it all the same. */
		memset(state, 0, place.size);
		failed = 0;
	}
	if (!failed && state->label != from)
		failed = -EPERM;
	if (!failed) {
		state->label = to;
		/* Not yet tracked, so that load_mark tells who it is; without task storage nobody would. */
		state->flags = loaded->kernel.task_storage ? state->flags & ~(__u32)DP_TASK_TRACKED : state->flags | DP_TASK_TRACKED;
		failed = bpf_map__update_elem(place.map, &place.key, sizeof(place.key), state, place.size,
					      is_new ? BPF_NOEXIST : BPF_EXIST);
	}
	free(state);
	if (!failed && loaded->kernel.task_storage)
		failed = load_mark(loaded, pid, 0);
	return failed;
}
