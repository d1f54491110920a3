/* SPDX-License-Identifier: Apache-2.0 */
#include "src/class.h"
#include "src/classed.h"
#include "src/host.h"
#include "src/view.h"

struct held {
	const struct dp_flow *slot;
	uint8_t class_number;
};

/* Those that are of a class by what is known of their paths, youngest first; gives how many. */
static size_t sort_held(const struct view *view, const struct dp_flow *slots, size_t most, struct held *held)
{
	size_t count = 0;

	for (size_t i = 0; i < most; i++) {
		uint8_t number = slots[i].class ? classed_recall(view->classed, &slots[i].object, slots[i].class) : 0;
		size_t at = count;

		/* Free slots have class 0; a number that the table does not have is of another table. */
		if (!classes_name(view->classes, number) || !slots[i].object.inode)
			continue;
		for (; at && held[at - 1].slot->since < slots[i].since; at--)
			held[at] = held[at - 1];
		held[at] = (struct held){ .slot = &slots[i], .class_number = number };
		count++;
	}
	return count;
}

void flow_part(const struct view *view, struct text *line)
{
	const struct dp_part *part = view->parts[DP_PART_FLOW];
	struct held held[DP_FLOW_SLOTS];
	size_t most = part ? part->length / sizeof(struct dp_flow) : 0, count, begun, inner, list;
	uint32_t told = 0;
	char id[OBJECT_SIZE];

	if (!part || !view->classes)
		return;
	count = sort_held(view, (const void *)(part + 1), most < DP_FLOW_SLOTS ? most : DP_FLOW_SLOTS, held);
	begun = json_begin(line, "flow", '{');
	inner = json_begin(line, "object", '{');
	list = json_begin(line, "id", '[');
	for (size_t i = 0; i < count; i++) {
		host_object(view->host, &held[i].slot->object, id);
		json_text(line, NULL, id);
	}
	json_end(line, list, '[');
	list = json_begin(line, "class", '[');
	for (size_t i = 0; i < count; i++) {
		if (!((told >> held[i].class_number) & 1))
			json_text(line, NULL, classes_name(view->classes, held[i].class_number));
		told |= 1u << held[i].class_number;
	}
	json_end(line, list, '[');
	json_end(line, inner, '{');
	if (count) {
		uint64_t since = held[0].slot->since;

		json_long(line, "age", view->use->time > since ? view->use->time - since : 0);
	}
	if (view->use->flow_overflow)
		json_unsigned(line, "overflow", view->use->flow_overflow);
	json_end(line, begun, '{');
}
