/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declared tasks in a running sensor: the table of tasks, the runs of them, the socket on which they are asked for, and
 * the units that have one from their first exec on (event contract, section 9).
 */
#ifndef DETPACK_TASKING_H
#define DETPACK_TASKING_H

#include <stddef.h>
#include <stdint.h>

struct clock;
struct dp_use;
struct host;
struct labels;
struct loaded;
struct pipeline;
struct redaction;
struct tasking;

struct tasking_options {
	const char *tasks;   /* file of the table, NULL: no tasks */
	const char *control; /* path of the socket, NULL: none */
	struct loaded *loaded;
	const struct host *host;
	const struct clock *clock;
	const struct redaction *redaction; /* NULL: the built-in one */
};

/* NULL with the reason in `problem`. */
struct tasking *tasking_open(const struct tasking_options *options, char *problem, size_t size);
void tasking_close(struct tasking *tasking);

/* Where starts and ends of runs are told. Before the first record is taken. */
void tasking_tell_to(struct tasking *tasking, struct pipeline *pipeline);

/* NULL without tasks. */
const struct labels *tasking_labels(const struct tasking *tasking);

/* Puts the units of the table under watch. 0, or a negative errno with the reason in `problem`. */
int tasking_watch_units(struct tasking *tasking, char *problem, size_t size);

/* Every record as it comes over the rings. */
void tasking_learn(struct tasking *tasking, const struct dp_use *use);

/* Answers requests, and once a second sees to runs whose end was lost. At every turn of the loop. */
void tasking_turn(struct tasking *tasking, uint64_t now);

#endif
