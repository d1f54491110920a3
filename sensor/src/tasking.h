/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declared tasks in a running sensor: the table of tasks, the runs of them, the socket on which they are asked for, and
 * the units that have one from their first exec on (event contract, section 9).
 */
#ifndef DETPACK_TASKING_H
#define DETPACK_TASKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock;
struct dp_use;
struct host;
struct label_table;
struct labels;
struct loaded;
struct pipeline;
struct redaction;
struct tasking;
struct text;

struct tasking_options {
	const char *tasks;   /* file of the table, NULL: no tasks */
	const char *control; /* path of the socket, NULL: none */
	bool later;	     /* another run listens there still: the name is taken with tasking_begin */
	struct loaded *loaded;
	const struct host *host;
	const struct clock *clock;
	const struct redaction *redaction; /* NULL: the built-in one */
};

/* NULL with the reason in `problem`. */
struct tasking *tasking_open(const struct tasking_options *options, char *problem, size_t size);
/* 0 or a negative errno. */
int tasking_begin(struct tasking *tasking);
void tasking_close(struct tasking *tasking);

/* Where starts and ends of runs are told. Before the first record is taken. */
void tasking_tell_to(struct tasking *tasking, struct pipeline *pipeline);

/* NULL without tasks. */
const struct labels *tasking_labels(const struct tasking *tasking);

/*
 * Puts the units of the table under watch. `kept`: runs of tasks that go on from another run of the sensor, in which a
 * unit's may be; NULL: none. 0, or a negative errno with the reason in `problem`.
 */
int tasking_watch_units(struct tasking *tasking, const struct label_table *kept, char *problem, size_t size);

/* No labels are given while another run takes over; who asks finds that one. */
void tasking_pause(struct tasking *tasking, bool paused);

/* The runs that go on, after label_table_begin. `tasking`: NULL for none. */
uint32_t tasking_last(const struct tasking *tasking);
void tasking_leave(const struct tasking *tasking, struct text *text);

/* Goes on with them, before tasking_watch_units. How many are not known here. */
size_t tasking_take(struct tasking *tasking, const struct label_table *kept);

/* Who carries which label now is known. */
void tasking_count(struct tasking *tasking);

/* The run before is gone, and told what happened up to `boot` (ns), ends of tasks among it. */
void tasking_settle(struct tasking *tasking, uint64_t boot);

/* Every record as it comes over the rings. */
void tasking_learn(struct tasking *tasking, const struct dp_use *use);

/* Answers requests, and once a second sees to runs whose end was lost. At every turn of the loop. */
void tasking_turn(struct tasking *tasking, uint64_t now);

#endif
