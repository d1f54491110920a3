/* SPDX-License-Identifier: Apache-2.0 */
/* Which program of the kernel half looks at which system call. */
#ifndef DETPACK_CALLS_H
#define DETPACK_CALLS_H

#include <stddef.h>
#include <stdint.h>

struct call_handler {
	uint32_t number;     /* x86-64 */
	const char *program; /* of the kernel half */
};

extern const struct call_handler call_handlers[];
extern const size_t call_handler_count;

/* An i386 call and the x86-64 call that means the same with the same order of arguments. */
struct compat_call {
	uint32_t number; /* i386 */
	uint32_t native; /* x86-64 */
};

extern const struct compat_call compat_calls[];
extern const size_t compat_call_count;

#endif
