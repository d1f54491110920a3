/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "src/complain.h"
#include "src/control.h"
#include "src/label.h"
#include "src/label_table.h"
#include "src/load.h"
#include "src/pipeline.h"
#include "src/report.h"
#include "src/scope.h"
#include "src/task.h"
#include "src/tasking.h"

#define SECOND 1000000000ull

struct tasking {
	struct tasking_options options;
	struct tasks *tasks;
	struct labels *labels;
	struct control *control;
	struct pipeline *pipeline;
	struct text item;
	uint64_t sweep_at;
	uint32_t *unit_runs; /* number of the run of each unit, in the order of the table */
	size_t unit_count;
	bool units_watched;
	bool paused;
	bool closing;
};

/* ---- labels in the kernel ---- */

static uint32_t label_of(void *context, uint32_t pid)
{
	struct tasking *tasking = context;
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	uint32_t label = 0;

	if (pidfd < 0)
		return 0;
	load_label(tasking->options.loaded, pidfd, pid, &label);
	close(pidfd);
	return label;
}

static int read_label(void *context, int pidfd, uint32_t pid, uint32_t *label)
{
	struct tasking *tasking = context;
	int failed = load_label(tasking->options.loaded, pidfd, pid, label);

	/* A process that is not watched has no label. */
	return failed == -ENOENT ? 0 : failed;
}

static int write_label(void *context, int pidfd, uint32_t pid, uint32_t from, uint32_t to)
{
	struct tasking *tasking = context;

	return load_set_label(tasking->options.loaded, pidfd, pid, from, to);
}

/* ---- runs ---- */

/* The run of this unit and task that goes on; NULL: there is none. */
static const struct task_run *kept_run(const struct tasking *tasking, const struct label_table *kept, const char *unit,
				       const struct task *task)
{
	for (size_t i = 0; kept && i < kept->count; i++)
		if (!strcmp(kept->runs[i].unit, unit) && !strcmp(kept->runs[i].run.task, task->name))
			return labels_find(tasking->labels, kept->runs[i].run.number);
	return NULL;
}

/* A unit that is started again is another run of its task: its cgroup gets the number of a new one. */
static int watch_unit(struct tasking *tasking, size_t index, const struct label_table *kept, char *problem, size_t size)
{
	const struct dp_process nobody = {};
	const struct task *task;
	const char *unit = tasks_unit(tasking->tasks, index, &task);
	const struct task_run *run = kept_run(tasking, kept, unit, task);
	int failed;

	if (!run)
		run = labels_add(tasking->labels, task, task->agent, LABEL_BY_UNIT, &nobody, 0);
	if (!run) {
		snprintf(problem, size, "%s: there are too many runs of tasks", unit);
		return -ENOMEM;
	}
	tasking->unit_runs[index] = run->number;
	failed = scope_watch_unit(tasking->options.loaded, unit, run->number, problem, size);
	if (failed)
		labels_drop(tasking->labels, run->number);
	return failed;
}

int tasking_watch_units(struct tasking *tasking, const struct label_table *kept, char *problem, size_t size)
{
	const struct task *task;

	if (!tasking || !tasking->tasks)
		return 0;
	while (tasks_unit(tasking->tasks, tasking->unit_count, &task))
		tasking->unit_count++;
	tasking->unit_runs = calloc(tasking->unit_count + 1, sizeof(*tasking->unit_runs));
	if (!tasking->unit_runs) {
		snprintf(problem, size, "no memory");
		return -ENOMEM;
	}
	for (size_t i = 0; i < tasking->unit_count; i++) {
		int failed = watch_unit(tasking, i, kept, problem, size);

		if (failed)
			return failed;
	}
	tasking->units_watched = true;
	return 0;
}

/* The unit whose run is over, and not others of the same task, which go on. */
static void renew_unit(struct tasking *tasking, const struct task_run *ended)
{
	char problem[256] = "";

	for (size_t i = 0; i < tasking->unit_count; i++)
		if (tasking->unit_runs[i] == ended->number) {
			if (watch_unit(tasking, i, NULL, problem, sizeof(problem)))
				complain("%s", problem);
			return;
		}
}

static void on_change(void *context, enum label_change change, const struct task_run *run, const struct dp_process *self,
		      uint64_t boot)
{
	struct tasking *tasking = context;
	struct report report = { .action = change == LABEL_BEGAN ? REPORT_TASK_START : REPORT_TASK_END,
				 .host = tasking->options.host, .clock = tasking->options.clock, .boot = boot,
				 .redaction = tasking->options.redaction };

	/* Before and after its time another run of the sensor tells it. */
	if (tasking->pipeline && pipeline_tells(tasking->pipeline, boot)) {
		report_task(&report, run, self, &tasking->item);
		pipeline_report(tasking->pipeline, boot, &tasking->item);
	}
	if (change == LABEL_ENDED && run->source == LABEL_BY_UNIT && tasking->units_watched && !tasking->closing)
		renew_unit(tasking, run);
}

/* ---- from one run of the sensor to the next ---- */

void tasking_pause(struct tasking *tasking, bool paused)
{
	if (tasking)
		tasking->paused = paused;
}

uint32_t tasking_last(const struct tasking *tasking)
{
	return tasking ? labels_last(tasking->labels) : 0;
}

void tasking_leave(const struct tasking *tasking, struct text *text)
{
	const struct task_run *run;
	struct kept_run kept;
	const struct task *task;
	size_t at = 0;

	while (tasking && (run = labels_next(tasking->labels, &at, &kept.began))) {
		kept.run = *run;
		kept.unit[0] = '\0';
		for (size_t i = 0; i < tasking->unit_count; i++)
			if (tasking->unit_runs[i] == run->number)
				snprintf(kept.unit, sizeof(kept.unit), "%s", tasks_unit(tasking->tasks, i, &task));
		label_table_add(text, &kept);
	}
}

size_t tasking_take(struct tasking *tasking, const struct label_table *kept)
{
	size_t lost = 0;

	for (size_t i = 0; i < kept->count; i++) {
		bool known = tasking && labels_restore(tasking->labels, &kept->runs[i].run, kept->runs[i].began, kept->last);

		/* One that waits for the start of its unit is no loss: the unit is watched anew, or is not to be any more. */
		lost += !known && kept->runs[i].began;
	}
	return lost;
}

void tasking_count(struct tasking *tasking)
{
	if (tasking)
		labels_count(tasking->labels);
}

void tasking_settle(struct tasking *tasking, uint64_t boot)
{
	if (tasking)
		labels_settle(tasking->labels, boot);
}

/* ---- life ---- */

struct tasking *tasking_open(const struct tasking_options *options, char *problem, size_t size)
{
	struct tasking *tasking = calloc(1, sizeof(*tasking));
	struct control_options control = { .path = options->control, .later = options->later };

	if (!tasking) {
		snprintf(problem, size, "no memory");
		return NULL;
	}
	tasking->options = *options;
	tasking->tasks = tasks_read(options->tasks, problem, size);
	tasking->labels = labels_new(label_of, on_change, tasking);
	if (!tasking->tasks || !tasking->labels) {
		tasking_close(tasking);
		return NULL;
	}
	if (!options->control)
		return tasking;
	control.tasks = tasking->tasks;
	control.labels = tasking->labels;
	control.kernel = (struct label_kernel){ .read = read_label, .write = write_label, .context = tasking };
	tasking->control = control_open(&control, problem, size);
	if (tasking->control)
		return tasking;
	tasking_close(tasking);
	return NULL;
}

int tasking_begin(struct tasking *tasking)
{
	return tasking->control ? control_begin(tasking->control) : 0;
}

void tasking_close(struct tasking *tasking)
{
	if (!tasking)
		return;
	tasking->closing = true;
	if (tasking->control)
		control_close(tasking->control);
	labels_free(tasking->labels);
	tasks_free(tasking->tasks);
	free(tasking->unit_runs);
	text_free(&tasking->item);
	free(tasking);
}

void tasking_tell_to(struct tasking *tasking, struct pipeline *pipeline)
{
	tasking->pipeline = pipeline;
}

const struct labels *tasking_labels(const struct tasking *tasking)
{
	return tasking->labels;
}

void tasking_learn(struct tasking *tasking, const struct dp_use *use)
{
	labels_learn(tasking->labels, use);
}

void tasking_turn(struct tasking *tasking, uint64_t now)
{
	if (tasking->control && !tasking->paused)
		control_serve(tasking->control);
	if (now < tasking->sweep_at)
		return;
	tasking->sweep_at = now + SECOND;
	labels_sweep(tasking->labels, now);
}
