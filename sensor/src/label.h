/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs of declared tasks, by the number that the kernel half carries as a label (event contract, section 9), and the
 * table of tasks that may be started.
 */
#ifndef DETPACK_LABEL_H
#define DETPACK_LABEL_H

#include <stdint.h>

#include "record.h"

enum label_source { LABEL_BY_LAUNCHER, LABEL_BY_UNIT };

struct task_run {
	uint32_t number; /* from 1 */
	char task[65];
	char run[33]; /* 128 random bits, hex */
	char digest[65]; /* of the task file */
	char agent[129]; /* "" for none; a claim of the launcher */
	enum label_source source;
	struct dp_process launcher; /* pid 0 for a unit */
	uint32_t uid; /* of the launcher */
};

struct labels;

/* NULL for a number that was never given. Valid until the labels are freed. */
const struct task_run *labels_find(const struct labels *labels, uint32_t number);

#endif
