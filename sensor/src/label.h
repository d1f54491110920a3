/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs of declared tasks, by the number that the kernel half carries as a label (event contract, section 9): which there
 * are, which processes each has, when it begins and when its last process is gone.
 */
#ifndef DETPACK_LABEL_H
#define DETPACK_LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

struct bound;
struct task;

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
	struct bound *bound; /* what its parameters are bound to; NULL: none has a binding */
};

struct labels;

/* The label of a process of the initial namespace; 0: it has none, or is gone. */
typedef uint32_t (*label_reader)(void *context, uint32_t pid);

/*
 * What is told of a run. `self`: the process that was given the label, or (at the end) the last one with it, as far as it
 * is known. `boot`: ns.
 */
enum label_change { LABEL_BEGAN, LABEL_ENDED };
typedef void (*label_listener)(void *context, enum label_change change, const struct task_run *run,
			       const struct dp_process *self, uint64_t boot);

/*
 * `read`: NULL in tests of what is above the rings; then a run is over with the last process that was seen to end.
 * `listen`: NULL for nobody. NULL: no memory.
 */
struct labels *labels_new(label_reader read, label_listener listen, void *context);
void labels_free(struct labels *labels);

/* NULL for a number that was never given, or so long ago that it was forgotten. Valid until the next labels_add. */
const struct task_run *labels_find(const struct labels *labels, uint32_t number);

/*
 * A new run, with a number and a random name; it has no process yet. `agent`: "" for none. NULL: more than 4,096 runs have
 * not ended, or no memory.
 */
const struct task_run *labels_add(struct labels *labels, const struct task *task, const char *agent,
				  enum label_source source, const struct dp_process *launcher, uint32_t uid);

/* Gives a run what its parameters are bound to, which is then the run's to free. */
void labels_bind(struct labels *labels, uint32_t number, struct bound *bound);

/* Forgets a run that got no process. */
void labels_drop(struct labels *labels, uint32_t number);

/*
 * Runs that go on, one after the other, `*at` from 0; NULL after the last. `began`: its start was told. With labels_last,
 * the highest number that was given, this is what another run of the sensor needs to go on with them.
 */
const struct task_run *labels_next(const struct labels *labels, size_t *at, bool *began);
uint32_t labels_last(const struct labels *labels);

/*
 * Goes on with a run that another run of the sensor gave its number; numbers after `last` are free. False: the number is
 * taken, or there is no memory. Who has which is found by labels_count.
 */
bool labels_restore(struct labels *labels, const struct task_run *run, bool began, uint32_t last);
void labels_count(struct labels *labels);

/*
 * The other run told what happened up to `boot` (ns): what began and has nobody any more ended before this one knew whom it
 * had, and so before that. After labels_count, and once the other run is gone.
 */
void labels_settle(struct labels *labels, uint64_t boot);

/* Its first process is known: tells that it began. labels_learn does it for whom it hears of. */
void labels_begin(struct labels *labels, uint32_t number, const struct dp_process *self, uint64_t boot);

/*
 * Every record as it comes over the rings, in that order: who was born with a label, was seen with one, or ended. A run
 * begins with the first process that is heard of.
 */
void labels_learn(struct labels *labels, const struct dp_use *use);

/* About once a second: ends runs whose last exit was lost. Cheap but for every tenth second with runs. */
void labels_sweep(struct labels *labels, uint64_t boot);

#endif
