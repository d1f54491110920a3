/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much memory the sensor may take: of its address space, and of the cgroups that it runs in. The kernel half counts
 * too, and who takes more than a cgroup may is killed without a word; so it is looked at before.
 */
#ifndef DETPACK_MEMORY_LIMIT_H
#define DETPACK_MEMORY_LIMIT_H

#include <stdint.h>

/* Loading takes 60 to 80 MiB for some seconds (measured on 6.18), running 40. */
#define MEMORY_LEAST (48ull << 20)
#define MEMORY_WANTED (96ull << 20)

/* The smallest limit, in bytes; UINT64_MAX: none. */
uint64_t memory_limit(void);

/* The same from what proc(5) says of the own cgroups, one a line, with file systems of cgroups below `root`. */
uint64_t memory_limit_of(const char *cgroups, const char *root);

#endif
