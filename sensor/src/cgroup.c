/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/cgroup.h"
#include "src/cgroup_root.h"
#include "src/cgroup_walk.h"

#define SLOTS 512 /* a power of two */
#define PROBES 8
#define AGAIN_MS 1000 /* an id that was not found is looked for again after so long */
#define WALK_MS 200   /* and the whole tree is walked at most so often */
#define KERNFS_HANDLE 0xfe /* FILEID_KERNFS of 5.5: the handle is the id */

struct entry {
	struct cgroup cgroup;
	uint64_t looked; /* not found then, ms; 0: found */
	uint64_t used;	 /* 0: free */
};

struct cgroups {
	int root; /* of the mount; -1: nobody is asked */
	char root_path[512];
	bool by_handle;
	uint64_t walked; /* ms */
	uint64_t uses;
	struct entry entries[SLOTS];
};

/* Never 0. */
static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000 + 1;
}

struct kernfs_handle {
	struct file_handle head;
	uint64_t id;
};

/* Handles of that file system are ids, and we may open by them (CAP_DAC_READ_SEARCH). */
static bool handles_are_ids(int root)
{
	struct kernfs_handle handle = { .head.handle_bytes = sizeof(handle.id) };
	struct stat found;
	int mount, fd;

	if (name_to_handle_at(root, "", &handle.head, &mount, AT_EMPTY_PATH) || fstat(root, &found) ||
	    handle.head.handle_type != KERNFS_HANDLE || handle.head.handle_bytes != sizeof(handle.id) ||
	    handle.id != found.st_ino)
		return false;
	fd = open_by_handle_at(root, &handle.head, O_PATH | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

struct cgroups *cgroups_new_at(const char *root)
{
	struct cgroups *cgroups = calloc(1, sizeof(*cgroups));

	if (!cgroups)
		return NULL;
	cgroups->root = -1;
	if (!root || strlen(root) >= sizeof(cgroups->root_path))
		return cgroups;
	memcpy(cgroups->root_path, root, strlen(root) + 1);
	cgroups->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cgroups->by_handle = cgroups->root >= 0 && handles_are_ids(cgroups->root);
	return cgroups;
}

struct cgroups *cgroups_new(bool live)
{
	char root[512];

	return cgroups_new_at(live && !cgroup_root(root, sizeof(root)) ? root : NULL);
}

void cgroups_free(struct cgroups *cgroups)
{
	if (!cgroups)
		return;
	if (cgroups->root >= 0)
		close(cgroups->root);
	free(cgroups);
}

/* Where an id is or would be: its own place, a free one, or the one among its places that was used least lately. */
static struct entry *place_of(struct cgroups *cgroups, uint64_t id)
{
	uint64_t hash = id * 0x9e3779b97f4a7c15ull >> 32;
	struct entry *oldest = NULL;

	for (size_t i = 0; i < PROBES; i++) {
		struct entry *entry = &cgroups->entries[(hash + i) & (SLOTS - 1)];

		if (entry->used && entry->cgroup.id == id)
			return entry;
		if (!oldest || entry->used < oldest->used)
			oldest = entry;
	}
	return oldest;
}

static void keep(struct cgroups *cgroups, struct entry *entry, uint64_t id, const char *path, uint64_t now)
{
	size_t length = strlen(path);

	memset(&entry->cgroup, 0, sizeof(entry->cgroup));
	entry->cgroup.id = id;
	entry->used = ++cgroups->uses;
	entry->looked = *path ? 0 : now;
	/* A path that does not fit is not known: half of one would be another cgroup's. */
	if (length < sizeof(entry->cgroup.path)) {
		memcpy(entry->cgroup.path, path, length + 1);
		cgroup_read_path(&entry->cgroup);
	}
}

/* The path of a handle, "" when it is gone or lies outside of what is mounted. */
static void ask_handle(const struct cgroups *cgroups, uint64_t id, char *path, size_t size)
{
	struct kernfs_handle handle = { .head = { .handle_bytes = sizeof(id), .handle_type = KERNFS_HANDLE }, .id = id };
	int fd = open_by_handle_at(cgroups->root, &handle.head, O_PATH | O_CLOEXEC);
	size_t root = strlen(cgroups->root_path);
	char link[64], target[1024];
	ssize_t length;

	*path = '\0';
	if (fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, target, sizeof(target) - 1);
	close(fd);
	if (length < 0 || (size_t)length >= sizeof(target) - 1)
		return;
	target[length] = '\0';
	if (strncmp(target, cgroups->root_path, root) || (target[root] && target[root] != '/') ||
	    (length > 10 && !strcmp(target + length - 10, " (deleted)")))
		return;
	snprintf(path, size, "%s", target[root] ? target + root : "/");
}

/* What a walk meets on its way is kept as far as there is room: the next unknown id is likely one of them. */
struct walk {
	struct cgroups *cgroups;
	uint64_t wanted, now;
	bool found;
};

static bool meet(void *context, uint64_t id, const char *path)
{
	struct walk *walk = context;
	struct entry *entry = place_of(walk->cgroups, id);

	if (id == walk->wanted || !entry->used || (entry->cgroup.id == id && entry->looked))
		keep(walk->cgroups, entry, id, path, walk->now);
	walk->found |= id == walk->wanted;
	return walk->found;
}

const struct cgroup *cgroups_find(struct cgroups *cgroups, uint64_t id)
{
	struct entry *entry = place_of(cgroups, id);
	struct walk walk = { .cgroups = cgroups, .wanted = id };
	char path[1024];

	if (entry->used && entry->cgroup.id == id) {
		entry->used = ++cgroups->uses;
		if (!entry->looked || cgroups->root < 0)
			return &entry->cgroup;
		walk.now = now_ms();
		if (walk.now - entry->looked < AGAIN_MS)
			return &entry->cgroup;
	} else {
		walk.now = now_ms();
		keep(cgroups, entry, id, "", walk.now);
	}
	if (cgroups->root < 0 || !id)
		return &entry->cgroup;
	entry->looked = walk.now;
	if (cgroups->by_handle) {
		ask_handle(cgroups, id, path, sizeof(path));
		keep(cgroups, entry, id, path, walk.now);
	} else if (!cgroups->walked || walk.now - cgroups->walked >= WALK_MS) {
		cgroups->walked = walk.now;
		cgroup_walk(cgroups->root, meet, &walk);
	} else {
		entry->looked = walk.now > AGAIN_MS ? walk.now - AGAIN_MS + WALK_MS : 1; /* soon again */
	}
	return &entry->cgroup;
}
