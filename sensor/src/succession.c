/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/complain.h"
#include "src/handover.h"
#include "src/json.h"
#include "src/label_table.h"
#include "src/load.h"
#include "src/pipeline.h"
#include "src/scope.h"
#include "src/succession.h"
#include "src/tasking.h"

#define TABLE_MOST (8u << 20)

/* ---- the old run ---- */

/* A file that is nowhere, with the text. Negative errno. */
static int file_of(const struct text *text)
{
	int fd = text->failed ? -1 : memfd_create("detpack-run", MFD_CLOEXEC);

	if (text->failed || (fd >= 0 && write(fd, text->bytes, text->length) != (ssize_t)text->length)) {
		if (fd >= 0)
			close(fd);
		return -ENOMEM;
	}
	return fd < 0 ? -errno : fd;
}

void succession_leave(int supervisor, const struct loaded *loaded, const struct scope *scope, struct tasking *tasking)
{
	char name[LABEL_TABLE_SCOPE];
	struct text text = {};
	int fds[HANDOVER_FDS];

	tasking_pause(tasking, true);
	scope_name(scope, name, sizeof(name));
	label_table_begin(&text, name, tasking_last(tasking));
	tasking_leave(tasking, &text);
	fds[0] = load_watched(loaded);
	fds[1] = file_of(&text);
	text_free(&text);
	if (fds[0] < 0 || fds[1] < 0)
		complain("the labels of tasks cannot be handed over: %s", strerror(fds[0] < 0 ? -fds[0] : -fds[1]));
	handover_say_with(supervisor, HANDOVER_LEAVE, fds, fds[0] < 0 || fds[1] < 0 ? 0 : HANDOVER_FDS);
	for (size_t i = 0; i < HANDOVER_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void succession_last(int supervisor, const struct pipeline *pipeline)
{
	struct text text = {};
	int fd;

	pipeline_leave(pipeline, &text);
	fd = file_of(&text);
	text_free(&text);
	if (fd < 0)
		return;
	handover_say_with(supervisor, HANDOVER_LAST, &fd, 1);
	close(fd);
}

/* ---- the new run ---- */

/* What file_of made; NULL: it cannot be read. The caller's to free. */
static char *bytes_of(int fd, size_t *size)
{
	struct stat found;
	char *bytes = fstat(fd, &found) || found.st_size > TABLE_MOST ? NULL : malloc((size_t)found.st_size + 1);

	if (bytes && pread(fd, bytes, (size_t)found.st_size, 0) == found.st_size) {
		*size = (size_t)found.st_size;
		return bytes;
	}
	free(bytes);
	return NULL;
}

static bool read_table(int fd, struct label_table *table)
{
	size_t size;
	char *bytes = bytes_of(fd, &size);
	bool read = bytes && label_table_parse(bytes, size, table);

	free(bytes);
	return read;
}

void succession_settle(const struct handover *heard, struct pipeline *pipeline)
{
	size_t size;
	char *bytes = heard->fd_count == 1 ? bytes_of(heard->fds[0], &size) : NULL;

	if (!bytes || !pipeline_settle(pipeline, bytes, size))
		complain("what the run before told last is not known: a use of the same moment may be told by both");
	free(bytes);
}

int succession_take(struct succession *taken, const struct handover *heard, struct loaded *loaded, const struct scope *scope,
		    struct tasking *tasking, char *problem, size_t size)
{
	struct label_table table = {};
	struct load_taken processes;
	char name[LABEL_TABLE_SCOPE];
	int failed;

	*taken = (struct succession){ .watched = -1 };
	if (heard->fd_count != HANDOVER_FDS || !read_table(heard->fds[1], &table)) {
		taken->why = "the run before did not say which tasks go on";
		return tasking_watch_units(tasking, NULL, problem, size);
	}
	scope_name(scope, name, sizeof(name));
	taken->same_scope = !strcmp(name, table.scope);
	taken->lost_runs = tasking_take(tasking, &table);
	taken->runs = table.count;
	taken->unbound_runs = table.bound;
	/* Before processes are looked at: who starts in a unit meanwhile has the label in both runs. */
	failed = tasking_watch_units(tasking, &table, problem, size);
	label_table_free(&table);
	if (failed)
		return failed;
	taken->watched = fcntl(heard->fds[0], F_DUPFD_CLOEXEC, 0);
	load_take(loaded, heard->fds[0], taken->same_scope, &processes);
	if (processes.problem)
		taken->why = "the labels of processes cannot be read";
	taken->processes = processes.processes;
	taken->lost_processes = processes.failed;
	/* What they have open. A kernel that cannot list it says so in the coverage. */
	load_list_open(loaded);
	tasking_count(tasking);
	return 0;
}

void succession_end(struct succession *taken, struct loaded *loaded, struct tasking *tasking, struct pipeline *pipeline,
		    uint64_t told)
{
	struct load_taken late = {};

	if (taken->watched >= 0) {
		load_take(loaded, taken->watched, taken->same_scope, &late);
		close(taken->watched);
		taken->watched = -1;
		taken->lost_processes = late.failed;
	}
	/* A process whose label is lost has none here, and its run goes on. */
	if (told && !taken->why && !late.problem && !taken->lost_processes)
		tasking_settle(tasking, told);
	if (taken->why)
		pipeline_forgot(pipeline, "labels of tasks", taken->why, 1);
	if (taken->lost_runs)
		pipeline_forgot(pipeline, "labels of tasks", "runs of the run before are not known to this one", taken->lost_runs);
	if (taken->unbound_runs)
		pipeline_forgot(pipeline, "bindings of tasks", "what the parameters of runs that go on are bound to is not known",
				taken->unbound_runs);
	if (taken->lost_processes)
		pipeline_forgot(pipeline, "labels of tasks", "processes that had one in the run before have none",
				taken->lost_processes);
	if (late.processes)
		pipeline_forgot(pipeline, "labels of tasks", "processes were without one for a moment", late.processes);
}
