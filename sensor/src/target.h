/* SPDX-License-Identifier: Apache-2.0 */
/* The process that a launcher asks a label for: whether it is the launcher's own child and does nothing but wait. */
#ifndef DETPACK_TARGET_H
#define DETPACK_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of /proc/PID/status, proc(5). */
struct process_status {
	uint32_t tgid, pid, parent, tracer, threads;
	uint32_t uids[4]; /* real, effective, saved, file system */
	char state;
};

/* False when a line is missing. */
bool process_status_parse(const char *text, size_t length, struct process_status *status);

/* The number of the process a pidfd stands for; 0: it is gone, or the descriptor is no pidfd. */
uint32_t pidfd_number(int pidfd);

/* True while the process has not ended. */
bool pidfd_lives(int pidfd);

/*
 * NULL when it may have a label as far as its own state goes: the direct child of `launcher`, with the user `uid` alone,
 * one thread, asleep, not traced, and not in the launcher's own memory. Else what is wrong.
 */
const char *target_doubt(const struct process_status *status, uint32_t launcher, uint32_t uid);

/* The same for a pidfd, with its number in `pid`. */
const char *target_check(int pidfd, uint32_t launcher, uint32_t uid, uint32_t *pid);

#endif
