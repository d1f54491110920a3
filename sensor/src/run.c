/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "src/capture.h"
#include "src/class.h"
#include "src/clock.h"
#include "src/complain.h"
#include "src/confine.h"
#include "src/event.h"
#include "src/handover.h"
#include "src/host.h"
#include "src/last_run.h"
#include "src/load.h"
#include "src/memory_limit.h"
#include "src/metrics.h"
#include "src/order.h"
#include "src/pipeline.h"
#include "src/redact.h"
#include "src/report.h"
#include "src/rings.h"
#include "src/run.h"
#include "src/succession.h"
#include "src/tasking.h"

/* Set by signals, looked at between turns. */
static volatile sig_atomic_t stopped_by, reopen_wanted;

static void on_signal(int number)
{
	if (number == SIGHUP)
		reopen_wanted = 1;
	else
		stopped_by = number;
}

static void listen_to_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
}

/* Everything that is open during a run; closed in the opposite order. */
struct run {
	struct host host;
	struct clock clock;
	struct classes *classes;
	struct redaction *redaction;
	struct tasking *tasking;
	struct events *events;
	struct output *output;
	struct loaded loaded;
	bool is_loaded;
	struct rings *rings;
	struct pipeline *pipeline;
	FILE *capture;
	struct last_run before;
	uint64_t remember_at; /* boot time, ns */
	const struct run_options *options; /* NULL when records are decoded */
	int64_t started;		   /* UTC, microseconds */
	uint64_t alive_at, metrics_at;	   /* boot time, ns */
	uint64_t until;			   /* another run tells what is after it; 0: none */
	struct succession succession;	   /* what another run left */
	bool succeeds;
};

static int tell_class(void *context, int place, const char *name, size_t length, uint32_t classes)
{
	return load_class_name(context, place, name, length, classes);
}

/* Kernels before 5.11 count BPF memory against this limit. */
static void raise_memory_limit(void)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

static bool open_tables(struct run *run, const char *classes, const char *redaction, char *problem, size_t size)
{
	if (classes) {
		run->classes = classes_read(classes, problem, size);
		if (!run->classes)
			return false;
	}
	run->redaction = redaction_new(redaction, problem, size);
	return run->redaction != NULL;
}

static bool open_events(struct run *run, bool live, char *problem, size_t size)
{
	const struct event_options options = { .host = &run->host,	    .clock = &run->clock, .classes = run->classes,
					       .redaction = run->redaction, .live = live };

	run->events = events_new(&options);
	if (!run->events)
		snprintf(problem, size, "no memory");
	return run->events != NULL;
}

static bool open_kernel(struct run *run, const struct run_options *options, char *problem, size_t size)
{
	const struct load_options load = {
		.all = options->scope.all,
		.ring_bytes = options->ring_bytes,
		.class_count = run->classes ? classes_count(run->classes) : 0,
		.followed_classes = run->classes ? classes_followed_set(run->classes) : 0,
		.small_state = options->small_state,
		.cgroups_wanted = true,
		.made_wanted = options->syscalls,
		.verbose = options->verbose,
	};
	int failed;

	raise_memory_limit();
	if (memory_limit() >= MEMORY_LEAST && memory_limit() < MEMORY_WANTED)
		complain("%llu MiB of memory are allowed here; loading takes up to 80 for some seconds, and what takes more is killed",
			 (unsigned long long)(memory_limit() >> 20));
	run->is_loaded = true;
	failed = load_open(&run->loaded, &load, problem, size);
	if (failed == -EPERM)
		complain("more than root is needed here: a container without CAP_BPF and CAP_PERFMON, or lockdown?");
	if (failed)
		return false;
	failed = run->classes ? classes_tell(run->classes, tell_class, &run->loaded) : 0;
	if (failed) {
		snprintf(problem, size, "the classes do not fit into the kernel half: %s", strerror(-failed));
		return false;
	}
	return true;
}

static bool open_tasking(struct run *run, const struct run_options *options, char *problem, size_t size)
{
	const struct tasking_options tasking = { .tasks = options->tasks,	.control = options->control,
						 .loaded = &run->loaded,	.host = &run->host,
						 .clock = &run->clock,		.redaction = run->redaction,
						 .later = options->supervisor >= 0 };

	if (!options->tasks)
		return true;
	run->tasking = tasking_open(&tasking, problem, size);
	if (!run->tasking)
		return false;
	events_label(run->events, tasking_labels(run->tasking));
	return true;
}

/* A ring that was full is emptied at once, and more may come; 0: the default, which is right for rings of up to 4 MiB. */
static size_t budget(uint32_t ring)
{
	return ring > 4u << 20 ? 2 * (size_t)ring : 0;
}

static bool open_pipeline(struct run *run, const struct run_options *options, char *problem, size_t size)
{
	const struct pipeline_options pipeline = { .loaded = &run->loaded,   .host = &run->host,
						   .clock = &run->clock,     .classes = run->classes,
						   .events = run->events,    .output = run->output,
						   .tasking = run->tasking,  .before = &run->before,
						   .capture = run->capture,  .watermarks = options->watermarks,
						   .rare_budget = budget(options->ring_bytes / 4),
						   .bulk_budget = budget(options->ring_bytes) };

	run->pipeline = pipeline_new(&pipeline);
	if (run->tasking && run->pipeline)
		tasking_tell_to(run->tasking, run->pipeline);
	run->rings = run->pipeline ? rings_open(&run->loaded, pipeline_take, run->pipeline) : NULL;
	if (!run->rings)
		snprintf(problem, size, "the rings cannot be read: %s", strerror(errno));
	return run->rings != NULL;
}

static bool list_open(struct run *run, char *problem, size_t size)
{
	int failed = load_list_open(&run->loaded);

	if (failed)
		snprintf(problem, size, "what is open already cannot be listed: %s", strerror(-failed));
	return !failed;
}

static bool open_run(struct run *run, const struct run_options *options, char *problem, size_t size)
{
	struct output_options output = options->output;
	int failed = host_read(&run->host);

	if (failed) {
		snprintf(problem, size, "the host cannot be named: %s", strerror(-failed));
		return false;
	}
	clock_start(&run->clock, clock_boot_now(), clock_offset_now(), clock_error_now());
	if (!open_tables(run, options->classes, options->redaction, problem, size))
		return false;
	output.later = options->supervisor >= 0;
	run->output = output_open(&output, problem, size);
	if (!run->output)
		return false;
	if (options->capture) {
		run->capture = fopen(options->capture, "wxe");
		if (!run->capture || capture_begin(run->capture, &run->host, run->clock.now.offset)) {
			snprintf(problem, size, "%s cannot be written: %s", options->capture, strerror(errno));
			return false;
		}
	}
	/* Tables before the kernel half: made where loading left free memory, they would take all their pages at once. */
	return open_events(run, true, problem, size) && open_kernel(run, options, problem, size) &&
	       open_tasking(run, options, problem, size) && open_pipeline(run, options, problem, size) &&
	       (options->supervisor >= 0 || !tasking_watch_units(run->tasking, NULL, problem, size)) &&
	       !scope_apply(&options->scope, &run->loaded, problem, size) && list_open(run, problem, size);
}

#define REMEMBER_EVERY 10000000000ull /* ns */

/* Says in the state file that this run works, or why it ends. A failure is told once and stops nothing. */
static void remember(struct run *run, const char *path, const char *reason)
{
	uint64_t now = clock_boot_now();
	struct last_run self = { .seen = clock_utc(&run->clock, run->until && run->until < now ? run->until : now) };
	int failed;

	memcpy(self.run, run->host.run, sizeof(self.run));
	snprintf(self.reason, sizeof(self.reason), "%s", reason);
	failed = last_run_write(path, &self);
	if (failed)
		complain("%s cannot be written, so the next run will not know of this one: %s", path, strerror(-failed));
	run->remember_at = failed ? UINT64_MAX : now + REMEMBER_EVERY;
}

static bool open_state(struct run *run, const char *path, char *problem, size_t size)
{
	int got;

	run->remember_at = UINT64_MAX;
	if (!path)
		return true;
	got = last_run_read(path, &run->before);
	if (got == -EBADMSG)
		snprintf(problem, size, "%s is no state file of the sensor; move it away", path);
	else if (got < 0)
		snprintf(problem, size, "%s cannot be read: %s", path, strerror(-got));
	run->remember_at = 0;
	return got >= 0;
}

static int close_run(struct run *run)
{
	int failed = 0;

	rings_close(run->rings);
	/* Before the kernel half and the pipeline, which it speaks to. */
	tasking_close(run->tasking);
	if (run->is_loaded)
		load_close(&run->loaded);
	pipeline_free(run->pipeline);
	events_free(run->events);
	if (run->capture && fclose(run->capture)) {
		complain("the capture is not whole: %s", strerror(errno));
		failed = 1;
	}
	output_close(run->output);
	redaction_free(run->redaction);
	classes_free(run->classes);
	return failed;
}

#define ALIVE_EVERY 5000000000ull   /* ns */
#define METRICS_EVERY 10000000000ull
/*
 * Longer than a use takes from its time to the rings, so that what was told up to a time is all of it; what waits for its
 * place in the order then, or is in a fold, is told by the stop.
 */
#define HELD_BACK_MOST 100000000ull
/*
 * ns, from saying when another run takes over to that time. By then that run has to know: equal uses at the end are counted
 * by both otherwise. On a busy host it may not run for some tenths of a second.
 */
#define NOTICE 500000000ull

static void write_metrics(struct run *run, uint64_t now)
{
	const char *programs[LOAD_PROGRAMS_MOST];
	struct pipeline_counts counts;
	struct metrics metrics = { .version = SENSOR_VERSION, .run = run->host.run, .started = (uint64_t)run->started,
				   .waiting = output_waiting(run->output),
				   .programs = load_programs(&run->loaded, programs, LOAD_PROGRAMS_MOST) };
	int failed;

	pipeline_count(run->pipeline, &counts);
	metrics.written = counts.written;
	metrics.lost = counts.lost;
	metrics.late = counts.late;
	failed = metrics_to_file(run->options->metrics, &metrics);
	if (failed)
		complain("%s cannot be written, and is not tried again: %s", run->options->metrics, strerror(-failed));
	run->metrics_at = failed ? UINT64_MAX : now + METRICS_EVERY;
}

/* While another run writes. 0, or a negative errno with the reason in `problem`. */
static int prepare(struct run *run, struct handover *heard, char *problem, size_t size)
{
	int failed = 0;

	switch (heard->word) {
	case HANDOVER_LEAVE:
		failed = succession_take(&run->succession, heard, &run->loaded, &run->options->scope, run->tasking, problem, size);
		run->succeeds = true;
		if (!failed)
			handover_say(run->options->supervisor, HANDOVER_TAKEN, 0);
		break;
	case HANDOVER_UNTIL:
		pipeline_part(run->pipeline, heard->time);
		break;
	case HANDOVER_LAST:
		succession_settle(heard, run->pipeline);
		break;
	default:
		break;
	}
	handover_drop(heard);
	return failed;
}

/* Another run may be writing still. False: this one is not wanted, or cannot go on. */
static bool wait_for_turn(struct run *run, char *problem, size_t size)
{
	struct handover heard = {};
	int fd = run->options->supervisor, got, failed = 0;

	if (fd < 0)
		return true;
	/* The first run finds its word already; one that has to wait for it takes over from another. */
	got = handover_hear(fd, &heard);
	if (!got)
		failed = pipeline_hold(run->pipeline, run->rings);
	handover_say(fd, HANDOVER_READY, 0);
	while (!failed && !stopped_by && got >= 0 && heard.word != HANDOVER_GO) {
		failed = got ? prepare(run, &heard, problem, size) : pipeline_hold(run->pipeline, run->rings);
		if (!failed)
			got = handover_hear(fd, &heard);
	}
	if (failed && !*problem)
		snprintf(problem, size, "the rings cannot be read: %s", strerror(-failed));
	if (failed || stopped_by)
		return false;
	if (got < 0) {
		snprintf(problem, size, "the supervisor is gone");
		return false;
	}
	if (!run->succeeds && tasking_watch_units(run->tasking, NULL, problem, size))
		return false;
	pipeline_bound(run->pipeline, heard.time, 0);
	if (run->succeeds)
		succession_end(&run->succession, &run->loaded, run->tasking, run->pipeline, heard.time);
	failed = run->tasking ? tasking_begin(run->tasking) : 0;
	if (failed)
		snprintf(problem, size, "%s cannot be taken: %s", run->options->control, strerror(-failed));
	return !failed;
}

/* What the supervisor says during a run. False: it ends. */
static bool attend(struct run *run, uint64_t now)
{
	int fd = run->options->supervisor, got;
	struct handover heard;

	if (fd < 0)
		return true;
	if (now >= run->alive_at) {
		run->alive_at = now + ALIVE_EVERY;
		handover_say(fd, HANDOVER_ALIVE, 0);
	}
	got = handover_hear(fd, &heard);
	if (got < 0) {
		complain("the supervisor is gone");
		stopped_by = SIGTERM;
	} else if (got && heard.word == HANDOVER_YIELD) {
		succession_leave(fd, &run->loaded, &run->options->scope, run->tasking);
	} else if (got && heard.word == HANDOVER_GO) {
		tasking_pause(run->tasking, false);
	} else if (got && heard.word == HANDOVER_UNTIL && !run->until) {
		/* Nothing that young was written yet, and the other one hears of it before. */
		run->until = now + NOTICE;
		pipeline_bound(run->pipeline, 0, run->until);
		handover_say(fd, HANDOVER_UNTIL, run->until);
	}
	handover_drop(&heard);
	return !run->until || now < run->until + HELD_BACK_MOST;
}

static const char *reason_of(const struct run *run, int result, char *text, size_t size)
{
	if (result == 0 && run->until && !stopped_by)
		snprintf(text, size, "another run took over");
	else if (result == 0)
		snprintf(text, size, "signal %d", (int)stopped_by);
	else if (result == -EPIPE)
		snprintf(text, size, "the reader of standard output is gone");
	else
		snprintf(text, size, "%s", strerror(-result));
	return text;
}

/* Everything is loaded: what only that needed is given up, and this run's turn comes. */
static bool begin(struct run *run, char *problem, size_t size)
{
	int failed = run->options->supervisor >= 0 ? confine() : 0;

	if (failed) {
		snprintf(problem, size, "capabilities cannot be given up: %s", strerror(-failed));
		return false;
	}
	run->started = clock_utc(&run->clock, clock_boot_now());
	return wait_for_turn(run, problem, size) && open_state(run, run->options->state, problem, size);
}

/*
 * Tables are given back when they are freed, and their pages come when they are used. Left to itself the allocator takes
 * the largest thing that was ever freed, which is the kernel's BTF, for what is small.
 */
static void keep_memory_small(void)
{
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	mallopt(M_TRIM_THRESHOLD, 128 << 10);
}

int run_sensor(const struct run_options *options)
{
	struct run run = { .options = options };
	struct pipeline_counts counts;
	char problem[512] = "", reason[128];
	int result = 0;
	size_t left, unwritten;

	listen_to_signals();
	keep_memory_small();
	if (!open_run(&run, options, problem, sizeof(problem)) || !begin(&run, problem, sizeof(problem))) {
		if (*problem)
			complain("%s", problem);
		close_run(&run);
		return stopped_by ? 0 : 1;
	}
	/* What loading needed and needs no more: some MiB, of which the allocator would give nothing back. */
	malloc_trim(0);
	pipeline_start(run.pipeline);
	while (!stopped_by && (result == 0 || result == -EINTR) && attend(&run, clock_boot_now())) {
		if (reopen_wanted) {
			reopen_wanted = 0;
			output_reopen(run.output);
		}
		if (clock_boot_now() >= run.remember_at)
			remember(&run, options->state, "");
		if (options->metrics && clock_boot_now() >= run.metrics_at)
			write_metrics(&run, clock_boot_now());
		result = pipeline_turn(run.pipeline, run.rings);
	}
	if (stopped_by)
		result = 0;
	left = pipeline_stop(run.pipeline, run.rings, reason_of(&run, result, reason, sizeof(reason)));
	if (run.until)
		succession_last(options->supervisor, run.pipeline);
	pipeline_count(run.pipeline, &counts);
	if (options->state)
		remember(&run, options->state, reason);
	if (options->metrics)
		unlink(options->metrics);
	if (result)
		complain("ended: %s", reason);
	if (left || counts.lost)
		complain("%llu events written, %llu uses lost, %zu events that could not be written any more",
			 (unsigned long long)counts.written, (unsigned long long)counts.lost, left);
	unwritten = output_waiting(run.output);
	if (unwritten)
		complain("%zu bytes of events could not be written any more", unwritten);
	if (close_run(&run) || left || unwritten)
		result = -EIO;
	return result ? 1 : 0;
}

/* Writes what is in order. False: standard output cannot be written. */
static bool decode_out(struct run *run, struct order *order, struct text *line, uint64_t *sequence)
{
	const struct item *item;

	while ((item = order_next(order))) {
		const struct stamp stamp = { .sequence = *sequence + 1, .late = item->late };

		text_clear(line);
		if (events_write(run->events, (const void *)item->bytes, &stamp, line)) {
			++*sequence;
			if (fwrite(line->bytes, line->length, 1, stdout) != 1)
				return false;
		}
		order_pop(order);
	}
	return true;
}

static void decode_lost(void *context, const struct item *item)
{
	(void)item;
	++*(uint64_t *)context;
}

/* ns; bursts of up to a ring are out of order in a capture, what is older than that is not. */
#define OUT_OF_ORDER 2000000000ull
#define RELEASE_STEP 100000000ull

int run_decode(const char *path, const char *classes, const char *redaction)
{
	struct run run = {};
	struct text line = {};
	char problem[512] = "";
	uint64_t sequence = 0, lost = 0, released = 0;
	int64_t offset;
	struct capture *capture = capture_open(path, &run.host, &offset, problem, sizeof(problem));
	struct order *order = order_new(64u << 20, 64u << 20, decode_lost, &lost);
	const struct dp_use *use;
	bool works = capture && order;
	int got = 0;

	clock_start(&run.clock, 0, offset, 0);
	works = works && open_tables(&run, classes, redaction, problem, sizeof(problem)) &&
		open_events(&run, false, problem, sizeof(problem));
	while (works && (got = capture_next(capture, &use)) > 0) {
		if (use->flags & DP_SEEN) {
			events_learn(run.events, use);
			continue;
		}
		order_push(order, ITEM_USE, use->flags & DP_RARE, use->time, use->cpu, use, use->size);
		/* Each release looks at all that waits, so not for every record. */
		if (use->time < released + OUT_OF_ORDER + RELEASE_STEP)
			continue;
		released = use->time - OUT_OF_ORDER;
		order_release(order, released);
		works = decode_out(&run, order, &line, &sequence);
	}
	if (works) {
		order_release(order, UINT64_MAX);
		works = decode_out(&run, order, &line, &sequence);
	}
	works = fflush(stdout) == 0 && works;
	if (!works)
		complain("%s", problem[0] ? problem : strerror(errno));
	if (got < 0)
		complain("%s is broken after %llu events", path, (unsigned long long)sequence);
	if (lost)
		complain("%llu records found no room", (unsigned long long)lost);
	capture_close(capture);
	order_free(order);
	text_free(&line);
	close_run(&run);
	return works && got == 0 && !lost ? 0 : 1;
}
