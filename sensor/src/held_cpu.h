/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that may preempt tracing programs: those hold their CPU by two functions of the kernel (bpf/state.bpf.h). */
#ifndef DETPACK_HELD_CPU_H
#define DETPACK_HELD_CPU_H

#include <stddef.h>
#include <stdint.h>

struct held_cpu {
	uint32_t hold, leave; /* BTF ids of bpf_preempt_disable and bpf_preempt_enable */
};

/*
 * A copy of the object file that calls the two functions where the marks for them stand. To be freed; NULL when it is no
 * object file or memory is short.
 */
void *with_held_cpu(const void *object, size_t size, const struct held_cpu *functions);

#endif
