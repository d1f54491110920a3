/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>

#include "src/clock.h"
#include "src/host.h"
#include "src/names.h"
#include "src/parts.h"
#include "src/view.h"

static const char *const origins[] = { NULL,	   "opened", "duplicated", "inherited",
				       "received", "taken",  "unseen",	   "forgotten" };

/* The access mode first; then each flag that is set. O_PATH has no mode, and the kernel keeps 0 there: O_RDONLY. */
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

static void one_candidate(const struct view *view, struct text *line, const struct dp_object *object)
{
	char id[OBJECT_SIZE];

	host_object(view->host, &object->key, id);
	if (id[0])
		json_text(line, NULL, id);
}

/* What a slot holds now and what it may have held; `which`: DP_OF_SOURCE, or 0 for the object. How many of the latter. */
static size_t candidates_of(const struct view *view, struct text *line, const struct dp_object *now, uint32_t which)
{
	size_t others = 0;

	for (const struct dp_part *part = part_after(view->use, NULL); part; part = part_after(view->use, part)) {
		if (part->kind != DP_PART_CANDIDATE || part->length < sizeof(struct dp_object) ||
		    (part->flags & DP_OF_SOURCE) != which)
			continue;
		if (!others++)
			one_candidate(view, line, now);
		one_candidate(view, line, (const void *)(part + 1));
	}
	return others;
}

static void candidates(const struct view *view, struct text *line)
{
	const struct dp_source *source = view_part(view, DP_PART_SOURCE, sizeof(*source));
	size_t begun, others;

	if (!(view->use->flags & DP_RACED))
		return;
	json_true(line, "raced");
	begun = json_begin(line, "candidates", '[');
	others = candidates_of(view, line, view->object, 0);
	if (source)
		others += candidates_of(view, line, &source->object, DP_OF_SOURCE);
	if (!others)
		one_candidate(view, line, view->object);
	json_end(line, begun, '[');
}

void descriptor_part(const struct view *view, struct text *line)
{
	const struct dp_descriptor *descriptor = view->descriptor;
	const struct dp_use *use = view->use;
	size_t begun = json_begin(line, "descriptor", '{');

	if (descriptor->number >= 0)
		json_signed(line, "number", descriptor->number);
	if (descriptor->description) {
		flags(line, descriptor->flags);
		json_text(line, "origin",
			  descriptor->origin < sizeof(origins) / sizeof(origins[0]) ? origins[descriptor->origin] : NULL);
		view_entity(view, line, "from", &descriptor->from);
		view_entity(view, line, "opened_by", &descriptor->opened_by);
		if (descriptor->opened_at)
			json_time(line, "opened_at", clock_utc(view->clock, descriptor->opened_at));
	}
	candidates(view, line);
	if ((use->action == DP_DESCRIPTOR_SEND || use->action == DP_DESCRIPTOR_RECEIVE) && use->flags & DP_TRUNCATED &&
	    view_number(view, 0) && view_number(view, 0) <= INT32_MAX)
		json_unsigned(line, "truncated", view_number(view, 0));
	json_end(line, begun, '{');
}
