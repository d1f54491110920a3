/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/task.h"
#include "src/trusted_file.h"

#define TABLE_MOST (4u << 20)
#define ROWS_MOST 4096
#define FIELDS_MOST 5
#define UNIT_MOST 160 /* with /system.slice/ before it the kernel half has room for it */

/* A line that names tasks; they are looked up once all are known. */
struct link {
	enum { SUBTASK, LAUNCHER, UNIT } kind;
	size_t line;
	char task[65], other[65]; /* SUBTASK: the child and its parent */
	char unit[UNIT_MOST + 1];
	uint32_t uid;
	const struct task *found, *parent;
};

/* A line that declares a parameter, the same. */
struct declared {
	size_t line;
	char task[65];
	struct parameter parameter;
};

struct tasks {
	struct task *tasks;
	size_t count, room;
	struct declared *declared;
	size_t declared_count, declared_room;
	struct link *links;
	size_t link_count, link_room;
};

struct reading {
	struct tasks *tasks;
	size_t line;
	char *problem;
	size_t size;
};

static bool refuse(const struct reading *reading, const char *what)
{
	snprintf(reading->problem, reading->size, "line %zu of the table of tasks: %s", reading->line, what);
	return false;
}

/* Room for one more row, zeroed; NULL when there are too many. */
static void *add_row(void **rows, size_t *count, size_t *room, size_t row)
{
	if (*count == *room) {
		size_t more = *room ? *room * 2 : 16;
		void *grown = more <= ROWS_MOST ? realloc(*rows, more * row) : NULL;

		if (!grown)
			return NULL;
		*rows = grown;
		*room = more;
	}
	memset((char *)*rows + *count * row, 0, row);
	return (char *)*rows + (*count)++ * row;
}

static bool is_name(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("-_.", text[i]))
			return false;
	return length > 0 && length <= 64 && isalnum((unsigned char)text[0]);
}

/* Printed in events and messages, so no control characters. */
static bool is_text(const char *text, size_t most)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	return length > 0 && length <= most;
}

static bool is_unit(const char *text)
{
	static const char *const kinds[] = { ".service", ".scope", ".socket", ".mount", ".swap" };
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr(":-_.\\@", text[i]))
			return false;
	for (size_t i = 0; length <= UNIT_MOST && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (length > strlen(kinds[i]) && !strcmp(text + length - strlen(kinds[i]), kinds[i]))
			return true;
	return false;
}

static bool is_uid(const char *text, uint32_t *uid)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)text[0]) || strlen(text) > 10)
		return false;
	value = strtoull(text, &end, 10);
	*uid = (uint32_t)value;
	return !*end && value < UINT32_MAX; /* the last one means "none" to the kernel */
}

static bool read_task(const struct reading *reading, char *const fields[])
{
	struct tasks *tasks = reading->tasks;
	struct task *task;

	if (!is_name(fields[1]) || strlen(fields[2]) != 64 || strspn(fields[2], "0123456789abcdef") != 64 ||
	    !is_text(fields[3], 128))
		return refuse(reading, "not `task`, a name, a digest of 64 hex digits, and an agent or -");
	if (tasks_find(tasks, fields[1]))
		return refuse(reading, "this task was declared already");
	task = add_row((void **)&tasks->tasks, &tasks->count, &tasks->room, sizeof(*task));
	if (!task)
		return refuse(reading, "there are too many tasks");
	memcpy(task->name, fields[1], strlen(fields[1]));
	memcpy(task->digest, fields[2], 64);
	if (strcmp(fields[3], "-"))
		memcpy(task->agent, fields[3], strlen(fields[3]));
	return true;
}

static bool read_link(const struct reading *reading, char *const fields[])
{
	struct tasks *tasks = reading->tasks;
	bool unit = !strcmp(fields[0], "unit"), launcher = !strcmp(fields[0], "launcher");
	const char *name = unit ? fields[2] : fields[1];
	struct link *link;
	uint32_t uid = 0;

	if (!is_name(name) || (unit && !is_unit(fields[1])) || (launcher && !is_uid(fields[2], &uid)) ||
	    (!unit && !launcher && !is_name(fields[2])))
		return refuse(reading, unit	? "not `unit`, the name of a unit, and a task" :
				       launcher ? "not `launcher`, a task, and the number of a user" :
						  "not `subtask`, a task, and the task it is part of");
	for (size_t i = 0; unit && i < tasks->link_count; i++)
		if (tasks->links[i].kind == UNIT && !strcmp(tasks->links[i].unit, fields[1]))
			return refuse(reading, "this unit has a task already");
	link = add_row((void **)&tasks->links, &tasks->link_count, &tasks->link_room, sizeof(*link));
	if (!link)
		return refuse(reading, "there are too many lines");
	link->kind = unit ? UNIT : launcher ? LAUNCHER : SUBTASK;
	link->line = reading->line;
	link->uid = uid;
	memcpy(link->task, name, strlen(name));
	if (unit)
		memcpy(link->unit, fields[1], strlen(fields[1]));
	else if (!launcher)
		memcpy(link->other, fields[2], strlen(fields[2]));
	return true;
}

static bool is_parameter(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("-_", text[i]))
			return false;
	return length > 0 && length < BINDING_NAME;
}

static bool read_parameter(const struct reading *reading, char *const fields[])
{
	static const char *const kinds[] = { [PARAMETER_FILE] = "file", [PARAMETER_DIRECTORY] = "directory",
					     [PARAMETER_HOST] = "host", [PARAMETER_TEXT] = "text" };
	struct tasks *tasks = reading->tasks;
	bool optional = !strcmp(fields[4], "optional");
	struct declared *declared;
	size_t kind = 0;

	while (kind < sizeof(kinds) / sizeof(kinds[0]) && strcmp(kinds[kind], fields[3]))
		kind++;
	if (!is_name(fields[1]) || !is_parameter(fields[2]) || kind == sizeof(kinds) / sizeof(kinds[0]) ||
	    (!optional && strcmp(fields[4], "needed")))
		return refuse(reading, "not `parameter`, a task, a name, file, directory, host or text, and needed or optional");
	for (size_t i = 0; i < tasks->declared_count; i++)
		if (!strcmp(tasks->declared[i].task, fields[1]) && !strcmp(tasks->declared[i].parameter.name, fields[2]))
			return refuse(reading, "this parameter was declared already");
	declared = add_row((void **)&tasks->declared, &tasks->declared_count, &tasks->declared_room, sizeof(*declared));
	if (!declared)
		return refuse(reading, "there are too many parameters");
	declared->line = reading->line;
	memcpy(declared->task, fields[1], strlen(fields[1]));
	memcpy(declared->parameter.name, fields[2], strlen(fields[2]));
	declared->parameter.kind = (enum parameter_kind)kind;
	declared->parameter.optional = optional;
	return true;
}

static bool read_line(const struct reading *reading, char *line)
{
	char *fields[FIELDS_MOST], *at = line;
	size_t count = 0;

	do {
		if (count == FIELDS_MOST)
			return refuse(reading, "too many fields");
		fields[count++] = at;
		at = strchr(at, '\t');
		if (at)
			*at++ = '\0';
	} while (at);
	if (reading->line == 1)
		return count == 2 && !strcmp(fields[0], "detpack-tasks") && !strcmp(fields[1], "1") ?
			       true :
			       refuse(reading, "not a table of tasks of version 1");
	if (!strcmp(fields[0], "task") && count == 4)
		return read_task(reading, fields);
	if (!strcmp(fields[0], "parameter") && count == 5)
		return read_parameter(reading, fields);
	if ((!strcmp(fields[0], "subtask") || !strcmp(fields[0], "launcher") || !strcmp(fields[0], "unit")) && count == 3)
		return read_link(reading, fields);
	return refuse(reading, "neither task, parameter, subtask, launcher nor unit, or not as many fields as it has");
}

static bool join(struct reading *reading)
{
	struct tasks *tasks = reading->tasks;

	for (size_t i = 0; i < tasks->declared_count; i++) {
		reading->line = tasks->declared[i].line;
		tasks->declared[i].parameter.of = tasks_find(tasks, tasks->declared[i].task);
		if (!tasks->declared[i].parameter.of)
			return refuse(reading, "no line declares this task");
	}
	for (size_t i = 0; i < tasks->link_count; i++) {
		struct link *link = &tasks->links[i];

		reading->line = link->line;
		link->found = tasks_find(tasks, link->task);
		link->parent = link->kind == SUBTASK ? tasks_find(tasks, link->other) : NULL;
		if (!link->found || (link->kind == SUBTASK && !link->parent))
			return refuse(reading, "no line declares this task");
		if (link->found == link->parent)
			return refuse(reading, "a task is no part of itself");
	}
	return true;
}

struct tasks *tasks_parse(const char *text, size_t length, char *problem, size_t size)
{
	struct tasks *tasks = calloc(1, sizeof(*tasks));
	struct reading reading = { .tasks = tasks, .problem = problem, .size = size };
	char *copy = length <= TABLE_MOST ? malloc(length + 1) : NULL;
	bool right = tasks && copy;

	if (!right)
		snprintf(problem, size, "the table of tasks is too long");
	if (right) {
		memcpy(copy, text, length);
		copy[length] = '\0';
		if (memchr(copy, '\0', length))
			right = refuse(&reading, "a NUL byte");
	}
	for (char *line = copy, *end; right && *line; line = end) {
		end = strchrnul(line, '\n');
		if (*end)
			*end++ = '\0';
		reading.line++;
		right = read_line(&reading, line);
	}
	if (right && !reading.line)
		right = refuse(&reading, "it is empty");
	right = right && join(&reading);
	free(copy);
	if (right)
		return tasks;
	tasks_free(tasks);
	return NULL;
}

struct tasks *tasks_read(const char *file, char *problem, size_t size)
{
	size_t length;
	char *text = trusted_file(file, TABLE_MOST, &length, problem, size);
	struct tasks *tasks = text ? tasks_parse(text, length, problem, size) : NULL;

	free(text);
	return tasks;
}

void tasks_free(struct tasks *tasks)
{
	if (!tasks)
		return;
	free(tasks->tasks);
	free(tasks->links);
	free(tasks->declared);
	free(tasks);
}

const struct task *tasks_find(const struct tasks *tasks, const char *name)
{
	for (size_t i = 0; i < tasks->count; i++)
		if (!strcmp(tasks->tasks[i].name, name))
			return &tasks->tasks[i];
	return NULL;
}

bool tasks_may_start(const struct tasks *tasks, const struct task *task, uint32_t uid)
{
	for (size_t i = 0; uid && i < tasks->link_count; i++)
		if (tasks->links[i].kind == LAUNCHER && tasks->links[i].found == task && tasks->links[i].uid == uid)
			return true;
	return uid == 0;
}

bool tasks_is_subtask(const struct tasks *tasks, const struct task *child, const struct task *parent)
{
	for (size_t i = 0; i < tasks->link_count; i++)
		if (tasks->links[i].kind == SUBTASK && tasks->links[i].found == child && tasks->links[i].parent == parent)
			return true;
	return false;
}

const struct parameter *tasks_parameter(const struct tasks *tasks, const struct task *task, size_t index)
{
	for (size_t i = 0; i < tasks->declared_count; i++)
		if (tasks->declared[i].parameter.of == task && index-- == 0)
			return &tasks->declared[i].parameter;
	return NULL;
}

const char *tasks_unit(const struct tasks *tasks, size_t index, const struct task **task)
{
	for (size_t i = 0; i < tasks->link_count; i++)
		if (tasks->links[i].kind == UNIT && index-- == 0) {
			*task = tasks->links[i].found;
			return tasks->links[i].unit;
		}
	return NULL;
}
