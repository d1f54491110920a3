/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of events stand on: a host, a clock, classes, and one task run, which is made up here. */
#ifndef DETPACK_EVENT_FRAME_H
#define DETPACK_EVENT_FRAME_H

#include "src/class.h"
#include "src/clock.h"
#include "src/event.h"
#include "src/host.h"
#include "src/json.h"
#include "src/label.h"
#include "src/redact.h"
#include "test/unit/unit.h"

#define RUN "0123456789abcdef0123456789abcdef"

static const char class_table[] =
	"detpack-classes\t1\n"
	"digest\t0000000000000000000000000000000000000000000000000000000000000000\n"
	"home\t/home/*\n"
	"class\t1\tcredential\tfollow\n"
	"class\t2\taudit-log\tignore\n"
	"match\t1\tbelow\t~/.ssh/\n"
	"match\t1\tname\t-\tid_ed25519\n"
	"match\t1\texact\t~/.kube/config\n"
	"match\t1\tbelow\t~/.aws/sso/cache/\n"
	"except\t1\tname\t~/.ssh/\tknown_hosts\n"
	"match\t2\tbelow\t/var/log/\n";

struct labels {
	struct task_run run;
};

static struct labels all_labels = { .run = { .number = 7, .task = "summarize", .run = RUN, .agent = "notes-agent",
					     .source = LABEL_BY_LAUNCHER } };

const struct task_run *labels_find(const struct labels *labels, uint32_t number)
{
	return number == labels->run.number ? &labels->run : NULL;
}

struct frame {
	struct host host;
	struct clock clock;
	struct classes *classes;
	struct events *events;
	struct text line;
	uint64_t sequence;
};

/* The clock says that the host was booted at 2026-01-01T00:00:00Z. */
static inline void frame_open_with(struct frame *frame, const struct redaction *redaction, bool live)
{
	char problem[256] = "";
	struct event_options options = { .host = &frame->host, .clock = &frame->clock, .redaction = redaction, .live = live };

	memset(frame, 0, sizeof(*frame));
	snprintf(frame->host.id, sizeof(frame->host.id), "%s", "11112222333344445555666677778888");
	snprintf(frame->host.name, sizeof(frame->host.name), "%s", "web-1");
	snprintf(frame->host.boot, sizeof(frame->host.boot), "%s", "99990000999900009999000099990000");
	snprintf(frame->host.run, sizeof(frame->host.run), "%s", RUN);
	host_derive(&frame->host);
	clock_start(&frame->clock, 0, 1767225600000000, 0);
	frame->classes = classes_parse(class_table, strlen(class_table), problem, sizeof(problem));
	options.classes = frame->classes;
	frame->events = events_new(&options);
	check(frame->classes && frame->events);
	events_label(frame->events, &all_labels);
}

static inline void frame_open(struct frame *frame)
{
	frame_open_with(frame, NULL, false);
}

static inline void frame_close(struct frame *frame)
{
	events_free(frame->events);
	classes_free(frame->classes);
	text_free(&frame->line);
}

/* The line of a record, ended by NUL instead of its line end; "" when there is none. */
static inline const char *frame_line(struct frame *frame, const struct dp_use *use)
{
	const struct stamp stamp = { .sequence = ++frame->sequence };

	text_clear(&frame->line);
	if (!events_write(frame->events, use, &stamp, &frame->line) || !frame->line.length)
		return "";
	frame->line.bytes[frame->line.length - 1] = '\0';
	return frame->line.bytes;
}

/* That the line has a text, which is shown with the line when it has not. */
#define check_has(line, text) event_check_has(__FILE__, __LINE__, line, text, true)
#define check_lacks(line, text) event_check_has(__FILE__, __LINE__, line, text, false)

static inline void event_check_has(const char *file, int number, const char *line, const char *text, bool wanted)
{
	unit.checks++;
	if ((strstr(line, text) != NULL) == wanted)
		return;
	unit_failed(file, number, wanted ? "the line lacks a text" : "the line has a text");
	fprintf(stderr, "\t%s\n\tin %s\n", text, line);
}

#endif
