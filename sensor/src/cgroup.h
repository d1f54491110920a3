/* SPDX-License-Identifier: Apache-2.0 */
/* From the id of a cgroup to what runs in it: systemd unit, container, pod, as its path says. */
#ifndef DETPACK_CGROUP_H
#define DETPACK_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

struct cgroup {
	uint64_t id;
	char path[512];	    /* from the root of the unified hierarchy, "" when not known */
	char unit[256];	    /* of the host's systemd; "" for none */
	char container[65]; /* 64 hex digits, "" for none */
	char pod[37];	    /* UUID of the pod, "" for none */
};

struct cgroups;

/* `live`: the file system of cgroups may be asked; false: every id stays unknown. NULL: no memory. */
struct cgroups *cgroups_new(bool live);

/* The same with the root of the hierarchy at that directory; NULL: nobody is asked. */
struct cgroups *cgroups_new_at(const char *root);
void cgroups_free(struct cgroups *cgroups);

/* Never NULL; an id that is not known has empty texts. Valid until the next call. */
const struct cgroup *cgroups_find(struct cgroups *cgroups, uint64_t id);

/* What a path says, without asking anyone: fills unit, container and pod. */
void cgroup_read_path(struct cgroup *cgroup);

#endif
