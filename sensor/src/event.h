/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a record to one line of NDJSON: the capability-use event of the design, section 4. What a record does not say but
 * an earlier one did (paths of descriptions, programs and parents of processes) is remembered here, so records must come
 * in the order of time.
 */
#ifndef DETPACK_EVENT_H
#define DETPACK_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"
#include "src/json.h"

struct host;
struct clock;
struct classes;
struct labels;
struct redaction;
struct events;

struct event_options {
	const struct host *host;
	const struct clock *clock;
	const struct classes *classes;	     /* NULL: none */
	const struct redaction *redaction;   /* NULL: the defaults */
	bool live; /* /proc and /sys/fs/cgroup may be asked for what no record said; false for recorded bytes */
};

/* What the order gives to an event. */
struct stamp {
	uint64_t sequence; /* from 1 */
	uint64_t lost;	   /* events lost before this one since the one before it */
	bool late;
};

struct events *events_new(const struct event_options *options); /* NULL: no memory */
void events_free(struct events *events);

/* Runs of tasks are known from now on; without this there are none. */
void events_label(struct events *events, const struct labels *labels);

/*
 * Appends the event and a line end. False when the line was not written: it would be longer than a line may be, or no
 * memory. Records are taken to be whole (record_is_whole). Those that are no use (DP_SEEN) are for events_learn.
 */
bool events_write(struct events *events, const struct dp_use *use, const struct stamp *stamp, struct text *line);

/* Takes up what a record says without being an event. */
void events_learn(struct events *events, const struct dp_use *use);

struct cgroup;
/* What is known of a cgroup; never NULL, and valid until the next call of any of these functions. */
const struct cgroup *events_cgroup(struct events *events, uint64_t id);

/* The fields that every event begins with, `{` to `"host":{...}`; `}` and the rest are the caller's. For report.c. */
struct event_head {
	const char *action, *category, *type, *outcome, *reason; /* reason may be NULL */
	int64_t time, start; /* UTC, microseconds; start 0: none */
};
void event_head(struct text *line, const struct host *host, const struct stamp *stamp, const struct event_head *head);

#endif
