/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parameters of a run are bound to, and whether what an event uses is that: the same decision as `Bound` of the
 * toolchain's src/event.
 *
 * - A file is the one that was there at the start, by its inode and not by its path.
 * - A directory is all below it, by the path that the kernel tells of the use.
 * - A host is the destination's address, and its port where the binding has one.
 */
#ifndef DETPACK_BOUND_H
#define DETPACK_BOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

#define BINDINGS_MOST 8
#define BINDING_NAME 65	    /* letters, digits and `-_`, with NUL */
#define BINDING_VALUE 1025  /* with NUL */

struct redaction;
struct text;

enum parameter_kind { PARAMETER_FILE, PARAMETER_DIRECTORY, PARAMETER_HOST, PARAMETER_TEXT };

struct binding {
	char name[BINDING_NAME];
	enum parameter_kind kind;
	char *value; /* a path as the kernel has it, an address, a text */
	size_t length;
	/* of a file */
	struct dp_object_key file;
	bool seen; /* as the kernel half tells it, since it was used first */
	/* of a host; IPv4 as in IPv6 */
	uint8_t address[16];
	uint8_t bits;
	uint16_t port; /* 0: every port */
};

struct bound {
	size_t count;
	struct binding each[BINDINGS_MOST]; /* in the order of their names */
};

void bound_free(struct bound *bound);

/* The network and port that a text names; false for any other text. */
bool bound_host(const char *text, struct binding *binding);

/* Bit n: the n-th binding is of this object. A key of an inode that is seen for the first time is remembered. */
unsigned int bound_object(struct bound *bound, const struct dp_object_key *key, const char *path, size_t length);
/* The same of a destination, IPv4 as in IPv6. */
unsigned int bound_destination(const struct bound *bound, const uint8_t address[16], uint16_t port);

/* The names of a set under `binding`; nothing for an empty set. */
void bound_names(const struct bound *bound, unsigned int set, struct text *line);

/* All of it under `binding`, as `name=value`, without secrets and as private as paths are to be. */
void bound_report(const struct bound *bound, const struct redaction *redaction, struct text *line);

#endif
