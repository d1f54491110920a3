/* SPDX-License-Identifier: Apache-2.0 */
/* Gives up, for good, what only loading needed. */
#ifndef DETPACK_CONFINE_H
#define DETPACK_CONFINE_H

/*
 * After it the process has at most CAP_BPF (kernels before 5.19 let nobody else read a map), CAP_SYS_PTRACE (who runs
 * which program, proc(5)) and CAP_DAC_READ_SEARCH (the path of a cgroup by its id), and no exec gives any back. 0 or a
 * negative errno.
 */
int confine(void);

#endif
