/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of declared tasks, as the toolchain writes it from rules/tasks: which there are and what they are bound to, who
 * besides root may start them, which are subtasks of which, and which systemd units have one (event contract, section 9). What it says is
 * trusted, so only a file that root alone can change is read.
 */
#ifndef DETPACK_TASK_H
#define DETPACK_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/bound.h"

struct task {
	char name[65];	 /* letters, digits and `-_.` */
	char digest[65]; /* of the task file, 64 hex digits */
	char agent[129]; /* "" for any */
};

/* What a run of a task is bound to at its start. */
struct parameter {
	const struct task *of;
	char name[BINDING_NAME];
	enum parameter_kind kind;
	bool optional;
};

struct tasks;

/*
 * NULL with the reason in `problem` (with the line number) when the text is no table: unknown lines, names that no line
 * declares, a name twice. Lines may come in any order after the first.
 */
struct tasks *tasks_parse(const char *text, size_t length, char *problem, size_t size);

/* Refuses a file that is not root's, that others may write, or that lies in a folder others may change. */
struct tasks *tasks_read(const char *file, char *problem, size_t size);
void tasks_free(struct tasks *tasks);

/* NULL for a name that is not declared. Valid until the tasks are freed. */
const struct task *tasks_find(const struct tasks *tasks, const char *name);

/* Root may start every task, others those they are named for. */
bool tasks_may_start(const struct tasks *tasks, const struct task *task, uint32_t uid);

/* True only for what a line says: a subtask of a subtask needs a line of its own. */
bool tasks_is_subtask(const struct tasks *tasks, const struct task *child, const struct task *parent);

/* The parameters of a task, by a number from 0; NULL after the last. */
const struct parameter *tasks_parameter(const struct tasks *tasks, const struct task *task, size_t index);

/* Units that have a task: the name of the unit, NULL after the last, and its task. */
const char *tasks_unit(const struct tasks *tasks, size_t index, const struct task **task);

#endif
