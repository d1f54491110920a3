/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "src/cgroup.h"
#include "src/classed.h"
#include "src/host.h"
#include "src/label.h"
#include "src/parts.h"
#include "src/place.h"
#include "src/process.h"
#include "src/view.h"

/* What the names of sockets are remembered under, beside the paths of descriptions. */
#define PATH_THERE (1ull << 63)
#define PATH_HERE (1ull << 62)

const void *view_part(const struct view *view, enum dp_part_kind kind, size_t least)
{
	const struct dp_part *part = view->parts[kind];

	return part && part->length >= least ? part + 1 : NULL;
}

uint64_t view_number(const struct view *view, size_t index)
{
	const struct dp_part *part = view->parts[DP_PART_NUMBERS];

	return part && part->length >= (index + 1) * sizeof(uint64_t) ? ((const uint64_t *)(part + 1))[index] : 0;
}

void view_entity(const struct view *view, struct text *line, const char *key, const struct dp_process *process)
{
	const struct process *known;
	char entity[ENTITY_SIZE];

	if (!process->pid || !process->start)
		return;
	known = processes_known(view->processes, process);
	if (!known)
		host_entity(view->host, process, entity);
	json_text(line, key, known ? known->entity : entity);
}

/* ---- paths ---- */

/* Sockets and nameless nodes stand in no tree: a path of theirs would say nothing. */
static bool may_have_path(const struct dp_object *object)
{
	return object->kind != DP_SOCKET && object->kind != DP_OTHER && object->kind != DP_NO_OBJECT &&
	       object->kind != DP_NAMESPACE && object->kind != DP_PROCESS;
}

/* A pipe without a name has one component without text; a FIFO has a path like any file. */
static bool is_nameless_pipe(const struct dp_object *object, const struct dp_part *part)
{
	return object->kind == DP_PIPE && (part->length < 2 || !((const char *)(part + 1))[0]);
}

/* From the part, or as an earlier record told it of the description. True: the part tells it. */
static bool find_path(const struct view *view, const struct dp_object *object, const struct dp_part *part,
		      uint64_t description, struct path_text *path)
{
	path_clear(path);
	if (!may_have_path(object))
		return false;
	if (part && object->kind == DP_MEMFD)
		path_of_nameless(part, path);
	else if (part && !is_nameless_pipe(object, part))
		path_of_components(part, path);
	if (path->length)
		return true;
	places_find(view->places, description, path);
	return false;
}

static void find_string_paths(struct view *view)
{
	const struct dp_part *string = view->parts[DP_PART_STRING], *before = view->parts[DP_PART_STRING_BEFORE];
	struct path_text *base = &view->inside; /* not in use yet */

	/* What an earlier record told of the description is not the name that is given to it now. */
	view->by_string = string && !(view->parts[DP_PART_PATH] && view->path.length);
	if (!view->by_string && !before)
		return;
	path_clear(base);
	if (view->parts[DP_PART_STRING_BASE])
		path_of_components(view->parts[DP_PART_STRING_BASE], base);
	if (view->by_string)
		path_of_string(string, base, &view->path);
	if (view->parts[DP_PART_STRING_BASE_BEFORE])
		path_of_components(view->parts[DP_PART_STRING_BASE_BEFORE], base);
	if (before)
		path_of_string(before, base, &view->before);
	path_clear(base);
}

/* The other name of the same object: where a renamed one was, what a hard link links to. */
static bool has_other_name(const struct view *view)
{
	return view->use->action == DP_FILE_RENAME ||
	       (view->use->action == DP_FILE_CREATE && !S_ISLNK(view->object->mode));
}

/*
 * The name of a UNIX socket, at the end that the use goes to. A fold does not repeat it: it is that of the use that the
 * fold began with, but where the caller may have named another one each time.
 */
static void find_socket_path(struct view *view)
{
	const struct dp_use *use = view->use;
	const struct dp_socket *socket = view_part(view, DP_PART_SOCKET, sizeof(*socket));
	const struct dp_part *part = view->parts[DP_PART_SOCKET_PATH];
	uint64_t description = use->descriptor.description, key;
	bool lasts = socket && socket->family == AF_UNIX && socket->address_identity == DP_BY_KERNEL && description;

	path_clear(&view->socket_path);
	key = (socket_is_outward(use->action) ? PATH_THERE : PATH_HERE) | description;
	if (part && part->length && part->length <= SUN_PATH_MOST) {
		memcpy(view->socket_path.bytes, part + 1, part->length);
		view->socket_path.length = part->length;
		if (lasts)
			places_put(view->places, key, &view->socket_path);
	} else if (!part && lasts && use->flags & DP_FOLDED) {
		places_find(view->places, key, &view->socket_path);
	}
}

/* ---- classes ---- */

/*
 * Of a slot that another thread changed the use has the highest class of all that it may have been of. The number that
 * the kernel half gives is then of all of them, so it says nothing of the object that the slot holds now. `which`:
 * DP_OF_SOURCE, or 0 for the object.
 */
static uint8_t class_of_raced(struct view *view, struct dp_object object, const struct known_paths *paths, uint32_t which)
{
	uint8_t number, others = 0;

	for (const struct dp_part *part = part_after(view->use, NULL); part; part = part_after(view->use, part)) {
		const struct dp_object *candidate = (const void *)(part + 1);
		uint8_t its;

		if (part->kind != DP_PART_CANDIDATE || part->length < sizeof(*candidate) || (part->flags & DP_OF_SOURCE) != which)
			continue;
		its = classed_recall(view->classed, &candidate->key, candidate->class);
		if (its && (!others || its < others))
			others = its;
		object.class = 0;
	}
	number = classed_decide(view->classed, &object, paths);
	return others && (!number || others < number) ? others : number;
}

static void decide_classes(struct view *view)
{
	const struct dp_source *source = view_part(view, DP_PART_SOURCE, sizeof(*source));
	const struct known_paths paths = { .path = &view->path,
					   .before = has_other_name(view) ? &view->before : NULL,
					   .inside = &view->inside };
	const struct known_paths source_paths = { .path = &view->source_path };

	view->class_number = 0;
	view->source_class = 0;
	if (!view->classes)
		return;
	view->class_number = view->use->flags & DP_RACED ? class_of_raced(view, *view->object, &paths, 0) :
							   classed_decide(view->classed, view->object, &paths);
	if (source)
		view->source_class = view->use->flags & DP_RACED ?
					     class_of_raced(view, source->object, &source_paths, DP_OF_SOURCE) :
					     classed_decide(view->classed, &source->object, &source_paths);
}

/* ---- all of it ---- */

static void find_parts(struct view *view, const struct dp_use *use)
{
	const struct dp_passed *passed;

	view->use = use;
	memset(view->parts, 0, sizeof(view->parts));
	for (const struct dp_part *part = part_after(use, NULL); part; part = part_after(use, part))
		if (part->kind < sizeof(view->parts) / sizeof(view->parts[0]) && !view->parts[part->kind])
			view->parts[part->kind] = part;
	passed = view_part(view, DP_PART_PASSED, sizeof(*passed));
	view->object = passed ? &passed->object : &use->object;
	view->descriptor = passed ? &passed->descriptor : &use->descriptor;
}

void view_take(struct view *view, const struct dp_use *use)
{
	const struct dp_source *source;
	bool told, source_told = false;

	find_parts(view, use);
	path_clear(&view->before);
	path_clear(&view->inside);
	path_clear(&view->source_path);
	told = find_path(view, view->object, view->parts[DP_PART_PATH], view->descriptor->description, &view->path);
	find_string_paths(view);
	if (view->parts[DP_PART_PATH_BEFORE])
		path_of_components(view->parts[DP_PART_PATH_BEFORE], &view->before);
	if (view->parts[DP_PART_PATH_INSIDE])
		path_of_components(view->parts[DP_PART_PATH_INSIDE], &view->inside);
	source = view_part(view, DP_PART_SOURCE, sizeof(*source));
	if (source)
		source_told = find_path(view, &source->object, view->parts[DP_PART_SOURCE_PATH], source->description,
					&view->source_path);
	find_socket_path(view);
	decide_classes(view);
	/* A descriptor goes by the name that it was opened by, whatever names its file gets. */
	if (told && view->descriptor->description && !view->parts[DP_PART_STRING])
		places_put(view->places, view->descriptor->description, &view->path);
	if (source_told && source->description)
		places_put(view->places, source->description, &view->source_path);
	/* Of what the use itself removed the name is what matters. */
	if (use->action != DP_FILE_DELETE)
		path_mark_deleted(&view->path);
	path_mark_deleted(&view->source_path);
	process_learn(view);
	view->cgroup = cgroups_find(view->cgroups, use->cgroup);
}

const struct task_run *view_run(const struct view *view, uint32_t label)
{
	return view->labels && label ? labels_find(view->labels, label) : NULL;
}
