/* SPDX-License-Identifier: Apache-2.0 */
/* Changing instructions of the kernel half before it is loaded, for what no one object can say to all kernels. */
#ifndef DETPACK_REWRITE_H
#define DETPACK_REWRITE_H

#include <stddef.h>

struct bpf_insn;

/*
 * A copy of the object file in which `change` was called for each instruction of its programs. To be freed; NULL when it
 * is no object file or memory is short.
 */
void *rewrite_programs(const void *object, size_t size, void (*change)(struct bpf_insn *instruction, const void *context),
		       const void *context);

#endif
