/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `detpack-sensor launch`: starts a command with a declared task. The command runs only when the sensor has answered that
 * its process carries the label; without that answer nothing is started (event contract, section 9).
 */
#ifndef DETPACK_LAUNCH_H
#define DETPACK_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>

#include "src/bound.h"

struct launch_options {
	const char *task;
	const char *agent;   /* NULL: none */
	const char *user;    /* NULL: the calling one */
	const char *control; /* path of the socket, NULL: the default */
	const char *bindings[BINDINGS_MOST + 1]; /* NAME=VALUE each; one more than goes, to say so */
	size_t binding_count;
	bool allow_root;
	char *const *command; /* ended by NULL */
};

/* As env(1): the launcher's own trouble, a command that cannot be started, and one that is not there. */
enum { LAUNCH_FAILED = 125, LAUNCH_NOT_STARTED = 126, LAUNCH_NOT_FOUND = 127 };

/* The exit status of the command (128 and the signal when one ended it), or one of those above, said on standard error. */
int launch(const struct launch_options *options);

#endif
