/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are written whole or not at all. */
#ifndef DETPACK_WHOLE_FILE_H
#define DETPACK_WHOLE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* At any time there is the old file or the new one. Negative errno. */
int whole_file_write(const char *path, const char *bytes, size_t length, mode_t mode);

#endif
