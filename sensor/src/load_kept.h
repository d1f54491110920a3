/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is left of the kernel half's object once it is loaded and attached: descriptors, and the memory that both halves
 * share. libbpf's object is put away then: it keeps each instruction, name and type, which are some MiB that nobody asks
 * for again.
 */
#ifndef DETPACK_LOAD_KEPT_H
#define DETPACK_LOAD_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEPT_MAPS_MOST 64
#define KEPT_PROGRAMS_MOST 128

struct bpf_program;
struct kernel;
struct sensor_bpf;
struct sensor_bpf__bss;
struct sensor_bpf__data;

/* One that this kernel took. */
struct kept_program {
	char name[64];
	int fd;
	bool loses; /* there is none after it at its tracepoint that does what it leaves out */
};

struct kept {
	/* Some of these hold only while they are open: a table of programs is emptied when nobody has it any more. */
	int maps[KEPT_MAPS_MOST];
	size_t map_count;
	struct kept_program programs[KEPT_PROGRAMS_MOST];
	size_t program_count;
	int links[KEPT_PROGRAMS_MOST]; /* in the order of attaching */
	size_t link_count;

	/* Of the maps, those that are asked later. `tasks`: the state of threads, by whichever key this kernel has for it. */
	int rare, bulk, tasks, wanted, wanted_paths, wanted_cgroups, class_names, counts, troubles, calls_made;
	size_t task_size; /* of one thread's state, bytes */
	/* Of the programs, the iterators; -1: not on this kernel. */
	int mark_tasks, list_open, collect_folds;
	struct sensor_bpf__bss *bss;
	struct sensor_bpf__data *data;
	bool made_wanted;
};

/* Attaches a program of a loaded object. 0 or a negative errno. */
int kept_attach(struct kept *kept, const struct bpf_program *program);

/*
 * Takes what is needed of a loaded object, which is good for nothing then but to be destroyed. 0 or a negative errno; what
 * was taken until then is given back by kept_close all the same.
 */
int kept_take(struct kept *kept, const struct sensor_bpf *skeleton, const struct kernel *kernel);

/* No program runs any more; what they wrote can still be read. */
void kept_detach(struct kept *kept);

/* Everything; nothing of it stays in the kernel. */
void kept_close(struct kept *kept);

#endif
