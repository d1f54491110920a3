/* SPDX-License-Identifier: Apache-2.0 */
/* What the capabilities are called; the toolchain's src/event/action.ts has the same table, and a test compares them. */
#ifndef DETPACK_ACTION_H
#define DETPACK_ACTION_H

struct action_info {
	const char *name, *category, *type; /* event.action, event.category, event.type */
};

/* Of an enum dp_action; NULL for a number that is none. */
const struct action_info *action_info(unsigned int action);

/* The name alone; "unknown" for a number that is none. */
const char *action_name(unsigned int action);

#endif
