/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run of the sensor leaves for the next one: who it was, when it was last known to work, and how it ended. The next
 * run's start names it, so that the time in which nobody watched is an event (event contract, section 7).
 */
#ifndef DETPACK_LAST_RUN_H
#define DETPACK_LAST_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/host.h"

#define LAST_REASON_SIZE 128

struct last_run {
	char run[sizeof(((struct host *)0)->run)]; /* 32 hex digits */
	int64_t seen;				   /* microseconds since 1970: its end, or when it last said that it works */
	char reason[LAST_REASON_SIZE];		   /* why it ended; empty: it did not end in order */
};

/*
 * 1: `last` is filled. 0: there was no run before. Negative: there is a file that is none of ours (-EBADMSG), or that cannot
 * be read.
 */
int last_run_read(const char *path, struct last_run *last);

/* Writes the whole file anew, readable by its owner alone; at any time there is the old one or the new one. Negative errno. */
int last_run_write(const char *path, const struct last_run *last);

#endif
