/* SPDX-License-Identifier: Apache-2.0 */
/* `detpack-sensor run`: everything put together, from the kernel to the output, until a signal ends it. */
#ifndef DETPACK_RUN_H
#define DETPACK_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "src/output.h"
#include "src/scope.h"

struct run_options {
	struct scope scope;
	const char *classes; /* file, NULL: none */
	const char *tasks;   /* file, NULL: none */
	const char *control; /* path of the control socket, NULL: none */
	const char *redaction; /* file, NULL: the defaults */
	const char *capture; /* file, NULL: none */
	const char *state;   /* file that remembers how the last run ended, NULL: none */
	const char *metrics; /* file for Prometheus, NULL: none */
	int supervisor;	     /* socket of who started this run and parts it from others (handover.h); -1: nobody */
	struct output_options output;
	bool watermarks;
	bool syscalls; /* also which system calls are made in each cgroup */
	bool verbose;
	uint32_t ring_bytes; /* 0: the default */
	uint32_t small_state; /* tests only, see load.h */
};

/* Exit status: 0 ended by a signal, 1 it did not work, said on standard error. */
int run_sensor(const struct run_options *options);

/* `detpack-sensor decode`: the records of a capture, as lines on standard output. */
int run_decode(const char *capture, const char *classes, const char *redaction);

#endif
