/* SPDX-License-Identifier: Apache-2.0 */
/* What is watched: the whole host, process trees, cgroups, systemd units, or only what has a task. */
#ifndef DETPACK_SCOPE_H
#define DETPACK_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loaded;

enum scope_kind { SCOPE_TREE, SCOPE_CGROUP, SCOPE_UNIT };

struct scope_item {
	enum scope_kind kind;
	const char *text; /* a pid, a cgroup's path below the root or its directory, or the name of a unit */
};

#define SCOPE_MOST 32

struct scope {
	bool all;
	bool tasks; /* what is labelled; nothing else has to be named then */
	struct scope_item items[SCOPE_MOST];
	size_t count;
};

/* Whether that can name something of the kind, be it there or not. False: the reason in `problem`. */
bool scope_can_name(enum scope_kind kind, const char *text, char *problem, size_t size);

/*
 * Puts what is named under watch: processes with all their descendants, and cgroups with all below them. 0, or a negative
 * errno with the reason in `problem`.
 */
int scope_apply(const struct scope *scope, struct loaded *loaded, char *problem, size_t size);

/* The same words for the same scope, without control characters; cut when there are too many. */
void scope_name(const struct scope *scope, char *text, size_t size);

/* A systemd unit whose processes get a label with their first exec in it. The same errors. */
int scope_watch_unit(struct loaded *loaded, const char *unit, uint32_t label, char *problem, size_t size);

#endif
