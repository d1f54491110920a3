/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/action.h"
#include "src/cgroup.h"
#include "src/classed.h"
#include "src/clock.h"
#include "src/event.h"
#include "src/host.h"
#include "src/names.h"
#include "src/place.h"
#include "src/process.h"
#include "src/view.h"

#define ECS_VERSION "9.5.0"
/* More than the kernel half's descriptions (16,384 and 4,096 pinned) and the objects it carries classes of (4,096). */
#define DESCRIPTIONS_MOST 28672
#define OBJECTS_MOST 16384
#define PROCESSES_MOST 4096
#define ERRNO_MOST 4095

static const char *const routes[] = { "syscall", "io_uring", "splice", "sendfile", "mmap", "compat" };

struct events {
	struct view view;
};

struct events *events_new(const struct event_options *options)
{
	struct events *events = calloc(1, sizeof(*events));
	struct view *view;

	if (!events)
		return NULL;
	view = &events->view;
	view->host = options->host;
	view->clock = options->clock;
	view->classes = options->classes;
	view->redaction = options->redaction;
	view->places = places_new(DESCRIPTIONS_MOST, OBJECTS_MOST);
	view->classed = classed_new(options->classes, view->places);
	view->processes = processes_new(options->host, PROCESSES_MOST, options->live);
	view->cgroups = cgroups_new(options->live);
	if (view->places && view->classed && view->processes && view->cgroups)
		return events;
	events_free(events);
	return NULL;
}

void events_free(struct events *events)
{
	if (!events)
		return;
	classed_free(events->view.classed);
	places_free(events->view.places);
	processes_free(events->view.processes);
	cgroups_free(events->view.cgroups);
	text_free(&events->view.scratch);
	free(events);
}

void events_label(struct events *events, const struct labels *labels)
{
	events->view.labels = labels;
}

static void list_of_one(struct text *line, const char *key, const char *value)
{
	size_t begun = json_begin(line, key, '[');

	json_text(line, NULL, value);
	json_end(line, begun, '[');
}

/* A string of ours that needs no escaping, in pieces. */
static void literal(struct text *line, const char *text)
{
	text_add(line, text, strlen(text));
}

void event_head(struct text *line, const struct host *host, const struct stamp *stamp, const struct event_head *head)
{
	size_t begun;

	json_begin(line, NULL, '{');
	json_time(line, "@timestamp", head->time);
	literal(line, ",\"ecs\":{\"version\":\"" ECS_VERSION "\"},\"event\":{\"id\":\"");
	literal(line, host->run);
	literal(line, "-");
	text_add_number(line, stamp->sequence);
	literal(line, "\"");
	json_long(line, "sequence", stamp->sequence);
	literal(line, ",\"kind\":\"event\",\"dataset\":\"detpack.use\",\"provider\":\"sensor\"");
	json_text(line, "action", head->action);
	list_of_one(line, "category", head->category);
	list_of_one(line, "type", head->type);
	json_text(line, "outcome", head->outcome);
	json_text(line, "reason", head->reason);
	if (head->start)
		json_time(line, "start", head->start);
	literal(line, "}");
	begun = json_begin(line, "host", '{');
	json_text(line, "id", host->id);
	json_text(line, "name", host->name);
	{
		size_t boot = json_begin(line, "boot", '{');

		json_text(line, "id", host->boot);
		json_end(line, boot, '{');
	}
	json_end(line, begun, '{');
}

/* EINPROGRESS is neither (event contract, section 6); addresses that a call gives are no error however large. */
static struct event_head head_of(const struct view *view, const struct action_info *action)
{
	const struct dp_use *use = view->use;
	bool failed = use->result < 0 && use->result >= -ERRNO_MOST;

	return (struct event_head){
		.action = action->name,
		.category = action->category,
		.type = action->type,
		.outcome = use->flags & DP_IN_PROGRESS || use->result == -EINPROGRESS ? "unknown" :
			   failed						     ? "failure" :
										       "success",
		.reason = failed ? name_of_errno((unsigned int)-use->result) : NULL,
		.time = clock_utc(view->clock, use->time),
		.start = use->flags & DP_FOLDED ? clock_utc(view->clock, use->first) : 0,
	};
}

/* The bytes of a mapping are those that it is of; of what moves data they are told even when there were none. */
static void count(const struct view *view, struct text *line)
{
	const struct dp_use *use = view->use;
	size_t begun = json_begin(line, "use", '{');
	uint64_t bytes = use->bytes;
	bool moves = use->result >= 0 &&
		     (use->action == DP_FILE_READ || use->action == DP_FILE_WRITE || use->action == DP_NETWORK_SEND ||
		      use->action == DP_NETWORK_RECEIVE);

	if (use->action == DP_FILE_MAP && !bytes)
		bytes = view_number(view, 2);
	json_unsigned(line, "count", use->count);
	if (bytes || moves)
		json_long(line, "bytes", bytes);
	json_end(line, begun, '{');
}

/* By which way, and by which call: exit, and exec and fork on their way through the kernel, know none. */
static void way(const struct view *view, struct text *line)
{
	const struct dp_use *use = view->use;

	json_text(line, "route", use->route < sizeof(routes) / sizeof(routes[0]) ? routes[use->route] : NULL);
	if (use->route == DP_IO_URING)
		json_text(line, "syscall", name_of_operation(use->syscall));
	else if (!(use->flags & DP_NO_RESULT) || use->syscall)
		json_text(line, "syscall", name_of_call(use->syscall));
	count(view, line);
}

bool events_write(struct events *events, const struct dp_use *use, const struct stamp *stamp, struct text *line)
{
	const struct action_info *action = action_info(use->action);
	struct view *view = &events->view;
	struct event_head head;
	size_t own;

	if (!action || use->flags & DP_SEEN)
		return false;
	view_take(view, use);
	head = head_of(view, action);
	event_head(line, view->host, stamp, &head);
	process_part(view, line);
	frame_around(view, line);
	file_part(view, line);
	socket_ends(view, line);
	own = json_begin(line, "detpack", '{');
	frame_own(view, stamp, line);
	object_part(view, line);
	descriptor_part(view, line);
	socket_own(view, line);
	flow_part(view, line);
	detail_own(view, line);
	way(view, line);
	json_end(line, own, '{');
	text_add(line, "}\n", 2);
	return !line->failed;
}

const struct cgroup *events_cgroup(struct events *events, uint64_t id)
{
	return cgroups_find(events->view.cgroups, id);
}

void events_learn(struct events *events, const struct dp_use *use)
{
	view_take(&events->view, use);
}
