/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes that events speak of: who they are, what they run and where they come from. Fed by exec, fork and exit
 * in the order of time; asked for every event. Bounded: what was used longest ago is forgotten first.
 */
#ifndef DETPACK_PROCESS_H
#define DETPACK_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "src/host.h"

struct process {
	struct dp_process self, parent, session;
	char entity[ENTITY_SIZE];
	char name[16];	  /* as the kernel keeps it, and as it was told last; not always ended by NUL */
	char *executable; /* NULL: not known */
	uint32_t label;	  /* number of its task run, as it was told last; 0: none */
	bool known_parent; /* false: nothing said so */
	bool asked;	   /* /proc was asked for what it runs */
	/* Its part of an event as JSON, made by the caller; see process_part.c. */
	char *fragment;
	size_t fragment_length, fragment_room;
	uint32_t fragment_of; /* processes_state when it was made; 0: there is none */
	uint32_t fragment_uid, fragment_gid;
	struct process *next, *older, *younger;
};

struct processes;

/* `live`: /proc may be asked for what runs already. NULL: no memory. */
struct processes *processes_new(const struct host *host, size_t most, bool live);
void processes_free(struct processes *processes);

/* The one with that identity, made when it is new; NULL: pid 0 or no memory. Valid until the next call. */
struct process *processes_find(struct processes *processes, const struct dp_process *self);

/*
 * Asks /proc, once and only in a live run, what a process runs that no record told of: one that was there before. To be
 * called when its program is to be written.
 */
void processes_ask(struct processes *processes, struct process *process);

/* As processes_find, without making it. */
struct process *processes_known(struct processes *processes, const struct dp_process *self);

/* A number that changes whenever what is known of any process does, so that what was made of it is made again; never 0. */
uint32_t processes_state(const struct processes *processes);

/* What a record says of the processes in it. Each event: what it is called now. */
void processes_name(struct processes *processes, struct process *process, const char name[16]);
/* exec; `executable`: its path. */
void processes_exec(struct processes *processes, const struct dp_use *use, const struct dp_relatives *relatives,
		    const char *executable, size_t length);
/* One that ran already: what it runs is asked of /proc, at once when it is watched. */
void processes_seen(struct processes *processes, const struct dp_use *use, const struct dp_relatives *relatives);
void processes_fork(struct processes *processes, const struct dp_use *use, const struct dp_relatives *relatives);

/* Where its login, service or container begins: its ancestor whose parent is process 1, a daemon of logins or a runtime. */
struct process *processes_entry(struct processes *processes, const struct process *process);

#endif
