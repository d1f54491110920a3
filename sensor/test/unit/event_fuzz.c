/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that are whole and say anything at all: each must give a line of JSON, or none. `event_fuzz --lines N` prints
 * one event of each action and N of changed records instead; a test of the toolchain holds them against the schema.
 */
#include "src/parts.h"
#include "test/unit/event_frame.h"
#include "test/unit/json_check.h"
#include "test/unit/record_examples.h"

static struct frame frame;
static struct made made;

/* A few bytes anywhere behind the size and the number of parts, which are what record_is_whole is about. */
static void change_bytes(void)
{
	size_t from = offsetof(struct dp_use, action), count = 1 + unit_below(12);

	while (count--) {
		size_t at = from + unit_below(made.use.size - from);

		made.bytes[at] = unit_below(3) ? (char)unit_random() : (char)(unit_below(2) ? 0 : 0xff);
	}
}

/* A part of any kind with bytes that mean nothing. */
static void add_part(void)
{
	static const uint16_t sizes[] = {
		[DP_PART_SOURCE] = sizeof(struct dp_source),	   [DP_PART_SOCKET] = sizeof(struct dp_socket),
		[DP_PART_TARGET] = sizeof(struct dp_target),	   [DP_PART_PARENT] = sizeof(struct dp_relatives),
		[DP_PART_PASSED] = sizeof(struct dp_passed),	   [DP_PART_CANDIDATE] = sizeof(struct dp_object),
		[DP_PART_CREDENTIALS] = sizeof(struct dp_credentials), [DP_PART_NUMBERS] = 0,
	};
	uint16_t kind = (uint16_t)(1 + unit_below(DP_PART_PATH_INSIDE + 1)), length;
	char bytes[5000];

	length = kind < sizeof(sizes) / sizeof(sizes[0]) && sizes[kind] ? sizes[kind] :
		 kind == DP_PART_FLOW		? (uint16_t)(sizeof(struct dp_flow) * (1 + unit_below(DP_FLOW_SLOTS))) :
		 kind == DP_PART_NUMBERS	? (uint16_t)(8 * (1 + unit_below(4))) :
						  (uint16_t)unit_below(unit_below(8) ? 60 : sizeof(bytes));
	unit_fill(bytes, length);
	for (size_t i = 0; i < length; i++)
		if (!unit_below(6))
			bytes[i] = unit_below(2) ? '\0' : '/';
	make_part(&made, kind, bytes, length);
}

static bool make_any(void)
{
	make_example(&made, (uint8_t)(1 + unit_below(DP_ACTIONS - 1)));
	for (size_t more = unit_below(4); more; more--)
		add_part();
	if (unit_below(8))
		change_bytes();
	/* The clock is what the sensor gives it; a time of the far future is no time of a use. */
	made.use.time &= (1ull << 58) - 1;
	made.use.first &= (1ull << 58) - 1;
	return record_is_whole(&made, made.use.size);
}

static void any_whole_record_gives_json_or_nothing(void)
{
	unsigned int written = 0;

	frame_open(&frame);
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		const char *line;

		if (!make_any())
			continue;
		if (made.use.flags & DP_SEEN) {
			events_learn(frame.events, &made.use);
			continue;
		}
		line = frame_line(&frame, &made.use);
		check(line[0] && json_is_valid(line, frame.line.length - 1) && !memchr(line, '\n', frame.line.length));
		written++;
	}
	check(written > 100);
	frame_close(&frame);
}

static void print(void)
{
	if (!(made.use.flags & DP_SEEN))
		puts(frame_line(&frame, &made.use));
}

static int print_lines(unsigned long count)
{
	frame_open(&frame);
	for (uint8_t action = 1; action < DP_ACTIONS; action++) {
		make_example(&made, action);
		print();
	}
	unit_state = 20260101;
	for (unsigned long i = 0; i < count; i++)
		if (make_any())
			print();
	frame_close(&frame);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--lines"))
		return print_lines(strtoul(argv[2], NULL, 10));
	return unit_run((const struct unit_case[]){ CASE(any_whole_record_gives_json_or_nothing), {} });
}
