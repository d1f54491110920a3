/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "src/bound.h"
#include "src/class.h"
#include "src/host.h"
#include "src/label.h"
#include "src/process.h"
#include "src/view.h"

static const char *const kinds[] = { NULL,   "file",  "directory", "device",	"socket",
				     "pipe", "memfd", "process",   "namespace", "other" };
static const char *const identities[] = { "kernel", "string", "candidate" };

static const char *kind_of(const struct dp_object *object)
{
	return object->kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[object->kind] : NULL;
}

static const char *identity_of(const struct view *view)
{
	if (view->use->flags & DP_RACED)
		return identities[DP_CANDIDATE];
	if (view->by_string)
		return identities[DP_BY_STRING];
	return view->object->identity < sizeof(identities) / sizeof(identities[0]) ? identities[view->object->identity] : NULL;
}

/* The other process: a signal's target, a child, who a descriptor was taken from. NULL: the use has none. */
static const struct dp_process *target_of(const struct view *view)
{
	const struct dp_relatives *relatives = view_part(view, DP_PART_PARENT, sizeof(*relatives));
	const struct dp_target *target = view_part(view, DP_PART_TARGET, sizeof(*target));
	const struct dp_process *process = target ? &target->process : NULL;

	if (view->use->action == DP_PROCESS_FORK && relatives)
		process = &relatives->child;
	return process && process->pid ? process : NULL;
}

static void target_part(const struct view *view, struct text *line, const struct dp_process *process)
{
	const struct dp_target *target = view_part(view, DP_PART_TARGET, sizeof(*target));
	struct process *known = process->start ? processes_find(view->processes, process) : NULL;
	size_t begun = json_begin(line, "process", '{');

	if (known)
		processes_ask(view->processes, known);
	if (known)
		json_text(line, "entity_id", known->entity);
	json_unsigned(line, "pid", process->pid);
	if (target && target->name[0])
		json_string(line, "name", target->name, strnlen(target->name, sizeof(target->name)));
	else if (known && known->name[0])
		json_string(line, "name", known->name, strnlen(known->name, sizeof(known->name)));
	if (known)
		json_text(line, "executable", known->executable);
	json_end(line, begun, '{');
}

/* Which parameters of its run the object is bound to. What failed used nothing, and its path may be one that it would have made. */
static void bindings(const struct view *view, const struct dp_object_key *key, const struct path_text *path, struct text *line)
{
	const struct task_run *run = view_run(view, view->use->label);

	if (run && run->bound && (view->use->result >= 0 || view->use->flags & DP_IN_PROGRESS))
		bound_names(run->bound, bound_object(run->bound, key, path->bytes, path->length), line);
}

static void own_object(const struct view *view, struct text *line)
{
	const struct dp_process *target = target_of(view);
	size_t begun = json_begin(line, "object", '{');
	char id[OBJECT_SIZE];

	host_object(view->host, &view->object->key, id);
	if (id[0])
		json_text(line, "id", id);
	else if (target)
		view_entity(view, line, "id", target);
	json_text(line, "kind", view->object->kind || !target ? kind_of(view->object) : "process");
	if (id[0] || view->path.length || target)
		json_text(line, "identity", identity_of(view));
	if (view->class_number)
		json_text(line, "class", classes_name(view->classes, view->class_number));
	bindings(view, &view->object->key, &view->path, line);
	if (target)
		target_part(view, line, target);
	json_end(line, begun, '{');
}

static void own_source(const struct view *view, struct text *line)
{
	const struct dp_source *source = view_part(view, DP_PART_SOURCE, sizeof(*source));
	char id[OBJECT_SIZE > DESCRIPTION_SIZE ? OBJECT_SIZE : DESCRIPTION_SIZE];
	size_t begun, inner;

	if (!source)
		return;
	begun = json_begin(line, "source", '{');
	inner = json_begin(line, "object", '{');
	host_object(view->host, &source->object.key, id);
	if (id[0])
		json_text(line, "id", id);
	json_text(line, "kind", kind_of(&source->object));
	if (view->source_class)
		json_text(line, "class", classes_name(view->classes, view->source_class));
	if (view->source_path.length)
		private_path(view, line, "path", view->source_path.bytes, view->source_path.length);
	bindings(view, &source->object.key, &view->source_path, line);
	json_end(line, inner, '{');
	inner = json_begin(line, "description", '{');
	host_description(view->host, source->description, id);
	if (id[0])
		json_text(line, "id", id);
	json_end(line, inner, '{');
	inner = json_begin(line, "descriptor", '{');
	if (source->number >= 0)
		json_signed(line, "number", source->number);
	json_end(line, inner, '{');
	json_end(line, begun, '{');
}

void object_part(struct view *view, struct text *line)
{
	char id[DESCRIPTION_SIZE];
	size_t begun;

	own_object(view, line);
	if (view->use->action == DP_FILE_RENAME && view->before.length) {
		begun = json_begin(line, "file", '{');
		private_path(view, line, "previous_path", view->before.bytes, view->before.length);
		json_end(line, begun, '{');
	}
	host_description(view->host, view->descriptor->description, id);
	if (id[0]) {
		begun = json_begin(line, "description", '{');
		json_text(line, "id", id);
		json_end(line, begun, '{');
	}
	own_source(view, line);
}
