/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that stand more than once at their tracepoint, by their names: NAME, then NAME_second and so on, then NAME_last.
 * Where a program may be preempted the kernel leaves out what would run the same program meanwhile on the same CPU; what
 * one leaves out the next does. Elsewhere NAME stands alone.
 */
#ifndef DETPACK_AGAIN_H
#define DETPACK_AGAIN_H

#include <stdbool.h>
#include <stddef.h>

/* The length of NAME in the name of one that stands there again; 0: it is no such name. */
size_t again_of(const char *name);

/* Whether two stand at the same tracepoint in this way, or are one. */
bool again_is_same(const char *one, const char *other);

/* Whether it is the last of those that stand at its tracepoint again. */
bool again_is_last(const char *name);

#endif
