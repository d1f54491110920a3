/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `detpack-sensor serve`: keeps one run of the sensor going and puts another one in its place, on SIGHUP, without a moment
 * in which nobody watches. The new run is made of the program and the configuration as they are on disk then, so a reload
 * and an upgrade are the same:
 *
 *	the new run loads, lists what is open, and says READY                  both watch; the old one writes
 *	the old one leaves it which process works for which task (succession.h)
 *	the old one says a time, and ends when it has told all up to it
 *	the new one tells what is after that time                              GO
 *
 * When the new one does not come so far the old one goes on, and that is said. The supervisor reads nothing of what is
 * watched; the runs give up what only loading needs (confine.h). It ends when its run ends, with the same status.
 */
#ifndef DETPACK_SUPERVISE_H
#define DETPACK_SUPERVISE_H

#include <stdint.h>
#include <sys/types.h>

struct supervise_options {
	const char *program; /* path of detpack-sensor, which a reload starts anew */
	const char *config;  /* of the runs */
	const char *outcome; /* file that says how the last reload ended, for `reload`; NULL: none */
	pid_t adopted;	     /* a run that goes on while the supervisor itself was replaced; 0: none */
	int adopted_fd;
	uint32_t reloads; /* so many before */
};

/* Exit status: of the run that ended last; 1 when none could be started. */
int supervise(const struct supervise_options *options);

/*
 * `detpack-sensor reload`: asks the supervisor `pid` for it and waits for its outcome. Exit status: 0 the new run took
 * over, 1 the old one goes on (or there is none), with the reason on standard error.
 */
int reload(pid_t pid, const char *outcome);

#endif
