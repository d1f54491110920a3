/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "src/bound.h"
#include "src/label.h"
#include "src/parts.h"
#include "src/task.h"

#define RUNS 8192 /* remembered, ended ones among them */
#define LIVE_MOST 4096
#define PIDS_MOST 65536
#define SWEEP_EVERY 10000000000ull /* ns */

struct entry {
	struct task_run run;
	struct dp_process last; /* the first or the one that ended last */
	uint32_t live;		/* processes that were seen and have not ended */
	uint32_t counted;	/* by the census that goes on */
	uint8_t found_empty;	/* by so many in a row */
	bool began, ended;
};

/* A process with a label. */
struct holder {
	uint32_t pid; /* 0: free */
	uint32_t number;
};

/* By pid, with open addressing. */
struct holders {
	struct holder *list;
	size_t count, room; /* a power of two */
};

struct labels {
	label_reader read;
	label_listener listen;
	void *context;
	uint32_t last_number, live;
	struct entry *entries[RUNS]; /* by number modulo RUNS */
	struct holders holders;
	uint64_t swept;
};

struct labels *labels_new(label_reader read, label_listener listen, void *context)
{
	struct labels *labels = calloc(1, sizeof(*labels));

	if (!labels)
		return NULL;
	labels->read = read;
	labels->listen = listen;
	labels->context = context;
	labels->holders.room = 64;
	labels->holders.list = calloc(labels->holders.room, sizeof(*labels->holders.list));
	if (!labels->holders.list) {
		free(labels);
		return NULL;
	}
	return labels;
}

static void entry_free(struct entry *entry)
{
	if (entry)
		bound_free(entry->run.bound);
	free(entry);
}

void labels_free(struct labels *labels)
{
	if (!labels)
		return;
	for (size_t i = 0; i < RUNS; i++)
		entry_free(labels->entries[i]);
	free(labels->holders.list);
	free(labels);
}

static struct entry *entry_of(const struct labels *labels, uint32_t number)
{
	struct entry *entry = number ? labels->entries[number % RUNS] : NULL;

	return entry && entry->run.number == number ? entry : NULL;
}

const struct task_run *labels_find(const struct labels *labels, uint32_t number)
{
	const struct entry *entry = entry_of(labels, number);

	return entry ? &entry->run : NULL;
}

static bool name_run(char run[33])
{
	unsigned char random[16];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return false;
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(run + 2 * i, 3, "%02x", random[i]);
	return true;
}

const struct task_run *labels_add(struct labels *labels, const struct task *task, const char *agent,
				  enum label_source source, const struct dp_process *launcher, uint32_t uid)
{
	struct entry *entry = labels->live < LIVE_MOST ? calloc(1, sizeof(*entry)) : NULL;
	uint32_t number = labels->last_number;

	if (!entry || !name_run(entry->run.run)) {
		free(entry);
		return NULL;
	}
	/* At most LIVE_MOST of the RUNS places are taken by runs that go on. */
	do
		number++;
	while (!number || (labels->entries[number % RUNS] && !labels->entries[number % RUNS]->ended));
	entry_free(labels->entries[number % RUNS]);
	labels->entries[number % RUNS] = entry;
	labels->last_number = entry->run.number = number;
	labels->live++;
	snprintf(entry->run.task, sizeof(entry->run.task), "%s", task->name);
	snprintf(entry->run.digest, sizeof(entry->run.digest), "%s", task->digest);
	snprintf(entry->run.agent, sizeof(entry->run.agent), "%s", agent);
	entry->run.source = source;
	if (launcher)
		entry->run.launcher = *launcher;
	entry->run.uid = uid;
	return &entry->run;
}

void labels_bind(struct labels *labels, uint32_t number, struct bound *bound)
{
	struct entry *entry = entry_of(labels, number);

	bound_free(entry ? entry->run.bound : bound);
	if (entry)
		entry->run.bound = bound;
}

void labels_drop(struct labels *labels, uint32_t number)
{
	struct entry *entry = entry_of(labels, number);

	if (!entry || entry->began)
		return;
	labels->entries[number % RUNS] = NULL;
	labels->live--;
	entry_free(entry);
}

/* ---- from one run of the sensor to the next ---- */

const struct task_run *labels_next(const struct labels *labels, size_t *at, bool *began)
{
	while (*at < RUNS) {
		const struct entry *entry = labels->entries[(*at)++];

		if (!entry || entry->ended)
			continue;
		*began = entry->began;
		return &entry->run;
	}
	return NULL;
}

uint32_t labels_last(const struct labels *labels)
{
	return labels->last_number;
}

bool labels_restore(struct labels *labels, const struct task_run *run, bool began, uint32_t last)
{
	struct entry **place = &labels->entries[run->number % RUNS];
	struct entry *entry = run->number && !*place && labels->live < LIVE_MOST ? calloc(1, sizeof(*entry)) : NULL;

	if (!entry)
		return false;
	entry->run = *run;
	entry->began = began;
	*place = entry;
	labels->live++;
	if (labels->last_number < last)
		labels->last_number = last;
	return true;
}

/* ---- who has which label ---- */

static struct holder *place_of(const struct holders *holders, uint32_t pid)
{
	size_t mask = holders->room - 1, at = pid * 2654435761u & mask;

	while (holders->list[at].pid && holders->list[at].pid != pid)
		at = (at + 1) & mask;
	return &holders->list[at];
}

static bool grow(struct holders *holders)
{
	struct holders bigger = { .count = holders->count, .room = holders->room * 2 };

	if (holders->count * 2 < holders->room)
		return true;
	bigger.list = bigger.room <= 2 * PIDS_MOST ? calloc(bigger.room, sizeof(*bigger.list)) : NULL;
	if (!bigger.list)
		return false;
	for (size_t i = 0; i < holders->room; i++)
		if (holders->list[i].pid)
			*place_of(&bigger, holders->list[i].pid) = holders->list[i];
	free(holders->list);
	*holders = bigger;
	return true;
}

/* Takes a process out, and moves those up that stand behind it for want of their own place. Gives what it held. */
static uint32_t forget(struct holders *holders, uint32_t pid)
{
	struct holder *place = place_of(holders, pid), *list = holders->list;
	size_t mask = holders->room - 1, hole = (size_t)(place - list), at = hole;
	uint32_t number = place->number;

	if (!place->pid)
		return 0;
	holders->count--;
	for (;;) {
		size_t home;

		at = (at + 1) & mask;
		if (!list[at].pid)
			break;
		home = list[at].pid * 2654435761u & mask;
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			list[hole] = list[at];
			hole = at;
		}
	}
	list[hole] = (struct holder){ 0, 0 };
	return number;
}

static void hold(struct labels *labels, uint32_t pid, uint32_t number)
{
	struct entry *entry = entry_of(labels, number), *before;
	struct holder *place;

	if (!entry || entry->ended || !pid)
		return;
	place = place_of(&labels->holders, pid);
	if (place->pid && place->number == number)
		return;
	if (place->pid) {
		/* Its end was lost and the number is used again, or it went over to a subtask. */
		before = entry_of(labels, place->number);
		if (before && before->live)
			before->live--;
		place->number = number;
	} else {
		/* Without room the census still finds it. */
		if (!grow(&labels->holders))
			return;
		*place_of(&labels->holders, pid) = (struct holder){ pid, number };
		labels->holders.count++;
	}
	entry->live++;
}

/* ---- begin and end ---- */

static void tell(const struct labels *labels, enum label_change change, const struct entry *entry, uint64_t boot)
{
	if (labels->listen)
		labels->listen(labels->context, change, &entry->run, &entry->last, boot);
}

void labels_begin(struct labels *labels, uint32_t number, const struct dp_process *self, uint64_t boot)
{
	struct entry *entry = entry_of(labels, number);

	if (!entry || entry->began)
		return;
	entry->began = true;
	entry->last = *self;
	hold(labels, self->pid, number);
	tell(labels, LABEL_BEGAN, entry, boot);
}

static void end_run(struct labels *labels, struct entry *entry, uint64_t boot)
{
	entry->ended = true;
	labels->live--;
	tell(labels, LABEL_ENDED, entry, boot);
}

static bool is_zombie(uint32_t pid)
{
	char path[64], line[512];
	const char *end = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return true;
	if (fgets(line, sizeof(line), file))
		end = strrchr(line, ')');
	fclose(file);
	return !end || end[1] != ' ' || end[2] == 'Z' || end[2] == 'X';
}

/* Counts who carries which label now, but for one that is about to end. */
static bool census(struct labels *labels, uint32_t but)
{
	DIR *all = opendir("/proc");
	struct dirent *each;

	if (!all)
		return false;
	for (size_t i = 0; i < RUNS; i++)
		if (labels->entries[i])
			labels->entries[i]->counted = 0;
	while ((each = readdir(all))) {
		uint32_t pid = (uint32_t)strtoul(each->d_name, NULL, 10);
		struct entry *entry = pid && pid != but ? entry_of(labels, labels->read(labels->context, pid)) : NULL;

		if (entry && !entry->ended && !is_zombie(pid)) {
			entry->counted++;
			hold(labels, pid, entry->run.number);
		}
	}
	closedir(all);
	return true;
}

void labels_count(struct labels *labels)
{
	if (labels->read)
		census(labels, 0);
}

void labels_settle(struct labels *labels, uint64_t boot)
{
	if (!labels->read || !census(labels, 0))
		return;
	for (size_t i = 0; i < RUNS; i++) {
		struct entry *entry = labels->entries[i];

		if (entry && entry->began && !entry->ended && !entry->live && !entry->counted)
			end_run(labels, entry, boot);
	}
}

static void process_ended(struct labels *labels, const struct dp_use *use)
{
	struct entry *entry = entry_of(labels, forget(&labels->holders, use->process.pid));

	if (!entry || entry->ended)
		return;
	if (entry->live)
		entry->live--;
	if (entry->live || !entry->began)
		return;
	entry->last = use->process;
	/* A birth that was lost would end the run too early: the kernel knows. */
	if (!labels->read || (census(labels, use->process.pid) && !entry->counted))
		end_run(labels, entry, use->time);
}

static const struct dp_relatives *relatives_of(const struct dp_use *use)
{
	const struct dp_part *part;

	for (part = part_after(use, NULL); part; part = part_after(use, part))
		if (part->kind == DP_PART_PARENT && part->length == sizeof(struct dp_relatives))
			return (const void *)(part + 1);
	return NULL;
}

/* The first that is heard of a process with the label: who it is, and who its launcher is, as the kernel knows them. */
static void process_begins(struct labels *labels, const struct dp_use *use, const struct dp_relatives *relatives)
{
	struct entry *entry = entry_of(labels, use->label);

	if (entry && relatives && entry->run.launcher.pid && entry->run.launcher.pid == relatives->parent.pid)
		entry->run.launcher.start = relatives->parent.start;
	labels_begin(labels, use->label, &use->process, use->time);
	hold(labels, use->process.pid, use->label);
}

void labels_learn(struct labels *labels, const struct dp_use *use)
{
	const struct dp_relatives *relatives;

	if (!use->label && use->action != DP_PROCESS_EXIT)
		return;
	switch (use->action) {
	case DP_PROCESS_FORK:
		relatives = relatives_of(use);
		if (relatives)
			hold(labels, relatives->child.pid, use->label);
		break;
	case DP_PROCESS_EXEC:
		process_begins(labels, use, relatives_of(use));
		break;
	case DP_PROCESS_EXIT:
		process_ended(labels, use);
		break;
	default:
		break;
	}
}

void labels_sweep(struct labels *labels, uint64_t boot)
{
	if (!labels->live || !labels->read || boot - labels->swept < SWEEP_EVERY)
		return;
	labels->swept = boot;
	if (!census(labels, 0))
		return;
	for (size_t i = 0; i < RUNS; i++) {
		struct entry *entry = labels->entries[i];

		if (!entry || entry->ended || (!entry->began && entry->run.source == LABEL_BY_UNIT))
			continue;
		/* Twice: one process may hand over to another behind the back of a look at all of them. */
		entry->found_empty = entry->counted ? 0 : (uint8_t)(entry->found_empty + 1);
		if (entry->found_empty < 2)
			continue;
		if (entry->began)
			end_run(labels, entry, boot);
		else
			labels_drop(labels, entry->run.number); /* its process ended before anything was heard of it */
	}
}
