/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/json.h"
#include "src/label_table.h"

#define HEAD "detpack-labels\t1\n"
#define RUNS_MOST 4096 /* as in label.c */

static void add(struct text *text, const char *line)
{
	text_add(text, line, strlen(line));
}

void label_table_begin(struct text *text, const char *scope, uint32_t last)
{
	char line[32];

	snprintf(line, sizeof(line), "\nlast\t%" PRIu32 "\n", last);
	add(text, HEAD "scope\t");
	add(text, scope);
	add(text, line);
}

void label_table_add(struct text *text, const struct kept_run *kept)
{
	const struct task_run *run = &kept->run;
	char line[768];

	/* A dash stands for what is empty. Names of agents hold no control characters: request.c, task.c. */
	snprintf(line, sizeof(line), "run\t%" PRIu32 "\t%s\t%s\t%s\t%s\t%d\t%" PRIu32 "\t%" PRIu64 "\t%" PRIu32 "\t%d\t%s\n",
		 run->number, run->task, run->run, run->digest, *run->agent ? run->agent : "-", run->source == LABEL_BY_UNIT,
		 run->launcher.pid, (uint64_t)run->launcher.start, run->uid, kept->began, *kept->unit ? kept->unit : "-");
	add(text, line);
	if (run->bound)
		add(text, "bound\n");
}

/* ---- reading ---- */

/* One line, without its end; NULL: there is none. */
static char *next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return line;
}

static bool number(const char *text, uint64_t most, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9' || strlen(text) > 20)
		return false;
	*value = strtoull(text, &end, 10);
	return !*end && *value <= most;
}

static bool copy(char *into, size_t size, const char *text, size_t exactly)
{
	size_t length = strlen(text);

	if (!length || length >= size || (exactly && length != exactly))
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	memcpy(into, text, length + 1);
	return true;
}

static bool copy_or_none(char *into, size_t size, const char *text)
{
	return !strcmp(text, "-") || copy(into, size, text, 0);
}

#define FIELDS 12

static bool parse_run(char *line, struct kept_run *kept)
{
	struct task_run *run = &kept->run;
	uint64_t value[6];
	char *fields[FIELDS];

	for (size_t i = 0; i < FIELDS; i++)
		if (!(fields[i] = strsep(&line, "\t")))
			return false;
	*kept = (struct kept_run){ .began = false };
	if (line || strcmp(fields[0], "run") || !number(fields[1], UINT32_MAX, &value[0]) || !value[0] ||
	    !copy(run->task, sizeof(run->task), fields[2], 0) || !copy(run->run, sizeof(run->run), fields[3], 32) ||
	    !copy(run->digest, sizeof(run->digest), fields[4], 64) ||
	    !copy_or_none(run->agent, sizeof(run->agent), fields[5]) || !number(fields[6], 1, &value[1]) ||
	    !number(fields[7], UINT32_MAX, &value[2]) || !number(fields[8], UINT64_MAX, &value[3]) ||
	    !number(fields[9], UINT32_MAX, &value[4]) || !number(fields[10], 1, &value[5]) ||
	    !copy_or_none(kept->unit, sizeof(kept->unit), fields[11]))
		return false;
	run->number = (uint32_t)value[0];
	run->source = value[1] ? LABEL_BY_UNIT : LABEL_BY_LAUNCHER;
	run->launcher.pid = (uint32_t)value[2];
	run->launcher.start = value[3];
	run->uid = (uint32_t)value[4];
	kept->began = value[5];
	return true;
}

static bool parse_head(char **rest, struct label_table *table)
{
	char *head = next_line(rest), *scope = head ? next_line(rest) : NULL, *last = scope ? next_line(rest) : NULL;
	uint64_t value;

	if (!last || strcmp(head, "detpack-labels\t1") || strncmp(scope, "scope\t", 6) || strncmp(last, "last\t", 5) ||
	    !copy(table->scope, sizeof(table->scope), scope + 6, 0) || !number(last + 5, UINT32_MAX, &value))
		return false;
	table->last = (uint32_t)value;
	return true;
}

static bool parse_lines(char *rest, struct label_table *table)
{
	size_t room = 0;
	char *line;

	if (!parse_head(&rest, table))
		return false;
	while ((line = next_line(&rest))) {
		if (!strcmp(line, "bound")) {
			if (table->bound++ == table->count)
				return false;
			continue;
		}
		if (table->count == room) {
			size_t more = room ? room * 2 : 16;
			struct kept_run *runs = more <= RUNS_MOST * 2 ? realloc(table->runs, more * sizeof(*runs)) : NULL;

			if (!runs)
				return false;
			table->runs = runs;
			room = more;
		}
		if (!parse_run(line, &table->runs[table->count++]))
			return false;
	}
	return !*rest;
}

bool label_table_parse(const char *bytes, size_t length, struct label_table *table)
{
	char *text = memchr(bytes, '\0', length) ? NULL : strndup(bytes, length);
	bool whole;

	*table = (struct label_table){ .count = 0 };
	whole = text && parse_lines(text, table);
	free(text);
	if (!whole)
		label_table_free(table);
	return whole;
}

void label_table_free(struct label_table *table)
{
	free(table->runs);
	*table = (struct label_table){ .count = 0 };
}
