/* SPDX-License-Identifier: Apache-2.0 */
/* Where the unified hierarchy of cgroups is mounted: /sys/fs/cgroup, or /sys/fs/cgroup/unified on hybrid hosts. */
#ifndef DETPACK_CGROUP_ROOT_H
#define DETPACK_CGROUP_ROOT_H

#include <stddef.h>
#include <stdint.h>

/* 0, or -ENOENT when it is not mounted. */
int cgroup_root(char *path, size_t size);

/* Id of the cgroup at a directory of that file system; 0 when there is none. It is the inode number on 64 bits. */
uint64_t cgroup_id_of(const char *directory);

/*
 * A cgroup as people name it, by its path below the root or by its directory: the path below the root that the kernel knows
 * it by, beginning with `/`. 0; -EINVAL: it names none, or the root itself; -ENAMETOOLONG.
 */
int cgroup_below(const char *root, const char *text, char *path, size_t size);

#endif
