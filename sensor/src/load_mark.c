/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/load.h"
#include "src/parent.h"

/* The names that the kernel half's own types have in the skeleton. */
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#include "sensor.skel.h"

/* Reads an iterator to its end, which is what makes it run. */
int load_iterate(struct bpf_program *program)
{
	struct bpf_link *link = bpf_program__attach_iter(program, NULL);
	char nothing[64];
	ssize_t got;
	int fd;

	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0) {
		bpf_link__destroy(link);
		return fd;
	}
	do
		got = read(fd, nothing, sizeof(nothing));
	while (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)));
	got = got < 0 ? -errno : 0;
	close(fd);
	bpf_link__destroy(link);
	return (int)got;
}

/* Kernels without task storage: thread by thread, again until no thread is new. */
static int mark_by_id(struct loaded *loaded, uint32_t pid, uint32_t label)
{
	struct bpf_map *tasks = loaded->skeleton->maps.tasks_by_id;
	size_t value_size = bpf_map__value_size(tasks);
	struct dp_task_head *state = calloc(1, value_size);
	char folder[64];
	int fresh, result = state ? 0 : -ENOMEM;

	snprintf(folder, sizeof(folder), "/proc/%u/task", pid);
	do {
		DIR *threads = result ? NULL : opendir(folder);
		struct dirent *entry;

		fresh = 0;
		if (!threads)
			break;
		while (!result && (entry = readdir(threads))) {
			uint32_t thread = (uint32_t)strtoul(entry->d_name, NULL, 10);

			if (!thread)
				continue;
			state->label = label;
			state->flags = DP_TASK_TRACKED;
			result = bpf_map__update_elem(tasks, &thread, sizeof(thread), state, value_size, BPF_NOEXIST);
			if (result == -EEXIST)
				result = 0;
			else if (!result)
				fresh++;
		}
		closedir(threads);
	} while (fresh);
	free(state);
	return result;
}

/* In the map of wanted processes: not watched, only told of; as in bpf/life.bpf.h. */
#define ONLY_TOLD UINT32_MAX
#define ANCESTORS_MOST 32

static bool can_iterate(const struct loaded *loaded)
{
	return loaded->kernel.task_storage && bpf_program__autoload(loaded->skeleton->progs.mark_tasks);
}

/* Where a process comes from: its login, service or container. A number that is another's by now is told in vain. */
static void want_ancestors(struct bpf_map *wanted, uint32_t pid)
{
	const uint32_t told = ONLY_TOLD;
	size_t count = 0;

	for (uint32_t above = parent_of(pid); above && count < ANCESTORS_MOST; above = parent_of(above), count++)
		if (bpf_map__update_elem(wanted, &above, sizeof(above), &told, sizeof(told), BPF_NOEXIST))
			break;
}

static void want_nobody(struct bpf_map *wanted)
{
	uint32_t pid;

	while (!bpf_map__get_next_key(wanted, NULL, &pid, sizeof(pid)))
		if (bpf_map__delete_elem(wanted, &pid, sizeof(pid), 0))
			break;
}

int load_mark_many(struct loaded *loaded, const struct load_marked *list, size_t count)
{
	struct bpf_map *wanted = loaded->skeleton->maps.wanted;
	int result = 0;

	if (!can_iterate(loaded)) {
		for (size_t i = 0; !result && i < count; i++)
			result = mark_by_id(loaded, list[i].pid, list[i].label);
		return result;
	}
	for (size_t i = 0; !result && i < count; i++)
		result = bpf_map__update_elem(wanted, &list[i].pid, sizeof(list[i].pid), &list[i].label, sizeof(list[i].label),
					      BPF_ANY);
	for (size_t i = 0; !result && i < count; i++)
		want_ancestors(wanted, list[i].pid);
	if (!result)
		result = load_iterate(loaded->skeleton->progs.mark_tasks);
	want_nobody(wanted);
	return result;
}

int load_mark(struct loaded *loaded, uint32_t pid, uint32_t label)
{
	const struct load_marked one = { pid, label };

	return load_mark_many(loaded, &one, 1);
}

int load_tell_all(struct loaded *loaded)
{
	struct bpf_map *wanted = loaded->skeleton->maps.wanted;
	const uint32_t everyone = 0, told = ONLY_TOLD;
	int result;

	if (!can_iterate(loaded))
		return 0;
	result = bpf_map__update_elem(wanted, &everyone, sizeof(everyone), &told, sizeof(told), BPF_ANY);
	if (result)
		return result;
	result = load_iterate(loaded->skeleton->progs.mark_tasks);
	bpf_map__delete_elem(wanted, &everyone, sizeof(everyone), 0);
	return result;
}

int load_list_open(struct loaded *loaded)
{
	struct bpf_program *program = loaded->skeleton->progs.list_open;

	if (!bpf_program__autoload(program))
		return 0;
	loaded->skeleton->bss->listing++;
	return load_iterate(program);
}
