/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and attaches the kernel half. A program that this kernel refuses is left out and reported, never a reason to
 * stop: what the sensor cannot see it says at its start, in the coverage.
 */
#ifndef DETPACK_LOAD_H
#define DETPACK_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "src/collected.h"
#include "src/load_kept.h"
#include "src/probe.h"

struct load_options {
	bool all;		  /* every process, not only those marked */
	uint32_t ring_bytes;	  /* of the bulk ring; the rare one has a quarter. 0: 4 MiB */
	uint32_t class_count;	  /* 0: no classes */
	uint32_t followed_classes; /* bit n: class n is carried along */
	uint32_t small_state;	  /* tests only: so many entries in each state map; 0: the default */
	bool cgroups_wanted;
	bool made_wanted; /* which system calls are made in each cgroup */
	int verbose; /* 1: what libbpf complains of; 2: all it says, with the cost of each program */
};

/* One capability or mechanism and whether it is seen here. */
struct coverage {
	char name[64];
	bool seen;
	char why[160]; /* when it is not */
};

#define COVERAGE_MOST 96

struct loaded {
	struct kept kept;
	struct kernel kernel;
	struct coverage coverage[COVERAGE_MOST];
	size_t coverage_count;
	uint64_t round_began; /* boot time, ns: of what load_made tells next */
	struct collected collected;
};

/*
 * 0, or a negative errno with the reason in `problem` (`size` bytes). `loaded` is the caller's and must be given to
 * load_close in both cases.
 */
int load_open(struct loaded *loaded, const struct load_options *options, char *problem, size_t size);

/* Detaches everything; nothing of the sensor stays in the kernel. */
void load_close(struct loaded *loaded);

/* Adds to what a name, or one and that above it, allows in the kernel's class table. */
int load_class_name(struct loaded *loaded, int place, const char *text, size_t length, uint32_t classes);

/* Puts a process and all its threads under watch, with a label (0: none); it and those above it are told of. */
int load_mark(struct loaded *loaded, uint32_t pid, uint32_t label);

/* The same for many at once. */
struct load_marked {
	uint32_t pid, label;
};
int load_mark_many(struct loaded *loaded, const struct load_marked *list, size_t count);

/* Runs an iterator of the kernel half, a descriptor of `kept`, over all tasks, once. 0 or a negative errno. */
int load_iterate(int program);

/* Tells who runs now, for a run that watches everyone. Nothing on kernels that cannot look at all tasks. */
int load_tell_all(struct loaded *loaded);

/*
 * The label of a thread, for a pidfd of its process (kernels without task storage: by `pid`, its number). -ENOENT: it is
 * not watched, and so has none. Another negative errno: it cannot be said, such as -ESRCH for one that is gone.
 */
int load_label(const struct loaded *loaded, int pidfd, uint32_t pid, uint32_t *label);

/*
 * Gives a label to a process that has one thread and waits: the one way in which a label is written. -EPERM when it does
 * not have the label `from` now (0: none). Its identity is told as of one that was just put under watch.
 */
int load_set_label(struct loaded *loaded, int pidfd, uint32_t pid, uint32_t from, uint32_t to);

/* What the kernel half keeps of threads, for the run that takes over: a descriptor of its own, or a negative errno. */
int load_watched(const struct loaded *loaded);

struct load_taken {
	size_t processes; /* that got a label, or only were put under watch */
	size_t failed;	  /* that have none here, or another one */
	int problem;	  /* a negative errno: nobody could be looked at; or 0 */
};

/*
 * Gives processes the labels that they have in another run, `watched` being what its load_watched gave; with `all` puts
 * those under watch too that only are watched there. Again until nobody is left, so what such a process starts meanwhile
 * has its label too: both runs give it to children. May be called again, and finds those that were missed.
 */
void load_take(struct loaded *loaded, int watched, bool all, struct load_taken *taken);

/*
 * Tells what the processes that are under watch had open before they were, each once however often this is called: after
 * load_mark. 0 too where the kernel cannot; the coverage says so.
 */
int load_list_open(struct loaded *loaded);

/*
 * Tells what threads left in folds that they no longer add to, or whose window is over. Cheap when there is nothing. `seen`:
 * as below. False: what was told the last time may be on its way still, so it is too early.
 */
bool load_collect(struct loaded *loaded, uint64_t seen);

/*
 * Boot time (ns) up to which no use is in a fold any more, for a reader of the rings that has read what was in them at
 * `seen`; UINT64_MAX: nothing is in a fold. Also UINT64_MAX where the kernel cannot collect them (the coverage says so):
 * what is told of a fold is late there.
 */
uint64_t load_folded(struct loaded *loaded, uint64_t seen);

/* What was used up to `time` (boot time, ns) and what is used after it are told apart, also where uses are told together. */
void load_part(struct loaded *loaded, uint64_t time);

/* System calls that were made in a cgroup from `from` to `to` (boot time, ns), by their numbers, ascending. */
struct load_made {
	uint64_t cgroup, from, to;
	const uint16_t *numbers;
	size_t count; /* not 0 */
};

/*
 * Ends a round, and tells what was made in it, cgroup by cgroup; nothing where that was not asked for. One that is made
 * while a round ends is told with the next, if not with both.
 */
typedef void (*made_teller)(void *context, const struct load_made *made);
void load_made(struct loaded *loaded, made_teller tell, void *context);

/* Nothing new is recorded from now on, and what is left in any fold is told. The rings can still be read. */
void load_stop(struct loaded *loaded);

/*
 * Watches what execs from now on in a cgroup and below it, with a label (0: none). `path`: from the root of the unified
 * hierarchy, shorter than LOAD_CGROUP_MOST; it is known again when it is made anew. `id`: 0 when it does not exist yet.
 */
#define LOAD_CGROUP_MOST 192
int load_want_cgroup(struct loaded *loaded, const char *path, uint64_t id, uint32_t label);

/* Names of the programs that are in use. How many. */
#define LOAD_PROGRAMS_MOST KEPT_PROGRAMS_MOST
size_t load_programs(const struct loaded *loaded, const char *names[], size_t most);

/* Sums over all CPUs: the counters of uses, by action and class, and a trouble. */
void load_counts(const struct loaded *loaded, int action, int class_number, uint64_t counts[DP_COUNTS]);
uint64_t load_trouble(const struct loaded *loaded, enum dp_trouble which);

/*
 * Runs of a program that the kernel left out because the program was interrupted by itself on the same processor: at most
 * so many calls are lost. Kernels that let these programs be preempted (7.x) do that; 0 before 5.12, which do not count.
 */
uint64_t load_missed(const struct loaded *loaded);

/* Uses that found no room in a ring: the sum of all DP_DROPPED, at no cost. */
uint64_t load_dropped(const struct loaded *loaded);

#endif
