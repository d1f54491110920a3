/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels before 5.12 refuse an exchange in memory wherever it stands in a program, even where it is never reached. */
#ifndef DETPACK_OLD_ATOMICS_H
#define DETPACK_OLD_ATOMICS_H

#include <stddef.h>

/*
 * A copy of the object file in which each exchange is a plain read; what it would have written is written by the
 * instructions after it, which are for such kernels only. To be freed; NULL when it is no object file or memory is short.
 */
void *without_exchanges(const void *object, size_t size);

#endif
