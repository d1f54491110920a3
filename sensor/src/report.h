/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sensor says of itself (event contract, sections 1 and 7): start, stop, coverage, health, loss, steps of the
 * clock. A report is made when something happens and takes its place in the order of time like any use; until then it is
 * an item of bytes.
 */
#ifndef DETPACK_REPORT_H
#define DETPACK_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/event.h"

struct classes;
struct clock;
struct coverage;
struct health;
struct host;
struct last_run;
struct redaction;

/* SENSOR_VERSION, a text, comes from the Makefile. */

enum report_action {
	REPORT_START,
	REPORT_STOP,
	REPORT_COVERAGE,
	REPORT_HEALTH,
	REPORT_LOSS,
	REPORT_CLOCK,
	REPORT_TASK_START,
	REPORT_TASK_END,
	REPORT_SYSCALLS,
};

struct report {
	enum report_action action;
	const char *reason; /* NULL: none */
	const struct host *host;
	const struct clock *clock;
	uint64_t boot; /* boot time, ns */
	uint64_t start; /* of what it tells, boot time, ns; 0: that is one moment */
	const struct redaction *redaction; /* on REPORT_TASK_START: for what parameters are bound to */
	const struct last_run *before; /* on REPORT_START: the run before; NULL: not known */
};

/*
 * Each makes an item in `item`, which is emptied before, for report_write.
 * `missing`: rows of what is not seen; rows that are seen are left out.
 */
void report_plain(const struct report *report, struct text *item);
void report_coverage(const struct report *report, const struct coverage *rows, size_t count,
		     const struct health *health, struct text *item);
void report_health(const struct report *report, const struct health *health, struct text *item);
void report_loss(const struct report *report, const char *action, const char *class_name, uint64_t count,
		 struct text *item);
/* Not an event was lost but what the sensor remembers: `memory` had no room so many times. */
void report_forgotten(const struct report *report, const char *memory, uint64_t count, struct text *item);
void report_clock(const struct report *report, struct text *item);

struct cgroup;
/* What was made in a cgroup from `start` to `boot`: x86-64 numbers of system calls. */
void report_syscalls(const struct report *report, const struct cgroup *cgroup, const uint16_t *numbers, size_t count,
		     struct text *item);

struct task_run;
/* `self`: the process that was given the label, or (task_end) was the last one with it. */
void report_task(const struct report *report, const struct task_run *run, const struct dp_process *self,
		 struct text *item);

/* One line from an item. False: it is no item, or the line does not fit. */
bool report_write(const void *item, size_t size, const struct host *host, const struct clock *clock,
		  const struct stamp *stamp, struct text *line);

#endif
