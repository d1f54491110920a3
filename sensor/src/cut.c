/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "src/cut.h"
#include "src/json.h"

#define ROWS 4096
#define ROWS_MOST (ROWS / 4 * 3)
/* ns; so far apart the two runs may take the time of the same use. */
#define APART 20000000ull

/* The uses of a thread around the time; 0: none. */
struct row {
	uint32_t thread; /* 0: free */
	uint32_t mark_before, mark_behind;
	uint64_t before; /* the last one */
	uint64_t behind; /* the first one */
	bool told;	 /* that one, by the old run */
};

struct cut {
	uint64_t until;
	size_t count;
	struct row rows[ROWS]; /* by thread, with open addressing */
};

/* What crosses from the old run to the new one. */
struct last {
	uint64_t time;
	uint32_t thread, mark;
};

struct cut *cut_new(uint64_t until)
{
	struct cut *cut = calloc(1, sizeof(*cut));

	if (cut)
		cut->until = until;
	return cut;
}

void cut_free(struct cut *cut)
{
	free(cut);
}

static size_t place_of(const struct cut *cut, uint32_t thread)
{
	size_t at = thread * 2654435761u % ROWS;

	while (cut->rows[at].thread && cut->rows[at].thread != thread)
		at = (at + 1) % ROWS;
	return at;
}

/* What both runs say alike of a use, whether it is told alone or with others: a class may have another number. */
static uint32_t mark_of(const struct dp_use *use)
{
	const uint64_t said[] = { use->action, use->result < 0 ? (uint64_t)-use->result : 0, use->object.key.inode,
				  (uint32_t)use->descriptor.number };
	uint64_t mark = 0;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		mark = (mark ^ said[i]) * 0x9e3779b97f4a7c15ull;
	return (uint32_t)(mark >> 32);
}

static bool is_in_order(const struct dp_use *use)
{
	return use->thread && use->route != DP_IO_URING && !(use->flags & DP_SEEN);
}

void cut_see(struct cut *cut, const struct dp_use *use)
{
	struct row *row;

	if (!is_in_order(use) || use->time + APART < cut->until || use->time > cut->until + APART)
		return;
	row = &cut->rows[place_of(cut, use->thread)];
	if (!row->thread) {
		if (cut->count == ROWS_MOST)
			return;
		cut->count++;
		row->thread = use->thread;
	}
	/* One call may be several uses, of one time. */
	if (use->time <= cut->until && use->time >= row->before) {
		row->mark_before = mark_of(use) + (use->time == row->before ? row->mark_before : 0);
		row->before = use->time;
	} else if (use->time > cut->until && (!row->behind || use->time <= row->behind)) {
		row->mark_behind = mark_of(use) + (use->time == row->behind ? row->mark_behind : 0);
		row->behind = use->time;
	}
}

void cut_leave(const struct cut *cut, struct text *text)
{
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &cut->rows[i];
		const struct last last = { .time = row->before, .thread = row->thread, .mark = row->mark_before };

		if (row->before)
			text_add(text, (const char *)&last, sizeof(last));
	}
}

bool cut_settle(struct cut *cut, const void *bytes, size_t size)
{
	for (size_t at = 0; at + sizeof(struct last) <= size; at += sizeof(struct last)) {
		struct last last;
		struct row *row;

		memcpy(&last, (const char *)bytes + at, sizeof(last));
		row = &cut->rows[place_of(cut, last.thread)];
		/* The new run takes the time later: had it seen this one before the cut, it would be no earlier. */
		if (row->thread && row->before < last.time && row->behind && row->behind - last.time < APART &&
		    row->mark_behind == last.mark)
			row->told = true;
	}
	return size % sizeof(struct last) == 0;
}

bool cut_told(const struct cut *cut, const struct dp_use *use)
{
	const struct row *row = &cut->rows[place_of(cut, use->thread)];

	return is_in_order(use) && row->told && use->time == row->behind;
}

bool cut_told_at(const struct cut *cut, uint64_t time)
{
	for (size_t i = 0; i < ROWS; i++)
		if (cut->rows[i].told && cut->rows[i].behind == time)
			return true;
	return false;
}
