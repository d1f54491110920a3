/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a launcher and the sensor say to each other over the control socket: one packet each way. The request is
 * `detpack-launch`, `1`, the task and the agent (or `-`), parted by tabs; with it goes a pidfd of the process that is to
 * have the label. The answer is `started` and the name of the run, or `refused` and the reason.
 */
#ifndef DETPACK_REQUEST_H
#define DETPACK_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#define CONTROL_PATH "/run/detpack/control.sock"
#define CONTROL_GROUP "detpack-launch"
#define REQUEST_MOST 256
#define ANSWER_MOST 256

struct request {
	char task[65];
	char agent[129]; /* "" for none */
};

/* False for anything else than a request of this version. */
bool request_parse(const char *bytes, size_t length, struct request *request);

/* Its length; 0 when a name does not go. */
size_t request_write(const struct request *request, char bytes[REQUEST_MOST]);

/* True: started, and `text` is the name of the run; false: refused, and `text` the reason. Ended by NUL, printable. */
bool answer_parse(const char *bytes, size_t length, char text[ANSWER_MOST]);

#endif
