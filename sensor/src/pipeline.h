/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one loop of the sensor: rings -> order -> lines -> output, with the clock, the counters of loss and the sensor's own
 * reports beside it. Nothing in it waits for a reader.
 */
#ifndef DETPACK_PIPELINE_H
#define DETPACK_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct classes;
struct clock;
struct events;
struct host;
struct loaded;
struct output;
struct rings;
struct tasking;

struct pipeline_options {
	struct loaded *loaded; /* NULL: no kernel, for tests */
	const struct host *host;
	struct clock *clock;
	const struct classes *classes; /* NULL: none */
	struct events *events;
	struct output *output;
	struct tasking *tasking; /* NULL: no tasks */
	bool watermarks;
	size_t rare_budget, bulk_budget; /* of events that wait for the output, bytes; 0: 4 and 8 MiB */
	FILE *capture; /* records as they come, NULL: none */
	const struct last_run *before; /* the run before this one, as pipeline_start finds it; no name in it: not known */
};

struct pipeline;
struct text;

/* NULL: no memory. */
struct pipeline *pipeline_new(const struct pipeline_options *options);
void pipeline_free(struct pipeline *pipeline);

/* The first reports: sensor_start and sensor_coverage. */
void pipeline_start(struct pipeline *pipeline);

/*
 * One turn while another run still tells what happens: takes what comes, tells nothing. The first one is the time at which
 * this run began to watch, which its start will say. 0 or a negative errno, as below.
 */
int pipeline_hold(struct pipeline *pipeline, struct rings *rings);

/* Uses up to `after` (boot time, ns) were told by another run, and those behind `until` will be; 0: no bound. */
void pipeline_bound(struct pipeline *pipeline, uint64_t after, uint64_t until);

/* The time after which this run will tell, while it holds. */
void pipeline_part(struct pipeline *pipeline, uint64_t time);

/*
 * What the one run told last, and the other one then does not tell: of the old run after pipeline_stop, and of the new one
 * while it holds, false when `bytes` are none of that.
 */
void pipeline_leave(const struct pipeline *pipeline, struct text *last);
bool pipeline_settle(struct pipeline *pipeline, const void *bytes, size_t size);

/* Whether what happened at that time is this run's to tell. */
bool pipeline_tells(const struct pipeline *pipeline, uint64_t boot);

/* Something that the sensor remembers was lost `times` times. */
void pipeline_forgot(struct pipeline *pipeline, const char *memory, const char *reason, uint64_t times);

/* One turn of the loop: waits at most 50 ms. 0, -EINTR after a signal, or a negative errno that ends the sensor. */
int pipeline_turn(struct pipeline *pipeline, struct rings *rings);

/* What rings_open wants; the context is the pipeline. */
struct dp_use;
int pipeline_take(void *context, const struct dp_use *use);

/* An item of report.h, at this moment. */
void pipeline_report(struct pipeline *pipeline, uint64_t boot, const struct text *item);

/* Drains the rings, reports the stop and writes what can be written within two seconds. Events that were not written. */
size_t pipeline_stop(struct pipeline *pipeline, struct rings *rings, const char *reason);

struct pipeline_counts {
	uint64_t written; /* events, reports among them */
	uint64_t lost;	  /* in the kernel and here */
	uint64_t late;
};
void pipeline_count(const struct pipeline *pipeline, struct pipeline_counts *counts);

#endif
