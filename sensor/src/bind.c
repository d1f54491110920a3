/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/bind.h"
#include "src/bound.h"
#include "src/request.h"
#include "src/task.h"

/* ---- the launcher ---- */

bool bind_ask(struct request *request, const char *written, char *problem, size_t size)
{
	const char *equals = strchr(written, '=');
	size_t name = equals ? (size_t)(equals - written) : 0;
	struct asked *asked = &request->asked[request->asked_count];

	if (request->asked_count == BINDINGS_MOST) {
		snprintf(problem, size, "a run has at most %d bindings", BINDINGS_MOST);
		return false;
	}
	if (!name || name >= sizeof(asked->name) || !equals[1]) {
		snprintf(problem, size, "--bind %.80s: write NAME=VALUE", written);
		return false;
	}
	if (strlen(equals + 1) >= sizeof(asked->value)) {
		snprintf(problem, size, "--bind %.80s...: the value is longer than %d bytes", written, BINDING_VALUE - 1);
		return false;
	}
	snprintf(asked->name, sizeof(asked->name), "%.*s", (int)name, written);
	snprintf(asked->value, sizeof(asked->value), "%s", equals + 1);
	/* Whether it is meant as a path only the sensor knows; whether it is there only we, who stand where it is looked for. */
	asked->fd = open(asked->value, O_PATH | O_CLOEXEC);
	request->asked_count++;
	return true;
}

void bind_close(struct request *request)
{
	for (size_t i = 0; i < request->asked_count; i++)
		if (request->asked[i].fd >= 0)
			close(request->asked[i].fd);
	request->asked_count = 0;
}

/* ---- the sensor ---- */

static const char *because(const char *format, ...)
{
	static char why[200];
	va_list values;

	va_start(values, format);
	vsnprintf(why, sizeof(why), format, values);
	va_end(values);
	return why;
}

static const struct parameter *find(const struct tasks *tasks, const struct task *task, const char *name)
{
	const struct parameter *each;

	for (size_t i = 0; (each = tasks_parameter(tasks, task, i)); i++)
		if (!strcmp(each->name, name))
			return each;
	return NULL;
}

/*
 * The path is the kernel's, so that it is no claim, and is as events tell it. Nothing here asks a file system that could
 * let the sensor wait (FUSE, NFS).
 */
static const char *bind_path(struct binding *binding, const struct asked *asked)
{
	bool directory = binding->kind == PARAMETER_DIRECTORY;
	char link[64], path[BINDING_VALUE];
	struct statx found;
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", asked->fd);
	if (asked->fd < 0 || statx(asked->fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &found))
		return because("%s: there is no such %s: %.80s", asked->name, directory ? "directory" : "file", asked->value);
	if (directory ? !S_ISDIR(found.stx_mode) : !S_ISREG(found.stx_mode))
		return because("%s: this is no %s: %.80s", asked->name, directory ? "directory" : "file", asked->value);
	length = readlink(link, path, sizeof(path));
	if (length <= 0 || (size_t)length == sizeof(path) || path[0] != '/')
		return because("%s: its whole path is longer than %d bytes", asked->name, BINDING_VALUE - 1);
	path[length] = '\0';
	binding->file.inode = found.stx_ino;
	binding->file.device = found.stx_dev_major << 20 | found.stx_dev_minor;
	binding->value = strdup(path);
	return NULL;
}

static const char *bind_one(struct binding *binding, const struct parameter *parameter, const struct asked *asked)
{
	const char *why = NULL;

	memcpy(binding->name, parameter->name, sizeof(binding->name));
	binding->kind = parameter->kind;
	if (parameter->kind == PARAMETER_FILE || parameter->kind == PARAMETER_DIRECTORY)
		why = bind_path(binding, asked);
	else if (parameter->kind == PARAMETER_HOST && !bound_host(asked->value, binding))
		why = because("%s: this is no address: %.80s (write 192.0.2.10, 192.0.2.10:443 or [2001:db8::1]:443)",
			      asked->name, asked->value);
	else
		binding->value = strdup(asked->value);
	if (!why && !binding->value)
		why = "no memory";
	binding->length = binding->value ? strlen(binding->value) : 0;
	return why;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(((const struct binding *)one)->name, ((const struct binding *)other)->name);
}

static bool is_bound(const struct bound *bound, const char *name)
{
	for (size_t i = 0; bound && i < bound->count; i++)
		if (!strcmp(bound->each[i].name, name))
			return true;
	return false;
}

const char *bind_run(const struct tasks *tasks, const struct task *task, const struct request *request,
		     struct bound **bound)
{
	struct bound *made = request->asked_count ? calloc(1, sizeof(*made)) : NULL;
	const char *why = request->asked_count && !made ? "no memory" : NULL;
	const struct parameter *parameter;

	*bound = NULL;
	for (size_t i = 0; !why && i < request->asked_count; i++) {
		const struct asked *asked = &request->asked[i];

		parameter = find(tasks, task, asked->name);
		why = parameter ? bind_one(&made->each[made->count++], parameter, asked) :
				  because("the task has no parameter %s", asked->name);
	}
	for (size_t i = 0; !why && (parameter = tasks_parameter(tasks, task, i)); i++)
		if (!parameter->optional && !is_bound(made, parameter->name))
			why = because("the task needs its parameter %s: --bind %s=...", parameter->name, parameter->name);
	if (why) {
		bound_free(made);
		return why;
	}
	if (made)
		qsort(made->each, made->count, sizeof(made->each[0]), by_name);
	*bound = made;
	return NULL;
}
