/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket: launchers ask for the label of a task for a child of theirs, and get it when all holds that the
 * event contract, section 9, demands. Nothing here waits: connections are few, bounded and short.
 */
#ifndef DETPACK_CONTROL_H
#define DETPACK_CONTROL_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

struct labels;
struct tasks;

/* How labels are read and written; load_label and load_set_label, or what a test puts in their place. */
struct label_kernel {
	int (*read)(void *context, int pidfd, uint32_t pid, uint32_t *label);
	int (*write)(void *context, int pidfd, uint32_t pid, uint32_t from, uint32_t to);
	void *context;
};

struct control_options {
	const char *path;
	bool later; /* another sensor listens there still: the name is taken with control_begin */
	const struct tasks *tasks;
	struct labels *labels;
	struct label_kernel kernel;
};

struct control;

/*
 * Makes the socket, for root and the group detpack-launch (without such a group for root alone), and its folder when that
 * is missing. NULL with the reason in `problem`: another sensor listens there, or the folder is not root's.
 */
struct control *control_open(const struct control_options *options, char *problem, size_t size);

/* Takes the name from the run before, at once. 0 or a negative errno. */
int control_begin(struct control *control);

/* Can be waited on: readable when control_serve has something to do. */
int control_fd(const struct control *control);

/* Answers what is asked. To be called when control_fd is readable, and at least every second. */
void control_serve(struct control *control);

/* Requests that were granted and refused. */
void control_count(const struct control *control, uint64_t *granted, uint64_t *refused);

/* Closes the socket and takes its name away. */
void control_close(struct control *control);

#endif
