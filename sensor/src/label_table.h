/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs of tasks that go on while one run of the sensor takes the place of another, as text: the first line names the
 * version, the second what was watched, the third the highest number that was given; then a line for each run, its fields
 * parted by tabs. It goes from one process of root to another, which may be of another version.
 */
#ifndef DETPACK_LABEL_TABLE_H
#define DETPACK_LABEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/label.h"

struct text;

#define LABEL_TABLE_SCOPE 4096

struct kept_run {
	struct task_run run;
	bool began;	/* its start was told */
	char unit[161]; /* whose task it is; "" when a launcher asked for it */
};

struct label_table {
	char scope[LABEL_TABLE_SCOPE];
	uint32_t last;
	struct kept_run *runs;
	size_t count;
	size_t bound; /* of these had bindings, which do not go over */
};

void label_table_begin(struct text *text, const char *scope, uint32_t last);
void label_table_add(struct text *text, const struct kept_run *kept);

/* False for anything that the two functions above do not write, and when there is no memory; then nothing is to be freed. */
bool label_table_parse(const char *bytes, size_t length, struct label_table *table);
void label_table_free(struct label_table *table);

#endif
