/* SPDX-License-Identifier: Apache-2.0 */
/* Gives up what a process may do, for good: before a command runs that has a task. */
#ifndef DETPACK_DROP_H
#define DETPACK_DROP_H

struct account;

/*
 * In two steps, so that the second, which the process with the label does, is short. First: no Linux capability can be
 * got back by an exec of this process or its children (the bounding set where we may, no_new_privs). What it has it keeps.
 * Both give 0, or a negative errno with `step` saying what failed; nothing may be started then.
 */
int drop_for_children(const char **step);

/* Second: becomes the user (NULL: stays who it is, but for good), without any Linux capability. */
int drop_privileges(const struct account *account, const char **step);

/* Closes all descriptors but the first three. 0 or a negative errno. */
int close_the_rest(void);

#endif
