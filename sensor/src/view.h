/* SPDX-License-Identifier: Apache-2.0 */
/* One record taken apart: what the rooms that write an event share (event.c, object.c, socket.c, detail.c). */
#ifndef DETPACK_VIEW_H
#define DETPACK_VIEW_H

#include <stdbool.h>

#include "record.h"
#include "src/json.h"
#include "src/path.h"

struct host;
struct clock;
struct classes;
struct labels;
struct redaction;
struct places;
struct processes;
struct cgroups;

struct view {
	/* of the sensor */
	const struct host *host;
	const struct clock *clock;
	const struct classes *classes;
	const struct labels *labels;
	const struct redaction *redaction;
	struct places *places;
	struct processes *processes;
	struct cgroups *cgroups;

	/* of this record; NULL where there is none */
	const struct dp_use *use;
	const struct dp_part *parts[DP_PART_PATH_INSIDE + 1]; /* the first of each kind */
	struct path_text path, before, source_path;
	bool by_string;	      /* `path` is what the caller wrote */
	uint8_t class_number; /* of the object, decided */
	uint8_t source_class;
	struct text scratch;
};

/* The bytes of the first part of a kind when they are at least that many; NULL otherwise. */
const void *view_part(const struct view *view, enum dp_part_kind kind, size_t least);

/* One of the numbers of DP_PART_NUMBERS; 0 when it was not told. */
uint64_t view_number(const struct view *view, size_t index);

/* object.c: what the use was of. */
void object_prepare(struct view *view);
void object_file(struct view *view, struct text *line);   /* "file": ... */
void object_own(struct view *view, struct text *line);    /* within "detpack": object, description, source, descriptor */
void object_flow(struct view *view, struct text *line);   /* within "detpack": flow */

/* socket.c */
void socket_ends(struct view *view, struct text *line);   /* "destination", "source", "network" */
void socket_own(struct view *view, struct text *line);    /* within "detpack": peer, socket */

/* detail.c: what only some actions say. */
void detail_process(struct view *view, struct text *line); /* within "process": args, exit code, capabilities ... */
void detail_user(struct view *view, struct text *line);    /* within "user" */
void detail_own(struct view *view, struct text *line);     /* within "detpack" */

#endif
