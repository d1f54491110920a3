/* SPDX-License-Identifier: Apache-2.0 */
/* Paths from what records say: components leaf first from the kernel, or what a caller wrote and where it stood. */
#ifndef DETPACK_PATH_H
#define DETPACK_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

#define PATH_ROOM 16384

struct path_text {
	char bytes[PATH_ROOM];
	size_t length; /* 0: none */
	bool deleted;  /* its last name is gone from the directory */
	bool cut;      /* its upper end is missing: begins with `.../`, and is not absolute */
	bool classed;  /* class_number is what the table says of this path */
	uint8_t class_number;
};

/* No path. */
void path_clear(struct path_text *path);

/* The path that a part of components says, beginning with `/`; no component is the root. */
void path_of_components(const struct dp_part *part, struct path_text *path);

/*
 * The path that a caller wrote, below `base` (NULL or empty: not known) unless it begins with `/` and is not DP_ROOTED; `.`, `..` and doubled
 * `/` are resolved as text. Symbolic links are not: that is why such an object has the identity `string`.
 */
void path_of_string(const struct dp_part *string, const struct path_text *base, struct path_text *path);

/* Says so at the end of the path, as /proc does, where it is. */
void path_mark_deleted(struct path_text *path);

/* The name of a file that stands in no tree, as /proc shows it: `/memfd:name (deleted)`. */
void path_of_nameless(const struct dp_part *part, struct path_text *path);

#endif
