/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "src/action.h"
#include "src/bound.h"
#include "src/cgroup.h"
#include "src/clock.h"
#include "src/health.h"
#include "src/host.h"
#include "src/label.h"
#include "src/last_run.h"
#include "src/load.h"
#include "src/names.h"
#include "src/report.h"
#include "src/view.h"

/* ECS category and type of each action; `src/event/action.ts` of the toolchain has the same table. */
static const struct {
	const char *action, *category, *type;
} actions[] = {
	[REPORT_START] = { "sensor_start", "host", "start" },
	[REPORT_STOP] = { "sensor_stop", "host", "end" },
	[REPORT_COVERAGE] = { "sensor_coverage", "host", "info" },
	[REPORT_HEALTH] = { "sensor_health", "host", "info" },
	[REPORT_LOSS] = { "sensor_loss", "host", "info" },
	[REPORT_CLOCK] = { "sensor_clock", "host", "info" },
	[REPORT_TASK_START] = { "task_start", "session", "start" },
	[REPORT_TASK_END] = { "task_end", "session", "end" },
	[REPORT_SYSCALLS] = { "sensor_syscalls", "host", "info" },
};

/* What an item begins with; then the reason and the fields behind the head, as they will stand in the line. */
struct item_head {
	uint64_t boot, start;
	uint32_t action;
	uint32_t reason_length; /* 0: none */
};

/* An item with everything but its own fields: the two objects it leaves open are for item_end. */
struct open_item {
	size_t detpack, sensor;
};

static void item_process(const struct report *report, const struct dp_process *process, const char *name,
			 struct text *item)
{
	size_t begun = json_begin(item, "process", '{');
	char entity[ENTITY_SIZE];

	host_entity(report->host, process, entity);
	json_text(item, "entity_id", entity);
	json_unsigned(item, "pid", process->pid);
	json_text(item, "name", name);
	if (process->start)
		json_time(item, "start", clock_utc(report->clock, process->start));
	json_end(item, begun, '{');
}

static struct open_item item_begin(const struct report *report, const struct dp_process *process, const char *name,
				   struct text *item)
{
	size_t length = report->reason ? strlen(report->reason) : 0;
	struct item_head head = { .boot = report->boot, .start = report->start, .action = report->action,
				  .reason_length = (uint32_t)length };
	struct open_item open;

	text_clear(item);
	text_add(item, (const char *)&head, sizeof(head));
	text_add(item, report->reason ? report->reason : "", length);
	text_add(item, "\n", 1);
	item_process(report, process, name, item);
	open.detpack = json_begin(item, "detpack", '{');
	open.sensor = json_begin(item, "sensor", '{');
	json_text(item, "run", report->host->run);
	json_text(item, "version", SENSOR_VERSION);
	return open;
}

/* Ends `detpack.sensor` and writes the clock, which every report has. */
static void item_clock(const struct report *report, const struct open_item *open, struct text *item)
{
	size_t time, clock;

	json_end(item, open->sensor, '{');
	time = json_begin(item, "time", '{');
	json_unsigned(item, "boot", report->boot / 1000);
	json_end(item, time, '{');
	clock = json_begin(item, "clock", '{');
	json_unsigned(item, "epoch", clock_epoch(report->clock, report->boot));
	json_unsigned(item, "error", report->clock->error);
	if (report->action == REPORT_CLOCK) {
		size_t offset = json_begin(item, "offset", '{');

		json_signed(item, "before", report->clock->offset_before);
		json_signed(item, "after", report->clock->offset_after);
		json_end(item, offset, '{');
	}
	json_end(item, clock, '{');
}

static void item_programs(const struct health *health, struct text *item)
{
	size_t begun = json_begin(item, "programs", '[');

	for (size_t i = 0; i < health->program_count; i++)
		json_text(item, NULL, health->programs[i]);
	json_end(item, begun, '[');
}

static void item_digest(const char *digest, struct text *item)
{
	size_t begun = json_begin(item, "resources", '{');

	json_text(item, "digest", digest);
	json_end(item, begun, '{');
}

static void item_end(const struct open_item *open, struct text *item)
{
	json_end(item, open->detpack, '{');
}

/* Who watched before, until when, and why it ended: the time in between is the gap. No reason: not in order. */
static void item_before(const struct last_run *before, struct text *item)
{
	size_t begun = json_begin(item, "before", '{');

	json_text(item, "run", before->run);
	json_time(item, "seen", before->seen);
	json_text(item, "reason", before->reason[0] ? before->reason : NULL);
	json_end(item, begun, '{');
}

void report_plain(const struct report *report, struct text *item)
{
	struct open_item open = item_begin(report, &report->host->self, "detpack-sensor", item);

	if (report->before)
		item_before(report->before, item);
	item_clock(report, &open, item);
	item_end(&open, item);
}

void report_clock(const struct report *report, struct text *item)
{
	report_plain(report, item);
}

void report_coverage(const struct report *report, const struct coverage *rows, size_t count, const struct health *health,
		     struct text *item)
{
	struct open_item open = item_begin(report, &report->host->self, "detpack-sensor", item);
	size_t begun;

	item_programs(health, item);
	begun = json_begin(item, "coverage", '[');
	for (size_t i = 0; i < count; i++) {
		char row[256];

		if (rows[i].seen)
			continue;
		snprintf(row, sizeof(row), "%s: %s", rows[i].name, rows[i].why);
		json_text(item, NULL, row);
	}
	json_end(item, begun, '[');
	item_clock(report, &open, item);
	item_digest(health->resources, item);
	item_end(&open, item);
}

/* By action, in words: a field each would be a hundred fields that say nothing most of the time. */
static void item_uses(const struct health *health, struct text *item)
{
	size_t begun = json_begin(item, "uses", '[');

	for (unsigned int action = 1; action < DP_ACTIONS; action++) {
		char row[128];

		if (!health->uses[action].made && !health->uses[action].lost)
			continue;
		snprintf(row, sizeof(row), "%s: %llu made, %llu folded, %llu lost", action_name(action),
			 (unsigned long long)health->uses[action].made, (unsigned long long)health->uses[action].folded,
			 (unsigned long long)health->uses[action].lost);
		json_text(item, NULL, row);
	}
	json_end(item, begun, '[');
}

static void item_noted(const struct health *health, struct text *item)
{
	size_t begun = json_begin(item, "noted", '[');

	for (unsigned int which = 0; which < DP_TROUBLES; which++) {
		char row[64];

		if (!health->noted[which])
			continue;
		snprintf(row, sizeof(row), "%s: %llu", health_noted_name(which), (unsigned long long)health->noted[which]);
		json_text(item, NULL, row);
	}
	json_end(item, begun, '[');
}

void report_health(const struct report *report, const struct health *health, struct text *item)
{
	struct open_item open = item_begin(report, &report->host->self, "detpack-sensor", item);
	size_t begun;

	item_programs(health, item);
	item_clock(report, &open, item);
	item_digest(health->resources, item);
	begun = json_begin(item, "health", '{');
	json_unsigned(item, "sequence", health->sequence);
	json_unsigned(item, "lost", health->lost);
	json_unsigned(item, "folded", health->folded);
	json_unsigned(item, "filtered", 0);
	json_unsigned(item, "lag", health->lag);
	json_unsigned(item, "cpu", health->cpu);
	json_unsigned(item, "rss", health->rss);
	item_uses(health, item);
	item_noted(health, item);
	json_end(item, begun, '{');
	item_end(&open, item);
}

void report_forgotten(const struct report *report, const char *memory, uint64_t count, struct text *item)
{
	struct open_item open = item_begin(report, &report->host->self, "detpack-sensor", item);
	size_t begun;

	item_clock(report, &open, item);
	begun = json_begin(item, "loss", '{');
	json_text(item, "memory", memory);
	json_unsigned(item, "count", count);
	json_end(item, begun, '{');
	item_end(&open, item);
}

void report_loss(const struct report *report, const char *action, const char *class_name, uint64_t count,
		 struct text *item)
{
	struct open_item open = item_begin(report, &report->host->self, "detpack-sensor", item);
	size_t begun;

	item_clock(report, &open, item);
	begun = json_begin(item, "loss", '{');
	json_text(item, "action", action);
	json_text(item, "class", class_name);
	json_unsigned(item, "count", count);
	json_end(item, begun, '{');
	item_end(&open, item);
}

/* Numbers that have no name here are those of a newer kernel: they are told as such, since who reads a list takes it for whole. */
static void item_calls(const uint16_t *numbers, size_t count, struct text *item)
{
	size_t begun = json_begin(item, "syscalls", '[');

	for (size_t i = 0; i < count; i++) {
		const char *name = name_of_call(numbers[i]);
		char text[16];

		snprintf(text, sizeof(text), "%u", numbers[i]);
		json_text(item, NULL, name ? name : text);
	}
	json_end(item, begun, '[');
}

void report_syscalls(const struct report *report, const struct cgroup *cgroup, const uint16_t *numbers, size_t count,
		     struct text *item)
{
	struct open_item open = item_begin(report, &report->host->self, "detpack-sensor", item);

	item_clock(report, &open, item);
	item_calls(numbers, count, item);
	frame_cgroup(cgroup, item);
	item_end(&open, item);
	frame_unit(cgroup, item);
}

void report_task(const struct report *report, const struct task_run *run, const struct dp_process *self,
		 struct text *item)
{
	struct open_item open = item_begin(report, self, NULL, item);
	char launcher[ENTITY_SIZE];
	size_t begun;

	item_clock(report, &open, item);
	begun = json_begin(item, "task", '{');
	json_text(item, "id", run->task);
	json_text(item, "name", run->task);
	json_text(item, "run", run->run);
	json_text(item, "source", run->source == LABEL_BY_UNIT ? "unit" : "launcher");
	json_text(item, "digest", run->digest);
	if (run->launcher.pid) {
		host_entity(report->host, &run->launcher, launcher);
		json_text(item, "launcher", launcher);
	}
	if (report->action == REPORT_TASK_START && run->bound)
		bound_report(run->bound, report->redaction, item);
	json_end(item, begun, '{');
	json_end(item, open.detpack, '{');
	/* Who asked for it; what the task's own processes are is in their events. */
	if (report->action == REPORT_TASK_START && run->source == LABEL_BY_LAUNCHER) {
		char uid[16];

		snprintf(uid, sizeof(uid), "%u", run->uid);
		begun = json_begin(item, "user", '{');
		json_text(item, "id", uid);
		json_end(item, begun, '{');
	}
	if (run->agent[0]) {
		begun = json_begin(item, "gen_ai", '{');
		{
			size_t agent = json_begin(item, "agent", '{');

			json_text(item, "name", run->agent);
			json_end(item, agent, '{');
		}
		json_end(item, begun, '{');
	}
}

bool report_write(const void *item, size_t size, const struct host *host, const struct clock *clock,
		  const struct stamp *stamp, struct text *line)
{
	const struct item_head *head = item;
	const char *rest = (const char *)item + sizeof(*head);
	struct event_head event = {};
	char reason[512];
	size_t left;

	if (size < sizeof(*head) || head->action >= sizeof(actions) / sizeof(actions[0]))
		return false;
	left = size - sizeof(*head);
	if (head->reason_length >= left || head->reason_length >= sizeof(reason) || rest[head->reason_length] != '\n')
		return false;
	memcpy(reason, rest, head->reason_length);
	reason[head->reason_length] = '\0';
	event.action = actions[head->action].action;
	event.category = actions[head->action].category;
	event.type = actions[head->action].type;
	event.outcome = "success";
	event.reason = head->reason_length ? reason : NULL;
	event.time = clock_utc(clock, head->boot);
	event.start = head->start ? clock_utc(clock, head->start) : 0;
	event_head(line, host, stamp, &event);
	text_add(line, ",", 1);
	text_add(line, rest + head->reason_length + 1, left - head->reason_length - 1);
	text_add(line, "}\n", 2);
	return !line->failed;
}
