/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DETPACK_PARENT_H
#define DETPACK_PARENT_H

#include <stdint.h>

/* The parent of a process as /proc says it now; 0 when the process is gone, or has none. */
uint32_t parent_of(uint32_t pid);

#endif
