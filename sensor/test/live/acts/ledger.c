// SPDX-License-Identifier: Apache-2.0
/* Statements: made in the actor, kept in shared memory, printed by the stage process as JSON lines. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LEDGER_SIZE (4u << 20)
#define MOST_ACTORS 64

struct ledger {
	size_t used;
	bool full;
	unsigned int actors;
	pid_t actor[MOST_ACTORS];
	char verdict[512]; /* why the act was skipped or failed; empty: it was done */
	bool failed;
	char text[LEDGER_SIZE];
};

/*
 * A statement is of what happened after the one before it was told, or, when no call was made since, of the same call: a
 * pipe has two ends, and a message may pass many descriptors.
 */
static __thread uint64_t mark;
static __thread uint64_t mark_of_call;
static __thread bool called;

static uint64_t since(void)
{
	return called ? mark : mark_of_call;
}

long raw_call(long number, long a, long b, long c, long d, long e, long f)
{
	long result = syscall(number, a, b, c, d, e, f);
	called = true;
	return result == -1 ? -errno : result;
}

uint64_t boot_time(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

void mark_now(void)
{
	mark = boot_time();
	called = true;
}

struct ledger *ledger_new(void)
{
	void *memory = mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

void ledger_begin(struct ledger *ledger)
{
	ledger->used = 0;
	ledger->full = false;
	ledger->actors = 0;
	ledger->verdict[0] = 0;
	ledger->failed = false;
}

void enter_actor(struct stage *stage, pid_t pid)
{
	struct ledger *ledger = stage->ledger;
	unsigned int known = __atomic_load_n(&ledger->actors, __ATOMIC_ACQUIRE);
	for (unsigned int i = 0; i < known && i < MOST_ACTORS; i++)
		if (ledger->actor[i] == pid)
			return;
	unsigned int at = __atomic_fetch_add(&ledger->actors, 1, __ATOMIC_ACQ_REL);
	if (at < MOST_ACTORS)
		ledger->actor[at] = pid;
}

__attribute__((format(printf, 2, 3))) static void add(struct statement *s, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	size_t room = sizeof(s->text) - s->used;
	int length = vsnprintf(s->text + s->used, room, format, list);
	va_end(list);
	if (length < 0 || (size_t)length >= room) {
		s->ledger->full = true;
		return;
	}
	s->used += (size_t)length;
}

static void key(struct statement *s, const char *field)
{
	add(s, "%s\"%s\":", s->text[s->used - 1] == '{' ? "" : ",", field);
}

static void quoted(struct statement *s, const char *value, size_t length)
{
	add(s, "\"");
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)value[i];
		if (c == '"' || c == '\\')
			add(s, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			add(s, "\\u%04x", c);
		else
			add(s, "%c", c);
	}
	add(s, "\"");
}

void saw(struct statement *s, struct stage *stage, const char *action, const char *name)
{
	s->ledger = stage->ledger;
	s->used = 0;
	s->options_used = 0;
	s->text[0] = 0;
	s->options[0] = 0;
	say_process(s, getpid(), gettid());
	add(s, "\"after\":%llu,\"fields\":{", (unsigned long long)since());
	enter_actor(stage, getpid());
	say_text(s, "event.action", action);
	/* Fork and exec are seen at hooks of their own. */
	if (name && (!strcmp(action, "process_fork") || !strcmp(action, "process_exec")))
		say_or_absent(s, "detpack.syscall", name);
	else if (name)
		say_text(s, "detpack.syscall", name);
}

void told(struct statement *s)
{
	struct ledger *ledger = s->ledger;
	mark_of_call = since();
	called = false;
	mark = boot_time();
	add(s, "},\"before\":%llu%s}\n", (unsigned long long)mark, s->options);
	size_t at = __atomic_fetch_add(&ledger->used, s->used, __ATOMIC_ACQ_REL);
	if (at + s->used > sizeof(ledger->text))
		ledger->full = true;
	else
		memcpy(ledger->text + at, s->text, s->used);
}

/* The part of a statement before "after", always of the same length. Said again, it replaces the first. */
static void head(struct statement *s, int pid, int thread, unsigned int user, unsigned int group)
{
	char text[128];
	int length = snprintf(text, sizeof(text), "{\"pid\":%10d,\"thread\":%10d,\"user\":%10u,\"group\":%10u,", pid,
			      thread, user, group);
	if (length < 0 || (size_t)length >= sizeof(text)) {
		s->ledger->full = true;
		return;
	}
	memcpy(s->text, text, (size_t)length);
	if (s->used == 0)
		s->used = (size_t)length;
	s->pid = pid;
	s->thread = thread;
}

void say_process(struct statement *s, pid_t pid, pid_t thread)
{
	head(s, pid, thread, geteuid(), getegid());
}

void say_user(struct statement *s, uid_t user, gid_t group)
{
	head(s, s->pid, s->thread, user, group);
}

static void option(struct statement *s, const char *name, const char *value)
{
	int length = snprintf(s->options + s->options_used, sizeof(s->options) - s->options_used, ",\"%s\":%s", name,
			      value);
	if (length > 0 && (size_t)length < sizeof(s->options) - s->options_used)
		s->options_used += (size_t)length;
	else
		s->ledger->full = true;
}

void say_maybe(struct statement *s, const char *why)
{
	char value[160];
	snprintf(value, sizeof(value), "\"%s\"", why);
	option(s, "maybe", value);
}

void say_any_thread(struct statement *s)
{
	option(s, "anyThread", "true");
}

void say_later(struct statement *s)
{
	option(s, "later", "true");
}

void say_bytes_text(struct statement *s, const char *field, const char *value, size_t length)
{
	key(s, field);
	quoted(s, value, length);
}

void say_text(struct statement *s, const char *field, const char *value)
{
	say_bytes_text(s, field, value, strlen(value));
}

void say_number(struct statement *s, const char *field, long long value)
{
	key(s, field);
	add(s, "%lld", value);
}

void say_flag(struct statement *s, const char *field, bool value)
{
	key(s, field);
	add(s, "%s", value ? "true" : "false");
}

void say_list(struct statement *s, const char *field, const char *const *values)
{
	key(s, field);
	add(s, "[");
	for (size_t i = 0; values[i]; i++) {
		if (i)
			add(s, ",");
		quoted(s, values[i], strlen(values[i]));
	}
	add(s, "]");
}

void say_absent(struct statement *s, const char *field)
{
	key(s, field);
	add(s, "null");
}

void say_if_looked_up(struct statement *s, const char *field, const char *value, const char *otherwise)
{
	key(s, field);
	add(s, "{\"lookedUp\":");
	quoted(s, value, strlen(value));
	add(s, ",\"otherwise\":");
	if (otherwise)
		quoted(s, otherwise, strlen(otherwise));
	else
		add(s, "null");
	add(s, "}");
}

void say_or_absent(struct statement *s, const char *field, const char *value)
{
	key(s, field);
	add(s, "{\"orAbsent\":\"%s\"}", value);
}

void say_entity(struct statement *s, const char *field, pid_t pid)
{
	key(s, field);
	add(s, "{\"entity\":%d}", pid);
}

void say_same(struct statement *s, const char *field, const char *name)
{
	key(s, field);
	add(s, "{\"same\":\"%s\"}", name);
}

void say_between(struct statement *s, const char *field, uint64_t after, uint64_t before)
{
	key(s, field);
	add(s, "{\"after\":%llu,\"before\":%llu}", (unsigned long long)after, (unsigned long long)before);
}

void say_range(struct statement *s, const char *field, long long least, long long most)
{
	key(s, field);
	add(s, "{\"least\":%lld,\"most\":%lld}", least, most);
}

/* The kernel's own form of a device number, which glibc's differs from. */
static unsigned int kernel_device(dev_t device)
{
	return major(device) << 20 | minor(device);
}

void say_object_id(struct statement *s, const char *field, dev_t device, ino_t inode)
{
	key(s, field);
	add(s, "{\"device\":%u,\"inode\":%llu}", kernel_device(device), (unsigned long long)inode);
}

void say_object_if_looked_up(struct statement *s, dev_t device, ino_t inode)
{
	key(s, "detpack.object.id");
	add(s, "{\"lookedUp\":{\"device\":%u,\"inode\":%llu},\"otherwise\":null}", kernel_device(device),
	    (unsigned long long)inode);
}

void say_object_ids(struct statement *s, const char *field, dev_t device, ino_t inode)
{
	key(s, field);
	add(s, "[{\"device\":%u,\"inode\":%llu}]", kernel_device(device), (unsigned long long)inode);
}

struct held hold(int number, const char *name)
{
	return (struct held){ .number = number, .name = name, .origin = "opened", .opened_by = getpid(),
			      .opened_after = since(), .opened_before = boot_time() };
}

struct held hold_again(const struct held *held, int number, const char *origin, pid_t from)
{
	struct held again = *held;
	again.number = number;
	again.origin = origin;
	again.from = from;
	return again;
}

void leave(struct stage *stage, int status)
{
	struct statement s;
	saw(&s, stage, "process_exit", NULL);
	say_text(&s, "event.outcome", "success");
	say_number(&s, "process.exit_code", status);
	say_later(&s);
	told(&s);
	for (;;)
		syscall(SYS_exit_group, status);
}

void expect_exit(struct stage *stage, pid_t pid, int status)
{
	struct statement s;
	saw(&s, stage, "process_exit", NULL);
	say_process(&s, pid, pid);
	enter_actor(stage, pid);
	if (WIFEXITED(status))
		say_number(&s, "process.exit_code", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		say_number(&s, "process.exit_code", 128 + WTERMSIG(status));
	say_later(&s);
	told(&s);
}

void child_killed(struct stage *stage, pid_t child)
{
	struct statement s;
	int status = 0;
	long result = must(stage, call(SYS_kill, child, SIGKILL), "kill");
	saw(&s, stage, "process_signal", "kill");
	say_result(&s, result);
	told(&s);
	if (waitpid(child, &status, 0) != child)
		fail(stage, "waitpid: %s", errno_name(errno));
	expect_exit(stage, child, status);
}

static void end_with(struct stage *stage, bool failed, const char *format, va_list list)
{
	struct ledger *ledger = stage->ledger;
	vsnprintf(ledger->verdict, sizeof(ledger->verdict), format, list);
	ledger->failed = failed;
	for (;;)
		syscall(SYS_exit_group, failed ? ACT_FAILED : 0);
}

void skip(struct stage *stage, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	end_with(stage, false, format, list);
	__builtin_unreachable();
}

void fail(struct stage *stage, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	end_with(stage, true, format, list);
	__builtin_unreachable();
}

long must(struct stage *stage, long result, const char *what)
{
	if (result >= 0)
		return result;
	int number = (int)-result;
	if (number == ENOSYS || number == EPERM || number == EOPNOTSUPP || number == EAFNOSUPPORT || number == EPROTONOSUPPORT)
		skip(stage, "%s: %s", what, errno_name(number));
	fail(stage, "%s: %s", what, errno_name(number));
}

static void print_text(const char *text)
{
	for (; *text; text++)
		if (*text != '"' && *text != '\\' && (unsigned char)*text >= 0x20)
			putchar(*text);
}

void ledger_print(struct ledger *ledger, const char *act, const char *failure)
{
	size_t used = ledger->used < sizeof(ledger->text) ? ledger->used : sizeof(ledger->text);
	if (ledger->full)
		failure = "the ledger is full";
	if (failure && !ledger->failed) {
		snprintf(ledger->verdict, sizeof(ledger->verdict), "%s", failure);
		ledger->failed = true;
	}
	for (char *line = ledger->text, *end = line + used; line < end;) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t length = newline ? (size_t)(newline - line) : (size_t)(end - line);
		printf("{\"act\":\"%s\",%.*s\n", act, (int)length - 1, line + 1);
		line += length + 1;
	}
	printf("{\"act\":\"%s\",\"actors\":[", act);
	unsigned int actors = ledger->actors < MOST_ACTORS ? ledger->actors : MOST_ACTORS;
	for (unsigned int i = 0; i < actors; i++)
		printf("%s%d", i ? "," : "", ledger->actor[i]);
	printf("],\"end\":%llu", (unsigned long long)boot_time());
	if (ledger->verdict[0]) {
		printf(",\"%s\":\"", ledger->failed ? "failed" : "skipped");
		print_text(ledger->verdict);
		printf("\"");
	}
	printf("}\n");
	fflush(stdout);
}
