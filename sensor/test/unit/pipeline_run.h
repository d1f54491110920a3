/* SPDX-License-Identifier: Apache-2.0 */
/* A loop from records to lines, with a kernel half that is made up here and a time that the test sets. */
#ifndef DETPACK_UNIT_PIPELINE_RUN_H
#define DETPACK_UNIT_PIPELINE_RUN_H

#include <fcntl.h>
#include <unistd.h>

#include "src/event.h"
#include "src/load.h"
#include "src/output.h"
#include "src/pipeline.h"
#include "src/rings.h"
#include "src/tasking.h"
#include "test/unit/event_frame.h"
#include "test/unit/json_check.h"
#include "test/unit/record_make.h"

static char path[] = "/tmp/unit-pipeline-XXXXXX";

/* ---- the kernel half ---- */

static struct loaded kernel;
static struct {
	uint64_t now; /* boot time at which the rings were seen empty */
	uint64_t counts[DP_ACTIONS][DP_CLASSES][DP_COUNTS], dropped, troubles[DP_TROUBLES];
	bool stopped;
	uint64_t parted;
	struct load_made made; /* count 0: nothing */
	int room; /* what was waited for besides the rings */
	uint64_t folded; /* nothing of this time or before is in a fold */
	unsigned int collected; /* how often */
	bool too_early; /* the last collection does not count yet */
} fake;

int rings_read(struct rings *rings, int timeout, int room, uint64_t *seen)
{
	(void)rings;
	(void)timeout;
	fake.room = room;
	*seen = fake.now;
	return 0;
}

bool load_collect(struct loaded *loaded, uint64_t seen)
{
	check(loaded == &kernel && seen == fake.now);
	fake.collected++;
	return !fake.too_early;
}

uint64_t load_folded(struct loaded *loaded, uint64_t seen)
{
	check(loaded == &kernel && seen == fake.now);
	return fake.folded;
}

void load_stop(struct loaded *loaded)
{
	check(loaded == &kernel);
	fake.stopped = true;
}

void load_part(struct loaded *loaded, uint64_t time)
{
	check(loaded == &kernel);
	fake.parted = time;
}

void load_made(struct loaded *loaded, made_teller tell, void *context)
{
	check(loaded == &kernel);
	if (fake.made.count)
		tell(context, &fake.made);
}

size_t load_programs(const struct loaded *loaded, const char *names[], size_t most)
{
	(void)loaded;
	check(most > 0);
	names[0] = "on_sys_exit";
	return 1;
}

void load_counts(const struct loaded *loaded, int action, int class_number, uint64_t counts[DP_COUNTS])
{
	(void)loaded;
	memcpy(counts, fake.counts[action][class_number], sizeof(fake.counts[action][class_number]));
}

uint64_t load_dropped(const struct loaded *loaded)
{
	(void)loaded;
	return fake.dropped;
}

uint64_t load_missed(const struct loaded *loaded)
{
	(void)loaded;
	return 0;
}

uint64_t load_trouble(const struct loaded *loaded, enum dp_trouble which)
{
	(void)loaded;
	return fake.troubles[which];
}

void tasking_learn(struct tasking *tasking, const struct dp_use *use)
{
	(void)tasking;
	(void)use;
}

void tasking_turn(struct tasking *tasking, uint64_t drained)
{
	(void)tasking;
	(void)drained;
}

/* ---- a run ---- */

static struct frame frame;
static struct output *output;
static struct pipeline *pipeline;

static void begin(const struct output_options *to, size_t rare, size_t bulk)
{
	struct pipeline_options options = { .loaded = &kernel, .host = &frame.host, .clock = &frame.clock,
					    .watermarks = true, .rare_budget = rare, .bulk_budget = bulk };
	char problem[128];

	memset(&fake, 0, sizeof(fake));
	memset(&kernel, 0, sizeof(kernel));
	fake.now = 300 * SECOND;
	fake.folded = UINT64_MAX;
	frame_open(&frame);
	/* The pipeline looks at the clock of this machine. */
	clock_start(&frame.clock, 0, clock_offset_now(), 0);
	output = output_open(to, problem, sizeof(problem));
	options.events = frame.events;
	options.output = output;
	options.classes = frame.classes;
	pipeline = pipeline_new(&options);
	check(output && pipeline);
}

static void begin_file(void)
{
	const struct output_options options = { .kind = OUTPUT_FILE, .path = path };

	check(truncate(path, 0) == 0);
	begin(&options, 0, 0);
}

static void end(void)
{
	pipeline_free(pipeline);
	output_close(output);
	frame_close(&frame);
}

static void take(uint8_t action, uint64_t time, uint8_t class_number)
{
	static struct made made;

	make_use(&made, action);
	made.use.time = made.use.first = time;
	made.use.object = file_object(77);
	made.use.object.class = class_number;
	made.use.flags = action == DP_FILE_READ ? 0 : DP_RARE;
	make_path(&made, DP_PART_PATH, "/srv/file");
	check(pipeline_take(pipeline, &made.use) == 0);
}

static int turn(uint64_t later)
{
	fake.now += later;
	return pipeline_turn(pipeline, NULL);
}

static char written[1 << 20];

/* All that stands in the file. */
static const char *all_lines(void)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = read(file, written, sizeof(written) - 1);

	close(file);
	written[length > 0 ? length : 0] = '\0';
	return written;
}

static size_t times(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
		count++;
	return count;
}

/* Events are numbered from 1 without a hole; each line is JSON. How many there are. */
static uint64_t check_numbers(const char *text)
{
	uint64_t number = 0;

	for (const char *line = text, *line_end; (line_end = strchr(line, '\n')); line = line_end + 1) {
		const char *sequence = memmem(line, (size_t)(line_end - line), "\"sequence\":", 11);

		check(json_is_valid(line, (size_t)(line_end - line)));
		if (sequence && memmem(line, (size_t)(line_end - line), "\"event\":", 8))
			check(strtoull(sequence + 11, NULL, 10) == ++number);
	}
	return number;
}

#endif
