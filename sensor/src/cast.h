/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that let programs take memory for a structure of theirs: those read it by plain loads (bpf/task.bpf.h). */
#ifndef DETPACK_CAST_H
#define DETPACK_CAST_H

#include <stddef.h>
#include <stdint.h>

/*
 * A copy of the object file that calls bpf_rdonly_cast, whose BTF id is given, where the mark for it stands. To be freed;
 * NULL when it is no object file or memory is short.
 */
void *with_casts(const void *object, size_t size, uint32_t function);

#endif
