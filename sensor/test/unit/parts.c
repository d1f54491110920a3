/* SPDX-License-Identifier: Apache-2.0 */
#include "src/parts.h"
#include "test/unit/unit.h"

struct record {
	struct dp_use use;
	char parts[1024];
};

static void begin(struct record *record)
{
	memset(record, 0, sizeof(*record));
	record->use.size = sizeof(record->use);
	record->use.action = DP_FILE_OPEN;
}

static void add(struct record *record, uint16_t kind, uint16_t length)
{
	struct dp_part *part = (void *)((char *)record + record->use.size);

	part->kind = kind;
	part->length = length;
	memset(part + 1, 'x', length);
	record->use.size += (uint32_t)(sizeof(*part) + ((length + 7u) & ~7u));
	record->use.parts++;
}

static bool whole(const struct record *record)
{
	/* A copy of its own size, so that the sanitizer sees a read beyond the end. */
	void *exact = malloc(record->use.size);
	bool answer;

	memcpy(exact, record, record->use.size);
	answer = record_is_whole(exact, record->use.size);
	free(exact);
	return answer;
}

static void gives_the_parts_in_order(void)
{
	struct record record;
	const struct dp_part *part;

	begin(&record);
	check(whole(&record));
	check(part_after(&record.use, NULL) == NULL);
	add(&record, DP_PART_PATH, 5);
	add(&record, DP_PART_STRING, 0);
	add(&record, DP_PART_NUMBERS, 24);
	check(whole(&record));
	part = part_after(&record.use, NULL);
	check(part && part->kind == DP_PART_PATH && part->length == 5);
	part = part_after(&record.use, part);
	check(part && part->kind == DP_PART_STRING && part->length == 0);
	part = part_after(&record.use, part);
	check(part && part->kind == DP_PART_NUMBERS && part->length == 24);
	check(part_after(&record.use, part) == NULL);
}

static void refuses_sizes_that_do_not_hold(void)
{
	struct record record;

	begin(&record);
	check(!record_is_whole(&record, sizeof(struct dp_use) - 1));
	check(!record_is_whole(&record, sizeof(struct dp_use) + 8));
	record.use.action = 0;
	check(!whole(&record));
	record.use.action = DP_ACTIONS;
	check(!whole(&record));
	begin(&record);
	add(&record, DP_PART_PATH, 5);
	record.use.parts = 2; /* one more than there are */
	check(!whole(&record));
	record.use.parts = 0; /* one less */
	check(!whole(&record));
	begin(&record);
	add(&record, DP_PART_PATH, 5);
	record.use.size -= 8; /* the last part is cut */
	check(!whole(&record));
}

static void refuses_structs_of_another_size(void)
{
	struct record record;

	begin(&record);
	add(&record, DP_PART_SOCKET, sizeof(struct dp_socket));
	check(whole(&record));
	begin(&record);
	add(&record, DP_PART_SOCKET, sizeof(struct dp_socket) - 8);
	check(!whole(&record));
	begin(&record);
	add(&record, DP_PART_FLOW, DP_FLOW_SLOTS * sizeof(struct dp_flow));
	check(whole(&record));
	begin(&record);
	add(&record, DP_PART_FLOW, (DP_FLOW_SLOTS + 1) * sizeof(struct dp_flow));
	check(!whole(&record));
	begin(&record);
	add(&record, DP_PART_NUMBERS, 12);
	check(!whole(&record));
	begin(&record);
	add(&record, DP_PART_PATH, 7);
	((struct dp_part *)(void *)record.parts)->kind = 0;
	check(!whole(&record));
}

/* A record with some bytes changed is refused, or all its parts lie inside it. */
static void mutations_stay_inside(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		struct record record;
		size_t size;
		char *exact;

		begin(&record);
		for (size_t i = unit_below(5); i; i--)
			add(&record, (uint16_t)(1 + unit_below(DP_PART_NUMBERS + 1)), (uint16_t)unit_below(100));
		size = unit_below(4) ? record.use.size : unit_below(sizeof(record) / 8) * 8;
		for (size_t i = unit_below(4); i; i--)
			((char *)&record)[unit_below(sizeof(record))] = (char)unit_random();
		exact = malloc(size ? size : 1);
		memcpy(exact, &record, size);
		if (record_is_whole(exact, size)) {
			const struct dp_use *use = (const void *)exact;
			unsigned int parts = 0;

			check(use->size == size);
			for (const struct dp_part *part = part_after(use, NULL); part; part = part_after(use, part)) {
				check((const char *)(part + 1) + part->length <= exact + size);
				parts++;
			}
			check(parts == use->parts);
		}
		free(exact);
	}
}

int main(void)
{
	return unit_run((const struct unit_case[]){ CASE(gives_the_parts_in_order), CASE(refuses_sizes_that_do_not_hold),
						    CASE(refuses_structs_of_another_size), CASE(mutations_stay_inside),
						    {} });
}
