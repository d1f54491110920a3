/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a launcher and the sensor say to each other over the control socket: one packet each way. The request is
 * `detpack-launch`, `1`, the task and the agent (or `-`), then a field for each binding, parted by tabs; with it goes a
 * pidfd of the process that is to have the label, and then a descriptor (O_PATH) for each binding whose value is a path to
 * something: its field begins with `@`, those of the others with `=`, and behind that stands `NAME=VALUE`. The answer is `started` and the name of the run, or `refused` and the reason.
 */
#ifndef DETPACK_REQUEST_H
#define DETPACK_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "src/bound.h"

#define CONTROL_PATH "/run/detpack/control.sock"
#define CONTROL_NEXT ".next" /* at the end of the name while another run of the sensor listens there still */
#define CONTROL_GROUP "detpack-launch"
#define REQUEST_MOST 10240
#define ANSWER_MOST 256

struct asked {
	char name[BINDING_NAME];
	char value[BINDING_VALUE];
	int fd; /* -1: there is no such path; who parsed the request has 0 until it has put the descriptor there */
};

struct request {
	char task[65];
	char agent[129]; /* "" for none */
	size_t asked_count;
	struct asked asked[BINDINGS_MOST];
};

/* False for anything else than a request of this version. */
bool request_parse(const char *bytes, size_t length, struct request *request);

/* Puts the descriptors that came behind the pidfd to their bindings. False when there are more or fewer than fields say. */
bool request_take_fds(struct request *request, const int *fds, size_t count);

/* Its length; 0 when a name does not go. */
size_t request_write(const struct request *request, char bytes[REQUEST_MOST]);

/* True: started, and `text` is the name of the run; false: refused, and `text` the reason. Ended by NUL, printable. */
bool answer_parse(const char *bytes, size_t length, char text[ANSWER_MOST]);

#endif
