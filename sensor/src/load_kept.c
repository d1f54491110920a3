/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/again.h"
#include "src/load_kept.h"
#include "src/probe.h"
#include "src/skeleton.h"

_Static_assert(sizeof(((struct sensor_bpf *)0)->maps) / sizeof(struct bpf_map *) <= KEPT_MAPS_MOST, "too few places for maps");
_Static_assert(sizeof(((struct sensor_bpf *)0)->progs) / sizeof(struct bpf_program *) <= KEPT_PROGRAMS_MOST,
	       "too few places for programs");

/* A descriptor that outlives the object's, or a negative errno. */
static int own(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	return copy < 0 ? -errno : copy;
}

static int take_maps(struct kept *kept, const struct sensor_bpf *skeleton, const struct kernel *kernel)
{
	const struct {
		const struct bpf_map *map;
		int *fd;
	} asked[] = {
		{ skeleton->maps.rare, &kept->rare },
		{ skeleton->maps.bulk, &kept->bulk },
		{ kernel->task_storage ? skeleton->maps.tasks : skeleton->maps.tasks_by_id, &kept->tasks },
		{ skeleton->maps.wanted, &kept->wanted },
		{ skeleton->maps.wanted_paths, &kept->wanted_paths },
		{ skeleton->maps.wanted_cgroups, &kept->wanted_cgroups },
		{ skeleton->maps.class_names, &kept->class_names },
		{ skeleton->maps.counts, &kept->counts },
		{ skeleton->maps.troubles, &kept->troubles },
		{ skeleton->maps.calls_made, &kept->calls_made },
	};
	const struct bpf_map *map;

	bpf_object__for_each_map(map, skeleton->obj) {
		int fd = bpf_map__fd(map);

		if (fd < 0) /* not made on this kernel */
			continue;
		fd = own(fd);
		if (fd < 0)
			return fd;
		kept->maps[kept->map_count++] = fd;
		for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
			if (asked[i].map == map)
				*asked[i].fd = fd;
	}
	kept->task_size = bpf_map__value_size(skeleton->maps.tasks_by_id);
	return 0;
}

/* What one leaves out the next does. */
static bool has_next(const struct bpf_program *program, const struct sensor_bpf *skeleton)
{
	struct bpf_program *other;

	if (again_is_last(bpf_program__name(program)))
		return false;
	bpf_object__for_each_program(other, skeleton->obj) {
		const char *name = bpf_program__name(other);

		if (again_is_last(name) && again_is_same(name, bpf_program__name(program)))
			return bpf_program__fd(other) >= 0;
	}
	return false;
}

static int take_programs(struct kept *kept, const struct sensor_bpf *skeleton)
{
	const struct {
		const struct bpf_program *program;
		int *fd;
	} run[] = {
		{ skeleton->progs.mark_tasks, &kept->mark_tasks },
		{ skeleton->progs.list_open, &kept->list_open },
		{ skeleton->progs.collect_folds, &kept->collect_folds },
	};
	struct bpf_program *program;

	for (size_t i = 0; i < sizeof(run) / sizeof(run[0]); i++)
		*run[i].fd = -1;
	bpf_object__for_each_program(program, skeleton->obj) {
		struct kept_program *each = &kept->programs[kept->program_count];
		int fd = bpf_program__fd(program);

		if (fd < 0) /* not loaded on this kernel */
			continue;
		fd = own(fd);
		if (fd < 0)
			return fd;
		/* One by one, so that few are open twice. */
		bpf_program__unload(program);
		each->fd = fd;
		snprintf(each->name, sizeof(each->name), "%.63s", bpf_program__name(program));
		each->loses = !has_next(program, skeleton);
		kept->program_count++;
		for (size_t i = 0; i < sizeof(run) / sizeof(run[0]); i++)
			if (run[i].program == program)
				*run[i].fd = fd;
	}
	return 0;
}

/* The memory of a map of global variables; NULL with errno. */
static void *shared(const struct bpf_map *map, size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	return memory == MAP_FAILED ? NULL : memory;
}

int kept_take(struct kept *kept, const struct sensor_bpf *skeleton, const struct kernel *kernel)
{
	int failed = take_maps(kept, skeleton, kernel);

	if (!failed)
		failed = take_programs(kept, skeleton);
	if (failed)
		return failed;
	kept->made_wanted = skeleton->rodata->made_wanted;
	kept->bss = shared(skeleton->maps.bss, sizeof(*kept->bss));
	kept->data = kept->bss ? shared(skeleton->maps.data, sizeof(*kept->data)) : NULL;
	return kept->data ? 0 : -errno;
}

int kept_attach(struct kept *kept, const struct bpf_program *program)
{
	struct bpf_link *link = bpf_program__attach(program);

	if (!link)
		return -errno;
	kept->links[kept->link_count++] = bpf_link__fd(link);
	/* Its descriptor stays open, and the program where it stands. */
	bpf_link__disconnect(link);
	bpf_link__destroy(link);
	return 0;
}

void kept_detach(struct kept *kept)
{
	for (size_t i = 0; i < kept->link_count; i++)
		close(kept->links[i]);
	kept->link_count = 0;
}

void kept_close(struct kept *kept)
{
	kept_detach(kept);
	for (size_t i = 0; i < kept->program_count; i++)
		close(kept->programs[i].fd);
	for (size_t i = 0; i < kept->map_count; i++)
		close(kept->maps[i]);
	if (kept->bss)
		munmap(kept->bss, sizeof(*kept->bss));
	if (kept->data)
		munmap(kept->data, sizeof(*kept->data));
	memset(kept, 0, sizeof(*kept));
}
