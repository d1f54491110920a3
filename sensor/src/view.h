/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One record taken apart: what the rooms that write an event share. Each writes its part of the line and leaves out what
 * the record does not say.
 */
#ifndef DETPACK_VIEW_H
#define DETPACK_VIEW_H

#include <stdbool.h>

#include "record.h"
#include "src/json.h"
#include "src/path.h"

struct host;
struct clock;
struct classed;
struct classes;
struct labels;
struct task_run;
struct redaction;
struct places;
struct processes;
struct cgroup;
struct cgroups;
struct stamp;

#define SUN_PATH_MOST 108 /* unix(7) */

struct view {
	/* of the sensor */
	const struct host *host;
	const struct clock *clock;
	const struct classes *classes;
	const struct labels *labels;
	const struct redaction *redaction;
	struct places *places;
	struct classed *classed;
	struct processes *processes;
	struct cgroups *cgroups;

	/* of this record; NULL where there is none */
	const struct dp_use *use;
	const struct dp_part *parts[DP_PART_STRING_BASE_BEFORE + 1]; /* the first of each kind */
	const struct dp_object *object;	    /* what was used; of descriptors that are passed: what is behind them */
	const struct dp_descriptor *descriptor;
	const struct cgroup *cgroup;
	struct path_text path, before, source_path, inside;
	struct path_text socket_path; /* sun_path: as it is, may begin with NUL */
	bool by_string;	      /* `path` is what the caller wrote */
	uint8_t class_number; /* of the object, decided */
	uint8_t source_class;
	struct text scratch;
};

/* view.c: takes a record apart; what it names is looked up, and what it says of objects is remembered. */
void view_take(struct view *view, const struct dp_use *use);
/* The task run of a label; NULL: 0, or one that is not known. */
const struct task_run *view_run(const struct view *view, uint32_t label);

/* The bytes of the first part of a kind when they are at least that many; NULL otherwise. */
const void *view_part(const struct view *view, enum dp_part_kind kind, size_t least);

/* One of the numbers of DP_PART_NUMBERS; 0 when it was not told. */
uint64_t view_number(const struct view *view, size_t index);

/* Entity id of a process under a key; nothing for one whose start is not known. */
void view_entity(const struct view *view, struct text *line, const char *key, const struct dp_process *process);

/*
 * private.c: what says something of a person, as the configuration of the sensor wants it written (event contract,
 * section 8). Paths: as they are, as a digest, or not at all. Programs' own paths are always written: rules go by them,
 * and they are the host's. Ids of users and groups: as they are, or those of people (from 1,000 on) as a digest.
 */
void private_path(const struct view *view, struct text *line, const char *key, const char *path, size_t length);
void private_id(const struct view *view, struct text *line, const char *key, uint32_t id);
bool private_paths(const struct view *view); /* paths are not to be written as they are */

/* process_part.c */
void process_learn(struct view *view);                         /* what the record says of processes is remembered */
void process_part(struct view *view, struct text *line);       /* "process": ... */

/* file_part.c */
void file_part(const struct view *view, struct text *line);    /* "file": ... */

/* object.c, within "detpack" */
void object_part(struct view *view, struct text *line);	       /* object, file, description, source */

/* descriptor.c, within "detpack" */
void descriptor_part(const struct view *view, struct text *line); /* descriptor */

/* flow.c, within "detpack" */
void flow_part(const struct view *view, struct text *line);    /* flow */

/* socket.c */
bool socket_is_outward(uint8_t action); /* data or a request leaves the process: the remote end is the destination */
void socket_ends(const struct view *view, struct text *line);  /* "destination", "source", "network" */
void socket_own(const struct view *view, struct text *line);   /* within "detpack": peer, socket */

/* frame.c: where, when and for whom. */
void frame_around(const struct view *view, struct text *line); /* "user", "service", "container", "orchestrator", "gen_ai" */
void frame_own(const struct view *view, const struct stamp *stamp, struct text *line); /* within "detpack" */
void frame_unit(const struct cgroup *cgroup, struct text *line); /* "service", "container", "orchestrator" */
void frame_cgroup(const struct cgroup *cgroup, struct text *line); /* within "detpack": cgroup */

/* detail.c: what only some actions say. */
void detail_process(struct view *view, struct text *line);     /* within "process": args, exit code, capabilities ... */
void detail_user(const struct view *view, struct text *line);  /* within "user" */
void detail_own(const struct view *view, struct text *line);   /* within "detpack" */

#endif
