/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sensor counts, in the text format of Prometheus (0.0.4), in a file that is always whole: for the textfile
 * collector of node_exporter, or for people. The sensor answers no requests.
 */
#ifndef DETPACK_METRICS_H
#define DETPACK_METRICS_H

#include <stddef.h>
#include <stdint.h>

struct text;

struct metrics {
	const char *version, *run;
	uint64_t started;	    /* microseconds since 1970 */
	uint64_t written, lost, late; /* events */
	uint64_t waiting;	    /* bytes for the output */
	uint64_t programs;	    /* attached */
	uint64_t cpu;		    /* milliseconds */
	uint64_t resident;	    /* bytes */
};

void metrics_write(const struct metrics *metrics, struct text *text);

/* The same into a file that others may read; takes CPU and memory from the process itself. Negative errno. */
int metrics_to_file(const char *path, struct metrics *metrics);

#endif
