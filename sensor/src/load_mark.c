/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/load.h"
#include "src/parent.h"
#include "src/skeleton.h"

/* Reads an iterator to its end, which is what makes it run. */
int load_iterate(int program)
{
	int link = bpf_link_create(program, 0, BPF_TRACE_ITER, NULL);
	char nothing[64];
	ssize_t got;
	int fd;

	if (link < 0)
		return link;
	fd = bpf_iter_create(link);
	if (fd < 0) {
		close(link);
		return fd;
	}
	do
		got = read(fd, nothing, sizeof(nothing));
	while (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)));
	got = got < 0 ? -errno : 0;
	close(fd);
	close(link);
	return (int)got;
}

/* Kernels without task storage: thread by thread, again until no thread is new. */
static int mark_by_id(struct loaded *loaded, uint32_t pid, uint32_t label)
{
	struct dp_task_head *state = calloc(1, loaded->kept.task_size);
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
			result = bpf_map_update_elem(loaded->kept.tasks, &thread, state, BPF_NOEXIST);
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
	return loaded->kept.mark_tasks >= 0;
}

/* Where a process comes from: its login, service or container. A number that is another's by now is told in vain. */
static void want_ancestors(int wanted, uint32_t pid)
{
	const uint32_t told = ONLY_TOLD;
	size_t count = 0;

	for (uint32_t above = parent_of(pid); above && count < ANCESTORS_MOST; above = parent_of(above), count++)
		if (bpf_map_update_elem(wanted, &above, &told, BPF_NOEXIST))
			break;
}

static void want_nobody(int wanted)
{
	uint32_t pid;

	while (!bpf_map_get_next_key(wanted, NULL, &pid))
		if (bpf_map_delete_elem(wanted, &pid))
			break;
}

int load_mark_many(struct loaded *loaded, const struct load_marked *list, size_t count)
{
	int wanted = loaded->kept.wanted;
	int result = 0;

	if (!can_iterate(loaded)) {
		/* By their numbers nobody is found there. */
		if (loaded->kernel.task_storage)
			return -ENOTSUP;
		for (size_t i = 0; !result && i < count; i++)
			result = mark_by_id(loaded, list[i].pid, list[i].label);
		return result;
	}
	for (size_t i = 0; !result && i < count; i++)
		result = bpf_map_update_elem(wanted, &list[i].pid, &list[i].label, BPF_ANY);
	for (size_t i = 0; !result && i < count; i++)
		want_ancestors(wanted, list[i].pid);
	if (!result)
		result = load_iterate(loaded->kept.mark_tasks);
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
	int wanted = loaded->kept.wanted;
	const uint32_t everyone = 0, told = ONLY_TOLD;
	int result;

	if (!can_iterate(loaded))
		return 0;
	result = bpf_map_update_elem(wanted, &everyone, &told, BPF_ANY);
	if (result)
		return result;
	result = load_iterate(loaded->kept.mark_tasks);
	bpf_map_delete_elem(wanted, &everyone);
	return result;
}

int load_list_open(struct loaded *loaded)
{
	if (loaded->kept.list_open < 0)
		return 0;
	loaded->kept.bss->listing++;
	return load_iterate(loaded->kept.list_open);
}

int load_want_cgroup(struct loaded *loaded, const char *path, uint64_t id, uint32_t label)
{
	char key[LOAD_CGROUP_MOST] = "";
	int failed;

	if (strlen(path) >= sizeof(key))
		return -ENAMETOOLONG;
	memcpy(key, path, strlen(path));
	failed = bpf_map_update_elem(loaded->kept.wanted_paths, key, &label, BPF_ANY);
	return failed || !id ? failed : bpf_map_update_elem(loaded->kept.wanted_cgroups, &id, &label, BPF_ANY);
}
