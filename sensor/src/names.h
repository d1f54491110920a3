/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of the kernel's interface and what people call them. Each gives NULL for a number that has no name. */
#ifndef DETPACK_NAMES_H
#define DETPACK_NAMES_H

#include <stddef.h>
#include <stdint.h>

const char *name_of_errno(unsigned int number);		 /* EACCES */
const char *name_of_call(unsigned int number);		 /* openat; x86-64 numbers, as the build machine's headers have them */
const char *name_of_operation(unsigned int number);	 /* IORING_OP_READ */
const char *name_of_capability(unsigned int number);	 /* CAP_NET_RAW */
const char *name_of_bpf_command(unsigned int number);	 /* BPF_MAP_CREATE */
const char *name_of_bpf_map(unsigned int number);	 /* BPF_MAP_TYPE_ARRAY */
const char *name_of_bpf_program(unsigned int number);	 /* BPF_PROG_TYPE_KPROBE */
const char *name_of_audit_message(unsigned int number);	 /* AUDIT_SET */
const char *name_of_family(unsigned int number);	 /* inet, of AF_* */
const char *name_of_socket_type(unsigned int number);	 /* stream, of SOCK_* */

/* SIGUSR1, SIGRTMIN+3; written into `out`. */
const char *name_of_signal(unsigned int number, char out[16]);

/* A set of bits and their names; ends with a row without a name. Rows of more than one bit hold when all are there. */
struct bit_name {
	uint64_t bits;
	const char *name;
};
extern const struct bit_name open_flag_names[]; /* without the access mode */
extern const struct bit_name mount_flag_names[];
extern const struct bit_name namespace_names[]; /* CLONE_NEW* -> mnt, net, ... */

#endif
