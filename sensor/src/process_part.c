/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/process.h"
#include "src/view.h"

static void identity(const struct view *view, struct text *line, const struct process *process)
{
	json_text(line, "entity_id", process->entity);
	json_unsigned(line, "pid", process->self.pid);
	if (process->name[0])
		json_string(line, "name", process->name, strnlen(process->name, sizeof(process->name)));
	json_text(line, "executable", process->executable);
	if (process->self.start)
		json_time(line, "start", clock_utc(view->clock, process->self.start));
}

/* Of a leader no more than who it is: its own events say what it runs, and this is on every event. */
static void leader(const struct view *view, struct text *line, const char *key, const struct dp_process *self)
{
	const struct process *process = self->pid && self->start ? processes_find(view->processes, self) : NULL;
	size_t begun;

	if (!process)
		return;
	begun = json_begin(line, key, '{');
	json_text(line, "entity_id", process->entity);
	json_time(line, "start", clock_utc(view->clock, self->start));
	json_end(line, begun, '{');
}

static void parent(const struct view *view, struct text *line, const struct dp_process *self)
{
	struct process *process = self->pid && self->start ? processes_find(view->processes, self) : NULL;
	size_t begun;

	if (!process)
		return;
	processes_ask(view->processes, process);
	begun = json_begin(line, "parent", '{');
	identity(view, line, process);
	json_end(line, begun, '{');
}

static void id_below(const struct view *view, struct text *line, const char *outer, uint32_t id)
{
	size_t begun = json_begin(line, outer, '{');

	private_id(view, line, "id", id);
	json_end(line, begun, '{');
}

/*
 * What of the process is the same on many events, made once and again when anything about any process changed: from
 * "entity_id" to the leaders, without the brackets around it. Looking for the others may forget a process that nobody
 * used for long, never one that was just asked for.
 */
static void make_fragment(struct view *view, struct process *process)
{
	const struct dp_use *use = view->use;
	const struct process *entry = processes_entry(view->processes, process);
	struct dp_process first = entry ? entry->self : (struct dp_process){ .pid = 0 };
	struct text *text = &view->scratch;

	processes_ask(view->processes, process);
	text_clear(text);
	identity(view, text, process);
	id_below(view, text, "user", use->uid);
	id_below(view, text, "group", use->gid);
	if (process->known_parent)
		parent(view, text, &process->parent);
	leader(view, text, "entry_leader", &first);
	leader(view, text, "session_leader", &process->session);
	process->fragment_uid = use->uid;
	process->fragment_gid = use->gid;
	process->fragment_of = 0;
	if (!text->failed && process->fragment_room < text->length) {
		free(process->fragment);
		process->fragment = malloc(text->length);
		process->fragment_room = process->fragment ? text->length : 0;
	}
	if (text->failed || process->fragment_room < text->length)
		return;
	memcpy(process->fragment, text->bytes, text->length);
	process->fragment_length = text->length;
	process->fragment_of = processes_state(view->processes);
}

static bool is_current(const struct view *view, const struct process *process)
{
	return process->fragment_of == processes_state(view->processes) && process->fragment_uid == view->use->uid &&
	       process->fragment_gid == view->use->gid;
}

/* Who it was is on every event, even when there is no memory to say more, or the kernel half could not say it. */
static void bare_identity(const struct view *view, struct text *line)
{
	char entity[ENTITY_SIZE];

	host_entity(view->host, &view->use->process, entity);
	json_text(line, "entity_id", entity[0] ? entity : "unknown");
	json_unsigned(line, "pid", view->use->process.pid);
}

void process_part(struct view *view, struct text *line)
{
	struct process *process = processes_find(view->processes, &view->use->process);
	size_t begun = json_begin(line, "process", '{');

	if (process) {
		processes_name(view->processes, process, view->use->name);
		process->label = view->use->label;
		if (!is_current(view, process))
			make_fragment(view, process);
	}
	if (process && process->fragment_of)
		text_add(line, process->fragment, process->fragment_length);
	else
		bare_identity(view, line);
	detail_process(view, line);
	json_end(line, begun, '{');
}

void process_learn(struct view *view)
{
	const struct dp_use *use = view->use;
	const struct dp_relatives *relatives = view_part(view, DP_PART_PARENT, sizeof(*relatives));

	/* An exec that failed has no relatives. */
	if (!relatives)
		return;
	if (use->flags & DP_SEEN)
		processes_seen(view->processes, use, relatives);
	else if (use->action == DP_PROCESS_EXEC)
		processes_exec(view->processes, use, relatives, view->path.bytes, view->path.length);
	else if (use->action == DP_PROCESS_FORK)
		processes_fork(view->processes, use, relatives);
}
