/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/process.h"

#define ANCESTORS_MOST 64
#define TICK 10000000ull /* ns; /proc gives start times in ticks of 10 ms */

struct processes {
	const struct host *host;
	struct process **buckets;
	size_t bucket_count;
	size_t count, most;
	struct process *oldest, *youngest;
	uint32_t state;
	bool live;
};

struct processes *processes_new(const struct host *host, size_t most, bool live)
{
	struct processes *processes = calloc(1, sizeof(*processes));

	if (!processes)
		return NULL;
	processes->host = host;
	processes->live = live;
	processes->state = 1;
	/* An event needs a process, its parent, its session's and its entry leader at a time. */
	processes->most = most < 16 ? 16 : most;
	processes->bucket_count = 64;
	while (processes->bucket_count < most)
		processes->bucket_count *= 2;
	processes->buckets = calloc(processes->bucket_count, sizeof(*processes->buckets));
	if (!processes->buckets) {
		free(processes);
		return NULL;
	}
	return processes;
}

static void release(struct process *process)
{
	free(process->executable);
	free(process->fragment);
	free(process);
}

void processes_free(struct processes *processes)
{
	if (!processes)
		return;
	for (struct process *process = processes->oldest, *next; process; process = next) {
		next = process->younger;
		release(process);
	}
	free(processes->buckets);
	free(processes);
}

static struct process **bucket_of(const struct processes *processes, const struct dp_process *self)
{
	uint64_t hash = (self->pid * 0x9e3779b97f4a7c15ull) ^ self->start;

	hash *= 0xbf58476d1ce4e5b9ull;
	return &processes->buckets[(hash >> 32) & (processes->bucket_count - 1)];
}

static void take_out(struct processes *processes, struct process *process)
{
	*(process->older ? &process->older->younger : &processes->oldest) = process->younger;
	*(process->younger ? &process->younger->older : &processes->youngest) = process->older;
}

static void put_youngest(struct processes *processes, struct process *process)
{
	process->older = processes->youngest;
	process->younger = NULL;
	*(processes->youngest ? &processes->youngest->younger : &processes->oldest) = process;
	processes->youngest = process;
}

static void forget_oldest(struct processes *processes)
{
	struct process *process = processes->oldest, **at = bucket_of(processes, &process->self);

	while (*at != process)
		at = &(*at)->next;
	*at = process->next;
	take_out(processes, process);
	processes->count--;
	release(process);
}

struct process *processes_known(struct processes *processes, const struct dp_process *self)
{
	for (struct process *process = *bucket_of(processes, self); process; process = process->next)
		if (process->self.pid == self->pid && process->self.start == self->start) {
			if (process != processes->youngest) {
				take_out(processes, process);
				put_youngest(processes, process);
			}
			return process;
		}
	return NULL;
}

uint32_t processes_state(const struct processes *processes)
{
	return processes->state;
}

static void changed(struct processes *processes)
{
	if (!++processes->state)
		processes->state = 1;
}

void processes_name(struct processes *processes, struct process *process, const char name[16])
{
	if (!name[0] || !memcmp(process->name, name, sizeof(process->name)))
		return;
	memcpy(process->name, name, sizeof(process->name));
	changed(processes);
}

static void set_executable(struct process *process, const char *path, size_t length)
{
	char *copy = length ? malloc(length + 1) : NULL;

	if (copy) {
		memcpy(copy, path, length);
		copy[length] = '\0';
	}
	free(process->executable);
	process->executable = copy;
}

/*
 * What /proc says of a process that was there before anything was told of it. Its start there is in ticks: another one
 * means that the pid is another process's by now. The program is read before the start, so that it is that process's
 * when the start is.
 */
void processes_ask(struct processes *processes, struct process *process)
{
	char path[64], line[1024], executable[4096];
	unsigned long long ticks = 0;
	const char *end;
	ssize_t length;
	FILE *file;

	if (!processes->live || process->executable || process->asked)
		return;
	process->asked = true;
	snprintf(path, sizeof(path), "/proc/%u/exe", process->self.pid);
	length = readlink(path, executable, sizeof(executable));
	snprintf(path, sizeof(path), "/proc/%u/stat", process->self.pid);
	file = length > 0 && (size_t)length < sizeof(executable) ? fopen(path, "re") : NULL;
	if (!file)
		return;
	end = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	if (!end || sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
			   &ticks) != 1 || ticks != process->self.start / TICK)
		return;
	set_executable(process, executable, (size_t)length);
	end = strchr(line, '(');
	if (end && !process->name[0])
		snprintf(process->name, sizeof(process->name), "%.*s", (int)(strrchr(line, ')') - end - 1), end + 1);
	changed(processes);
}

struct process *processes_find(struct processes *processes, const struct dp_process *self)
{
	struct process *process = processes_known(processes, self), **bucket;

	if (process || !self->pid)
		return process;
	process = calloc(1, sizeof(*process));
	if (!process)
		return NULL;
	process->self = *self;
	process->self.pad = 0;
	host_entity(processes->host, self, process->entity);
	if (processes->count == processes->most)
		forget_oldest(processes);
	bucket = bucket_of(processes, self);
	process->next = *bucket;
	*bucket = process;
	put_youngest(processes, process);
	processes->count++;
	return process;
}

/* Of the processes around it a record tells pid and name, and the start where it can be read. */
static void learn_relative(struct processes *processes, const struct dp_process *relative, const char name[16])
{
	struct process *process = relative->start ? processes_find(processes, relative) : NULL;

	if (process && !process->name[0])
		processes_name(processes, process, name);
}

/*
 * The session of a process is its parent's unless it made its own; the kernel half tells the leader's pid, and its start
 * only where it can. A leader that is neither of those around it stays unknown.
 */
static struct dp_process session_of(struct processes *processes, const struct process *process,
				    const struct dp_process *told)
{
	const struct process *parent;

	if (told->start || !told->pid)
		return *told;
	if (told->pid == process->self.pid)
		return process->self;
	if (process->known_parent && told->pid == process->parent.pid)
		return process->parent;
	if (told->pid == process->session.pid)
		return process->session;
	parent = process->known_parent ? processes_known(processes, &process->parent) : NULL;
	return parent && parent->session.pid == told->pid ? parent->session : *told;
}

static void set_relatives(struct processes *processes, struct process *process, const struct dp_process *parent,
			  const struct dp_relatives *relatives)
{
	process->parent = *parent;
	process->known_parent = parent->pid != 0;
	process->session = session_of(processes, process, &relatives->session);
	changed(processes);
}

/* The process that the record is of; what is around it is known first, so that it is not forgotten for that. */
static struct process *take(struct processes *processes, const struct dp_use *use, const struct dp_relatives *relatives)
{
	struct process *process;

	learn_relative(processes, &relatives->parent, relatives->parent_name);
	learn_relative(processes, &relatives->session, relatives->session_name);
	process = processes_find(processes, &use->process);
	if (process)
		processes_name(processes, process, use->name);
	return process;
}

void processes_exec(struct processes *processes, const struct dp_use *use, const struct dp_relatives *relatives,
		    const char *executable, size_t length)
{
	struct process *process = take(processes, use, relatives);

	if (!process)
		return;
	set_executable(process, executable, length);
	set_relatives(processes, process, &relatives->parent, relatives);
}

void processes_seen(struct processes *processes, const struct dp_use *use, const struct dp_relatives *relatives)
{
	struct process *process = take(processes, use, relatives);

	if (!process)
		return;
	set_relatives(processes, process, &relatives->parent, relatives);
	/* One that is watched may become another program at any time; the others are asked for when it matters. */
	if (use->flags & DP_RARE)
		processes_ask(processes, process);
}

void processes_fork(struct processes *processes, const struct dp_use *use, const struct dp_relatives *relatives)
{
	struct process *process = take(processes, use, relatives), *child;

	if (!process)
		return;
	if (!process->known_parent)
		set_relatives(processes, process, &relatives->parent, relatives);
	child = processes_find(processes, &relatives->child);
	process = processes_known(processes, &use->process);
	if (!child || !process)
		return;
	if (process->executable)
		set_executable(child, process->executable, strlen(process->executable));
	processes_name(processes, child, use->name);
	child->label = use->label;
	set_relatives(processes, child, &use->process, relatives);
}

/* Daemons whose children are the first processes of a login or a container. */
static bool begins_entries(const struct process *process)
{
	static const char *const names[] = { "sshd", "login", "containerd-shim", "conmon", "crond", "cron", "runc",
					     "sshd-session", "systemd" };

	if (process->self.pid <= 2)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(process->name, names[i], sizeof(process->name)))
			return true;
	return false;
}

struct process *processes_entry(struct processes *processes, const struct process *process)
{
	struct dp_process at = process->self;

	for (int i = 0; i < ANCESTORS_MOST; i++) {
		struct process *here = processes_known(processes, &at), *above;

		if (!here || !here->known_parent)
			return NULL;
		above = processes_known(processes, &here->parent);
		if (here->parent.pid == 1 || (above && begins_entries(above)))
			return here;
		at = here->parent;
	}
	return NULL;
}
