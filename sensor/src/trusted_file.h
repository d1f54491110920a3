/* SPDX-License-Identifier: Apache-2.0 */
/* Reads configuration that only root can have written. */
#ifndef DETPACK_TRUSTED_FILE_H
#define DETPACK_TRUSTED_FILE_H

#include <stddef.h>

/*
 * The bytes of a file, to be freed, with a NUL behind them. NULL with the reason in `problem` when it cannot be read, is
 * longer than `most`, is no plain file of root's, may be written by others, or lies in a folder in which others could put
 * another in its place.
 */
char *trusted_file(const char *path, size_t most, size_t *length, char *problem, size_t size);

#endif
