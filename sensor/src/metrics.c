/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "src/json.h"
#include "src/metrics.h"
#include "src/whole_file.h"

static void say(struct text *text, const char *name, const char *type, const char *help, const char *value)
{
	char lines[512];
	int length = snprintf(lines, sizeof(lines),
			      "# HELP detpack_sensor_%s %s\n# TYPE detpack_sensor_%s %s\ndetpack_sensor_%s%s\n", name, help, name,
			      type, name, value);

	text_add(text, lines, (size_t)length);
}

static void say_number(struct text *text, const char *name, const char *type, const char *help, uint64_t number)
{
	char value[24];

	snprintf(value, sizeof(value), " %" PRIu64, number);
	say(text, name, type, help, value);
}

/* From thousandths or millionths, without the rounding of a double. */
static void say_parts(struct text *text, const char *name, const char *type, const char *help, uint64_t number, unsigned int digits)
{
	uint64_t one = digits == 3 ? 1000 : 1000000;
	char value[40];

	snprintf(value, sizeof(value), " %" PRIu64 ".%0*" PRIu64, number / one, (int)digits, number % one);
	say(text, name, type, help, value);
}

void metrics_write(const struct metrics *metrics, struct text *text)
{
	char labels[128];

	/* Both are the sensor's own words, without a quote or a backslash. */
	snprintf(labels, sizeof(labels), "{version=\"%s\",run=\"%s\"} 1", metrics->version, metrics->run);
	say(text, "info", "gauge", "Version and run; the counters begin with the run", labels);
	say_parts(text, "start_time_seconds", "gauge", "When the run began to watch", metrics->started, 6);
	say_number(text, "events_total", "counter", "Events written", metrics->written);
	say_number(text, "lost_total", "counter", "Uses lost, in the kernel and before the output", metrics->lost);
	say_number(text, "late_total", "counter", "Events written after later ones", metrics->late);
	say_number(text, "output_waiting_bytes", "gauge", "What waits for the output", metrics->waiting);
	say_number(text, "programs", "gauge", "Programs in the kernel", metrics->programs);
	say_parts(text, "cpu_seconds_total", "counter", "CPU time of the user half", metrics->cpu, 3);
	say_number(text, "resident_memory_bytes", "gauge", "Resident memory of the user half", metrics->resident);
}

static void take_costs(struct metrics *metrics)
{
	unsigned long long size, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	struct rusage used;

	if (file && fscanf(file, "%llu %llu", &size, &resident) == 2)
		metrics->resident = resident * (uint64_t)sysconf(_SC_PAGESIZE);
	if (file)
		fclose(file);
	if (getrusage(RUSAGE_SELF, &used) == 0)
		metrics->cpu = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
			       (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

int metrics_to_file(const char *path, struct metrics *metrics)
{
	struct text text = {};
	int failed;

	take_costs(metrics);
	metrics_write(metrics, &text);
	failed = text.failed ? -ENOMEM : whole_file_write(path, text.bytes, text.length, 0644);
	text_free(&text);
	return failed;
}
