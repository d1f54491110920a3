/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are whole at any time, and what is kept in such: the counters and the outcome of a reload. */
#include <sys/stat.h>
#include <unistd.h>

#include "src/json.h"
#include "src/metrics.h"
#include "src/outcome.h"
#include "src/whole_file.h"
#include "test/unit/unit.h"

static char folder[] = "/tmp/detpack-whole-XXXXXX", path[64], fresh[64];

static size_t contents(char *bytes, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t length = file ? fread(bytes, 1, size - 1, file) : 0;

	bytes[length] = '\0';
	if (file)
		fclose(file);
	return length;
}

static void the_old_contents_stay_until_the_new_ones_are_whole(void)
{
	char bytes[64];
	struct stat found;

	check(whole_file_write(path, "one", 3, 0644) == 0);
	check(stat(path, &found) == 0 && (found.st_mode & 0777) == 0644);
	/* One that a killed process left, and a link to somewhere else. */
	check(symlink("/tmp/detpack-whole-elsewhere", fresh) == 0);
	check(whole_file_write(path, "two", 3, 0600) == 0);
	check(access("/tmp/detpack-whole-elsewhere", F_OK) != 0 && access(fresh, F_OK) != 0);
	check_text(bytes, contents(bytes, sizeof(bytes)), "two");
	check(whole_file_write("/nowhere/at/all", "x", 1, 0600) == -ENOENT);
	/* There is no room for it: the old one stays, and nothing is left beside it. */
	check(mkdir(fresh, 0700) == 0);
	check(whole_file_write(path, "three", 5, 0600) < 0);
	check_text(bytes, contents(bytes, sizeof(bytes)), "two");
	rmdir(fresh);
	unlink(path);
}

static void counters_are_in_the_text_format_of_prometheus(void)
{
	const struct metrics metrics = { .version = "1.2.3", .run = "00ff", .started = 1767225600000190, .written = 42,
					 .lost = 1, .late = 2, .waiting = 3, .programs = 99, .cpu = 1234, .resident = 4096 };
	static const char *const lines[] = {
		"\ndetpack_sensor_info{version=\"1.2.3\",run=\"00ff\"} 1\n",
		"\ndetpack_sensor_start_time_seconds 1767225600.000190\n",
		"\n# TYPE detpack_sensor_events_total counter\ndetpack_sensor_events_total 42\n",
		"\ndetpack_sensor_lost_total 1\n",
		"\ndetpack_sensor_late_total 2\n",
		"\ndetpack_sensor_output_waiting_bytes 3\n",
		"\ndetpack_sensor_programs 99\n",
		"\ndetpack_sensor_cpu_seconds_total 1.234\n",
		"\ndetpack_sensor_resident_memory_bytes 4096\n",
	};
	struct text text = {};

	metrics_write(&metrics, &text);
	text_add(&text, "", 1);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check(strstr(text.bytes, lines[i]) != NULL);
	check(text.bytes[text.length - 2] == '\n');
	text_free(&text);
}

static void a_process_tells_its_own_costs(void)
{
	struct metrics metrics = { .version = "1", .run = "a" };
	char bytes[4096];

	check(metrics_to_file(path, &metrics) == 0);
	check(metrics.resident > 0);
	contents(bytes, sizeof(bytes));
	check(strstr(bytes, "detpack_sensor_resident_memory_bytes ") != NULL);
	unlink(path);
}

static void an_outcome_is_read_as_it_was_written(void)
{
	char problem[256] = "x";
	uint32_t reloads = 9;

	check(outcome_read(path, &reloads, problem, sizeof(problem)) == -ENOENT);
	outcome_write(path, 0, NULL);
	check(outcome_read(path, &reloads, problem, sizeof(problem)) == 0 && reloads == 0 && !*problem);
	outcome_write(path, 7, "the new run ended with status 2");
	check(outcome_read(path, &reloads, problem, sizeof(problem)) == 0 && reloads == 7);
	check_text(problem, strlen(problem), "the new run ended with status 2");
	check(whole_file_write(path, "none\n", 5, 0600) == 0);
	check(outcome_read(path, &reloads, problem, sizeof(problem)) == -EBADMSG);
	check(whole_file_write(path, "", 0, 0600) == 0);
	check(outcome_read(path, &reloads, problem, sizeof(problem)) == -EBADMSG);
	unlink(path);
}

int main(void)
{
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/file", folder);
	snprintf(fresh, sizeof(fresh), "%s/file.new", folder);
	failed = unit_run((const struct unit_case[]){
		CASE(the_old_contents_stay_until_the_new_ones_are_whole),
		CASE(counters_are_in_the_text_format_of_prometheus),
		CASE(a_process_tells_its_own_costs),
		CASE(an_outcome_is_read_as_it_was_written),
		{},
	});
	rmdir(folder);
	return failed;
}
