/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/action.h"
#include "src/capture.h"
#include "src/class.h"
#include "src/clock.h"
#include "src/complain.h"
#include "src/cut.h"
#include "src/event.h"
#include "src/health.h"
#include "src/host.h"
#include "src/last_run.h"
#include "src/load.h"
#include "src/loss.h"
#include "src/order.h"
#include "src/output.h"
#include "src/pipeline.h"
#include "src/report.h"
#include "src/rings.h"
#include "src/tasking.h"

#define MILLISECOND 1000000ull
#define SECOND (1000 * MILLISECOND)
#define HELD_BACK (20 * MILLISECOND)
#define WATERMARK_EVERY (50 * MILLISECOND)
#define COLLECT_EVERY (100 * MILLISECOND)
#define COLLECT_SOON (20 * MILLISECOND)
#define HEALTH_EVERY (60 * SECOND)
#define STOP_WITHIN (2 * SECOND)
#define BULK_BUDGET (8u << 20)
#define RARE_BUDGET (4u << 20)

struct pipeline {
	struct pipeline_options options;
	struct order *order;
	struct loss loss;
	struct memories memories;
	struct text line, item;
	uint64_t sequence, late;
	uint64_t watermark_told;
	uint64_t watermark_at, collect_at, second_at, health_at; /* boot time, ns */
	uint64_t since;	       /* when this run began to watch; 0: with its start */
	uint64_t after, until; /* what lies outside another run tells; 0: no bound */
	uint64_t part;	       /* what `after` will be, as far as it is known already */
	struct cut *cut;       /* at one of the two; NULL: none */
	bool holds;	       /* another run still tells */
	bool parted;	       /* and did not end before it had told all of its time */
	bool part_late;	       /* `part` was known when it was over already */
	int trouble; /* of the output, as it was complained about */
	bool busy;   /* the last turn found something */
};

static void lost_item(void *context, const struct item *item)
{
	struct pipeline *pipeline = context;
	const struct dp_use *use = (const void *)item->bytes;

	if (item->kind == ITEM_USE) {
		loss_add(&pipeline->loss, use->action, use->object.class, use->count ? use->count : 1);
		/* The kernel half tells a path or a program once: those that come later need it. */
		events_learn(pipeline->options.events, use);
	} else {
		loss_add(&pipeline->loss, 0, 0, 1);
	}
}

struct pipeline *pipeline_new(const struct pipeline_options *options)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));
	size_t rare = options->rare_budget ? options->rare_budget : RARE_BUDGET;
	size_t bulk = options->bulk_budget ? options->bulk_budget : BULK_BUDGET;

	if (!pipeline)
		return NULL;
	pipeline->options = *options;
	pipeline->order = order_new(rare, bulk, lost_item, pipeline);
	if (!pipeline->order) {
		free(pipeline);
		return NULL;
	}
	return pipeline;
}

void pipeline_free(struct pipeline *pipeline)
{
	if (!pipeline)
		return;
	order_free(pipeline->order);
	cut_free(pipeline->cut);
	text_free(&pipeline->line);
	text_free(&pipeline->item);
	free(pipeline);
}

/* ---- in ---- */

int pipeline_take(void *context, const struct dp_use *use)
{
	struct pipeline *pipeline = context;

	pipeline->busy = true;
	if (pipeline->cut)
		cut_see(pipeline->cut, use);
	if (pipeline->options.tasking)
		tasking_learn(pipeline->options.tasking, use);
	/* Before all that waits: at once, while the process still runs. */
	if (use->flags & DP_SEEN)
		events_learn(pipeline->options.events, use);
	if (pipeline->options.capture && capture_add(pipeline->options.capture, use))
		return -EIO;
	if (use->flags & DP_SEEN)
		return 0;
	if (pipeline->until && use->time > pipeline->until)
		return 0;
	if (use->time <= pipeline->after) {
		events_learn(pipeline->options.events, use);
		return 0;
	}
	order_push(pipeline->order, ITEM_USE, use->flags & DP_RARE, use->time, use->cpu, use, use->size);
	return 0;
}

/* Of the same time as a use it is told after it: a task ends with the exit of its last process. */
static void push_report(struct pipeline *pipeline, uint64_t boot, bool rare, const struct text *item)
{
	if (!item->failed)
		order_push(pipeline->order, ITEM_REPORT, rare, boot, UINT16_MAX, item->bytes, item->length);
}

void pipeline_report(struct pipeline *pipeline, uint64_t boot, const struct text *item)
{
	push_report(pipeline, boot, true, item);
}

/* Both runs tell what is at that time itself apart, from before it comes. */
static void part_at(struct pipeline *pipeline, uint64_t time)
{
	cut_free(pipeline->cut);
	pipeline->cut = cut_new(time);
	if (pipeline->options.loaded)
		load_part(pipeline->options.loaded, time);
}

void pipeline_part(struct pipeline *pipeline, uint64_t time)
{
	pipeline->part = time;
	pipeline->part_late = clock_boot_now() >= time;
	part_at(pipeline, time);
}

void pipeline_leave(const struct pipeline *pipeline, struct text *last)
{
	if (pipeline->cut)
		cut_leave(pipeline->cut, last);
}

bool pipeline_settle(struct pipeline *pipeline, const void *bytes, size_t size)
{
	return pipeline->cut && cut_settle(pipeline->cut, bytes, size);
}

bool pipeline_tells(const struct pipeline *pipeline, uint64_t boot)
{
	if (pipeline->holds)
		return pipeline->part && boot > pipeline->part;
	return boot > pipeline->after && (!pipeline->until || boot <= pipeline->until);
}

static struct report report_now(const struct pipeline *pipeline, enum report_action action, const char *reason)
{
	return (struct report){ .action = action, .reason = reason, .host = pipeline->options.host,
				.clock = pipeline->options.clock, .boot = clock_boot_now() };
}

/* How long what is not written yet waits already, milliseconds. */
static uint64_t lag_now(const struct pipeline *pipeline)
{
	uint64_t now = clock_boot_now(), oldest = order_watermark(pipeline->order);

	if (!order_next(pipeline->order) || now < oldest)
		return 0;
	return (now - oldest) / MILLISECOND;
}

static struct health health_now(const struct pipeline *pipeline, const char *programs[LOAD_PROGRAMS_MOST])
{
	const struct pipeline_options *options = &pipeline->options;
	struct health health = {
		.sequence = pipeline->sequence,
		.lag = lag_now(pipeline),
		.programs = programs,
		.program_count = options->loaded ? load_programs(options->loaded, programs, LOAD_PROGRAMS_MOST) : 0,
		.resources = options->classes ? classes_digest(options->classes) : NULL,
	};

	health_take(&health, options->loaded, &pipeline->loss);
	return health;
}

/* That two runs watched, how long, and who tells what. */
static void overlap(const struct pipeline *pipeline, char *text, size_t size)
{
	if (!pipeline->parted)
		snprintf(text, size, "took over from a run that ended too early: what both saw may be told by both; what processes "
				     "held before is not known to this one");
	else
		snprintf(text, size, "took over: both runs watched for %llu ms, and each use is told by one of them%s; what processes "
				     "held before is not known to this one",
			 (unsigned long long)((pipeline->after - pipeline->since) / MILLISECOND),
			 pipeline->part_late ? ", but for equal uses at the end, which both may count" : "");
}

void pipeline_start(struct pipeline *pipeline)
{
	const char *programs[LOAD_PROGRAMS_MOST];
	struct health health = health_now(pipeline, programs);
	struct report report = report_now(pipeline, REPORT_START, NULL);
	const struct loaded *loaded = pipeline->options.loaded;
	char reason[256];

	if (pipeline->options.before && pipeline->options.before->run[0])
		report.before = pipeline->options.before;
	if (pipeline->since)
		report.boot = pipeline->since;
	if (pipeline->since) {
		overlap(pipeline, reason, sizeof(reason));
		report.reason = reason;
	}
	report_plain(&report, &pipeline->item);
	pipeline_report(pipeline, report.boot, &pipeline->item);
	report.action = REPORT_COVERAGE;
	report.reason = NULL;
	report_coverage(&report, loaded ? loaded->coverage : NULL, loaded ? loaded->coverage_count : 0, &health,
			&pipeline->item);
	pipeline_report(pipeline, report.boot, &pipeline->item);
	pipeline->health_at = report.boot + HEALTH_EVERY;
}

/* ---- beside ---- */

static void tell_loss(void *context, unsigned int action, unsigned int class_number, uint64_t uses)
{
	struct pipeline *pipeline = context;
	const struct classes *classes = pipeline->options.classes;
	struct report report = report_now(pipeline, REPORT_LOSS, NULL);

	report_loss(&report, action ? action_name(action) : NULL,
		    classes ? classes_name(classes, (uint8_t)class_number) : NULL, uses, &pipeline->item);
	pipeline_report(pipeline, report.boot, &pipeline->item);
}

void pipeline_forgot(struct pipeline *pipeline, const char *memory, const char *reason, uint64_t times)
{
	struct report report = report_now(pipeline, REPORT_LOSS, reason);

	report_forgotten(&report, memory, times, &pipeline->item);
	pipeline_report(pipeline, report.boot, &pipeline->item);
}

static void tell_forgotten(void *context, const char *memory, const char *reason, uint64_t times)
{
	pipeline_forgot(context, memory, reason, times);
}

static void every_second(struct pipeline *pipeline, uint64_t now)
{
	struct clock *clock = pipeline->options.clock;

	if (clock_adjust(clock, now, clock_offset_now(), clock_error_now())) {
		struct report report = report_now(pipeline, REPORT_CLOCK, NULL);

		report_clock(&report, &pipeline->item);
		pipeline_report(pipeline, report.boot, &pipeline->item);
	}
	/* What was at the time at which this run began to tell is out. */
	if (pipeline->cut && !pipeline->until && order_watermark(pipeline->order) > pipeline->part + SECOND) {
		cut_free(pipeline->cut);
		pipeline->cut = NULL;
	}
	if (pipeline->options.loaded) {
		loss_look(&pipeline->loss, pipeline->options.loaded);
		memories_look(&pipeline->memories, pipeline->options.loaded, now, tell_forgotten, pipeline);
	}
	/* Told once there is room: not while the output cannot take what is there. */
	if (!order_next(pipeline->order) && output_has_room(pipeline->options.output))
		loss_tell(&pipeline->loss, tell_loss, pipeline);
}

static void every_minute(struct pipeline *pipeline)
{
	const char *programs[LOAD_PROGRAMS_MOST];
	struct health health = health_now(pipeline, programs);
	struct report report = report_now(pipeline, REPORT_HEALTH, NULL);

	report_health(&report, &health, &pipeline->item);
	pipeline_report(pipeline, report.boot, &pipeline->item);
}

/* One that finds no room is a hole in what a list of system calls is for, so it counts as lost like any other. */
static void tell_made(void *context, const struct load_made *made)
{
	struct pipeline *pipeline = context;
	struct report report = report_now(pipeline, REPORT_SYSCALLS, NULL);

	report.start = made->from;
	report.boot = made->to;
	report_syscalls(&report, events_cgroup(pipeline->options.events, made->cgroup), made->numbers, made->count,
			&pipeline->item);
	push_report(pipeline, report.boot, false, &pipeline->item);
}

/* What is in folds holds back what is later: the more waits, the sooner they are collected. False: nobody reads any more. */
static bool look_beside(struct pipeline *pipeline, uint64_t now)
{
	uint64_t sooner = order_is_filling(pipeline->order) ? COLLECT_EVERY - COLLECT_SOON : 0;

	if (pipeline->options.loaded && now + sooner >= pipeline->collect_at && load_collect(pipeline->options.loaded, now))
		pipeline->collect_at = now + COLLECT_EVERY;
	if (now >= pipeline->second_at) {
		pipeline->second_at = now + SECOND;
		if (output_is_gone(pipeline->options.output))
			return false;
		every_second(pipeline, now);
	}
	if (now >= pipeline->health_at) {
		pipeline->health_at = now + HEALTH_EVERY;
		every_minute(pipeline);
		if (pipeline->options.loaded)
			load_made(pipeline->options.loaded, tell_made, pipeline);
	}
	return true;
}

/* ---- out ---- */

static void write_item(struct pipeline *pipeline, const struct item *item)
{
	const struct pipeline_options *options = &pipeline->options;
	struct stamp stamp = { .sequence = pipeline->sequence + 1, .late = item->late };
	const struct dp_use *use = (const void *)item->bytes;
	bool written;

	text_clear(&pipeline->line);
	if (item->kind == ITEM_USE && (use->time <= pipeline->after || (pipeline->cut && cut_told(pipeline->cut, use)))) {
		events_learn(options->events, use);
		return;
	}
	if (item->kind == ITEM_REPORT && pipeline->cut && cut_told_at(pipeline->cut, item->time))
		return;
	if (item->kind == ITEM_USE) {
		stamp.lost = loss_take(&pipeline->loss);
		written = events_write(options->events, use, &stamp, &pipeline->line);
		/* Not lost to the next one only: it is the next one that will say so. */
		pipeline->loss.pending += written ? 0 : stamp.lost;
	} else {
		written = report_write(item->bytes, item->size, options->host, options->clock, &stamp, &pipeline->line);
	}
	if (!written) {
		lost_item(pipeline, item);
		return;
	}
	pipeline->sequence++;
	pipeline->late += item->late;
	output_add(options->output, &pipeline->line);
}

static void write_watermark(struct pipeline *pipeline)
{
	uint64_t boot = order_watermark(pipeline->order);
	struct text *line = &pipeline->line;
	size_t outer, own, sensor;

	/* Of a time that events may still have, so that the last microsecond is not promised. */
	if (!boot || boot == pipeline->watermark_told)
		return;
	pipeline->watermark_told = boot;
	text_clear(line);
	outer = json_begin(line, NULL, '{');
	own = json_begin(line, "detpack", '{');
	json_time(line, "watermark", clock_utc(pipeline->options.clock, boot));
	sensor = json_begin(line, "sensor", '{');
	json_text(line, "run", pipeline->options.host->run);
	json_end(line, sensor, '{');
	json_end(line, own, '{');
	json_end(line, outer, '{');
	text_add(line, "\n", 1);
	output_add(pipeline->options.output, line);
}

/* False when the output cannot be written at the moment. */
static bool flush(struct pipeline *pipeline, uint64_t now, int *result)
{
	int failed = output_flush(pipeline->options.output, now);

	if (failed != pipeline->trouble) {
		if (failed && failed != -EPIPE)
			complain("%s cannot be written: %s; events are kept as long as there is room",
				 output_name(pipeline->options.output), strerror(-failed));
		else if (!failed)
			complain("writing works again");
		pipeline->trouble = failed;
	}
	*result = failed == -EPIPE ? failed : 0;
	return !failed;
}

static int write_out(struct pipeline *pipeline, uint64_t now)
{
	struct output *output = pipeline->options.output;
	const struct item *item = NULL;
	int result = 0;

	do {
		while (output_has_room(output) && (item = order_next(pipeline->order))) {
			write_item(pipeline, item);
			order_pop(pipeline->order);
		}
		if (pipeline->options.watermarks && now >= pipeline->watermark_at && output_has_room(output)) {
			pipeline->watermark_at = now + WATERMARK_EVERY;
			write_watermark(pipeline);
		}
		if (!flush(pipeline, now, &result))
			break;
	} while (item && output_has_room(output));
	return result;
}

int pipeline_hold(struct pipeline *pipeline, struct rings *rings)
{
	uint64_t drained;
	int got;

	if (!pipeline->since) {
		/* Whatever the other run is told, it is later than this. */
		pipeline->since = pipeline->after = clock_boot_now();
		pipeline->holds = true;
		got = rings_read(rings, 0, -1, &drained);
		if (got < 0)
			return got == -EINTR ? 0 : got;
		loss_look(&pipeline->loss, pipeline->options.loaded);
		loss_forget(&pipeline->loss);
	}
	got = rings_read(rings, 20, -1, &drained);
	if (got >= 0 && drained >= pipeline->collect_at && load_collect(pipeline->options.loaded, drained))
		pipeline->collect_at = drained + COLLECT_EVERY;
	return got < 0 && got != -EINTR ? got : 0;
}

void pipeline_bound(struct pipeline *pipeline, uint64_t after, uint64_t until)
{
	if (after)
		pipeline->after = after;
	pipeline->parted = after != 0;
	pipeline->until = until;
	pipeline->holds = false;
	if (until)
		part_at(pipeline, until);
}

/* Up to when all is here: what was stamped well before the ends of the rings were seen, and is in no fold. */
static uint64_t whole_until(struct pipeline *pipeline, uint64_t drained)
{
	uint64_t folded = pipeline->options.loaded ? load_folded(pipeline->options.loaded, drained) : UINT64_MAX;

	if (folded >= drained - HELD_BACK)
		return drained - HELD_BACK;
	/* The next look is what ends the waiting, so it is soon. */
	pipeline->busy = true;
	return folded;
}

int pipeline_turn(struct pipeline *pipeline, struct rings *rings)
{
	struct output *output = pipeline->options.output;
	int wait = output_waiting(output) ? 5 : pipeline->busy ? 20 : 50;
	uint64_t drained;
	int got;

	pipeline->busy = false;
	got = rings_read(rings, wait, output_room(output), &drained);
	if (got < 0 && got != -EINTR)
		return got;
	if (pipeline->options.tasking)
		tasking_turn(pipeline->options.tasking, drained);
	if (!look_beside(pipeline, drained))
		return -EPIPE;
	order_release(pipeline->order, whole_until(pipeline, drained));
	drained = (uint64_t)write_out(pipeline, clock_boot_now());
	return (int)drained ? (int)drained : got < 0 ? got : 0;
}

size_t pipeline_stop(struct pipeline *pipeline, struct rings *rings, const char *reason)
{
	uint64_t limit = clock_boot_now() + STOP_WITHIN, drained;
	const char *programs[LOAD_PROGRAMS_MOST];
	struct health health;
	struct report report;
	size_t left = 0;

	if (pipeline->options.loaded)
		load_stop(pipeline->options.loaded);
	while (rings && rings_read(rings, 0, -1, &drained) > 0)
		;
	if (pipeline->options.loaded) {
		loss_look(&pipeline->loss, pipeline->options.loaded);
		memories_look(&pipeline->memories, pipeline->options.loaded, UINT64_MAX, tell_forgotten, pipeline);
		load_made(pipeline->options.loaded, tell_made, pipeline);
	}
	loss_tell(&pipeline->loss, tell_loss, pipeline);
	health = health_now(pipeline, programs);
	report = report_now(pipeline, REPORT_STOP, reason);
	report_health(&report, &health, &pipeline->item);
	pipeline_report(pipeline, report.boot, &pipeline->item);
	order_release(pipeline->order, UINT64_MAX);
	pipeline->watermark_at = 0;
	while (write_out(pipeline, clock_boot_now()) == 0 && clock_boot_now() < limit &&
	       (order_next(pipeline->order) || output_waiting(pipeline->options.output)))
		poll(NULL, 0, 5);
	while (order_next(pipeline->order)) {
		order_pop(pipeline->order);
		left++;
	}
	return left;
}

void pipeline_count(const struct pipeline *pipeline, struct pipeline_counts *counts)
{
	*counts = (struct pipeline_counts){ .written = pipeline->sequence, .lost = pipeline->loss.total,
					    .late = pipeline->late };
}
