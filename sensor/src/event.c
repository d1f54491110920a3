/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/action.h"
#include "src/cgroup.h"
#include "src/clock.h"
#include "src/event.h"
#include "src/host.h"
#include "src/label.h"
#include "src/names.h"
#include "src/place.h"
#include "src/process.h"
#include "src/rings.h"
#include "src/view.h"

#define ECS_VERSION "9.5.0"
#define PLACES_MOST 16384
#define PROCESSES_MOST 4096

static const char *const routes[] = { "syscall", "io_uring", "splice", "sendfile", "mmap", "compat" };

struct events {
	struct view view;
};

struct events *events_new(const struct event_options *options)
{
	struct events *events = calloc(1, sizeof(*events));

	if (!events)
		return NULL;
	events->view = (struct view){
		.host = options->host,
		.clock = options->clock,
		.classes = options->classes,
		.labels = options->labels,
		.redaction = options->redaction,
		.places = places_new(PLACES_MOST),
		.processes = processes_new(options->host, PROCESSES_MOST, options->live),
		.cgroups = cgroups_new(options->live),
	};
	if (events->view.places && events->view.processes && events->view.cgroups)
		return events;
	events_free(events);
	return NULL;
}

void events_free(struct events *events)
{
	if (!events)
		return;
	places_free(events->view.places);
	processes_free(events->view.processes);
	cgroups_free(events->view.cgroups);
	text_free(&events->view.scratch);
	free(events);
}

void event_head(struct text *line, const struct host *host, const struct stamp *stamp, const struct event_head *head)
{
	char id[64];
	size_t begun;

	json_begin(line, NULL, '{');
	json_time(line, "@timestamp", head->time);
	begun = json_begin(line, "ecs", '{');
	json_text(line, "version", ECS_VERSION);
	json_end(line, begun, '{');
	begun = json_begin(line, "event", '{');
	snprintf(id, sizeof(id), "%s-%llu", host->run, (unsigned long long)stamp->sequence);
	json_text(line, "id", id);
	json_unsigned(line, "sequence", stamp->sequence);
	json_text(line, "kind", "event");
	json_text(line, "dataset", "detpack.use");
	json_text(line, "provider", "sensor");
	json_text(line, "action", head->action);
	{
		size_t list = json_begin(line, "category", '[');

		json_text(line, NULL, head->category);
		json_end(line, list, '[');
		list = json_begin(line, "type", '[');
		json_text(line, NULL, head->type);
		json_end(line, list, '[');
	}
	json_text(line, "outcome", head->outcome);
	json_text(line, "reason", head->reason);
	if (head->start)
		json_time(line, "start", head->start);
	json_end(line, begun, '{');
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

/* ---- the process ---- */

static void leader(struct view *view, struct text *line, const char *key, const struct dp_process *self)
{
	const struct process *known = self->pid && self->start ? processes_find(view->processes, self) : NULL;
	size_t begun;

	if (!known)
		return;
	begun = json_begin(line, key, '{');
	json_text(line, "entity_id", known->entity);
	json_unsigned(line, "pid", self->pid);
	if (known->name[0])
		json_string(line, "name", known->name, strnlen(known->name, sizeof(known->name)));
	json_time(line, "start", clock_utc(view->clock, self->start));
	json_end(line, begun, '{');
}

/*
 * What of the process is the same on many events, made once: from `"entity_id"` to the leaders, without the brackets
 * around it. Two calls of find may forget a process that nobody used, never one that was just asked for.
 */
static void make_fragment(struct view *view, const struct dp_use *use, struct process *process)
{
	struct text text = {};
	struct dp_process entry = {};
	const struct process *first = processes_entry(view->processes, process);
	char number[16];
	size_t begun;

	if (first)
		entry = first->self;
	json_text(&text, "entity_id", process->entity);
	json_unsigned(&text, "pid", process->self.pid);
	if (use->name[0])
		json_string(&text, "name", use->name, strnlen(use->name, sizeof(use->name)));
	json_text(&text, "executable", process->executable);
	if (process->self.start)
		json_time(&text, "start", clock_utc(view->clock, process->self.start));
	begun = json_begin(&text, "user", '{');
	snprintf(number, sizeof(number), "%u", use->uid);
	json_text(&text, "id", number);
	json_end(&text, begun, '{');
	begun = json_begin(&text, "group", '{');
	snprintf(number, sizeof(number), "%u", use->gid);
	json_text(&text, "id", number);
	json_end(&text, begun, '{');
	if (process->known_parent)
		leader(view, &text, "parent", &process->parent);
	leader(view, &text, "entry_leader", &entry);
	leader(view, &text, "session_leader", &process->session);
	if (text.failed) {
		text_free(&text);
		return;
	}
	free(process->fragment);
	process->fragment = text.bytes;
	process->fragment_length = text.length;
	process->fragment_for[0] = (uint64_t)use->uid << 32 | use->gid;
	memcpy(&process->fragment_for[1], use->name, 2 * sizeof(uint64_t));
}

static bool fits(const struct process *process, const struct dp_use *use)
{
	return process->fragment_length && process->fragment_for[0] == ((uint64_t)use->uid << 32 | use->gid) &&
	       !memcmp(&process->fragment_for[1], use->name, 2 * sizeof(uint64_t));
}

static void write_process(struct view *view, struct text *line)
{
	const struct dp_use *use = view->use;
	struct process *process = processes_find(view->processes, &use->process);
	size_t begun = json_begin(line, "process", '{');

	if (process && !fits(process, use)) {
		struct dp_process self = use->process;

		make_fragment(view, use, process);
		process = processes_known(view->processes, &self);
	}
	if (process && process->fragment_length)
		text_add(line, process->fragment, process->fragment_length);
	detail_process(view, line);
	json_end(line, begun, '{');
}

static void learn(struct view *view)
{
	const struct dp_use *use = view->use;
	const struct dp_relatives *relatives = view_part(view, DP_PART_PARENT, sizeof(*relatives));

	if (!relatives)
		return;
	/* An exec that failed has no relatives. */
	if (use->flags & DP_SEEN)
		processes_seen(view->processes, use, relatives);
	else if (use->action == DP_PROCESS_EXEC)
		processes_exec(view->processes, use, relatives, view->path.bytes, view->path.length);
	if (use->action == DP_PROCESS_FORK)
		processes_fork(view->processes, use, relatives);
}

/* ---- the rest ---- */

static void write_user(struct view *view, struct text *line)
{
	size_t begun = json_begin(line, "user", '{');
	char number[16];

	snprintf(number, sizeof(number), "%u", view->use->uid);
	json_text(line, "id", number);
	detail_user(view, line);
	json_end(line, begun, '{');
}

static void write_container(const struct cgroup *cgroup, struct text *line)
{
	size_t begun;

	if (cgroup->unit[0]) {
		begun = json_begin(line, "service", '{');
		json_text(line, "name", cgroup->unit);
		json_end(line, begun, '{');
	}
	if (cgroup->container[0]) {
		begun = json_begin(line, "container", '{');
		json_text(line, "id", cgroup->container);
		json_end(line, begun, '{');
	}
	if (cgroup->pod[0]) {
		size_t inner;

		begun = json_begin(line, "orchestrator", '{');
		inner = json_begin(line, "resource", '{');
		json_text(line, "id", cgroup->pod);
		json_end(line, inner, '{');
		json_end(line, begun, '{');
	}
}

static void write_task(const struct view *view, struct text *line)
{
	const struct task_run *run = view->labels && view->use->label ? labels_find(view->labels, view->use->label) : NULL;
	size_t begun;

	if (!run)
		return;
	begun = json_begin(line, "task", '{');
	json_text(line, "id", run->task);
	json_text(line, "name", run->task);
	json_text(line, "run", run->run);
	json_text(line, "source", run->source == LABEL_BY_UNIT ? "unit" : "launcher");
	json_end(line, begun, '{');
}

static void write_agent(const struct view *view, struct text *line)
{
	const struct task_run *run = view->labels && view->use->label ? labels_find(view->labels, view->use->label) : NULL;
	size_t begun, inner;

	if (!run || !run->agent[0])
		return;
	begun = json_begin(line, "gen_ai", '{');
	inner = json_begin(line, "agent", '{');
	json_text(line, "name", run->agent);
	json_end(line, inner, '{');
	json_end(line, begun, '{');
}

/* Where, when and for whom: what every event says within "detpack" before its own. */
static void write_frame(const struct view *view, const struct cgroup *cgroup, const struct stamp *stamp,
			struct text *line)
{
	const struct dp_use *use = view->use;
	size_t begun = json_begin(line, "sensor", '{'), inner;
	char number[24];

	json_text(line, "run", view->host->run);
	json_end(line, begun, '{');
	if (stamp->late)
		json_true(line, "late");
	if (stamp->lost)
		json_unsigned(line, "lost", stamp->lost);
	begun = json_begin(line, "time", '{');
	json_unsigned(line, "boot", use->time / 1000);
	json_end(line, begun, '{');
	begun = json_begin(line, "clock", '{');
	json_unsigned(line, "epoch", clock_epoch(view->clock, use->time));
	json_end(line, begun, '{');
	write_task(view, line);
	if (use->cgroup) {
		begun = json_begin(line, "cgroup", '{');
		snprintf(number, sizeof(number), "%llu", (unsigned long long)use->cgroup);
		json_text(line, "id", number);
		if (cgroup->path[0])
			json_text(line, "path", cgroup->path);
		json_end(line, begun, '{');
	}
	begun = json_begin(line, "process", '{');
	json_unsigned(line, "image", use->image);
	if (use->mount_namespace) {
		inner = json_begin(line, "namespace", '{');
		snprintf(number, sizeof(number), "%u", use->mount_namespace);
		json_text(line, "mount", number);
		json_end(line, inner, '{');
	}
	json_end(line, begun, '{');
}

/* How it was done: a hook that is no system call has none. */
static void write_way(const struct view *view, struct text *line)
{
	const struct dp_use *use = view->use;
	size_t begun;

	json_text(line, "route", use->route < sizeof(routes) / sizeof(routes[0]) ? routes[use->route] : NULL);
	if (use->route == DP_IO_URING)
		json_text(line, "syscall", name_of_operation(use->syscall));
	else if (!(use->flags & DP_NO_RESULT) || use->syscall)
		json_text(line, "syscall", name_of_call(use->syscall));
	begun = json_begin(line, "use", '{');
	json_unsigned(line, "count", use->count);
	if (use->bytes || use->action == DP_FILE_READ || use->action == DP_FILE_WRITE || use->action == DP_NETWORK_SEND ||
	    use->action == DP_NETWORK_RECEIVE)
		json_unsigned(line, "bytes", use->bytes);
	json_end(line, begun, '{');
}

static void take_apart(struct view *view, const struct dp_use *use)
{
	view->use = use;
	memset(view->parts, 0, sizeof(view->parts));
	for (const struct dp_part *part = part_after(use, NULL); part; part = part_after(use, part))
		if (part->kind < sizeof(view->parts) / sizeof(view->parts[0]) && !view->parts[part->kind])
			view->parts[part->kind] = part;
	object_prepare(view);
	learn(view);
}

static struct event_head head_of(const struct view *view, const struct action_info *action)
{
	const struct dp_use *use = view->use;
	bool failed = use->result < 0 && use->result > -4096;
	struct event_head head = { .action = action->name, .category = action->category, .type = action->type };

	head.outcome = use->flags & DP_IN_PROGRESS || use->result == -EINPROGRESS ? "unknown" :
		       failed							  ? "failure" :
										    "success";
	head.reason = failed ? name_of_errno((unsigned int)-use->result) : NULL;
	head.time = clock_utc(view->clock, use->time);
	head.start = use->flags & DP_FOLDED ? clock_utc(view->clock, use->first) : 0;
	return head;
}

bool events_write(struct events *events, const struct dp_use *use, const struct stamp *stamp, struct text *line)
{
	struct view *view = &events->view;
	const struct action_info *action = action_info(use->action);
	const struct cgroup *cgroup;
	struct event_head head;
	size_t own;

	if (!action || use->flags & DP_SEEN)
		return false;
	take_apart(view, use);
	head = head_of(view, action);
	event_head(line, view->host, stamp, &head);
	write_process(view, line);
	write_user(view, line);
	object_file(view, line);
	socket_ends(view, line);
	cgroup = cgroups_find(view->cgroups, use->cgroup);
	write_container(cgroup, line);
	write_agent(view, line);
	own = json_begin(line, "detpack", '{');
	write_frame(view, cgroup, stamp, line);
	object_own(view, line);
	socket_own(view, line);
	object_flow(view, line);
	detail_own(view, line);
	write_way(view, line);
	json_end(line, own, '{');
	text_add(line, "}\n", 2);
	return !line->failed;
}

void events_learn(struct events *events, const struct dp_use *use)
{
	take_apart(&events->view, use);
}
