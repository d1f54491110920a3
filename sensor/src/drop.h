/* SPDX-License-Identifier: Apache-2.0 */
/* Gives up what a process may do, for good: before a command runs that has a task. */
#ifndef DETPACK_DROP_H
#define DETPACK_DROP_H

struct account;

/*
 * Becomes the user (NULL: stays who it is, but for good), without any Linux capability, also not by a later exec, and
 * with no_new_privs. 0, or a negative errno with `step` saying what failed; the process must then end.
 */
int drop_privileges(const struct account *account, const char **step);

/* Closes all descriptors but the first three. 0 or a negative errno. */
int close_the_rest(void);

#endif
