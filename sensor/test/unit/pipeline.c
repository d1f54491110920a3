/* SPDX-License-Identifier: Apache-2.0 */
/* The loop from records to lines, with a kernel half that is made up here and a time that the test sets. */
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "src/cut.h"
#include "src/event.h"
#include "src/load.h"
#include "src/output.h"
#include "src/pipeline.h"
#include "src/report.h"
#include "src/rings.h"
#include "src/tasking.h"
#include "test/unit/event_frame.h"
#include "test/unit/json_check.h"
#include "test/unit/record_make.h"

static char path[] = "/tmp/unit-pipeline-XXXXXX", socket_path[64];

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

/* ---- cases ---- */

static void records_become_numbered_lines_in_the_order_of_time(void)
{
	const char *text;

	begin_file();
	pipeline_start(pipeline);
	take(DP_FILE_READ, 250 * SECOND, 0);
	take(DP_FILE_DELETE, 249 * SECOND, 0);
	check(turn(1) == 0);
	text = all_lines();
	check(strstr(text, "file_delete") && strstr(text, "file_delete") < strstr(text, "file_read"));
	check(check_numbers(text) == 2);
	/* The reports are of the moment in which they were made, which is that of this machine. */
	fake.now = clock_boot_now() + SECOND;
	check(turn(0) == 0);
	text = all_lines();
	check(strstr(text, "sensor_start") && strstr(text, "sensor_coverage") && strstr(text, "\"programs\":[\"on_sys_exit\"]"));
	check(check_numbers(text) == 4);
	end();
}

/* Younger than 20 ms they may be overtaken by what another CPU still has to tell. */
static void what_is_young_waits_and_no_mark_promises_more_than_was_told(void)
{
	const char *text, *mark;
	char expected[64], time[28];

	begin_file();
	take(DP_FILE_READ, 300 * SECOND - 19000000, 0);
	check(turn(0) == 0);
	text = all_lines();
	check(times(text, "file_read") == 0);
	time_text(time, clock_utc(&frame.clock, 300 * SECOND - 20000000));
	snprintf(expected, sizeof(expected), "\"watermark\":\"%s\"", time);
	mark = strstr(text, expected);
	check(mark != NULL);
	check(turn(1000000) == 0 && times(all_lines(), "file_read") == 1);
	end();
}

/* An event of uses that were told together is of the time of the last of them, which is over for some time when it comes. */
static void what_is_later_than_a_use_in_a_fold_waits_for_it(void)
{
	const char *text;

	begin_file();
	fake.folded = fake.now - 90000000;
	take(DP_FILE_RENAME, fake.now - 90000000, 0);
	take(DP_FILE_DELETE, fake.now - 60000000, 0);
	check(turn(0) == 0);
	text = all_lines();
	check(times(text, "file_rename") == 1 && times(text, "file_delete") == 0);
	take(DP_FILE_READ, fake.now - 80000000, 0);
	fake.folded = UINT64_MAX;
	check(turn(1) == 0);
	text = all_lines();
	check(strstr(text, "file_read") && strstr(text, "file_read") < strstr(text, "file_delete"));
	check(times(text, "\"late\"") == 0 && check_numbers(text) == 3);
	end();
}

static void folds_are_collected_ten_times_a_second_and_sooner_when_much_waits(void)
{
	const struct output_options options = { .kind = OUTPUT_FILE, .path = path };

	begin(&options, 64 << 10, 32 << 10);
	fake.folded = 0;
	for (int i = 0; i < 100; i++)
		check(turn(10000000) == 0);
	check(fake.collected == 10);
	for (int i = 0; i < 30; i++)
		take(DP_FILE_READ, fake.now, 0);
	for (int i = 0; i < 100; i++)
		check(turn(10000000) == 0);
	check(fake.collected == 60);
	fake.too_early = true;
	for (int i = 0; i < 10; i++)
		check(turn(10000000) == 0);
	check(fake.collected >= 68);
	end();
}

static void what_the_kernel_half_dropped_is_told_by_action_and_class_and_on_the_next_event(void)
{
	const char *text;

	begin_file();
	fake.dropped = 12;
	fake.counts[DP_FILE_READ][0][DP_DROPPED] = 10;
	fake.counts[DP_FILE_READ][1][DP_DROPPED] = 2;
	check(turn(0) == 0);
	take(DP_FILE_DELETE, 300 * SECOND, 0);
	check(turn(SECOND) == 0);
	check_has(all_lines(), "\"lost\":12");
	fake.now = clock_boot_now() + SECOND;
	check(turn(0) == 0);
	text = all_lines();
	check(times(text, "sensor_loss") == 2);
	check_has(text, "\"loss\":{\"action\":\"file_read\",\"count\":10}");
	check_has(text, "\"loss\":{\"action\":\"file_read\",\"class\":\"credential\",\"count\":2}");
	end();
}

static void a_memory_that_had_no_room_is_told_at_once_and_then_once_a_minute(void)
{
	const char *text;

	begin_file();
	fake.troubles[DP_PINNED_FULL] = 3;
	fake.troubles[DP_EMPTY_POLLS] = 9;
	for (int i = 0; i < 5; i++) {
		check(turn(SECOND) == 0);
		fake.troubles[DP_PINNED_FULL]++;
	}
	check(turn(60 * SECOND) == 0);
	fake.now = clock_boot_now() + SECOND;
	check(turn(0) == 0);
	text = all_lines();
	check(times(text, "sensor_loss") == 2);
	check_has(text, "\"loss\":{\"memory\":\"classed\",\"count\":3}");
	check_has(text, "\"loss\":{\"memory\":\"classed\",\"count\":5}");
	end();
}

static void health_comes_every_minute_and_says_what_was_counted(void)
{
	const char *text;

	begin_file();
	pipeline_start(pipeline);
	fake.counts[DP_FILE_READ][0][DP_MADE] = 100;
	fake.counts[DP_FILE_READ][0][DP_FOLDED_IN] = 60;
	fake.troubles[DP_ADMIN_NOISE] = 4;
	fake.now = clock_boot_now() + 61 * SECOND;
	check(turn(0) == 0 && turn(SECOND) == 0);
	text = all_lines();
	check(times(text, "sensor_health") == 1);
	check_has(text, "\"folded\":60");
	check_has(text, "\"uses\":[\"file_read: 100 made, 60 folded, 0 lost\"]");
	check_has(text, "\"noted\":[\"memory_accounting: 4\"]");
	end();
}

static void system_calls_come_every_minute_and_at_the_end_by_name_with_the_time_they_are_of(void)
{
	static const uint16_t numbers[] = { 0, 49, 510 };
	const char *text;

	begin_file();
	pipeline_start(pipeline);
	fake.made = (struct load_made){ .cgroup = 77, .from = 10 * SECOND, .to = 70 * SECOND, .numbers = numbers, .count = 3 };
	fake.now = clock_boot_now() + 61 * SECOND;
	check(turn(0) == 0 && turn(SECOND) == 0);
	text = all_lines();
	check(times(text, "sensor_syscalls") == 1);
	check_has(text, "\"syscalls\":[\"read\",\"bind\",\"510\"],\"cgroup\":{\"id\":\"77\"}");
	check(times(text, "\"boot\":70000000") == 1);
	check(pipeline_stop(pipeline, NULL, "a test") == 0);
	check(times(all_lines(), "sensor_syscalls") == 2);
	end();
}

static int listening(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(socket_path);
	memcpy(address.sun_path, socket_path, sizeof(socket_path));
	check(bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 1) == 0);
	return fd;
}

static size_t read_some(int fd, char *to, size_t most)
{
	ssize_t length = recv(fd, to, most, MSG_DONTWAIT);

	return length > 0 ? (size_t)length : 0;
}

/* A reader that stands still: the bulk lane goes first, and all that goes is counted. */
static void a_reader_that_stands_still_costs_common_uses_and_no_rare_one(void)
{
	const struct output_options options = { .kind = OUTPUT_SOCKET, .path = socket_path };
	int server = listening(), reader;
	size_t got = 0, lost = 0;

	begin(&options, 64 << 10, 32 << 10);
	reader = accept(server, NULL, NULL);
	for (int i = 1; i <= 4000; i++) {
		take(i % 100 ? DP_FILE_READ : DP_FILE_DELETE, fake.now, 0);
		if (i % 50 == 0)
			check(turn(21000000) == 0);
	}
	/* The loop goes on as soon as the reader does. */
	check(fake.room >= 0);
	for (int i = 0; i < 400; i++) {
		got += read_some(reader, written + got, sizeof(written) - 1 - got);
		check(turn(SECOND) == 0);
	}
	fake.now = clock_boot_now() + SECOND;
	for (int i = 0; i < 20; i++) {
		check(turn(0) == 0);
		got += read_some(reader, written + got, sizeof(written) - 1 - got);
	}
	check(fake.room == -1);
	written[got] = '\0';
	check_numbers(written);
	check(times(written, "\"action\":\"file_delete\"") == 40);
	for (const char *at = written; (at = strstr(at, "\"loss\":{\"action\":\"file_read\",\"count\":")); at++)
		lost += strtoull(at + 37, NULL, 10);
	check(lost > 0 && lost + times(written, "\"action\":\"file_read\",\"category\"") == 3960);
	close(reader);
	close(server);
	end();
}

static void the_stop_says_why_and_all_that_was_there_is_written(void)
{
	const char *text;

	begin_file();
	take(DP_FILE_READ, 300 * SECOND, 0);
	check(pipeline_stop(pipeline, NULL, "signal 15") == 0 && fake.stopped);
	text = all_lines();
	check(times(text, "file_read") == 1);
	check_has(text, "\"action\":\"sensor_stop\"");
	check_has(text, "\"reason\":\"signal 15\"");
	check(check_numbers(text) == 2);
	end();
}

/* Whatever records say: each line is JSON, and the numbers have no hole. */
static void any_records_give_lines_that_can_be_read(void)
{
	static struct made made;

	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		begin_file();
		for (size_t records = unit_below(40); records; records--) {
			make_use(&made, (uint8_t)unit_below(DP_ACTIONS + 2));
			make_path(&made, DP_PART_PATH, "/srv/www/index.html");
			make_text(&made, (uint16_t)(1 + unit_below(DP_PART_STRING_BASE_BEFORE)), "what \"it\" says");
			for (size_t changes = unit_below(6); changes; changes--)
				made.bytes[8 + unit_below(sizeof(struct dp_use) - 8)] = (char)unit_random();
			made.use.time = fake.now - unit_below(40000000);
			if (!record_is_whole(made.bytes, made.use.size))
				continue;
			check(pipeline_take(pipeline, &made.use) == 0);
			if (unit_below(4) == 0)
				check(turn(unit_below(50000000)) == 0);
		}
		check(turn(SECOND) == 0);
		check_numbers(all_lines());
		end();
	}
}

/* Two runs watch at once: the new one here, then the old one. */
static void a_run_that_takes_over_tells_what_is_after_the_time_of_the_other(void)
{
	const char *text;
	uint64_t cut;

	begin_file();
	check(pipeline_hold(pipeline, NULL) == 0);
	cut = clock_boot_now() + SECOND;
	check(!pipeline_tells(pipeline, cut) && !pipeline_tells(pipeline, cut + 1));
	take(DP_FILE_DELETE, cut - SECOND / 2, 0);
	pipeline_part(pipeline, cut);
	check(fake.parted == cut && !pipeline_tells(pipeline, cut) && pipeline_tells(pipeline, cut + 1));
	take(DP_FILE_RENAME, cut, 0);
	take(DP_FILE_READ, cut + 1, 0);
	pipeline_bound(pipeline, cut, 0);
	check(!pipeline_tells(pipeline, cut) && pipeline_tells(pipeline, cut + 1));
	take(DP_FILE_RENAME, cut, 0);
	pipeline_start(pipeline);
	fake.now = cut + 2 * SECOND;
	check(turn(0) == 0);
	text = all_lines();
	check(times(text, "file_delete") == 0 && times(text, "file_rename") == 0 && times(text, "file_read") == 1);
	check_has(text, "took over: both runs watched for ");
	check(!strstr(text, "both may count"));
	check(check_numbers(text) == 3);
	end();
}

/* Both take the time of a use themselves, the new run a moment later: here it is behind the time, and there it was not. */
static void what_the_other_run_told_last_is_not_told_again(void)
{
	struct cut *theirs;
	struct text text = {};
	struct report report = { .action = REPORT_CLOCK, .host = &frame.host, .clock = &frame.clock };
	static struct made made;
	uint64_t cut;

	begin_file();
	check(pipeline_hold(pipeline, NULL) == 0);
	cut = clock_boot_now() + SECOND;
	pipeline_part(pipeline, cut);
	take(DP_FILE_READ, cut + 1000, 0);
	report.boot = cut + 1000; /* a task that ends with it, say */
	report_clock(&report, &text);
	pipeline_report(pipeline, report.boot, &text);
	take(DP_FILE_DELETE, cut + 2000, 0);
	theirs = cut_new(cut);
	make_use(&made, DP_FILE_READ);
	made.use.time = cut - 1000;
	made.use.object = file_object(77);
	cut_see(theirs, &made.use);
	text_clear(&text);
	cut_leave(theirs, &text);
	check(pipeline_settle(pipeline, text.bytes, text.length) && !pipeline_settle(pipeline, "?", 1));
	pipeline_bound(pipeline, cut, 0);
	pipeline_start(pipeline);
	fake.now = cut + 2 * SECOND;
	check(turn(0) == 0);
	check(times(all_lines(), "file_read") == 0 && times(all_lines(), "sensor_clock") == 0);
	check(times(all_lines(), "file_delete") == 1);
	text_free(&text);
	cut_free(theirs);
	end();
}

static void of_a_run_that_ended_too_early_all_is_told_that_was_seen(void)
{
	const char *text;

	begin_file();
	check(pipeline_hold(pipeline, NULL) == 0);
	take(DP_FILE_READ, clock_boot_now(), 0);
	pipeline_bound(pipeline, 0, 0);
	pipeline_start(pipeline);
	fake.now = clock_boot_now() + SECOND;
	check(turn(0) == 0);
	text = all_lines();
	check(times(text, "file_read") == 1);
	check_has(text, "took over from a run that ended too early");
	end();
}

static void a_run_that_gives_way_tells_what_is_up_to_its_time(void)
{
	begin_file();
	pipeline_bound(pipeline, 0, 299 * SECOND);
	check(fake.parted == 299 * SECOND);
	check(pipeline_tells(pipeline, 299 * SECOND) && !pipeline_tells(pipeline, 299 * SECOND + 1));
	take(DP_FILE_READ, 299 * SECOND, 0);
	take(DP_FILE_DELETE, 299 * SECOND + 1, 0);
	check(turn(SECOND) == 0);
	check(times(all_lines(), "file_read") == 1 && times(all_lines(), "file_delete") == 0);
	end();
}

int main(void)
{
	int file = mkstemp(path), result;

	if (file < 0)
		return 1;
	close(file);
	snprintf(socket_path, sizeof(socket_path), "%s.sock", path);
	signal(SIGPIPE, SIG_IGN);
	result = unit_run((const struct unit_case[]){
		CASE(records_become_numbered_lines_in_the_order_of_time),
		CASE(what_is_young_waits_and_no_mark_promises_more_than_was_told),
		CASE(what_is_later_than_a_use_in_a_fold_waits_for_it),
		CASE(folds_are_collected_ten_times_a_second_and_sooner_when_much_waits),
		CASE(what_the_kernel_half_dropped_is_told_by_action_and_class_and_on_the_next_event),
		CASE(a_memory_that_had_no_room_is_told_at_once_and_then_once_a_minute),
		CASE(health_comes_every_minute_and_says_what_was_counted),
		CASE(system_calls_come_every_minute_and_at_the_end_by_name_with_the_time_they_are_of),
		CASE(a_reader_that_stands_still_costs_common_uses_and_no_rare_one),
		CASE(the_stop_says_why_and_all_that_was_there_is_written),
		CASE(a_run_that_takes_over_tells_what_is_after_the_time_of_the_other),
		CASE(what_the_other_run_told_last_is_not_told_again),
		CASE(of_a_run_that_ended_too_early_all_is_told_that_was_seen),
		CASE(a_run_that_gives_way_tells_what_is_up_to_its_time),
		CASE(any_records_give_lines_that_can_be_read),
		{} });
	unlink(path);
	unlink(socket_path);
	return result;
}
