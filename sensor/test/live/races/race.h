/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proofs that need many uses, not one: each program does its uses, keeps the truth about every one of them, and prints
 * it at the end as one JSON line. The comparison is in test/sensor/race.test.ts.
 */
#ifndef DETPACK_RACE_H
#define DETPACK_RACE_H

#include <stddef.h>

struct race {
	const char *directory;
	long count;
};

/* Gives 0, or an exit status after a message on standard error. */
int race_path(const struct race *race);
int race_descriptor(const struct race *race);
int race_shared(const struct race *race);
int race_source(const struct race *race);
int race_flood(const struct race *race);
int race_capacity(const struct race *race);
int race_secrets(const struct race *race);

void place(char *path, size_t size, const char *directory, const char *name);
/* A file of `size` bytes that are all `fill`; ends the program when it cannot be made. */
void fill_file(const char *path, char fill, size_t size);
int give_up(const char *what);

#endif
