/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "src/class.h"
#include "src/clock.h"
#include "src/host.h"
#include "src/names.h"
#include "src/place.h"
#include "src/process.h"
#include "src/view.h"

static const char *const kinds[] = { NULL,   "file",  "directory", "device",	"socket",
				     "pipe", "memfd", "process",   "namespace", "other" };
static const char *const identities[] = { "kernel", "string", "candidate" };
static const char *const origins[] = { NULL, "opened", "duplicated", "inherited", "received", "taken", "unseen", "forgotten" };
static const char *const file_types[16] = { [S_IFREG >> 12] = "file",   [S_IFDIR >> 12] = "dir",    [S_IFLNK >> 12] = "symlink",
					    [S_IFCHR >> 12] = "device", [S_IFBLK >> 12] = "device", [S_IFIFO >> 12] = "fifo",
					    [S_IFSOCK >> 12] = "socket" };

static const char *word(const char *const list[], size_t count, unsigned int number)
{
	return number < count ? list[number] : NULL;
}
#define WORD(list, number) word(list, sizeof(list) / sizeof((list)[0]), number)

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

/* Pipes, sockets and anonymous nodes stand in no tree: a path of theirs would say nothing. */
static bool has_path(const struct dp_object *object)
{
	return object->kind != DP_SOCKET && object->kind != DP_OTHER && object->kind != DP_NO_OBJECT;
}

static void path_of_object(const struct view *view, const struct dp_object *object, enum dp_part_kind kind,
			   uint64_t description, struct path_text *path)
{
	const struct dp_part *part = view->parts[kind];
	const char *known;
	size_t length;

	path->length = 0;
	if (!has_path(object))
		return;
	if (part && object->kind == DP_MEMFD) {
		path_of_nameless(part, path);
	} else if (part && !(object->kind == DP_PIPE && (part->length < 2 || !((const char *)(part + 1))[0]))) {
		path_of_components(part, path);
	}
	if (path->length) {
		if (description)
			places_put(view->places, description, path->bytes, path->length);
		return;
	}
	known = places_find(view->places, description, &length);
	if (known && length <= sizeof(path->bytes)) {
		memcpy(path->bytes, known, length);
		path->length = length;
	}
}

static uint8_t class_of_path(const struct view *view, const struct path_text *path)
{
	return view->classes && path->length ? classes_of(view->classes, path->bytes, path->length) : 0;
}

/*
 * The kernel half knows names and not whole paths, so its class is one that the object may have. What a path says
 * decides; an object keeps the class of any path it was seen under, for it is the same object after a rename, by a hard
 * link or a bind mount. Where no path was ever seen the kernel half's is taken: too much is better than a secret missed.
 */
static uint8_t class_of_object(const struct view *view, const struct dp_object *object, const struct path_text *path)
{
	uint8_t number = class_of_path(view, path);

	if (!view->classes)
		return 0;
	if (!object->key.inode)
		return number;
	if (path->length && (number || object->class))
		return places_class(view->places, &object->key, number);
	return places_class_known(view->places, &object->key, &number) ? number : object->class;
}

static void string_paths(struct view *view)
{
	const struct dp_part *string = view->parts[DP_PART_STRING], *before = view->parts[DP_PART_STRING_BEFORE];
	struct path_text *base = &view->source_path; /* not in use yet */

	base->length = 0;
	if (view->parts[DP_PART_STRING_BASE])
		path_of_components(view->parts[DP_PART_STRING_BASE], base);
	if (string && !view->path.length) {
		path_of_string(string, base, &view->path);
		view->by_string = true;
	}
	if (before)
		path_of_string(before, base, &view->before);
	base->length = 0;
}

void object_prepare(struct view *view)
{
	const struct dp_use *use = view->use;
	const struct dp_source *source = view_part(view, DP_PART_SOURCE, sizeof(*source));

	view->by_string = false;
	view->before.length = 0;
	path_of_object(view, &use->object, DP_PART_PATH, use->descriptor.description, &view->path);
	string_paths(view);
	if (view->parts[DP_PART_PATH_BEFORE])
		path_of_components(view->parts[DP_PART_PATH_BEFORE], &view->before);
	view->source_path.length = 0;
	view->source_class = 0;
	if (source) {
		path_of_object(view, &source->object, DP_PART_SOURCE_PATH, source->description, &view->source_path);
		view->source_class = class_of_object(view, &source->object, &view->source_path);
	}
	view->class_number = class_of_object(view, &use->object, &view->path);
}

static void text_path(struct text *line, const char *key, const struct path_text *path)
{
	if (path->length)
		json_string(line, key, path->bytes, path->length);
}

static void file_names(struct text *line, const struct path_text *path)
{
	const char *slash = memrchr(path->bytes, '/', path->length), *name = slash ? slash + 1 : path->bytes, *dot;
	size_t length = (size_t)(path->bytes + path->length - name);

	json_string(line, "path", path->bytes, path->length);
	if (length)
		json_string(line, "name", name, length);
	if (slash)
		json_string(line, "directory", path->bytes, slash == path->bytes ? 1 : (size_t)(slash - path->bytes));
	dot = memrchr(name, '.', length);
	if (dot && dot > name && dot + 1 < name + length)
		json_string(line, "extension", dot + 1, length - (size_t)(dot + 1 - name));
}

static void file_target(struct view *view, struct text *line)
{
	const struct dp_part *before = view->parts[DP_PART_STRING_BEFORE];

	if (view->use->action != DP_FILE_CREATE)
		return;
	/* Of a symbolic link what was written, whatever that means where it stands. */
	if (S_ISLNK(view->use->object.mode) && before)
		json_string(line, "target_path", (const char *)(before + 1),
			    strnlen((const char *)(before + 1), before->length));
	else
		text_path(line, "target_path", &view->before);
}

void object_file(struct view *view, struct text *line)
{
	const struct dp_object *object = &view->use->object;
	size_t begun = json_begin(line, "file", '{');
	char number[32];

	if (view->path.length)
		file_names(line, &view->path);
	file_target(view, line);
	if (object->key.inode && object->kind != DP_SOCKET) {
		json_text(line, "type", file_types[object->mode >> 12]);
		snprintf(number, sizeof(number), "%llu", (unsigned long long)object->key.inode);
		json_text(line, "inode", number);
		snprintf(number, sizeof(number), "%u:%u", object->key.device >> 20, object->key.device & 0xfffff);
		json_text(line, "device", number);
		snprintf(number, sizeof(number), "%04o", object->mode & 07777);
		json_text(line, "mode", number);
		snprintf(number, sizeof(number), "%u", object->uid);
		json_text(line, "uid", number);
		snprintf(number, sizeof(number), "%u", object->gid);
		json_text(line, "gid", number);
		if (S_ISREG(object->mode))
			json_unsigned(line, "size", object->size);
	} else if (view->use->action == DP_FILE_ATTRIBUTE && view->use->result >= 0 && view_number(view, 0) == 1) {
		snprintf(number, sizeof(number), "%04o", (unsigned int)view_number(view, 1) & 07777);
		json_text(line, "mode", number);
	}
	json_end(line, begun, '{');
}

static void own_entity(const struct view *view, struct text *line, const char *key, const struct dp_process *process)
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

static void own_target(struct view *view, struct text *line)
{
	const struct dp_relatives *relatives = view_part(view, DP_PART_PARENT, sizeof(*relatives));
	const struct dp_target *target = view_part(view, DP_PART_TARGET, sizeof(*target));
	const struct dp_process *self = target ? &target->process : NULL;
	const struct process *known;
	size_t begun;

	if (view->use->action == DP_PROCESS_FORK && relatives)
		self = &relatives->child;
	if (!self || !self->pid)
		return;
	begun = json_begin(line, "process", '{');
	own_entity(view, line, "entity_id", self);
	json_unsigned(line, "pid", self->pid);
	known = self->start ? processes_known(view->processes, self) : NULL;
	if (target && target->name[0])
		json_string(line, "name", target->name, strnlen(target->name, sizeof(target->name)));
	else if (known && known->name[0])
		json_string(line, "name", known->name, strnlen(known->name, sizeof(known->name)));
	if (known)
		json_text(line, "executable", known->executable);
	json_end(line, begun, '{');
}

static void own_object(struct view *view, struct text *line)
{
	const struct dp_object *object = &view->use->object;
	const char *identity = view->by_string ? identities[DP_BY_STRING] : WORD(identities, object->identity);
	size_t begun = json_begin(line, "object", '{');
	char id[OBJECT_SIZE];

	host_object(view->host, &object->key, id);
	if (id[0])
		json_text(line, "id", id);
	json_text(line, "kind", WORD(kinds, view->use->action == DP_PROCESS_FORK ? DP_PROCESS : object->kind));
	own_target(view, line);
	if (view->classes && view->class_number)
		json_text(line, "class", classes_name(view->classes, view->class_number));
	if (id[0] || view->path.length)
		json_text(line, "identity", view->use->flags & DP_RACED ? identities[DP_CANDIDATE] : identity);
	json_end(line, begun, '{');
}

static void own_source(struct view *view, struct text *line)
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
	json_text(line, "kind", WORD(kinds, source->object.kind));
	if (view->classes && view->source_class)
		json_text(line, "class", classes_name(view->classes, view->source_class));
	text_path(line, "path", &view->source_path);
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

static void flags(struct text *line, uint32_t set)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_RDWR" };
	size_t begun = json_begin(line, "flags", '[');

	json_text(line, NULL, modes[set & O_ACCMODE]);
	for (const struct bit_name *bit = open_flag_names; bit->name; bit++)
		if ((set & bit->bits) == bit->bits)
			json_text(line, NULL, bit->name);
	json_end(line, begun, '[');
}

static void candidates(struct view *view, struct text *line)
{
	size_t begun;
	char id[OBJECT_SIZE];

	if (!(view->use->flags & DP_RACED))
		return;
	json_true(line, "raced");
	begun = json_begin(line, "candidates", '[');
	host_object(view->host, &view->use->object.key, id);
	if (id[0])
		json_text(line, NULL, id);
	for (const struct dp_part *part = view->parts[DP_PART_CANDIDATE]; part;) {
		const struct dp_object *object = (const void *)(part + 1);

		if (part->length >= sizeof(*object)) {
			host_object(view->host, &object->key, id);
			if (id[0])
				json_text(line, NULL, id);
		}
		break; /* the kernel half names one more */
	}
	json_end(line, begun, '[');
}

static void own_descriptor(struct view *view, struct text *line)
{
	const struct dp_descriptor *descriptor = &view->use->descriptor;
	char id[DESCRIPTION_SIZE];
	size_t begun;

	host_description(view->host, descriptor->description, id);
	if (id[0]) {
		begun = json_begin(line, "description", '{');
		json_text(line, "id", id);
		json_end(line, begun, '{');
	}
	begun = json_begin(line, "descriptor", '{');
	if (descriptor->number >= 0)
		json_signed(line, "number", descriptor->number);
	if (descriptor->description) {
		flags(line, descriptor->flags);
		json_text(line, "origin", WORD(origins, descriptor->origin));
		own_entity(view, line, "from", &descriptor->from);
		own_entity(view, line, "opened_by", &descriptor->opened_by);
		if (descriptor->opened_at)
			json_time(line, "opened_at", clock_utc(view->clock, descriptor->opened_at));
	}
	candidates(view, line);
	json_end(line, begun, '{');
}

void object_own(struct view *view, struct text *line)
{
	own_object(view, line);
	if (view->use->action == DP_FILE_RENAME && view->before.length) {
		size_t begun = json_begin(line, "file", '{');

		text_path(line, "previous_path", &view->before);
		json_end(line, begun, '{');
	}
	own_source(view, line);
	own_descriptor(view, line);
}

/* Only those that are of a class by what is known of their paths; the classes once each. */
void object_flow(struct view *view, struct text *line)
{
	const struct dp_flow *slots = view_part(view, DP_PART_FLOW, DP_FLOW_SLOTS * sizeof(*slots));
	const struct dp_flow *held[DP_FLOW_SLOTS];
	uint64_t youngest = 0;
	uint32_t told = 0;
	size_t count = 0, begun, inner, list;
	char id[OBJECT_SIZE];

	if (!slots || !view->classes)
		return;
	for (size_t i = 0; i < DP_FLOW_SLOTS; i++) {
		uint8_t number = slots[i].class;

		if (!number || (places_class_known(view->places, &slots[i].object, &number) && !number))
			continue;
		held[count++] = &slots[i];
		if (slots[i].since > youngest)
			youngest = slots[i].since;
	}
	if (!count)
		return;
	begun = json_begin(line, "flow", '{');
	inner = json_begin(line, "object", '{');
	list = json_begin(line, "id", '[');
	for (size_t i = 0; i < count; i++) {
		host_object(view->host, &held[i]->object, id);
		json_text(line, NULL, id);
	}
	json_end(line, list, '[');
	list = json_begin(line, "class", '[');
	for (size_t i = 0; i < count; i++) {
		uint8_t number = held[i]->class;

		places_class_known(view->places, &held[i]->object, &number);
		if (number < 32 && !((told >> number) & 1))
			json_text(line, NULL, classes_name(view->classes, number));
		told |= 1u << (number & 31);
	}
	json_end(line, list, '[');
	json_end(line, inner, '{');
	json_unsigned(line, "age", view->use->time > youngest ? view->use->time - youngest : 0);
	if (view->use->flow_overflow)
		json_unsigned(line, "overflow", view->use->flow_overflow);
	json_end(line, begun, '{');
}
