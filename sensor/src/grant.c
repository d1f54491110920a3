/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "src/bind.h"
#include "src/bound.h"
#include "src/control.h"
#include "src/grant.h"
#include "src/label.h"
#include "src/request.h"
#include "src/target.h"
#include "src/task.h"

/* The label now; 0 for one that is not watched. False: the kernel does not say. */
static bool label_now(const struct label_kernel *kernel, int pidfd, uint32_t pid, uint32_t *label)
{
	int failed = kernel->read(kernel->context, pidfd, pid, label);

	if (failed == -ENOENT)
		*label = 0;
	return !failed || failed == -ENOENT;
}

/* A launcher with a task of its own may start parts of that, and nothing else. */
static const char *check_launcher(const struct control_options *options, const struct launcher *launcher,
				  const struct task *task, uint32_t *label)
{
	const struct task_run *own;
	const struct task *parent;

	if (!label_now(&options->kernel, launcher->pidfd, launcher->pid, label) || !pidfd_lives(launcher->pidfd))
		return "the launcher is gone";
	if (!*label)
		return NULL;
	own = labels_find(options->labels, *label);
	parent = own ? tasks_find(options->tasks, own->task) : NULL;
	if (!parent || !tasks_is_subtask(options->tasks, task, parent))
		return "the launcher has a task itself, of which this is no subtask";
	return NULL;
}

static const char *give(const struct control_options *options, const struct launcher *launcher, const struct task *task,
			const char *agent, struct bound *bound, int target, uint32_t pid, uint32_t from,
			const struct task_run **run)
{
	const struct dp_process by = { .pid = launcher->pid };
	uint32_t label = 0;
	int failed;

	*run = labels_add(options->labels, task, agent, LABEL_BY_LAUNCHER, &by, launcher->uid);
	if (!*run) {
		bound_free(bound);
		return "too many tasks run already";
	}
	labels_bind(options->labels, (*run)->number, bound);
	failed = options->kernel.write(options->kernel.context, target, pid, from, (*run)->number);
	/* What counts is what the kernel says afterwards. */
	if (label_now(&options->kernel, target, pid, &label) && label == (*run)->number && !failed)
		return NULL;
	if (label != (*run)->number)
		labels_drop(options->labels, (*run)->number);
	*run = NULL;
	return failed == -EPERM ? "the process has a label already" : "the kernel did not take the label";
}

const char *grant(const struct control_options *options, const struct launcher *launcher, const struct request *request,
		  int target, const struct task_run **run)
{
	const struct task *task = tasks_find(options->tasks, request->task);
	const char *why, *agent = request->agent;
	struct bound *bound;
	uint32_t from, label, pid;

	*run = NULL;
	if (!task)
		return "no such task is declared";
	if (!tasks_may_start(options->tasks, task, launcher->uid))
		return "this user may not start this task";
	if (!*agent)
		agent = task->agent;
	if (task->agent[0] && strcmp(task->agent, agent))
		return "the task is declared for another agent";
	why = check_launcher(options, launcher, task, &from);
	if (!why)
		why = target_check(target, launcher->pid, launcher->uid, &pid);
	if (why)
		return why;
	if (!label_now(&options->kernel, target, pid, &label))
		return "the process is gone";
	/* It was born with what the launcher has. */
	if (label != from)
		return "the process has a label already";
	why = bind_run(options->tasks, task, request, &bound);
	return why ? why : give(options, launcher, task, agent, bound, target, pid, from, run);
}
