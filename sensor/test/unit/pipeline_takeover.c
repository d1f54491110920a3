/* SPDX-License-Identifier: Apache-2.0 */
/* One run of the sensor takes over from another: each use is told by one of the two. */
#include "src/cut.h"
#include "src/report.h"
#include "test/unit/pipeline_run.h"

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
	result = unit_run((const struct unit_case[]){
		CASE(a_run_that_takes_over_tells_what_is_after_the_time_of_the_other),
		CASE(what_the_other_run_told_last_is_not_told_again),
		CASE(of_a_run_that_ended_too_early_all_is_told_that_was_seen),
		CASE(a_run_that_gives_way_tells_what_is_up_to_its_time),
		{} });
	unlink(path);
	return result;
}
