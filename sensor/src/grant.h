/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a launcher gets the label of a task for a process, and the giving of it (event contract, section 9). */
#ifndef DETPACK_GRANT_H
#define DETPACK_GRANT_H

#include <stdint.h>

struct control_options;
struct request;
struct task_run;

/* As the kernel says. */
struct launcher {
	uint32_t pid, uid;
	int pidfd;
};

/* NULL when the label is set and was read back, with its run; else why not. `target`: a pidfd, or anything. */
const char *grant(const struct control_options *options, const struct launcher *launcher, const struct request *request,
		  int target, const struct task_run **run);

#endif
