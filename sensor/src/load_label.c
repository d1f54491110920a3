/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "src/load.h"

/* Task storage is asked with a descriptor, which means the one process it was made for and no later one of its number. */
static uint32_t key_of(const struct loaded *loaded, int pidfd, uint32_t pid)
{
	return loaded->kernel.task_storage ? (uint32_t)pidfd : pid;
}

int load_label(const struct loaded *loaded, int pidfd, uint32_t pid, uint32_t *label)
{
	uint32_t key = key_of(loaded, pidfd, pid);
	struct dp_task_head *state = calloc(1, loaded->kept.task_size);
	int failed = state ? bpf_map_lookup_elem(loaded->kept.tasks, &key, state) : -ENOMEM;

	*label = failed ? 0 : state->label;
	free(state);
	return failed;
}

int load_set_label(struct loaded *loaded, int pidfd, uint32_t pid, uint32_t from, uint32_t to)
{
	uint32_t key = key_of(loaded, pidfd, pid);
	struct dp_task_head *state = calloc(1, loaded->kept.task_size);
	int failed = state ? bpf_map_lookup_elem(loaded->kept.tasks, &key, state) : -ENOMEM;
	bool is_new = failed == -ENOENT;

	if (is_new) {
		/* The kernel may have written to it all the same. */
		memset(state, 0, loaded->kept.task_size);
		failed = 0;
	}
	if (!failed && state->label != from)
		failed = -EPERM;
	if (!failed) {
		state->label = to;
		/* Not yet tracked, so that load_mark tells who it is; without task storage nobody would. */
		state->flags = loaded->kernel.task_storage ? state->flags & ~(__u32)DP_TASK_TRACKED : state->flags | DP_TASK_TRACKED;
		failed = bpf_map_update_elem(loaded->kept.tasks, &key, state, is_new ? BPF_NOEXIST : BPF_EXIST);
	}
	free(state);
	if (!failed && loaded->kernel.task_storage)
		failed = load_mark(loaded, pid, 0);
	return failed;
}

/* ---- from one run to the next ---- */

int load_watched(const struct loaded *loaded)
{
	int fd = fcntl(loaded->kept.tasks, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* The state of threads in another run: of what it holds, only the head is known here. */
struct watched {
	int map;
	bool by_pidfd;
	struct dp_task_head *state; /* with room for all of it */
	uint32_t room;
};

static int watched_open(struct watched *watched, int map)
{
	struct bpf_map_info info = {};
	uint32_t size = sizeof(info);

	if (bpf_obj_get_info_by_fd(map, &info, &size))
		return -errno;
	*watched = (struct watched){ .map = map, .by_pidfd = info.type == BPF_MAP_TYPE_TASK_STORAGE, .room = info.value_size };
	if ((!watched->by_pidfd && info.type != BPF_MAP_TYPE_HASH) || info.key_size != sizeof(uint32_t) ||
	    info.value_size < sizeof(*watched->state))
		return -EINVAL;
	watched->state = calloc(1, info.value_size);
	return watched->state ? 0 : -ENOMEM;
}

/* False: it is not watched, or gone. */
static bool watched_head(const struct watched *watched, int pidfd, uint32_t pid, struct dp_task_head *head)
{
	uint32_t key = watched->by_pidfd ? (uint32_t)pidfd : pid;

	if (bpf_map_lookup_elem(watched->map, &key, watched->state))
		return false;
	*head = *watched->state;
	return true;
}

#define BATCH 2048 /* the kernel half has room for 4,096 with those above them */

struct taking {
	struct watched there, here;
	bool all;
	struct load_marked list[BATCH];
	size_t count;
};

static void look_at(struct taking *taking, uint32_t pid, struct load_taken *taken)
{
	struct dp_task_head there = {}, here = {};
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool wanted = pidfd >= 0 && watched_head(&taking->there, pidfd, pid, &there) &&
		      (there.label || (taking->all && there.flags & DP_TASK_TRACKED));

	/* Gone is gone; whatever else it is, its label cannot be known. */
	if (pidfd < 0 && errno != ESRCH && errno != EINVAL)
		taken->failed++;
	if (wanted)
		watched_head(&taking->here, pidfd, pid, &here);
	if (pidfd >= 0)
		close(pidfd);
	if (!wanted || pid == (uint32_t)getpid() || (here.flags & DP_TASK_TRACKED && here.label == there.label))
		return;
	if (here.label)
		taken->failed++;
	else if (taking->count < BATCH)
		taking->list[taking->count++] = (struct load_marked){ pid, there.label };
}

/* Everyone who lacks what it has there. Negative errno. */
static int look(struct taking *taking, struct load_taken *taken)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;

	if (!processes)
		return -errno;
	taking->count = 0;
	taken->failed = 0;
	while ((entry = readdir(processes))) {
		uint32_t pid = (uint32_t)strtoul(entry->d_name, NULL, 10);

		if (pid)
			look_at(taking, pid, taken);
	}
	closedir(processes);
	return 0;
}

#define LOOKS_MOST 16

void load_take(struct loaded *loaded, int watched, bool all, struct load_taken *taken)
{
	struct taking *taking = calloc(1, sizeof(*taking));
	size_t looks = 0;

	*taken = (struct load_taken){ .problem = taking ? 0 : -ENOMEM };
	if (!taking)
		return;
	taking->all = all;
	taken->problem = watched_open(&taking->there, watched);
	if (!taken->problem)
		taken->problem = watched_open(&taking->here, loaded->kept.tasks);
	while (!taken->problem && !(taken->problem = look(taking, taken)) && taking->count && looks++ < LOOKS_MOST) {
		taken->problem = load_mark_many(loaded, taking->list, taking->count);
		taken->processes += taking->count;
	}
	if (taking->count) {
		/* Marked so often and still without: a kernel without task storage, whose threads had a state here already. */
		taken->failed += taking->count;
		taken->processes = taken->processes > looks * taking->count ? taken->processes - looks * taking->count : 0;
	}
	free(taking->there.state);
	free(taking->here.state);
	free(taking);
}
