/* SPDX-License-Identifier: Apache-2.0 */
/* A file that says how many reloads there were and how the last one ended, written whole. */
#ifndef DETPACK_OUTCOME_H
#define DETPACK_OUTCOME_H

#include <stddef.h>
#include <stdint.h>

/* `problem`: NULL when the new run took over. */
void outcome_write(const char *path, uint32_t reloads, const char *problem);

/* 0 and the number, with the problem or "" in `problem`; or a negative errno. */
int outcome_read(const char *path, uint32_t *reloads, char *problem, size_t size);

#endif
