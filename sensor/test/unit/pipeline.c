/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "test/unit/pipeline_run.h"

static char socket_path[64];

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
		CASE(any_records_give_lines_that_can_be_read),
		{} });
	unlink(path);
	unlink(socket_path);
	return result;
}
