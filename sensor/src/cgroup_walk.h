/* SPDX-License-Identifier: Apache-2.0 */
/* Goes through the tree of cgroups, for hosts where a cgroup cannot be opened by its id. */
#ifndef DETPACK_CGROUP_WALK_H
#define DETPACK_CGROUP_WALK_H

#include <stdbool.h>
#include <stdint.h>

/* One cgroup: its id (the inode number of its directory) and its path from the root, which is "/". True ends the walk. */
typedef bool (*cgroup_meeter)(void *context, uint64_t id, const char *path);

/*
 * `root`: descriptor of the directory, stays open. At most 32 levels and 32,768 cgroups; what lies beyond, and paths of
 * 512 bytes and more, is not met.
 */
void cgroup_walk(int root, cgroup_meeter meet, void *context);

#endif
