/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How parameters of a task are bound: a launcher writes what it was told into its request and opens what is there; the
 * sensor holds it against what the task declares.
 */
#ifndef DETPACK_BIND_H
#define DETPACK_BIND_H

#include <stdbool.h>
#include <stddef.h>

struct bound;
struct request;
struct task;
struct tasks;

/*
 * The launcher's half: adds `NAME=VALUE` to a request. Where the value is a path to something, that is opened, for
 * request_fds and bind_close. False, with the reason in `problem`.
 */
bool bind_ask(struct request *request, const char *written, char *problem, size_t size);
void bind_close(struct request *request);

/*
 * The sensor's half: `*bound` is NULL for a run without bindings, else for labels_bind or bound_free. NULL, or why nothing
 * is to be started, valid until the next call.
 */
const char *bind_run(const struct tasks *tasks, const struct task *task, const struct request *request,
		     struct bound **bound);

#endif
