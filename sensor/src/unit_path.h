/* SPDX-License-Identifier: Apache-2.0 */
/* Where systemd puts the cgroup of a unit, by the unit's name. */
#ifndef DETPACK_UNIT_PATH_H
#define DETPACK_UNIT_PATH_H

#include <stddef.h>

/*
 * From the root of the unified hierarchy; a name without a kind is a service. Slices by default alone (systemd.slice(5),
 * systemd.unit(5)): system.slice, below it a slice for each template, and the root for init.scope. A unit that is given
 * another slice (Slice=) is to be named by its cgroup. -EINVAL: no name of a unit; -ENAMETOOLONG.
 */
int unit_path(const char *unit, char *path, size_t size);

#endif
