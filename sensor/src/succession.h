/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one run of the sensor leaves to the one that takes over: which runs of tasks go on, which process has which label,
 * and who is watched. What does not get over is an event of the new run, never a silence.
 */
#ifndef DETPACK_SUCCESSION_H
#define DETPACK_SUCCESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct handover;
struct loaded;
struct pipeline;
struct scope;
struct tasking;

/* Of the old run: says LEAVE with all of it. Labels are given no more, until tasking_pause ends that. */
void succession_leave(int supervisor, const struct loaded *loaded, const struct scope *scope, struct tasking *tasking);

struct succession {
	int watched;	  /* see load_watched; -1: not had */
	bool same_scope;
	size_t runs;	  /* that go on */
	size_t lost_runs; /* that are not known here */
	size_t unbound_runs; /* whose bindings did not come */
	size_t processes, lost_processes;
	const char *why; /* nothing of it is known; NULL: it is */
};

/* Of the new run: takes what LEAVE brought. 0, or a negative errno with the reason in `problem`: it cannot go on. */
int succession_take(struct succession *taken, const struct handover *heard, struct loaded *loaded, const struct scope *scope,
		    struct tasking *tasking, char *problem, size_t size);

/* Of the old run, at its end: says LAST. */
void succession_last(int supervisor, const struct pipeline *pipeline);

/* Of the new run: what LAST brought. Without it a use of the time itself may be told by both. */
void succession_settle(const struct handover *heard, struct pipeline *pipeline);

/*
 * Once the old run is gone, which told what happened up to `told` (boot time, ns; 0: it did not say): whom it missed, and
 * what is lost, as events. Closes what was open.
 */
void succession_end(struct succession *taken, struct loaded *loaded, struct tasking *tasking, struct pipeline *pipeline,
		    uint64_t told);

#endif
