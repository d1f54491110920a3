/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time up to which one run of the sensor tells, and behind which the next one does. Each run takes the time of a use
 * itself, the one that was there first some microseconds before the other. So a use at that very time is before it for the
 * one and behind it for the other, and both would tell it. What the old run told last of each thread says which these are:
 * the new one was a use behind, and goes on with the same.
 */
#ifndef DETPACK_CUT_H
#define DETPACK_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cut;
struct dp_use;
struct text;

/* `until`: boot time, ns. NULL: no memory. */
struct cut *cut_new(uint64_t until);
void cut_free(struct cut *cut);

/*
 * Every record, as it comes over the rings. Of more than some thousand threads at the same moment the rest is not known, and
 * their uses may be told twice; so may those of io_uring, which end beside what their thread does.
 */
void cut_see(struct cut *cut, const struct dp_use *use);

/* Of the old run, once it has seen all: what it told last. For cut_settle in the new one. */
void cut_leave(const struct cut *cut, struct text *text);

/* Of the new run: `bytes` is what the old one left. False: it is none of that. */
bool cut_settle(struct cut *cut, const void *bytes, size_t size);

/* Whether the old run told that use, though it is behind the time here. */
bool cut_told(const struct cut *cut, const struct dp_use *use);

/* The same of what happened with a use of that time, such as the end of a task. */
bool cut_told_at(const struct cut *cut, uint64_t time);

#endif
