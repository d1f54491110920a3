/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/complain.h"
#include "src/handover.h"
#include "src/notify.h"
#include "src/outcome.h"
#include "src/supervise.h"

#define SECOND 1000000000ull
#define READY_WITHIN (240 * SECOND)
#define LEAVE_WITHIN (10 * SECOND)
#define END_WITHIN (15 * SECOND)

enum state {
	LOADING, /* has not said READY */
	WAITING, /* for the old run to end */
	WORKING,
	YIELDING, /* is to say what it leaves */
	ENDING,
	GONE,
};

struct run_process {
	pid_t pid; /* 0: none */
	int fd;
	enum state state;
	uint64_t limit; /* when it is killed, boot time; 0: never */
	int status;	/* once it is gone, as from waitpid */
};

struct supervisor {
	struct supervise_options options;
	struct run_process run, next; /* `next`: while it is to take over */
	int signals;
	uint64_t cut;	    /* the time up to which the old run tells; 0: it did not say */
	bool reload_wanted; /* one more, when this one is over */
	int stopped_by;
};

/* ---- processes ---- */

static void exec_run(const struct supervise_options *options, int fd)
{
	char number[16];
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Two lives of one service: only the supervisor speaks for it. */
	unsetenv("NOTIFY_SOCKET");
	fcntl(fd, F_SETFD, 0);
	snprintf(number, sizeof(number), "%d", fd);
	execl(options->program, options->program, "run", "--config", options->config, "--supervisor", number, (char *)NULL);
	complain("%s cannot be started: %s", options->program, strerror(errno));
	_exit(127);
}

static bool start(struct supervisor *supervisor, struct run_process *process)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return false;
	pid = fork();
	if (pid == 0)
		exec_run(&supervisor->options, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return false;
	}
	*process = (struct run_process){ .pid = pid, .fd = ends[0], .state = LOADING, .limit = clock_boot_now() + READY_WITHIN };
	return true;
}

static void forget(struct run_process *process)
{
	if (process->pid)
		close(process->fd);
	*process = (struct run_process){ .fd = -1 };
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- a reload ---- */

/* Microseconds, as systemd counts: not while the host sleeps. */
static uint64_t monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void tell_outcome(struct supervisor *supervisor, const char *problem)
{
	supervisor->options.reloads++;
	if (supervisor->options.outcome)
		outcome_write(supervisor->options.outcome, supervisor->options.reloads, problem);
	notify_status("READY=1\n", problem ? "the last reload failed, the run before goes on: %s" : "watching%s",
		      problem ? problem : "");
	if (problem)
		complain("the reload failed, and the run before goes on: %s", problem);
}

static void reload_fails(struct supervisor *supervisor, const char *problem)
{
	struct run_process *run = &supervisor->run;

	forget(&supervisor->next);
	/* It goes on, and gives labels again. */
	if (run->state == YIELDING) {
		run->state = WORKING;
		run->limit = 0;
		handover_say(run->fd, HANDOVER_GO, 0);
	}
	tell_outcome(supervisor, problem);
}

static void begin_reload(struct supervisor *supervisor)
{
	char words[96];

	supervisor->reload_wanted = false;
	snprintf(words, sizeof(words), "RELOADING=1\nMONOTONIC_USEC=%llu\n", (unsigned long long)monotonic_now());
	notify_status(words, "loading another run");
	if (!start(supervisor, &supervisor->next))
		reload_fails(supervisor, strerror(errno));
}

/* A supervisor of another version than its run would be the last of its kind; its run goes on as the child of the new one. */
static void become_new(struct supervisor *supervisor)
{
	const struct supervise_options *options = &supervisor->options;
	char adopted[48], reloads[16];
	struct stat own, found;

	if (stat("/proc/self/exe", &own) || stat(options->program, &found) ||
	    (own.st_ino == found.st_ino && own.st_dev == found.st_dev))
		return;
	snprintf(adopted, sizeof(adopted), "%d:%d", (int)supervisor->run.pid, supervisor->run.fd);
	snprintf(reloads, sizeof(reloads), "%u", options->reloads);
	fcntl(supervisor->run.fd, F_SETFD, 0);
	execl(options->program, options->program, "serve", "--config", options->config, "--adopt", adopted, "--reloads", reloads,
	      options->outcome ? "--outcome" : NULL, options->outcome, (char *)NULL);
	complain("the supervisor stays the one before: %s: %s", options->program, strerror(errno));
	fcntl(supervisor->run.fd, F_SETFD, FD_CLOEXEC);
}

/* The old run is gone. One that was killed did not tell up to the time; then all that the new one saw is told, not less. */
static void hand_over(struct supervisor *supervisor)
{
	bool in_order = supervisor->cut && WIFEXITED(supervisor->run.status) && WEXITSTATUS(supervisor->run.status) == 0;

	forget(&supervisor->run);
	supervisor->run = supervisor->next;
	supervisor->next = (struct run_process){ .fd = -1 };
	supervisor->run.state = WORKING;
	supervisor->run.limit = 0;
	handover_say(supervisor->run.fd, HANDOVER_GO, in_order ? supervisor->cut : 0);
	supervisor->cut = 0;
	tell_outcome(supervisor, NULL);
	become_new(supervisor);
}

/* ---- what runs say ---- */

static void on_ready(struct supervisor *supervisor, struct run_process *process)
{
	if (process->state != LOADING)
		return;
	process->limit = 0;
	if (process == &supervisor->run) {
		process->state = WORKING;
		notify_status("READY=1\n", "watching");
		return;
	}
	process->state = WAITING;
	process->limit = clock_boot_now() + READY_WITHIN;
	handover_say(supervisor->run.fd, HANDOVER_YIELD, 0);
	supervisor->run.state = YIELDING;
	supervisor->run.limit = clock_boot_now() + LEAVE_WITHIN;
}

static void on_leave(struct supervisor *supervisor, const struct run_process *process, const struct handover *heard)
{
	if (process != &supervisor->run || process->state != YIELDING || supervisor->next.state != WAITING)
		return;
	supervisor->run.limit = 0;
	handover_say_with(supervisor->next.fd, HANDOVER_LEAVE, heard->fds, heard->fd_count);
}

/* Nothing is left to do but to part the two. */
static void on_taken(struct supervisor *supervisor, struct run_process *process)
{
	if (process != &supervisor->next || process->state != WAITING || supervisor->run.state != YIELDING)
		return;
	process->limit = 0;
	handover_say(supervisor->run.fd, HANDOVER_UNTIL, 0);
	supervisor->run.state = ENDING;
	supervisor->run.limit = clock_boot_now() + END_WITHIN;
}

static void on_until(struct supervisor *supervisor, const struct run_process *process, uint64_t time)
{
	if (process != &supervisor->run || process->state != ENDING || supervisor->next.state != WAITING)
		return;
	supervisor->cut = time;
	handover_say(supervisor->next.fd, HANDOVER_UNTIL, time);
}

static void on_last(struct supervisor *supervisor, const struct run_process *process, const struct handover *heard)
{
	if (process == &supervisor->run && process->state == ENDING && supervisor->next.state == WAITING)
		handover_say_with(supervisor->next.fd, HANDOVER_LAST, heard->fds, heard->fd_count);
}

static void listen_to(struct supervisor *supervisor, struct run_process *process)
{
	struct handover heard;
	int got;

	while (process->pid && (got = handover_hear(process->fd, &heard)) != 0) {
		if (got < 0)
			return; /* it ends, and waitpid says how */
		if (heard.word == HANDOVER_READY)
			on_ready(supervisor, process);
		else if (heard.word == HANDOVER_LEAVE)
			on_leave(supervisor, process, &heard);
		else if (heard.word == HANDOVER_TAKEN)
			on_taken(supervisor, process);
		else if (heard.word == HANDOVER_UNTIL)
			on_until(supervisor, process, heard.time);
		else if (heard.word == HANDOVER_LAST)
			on_last(supervisor, process, &heard);
		else if (heard.word == HANDOVER_ALIVE && process == &supervisor->run)
			notify("WATCHDOG=1\n");
		handover_drop(&heard);
	}
}

static void on_signals(struct supervisor *supervisor)
{
	struct signalfd_siginfo info;

	while (read(supervisor->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			supervisor->reload_wanted = true;
		else if (info.ssi_signo != SIGCHLD && !supervisor->stopped_by) {
			supervisor->stopped_by = (int)info.ssi_signo;
			notify("STOPPING=1\n");
			for (size_t i = 0; i < 2; i++) {
				const struct run_process *each = i ? &supervisor->next : &supervisor->run;

				if (each->pid && each->state != GONE)
					kill(each->pid, supervisor->stopped_by);
			}
		}
	}
}

static void kill_late(struct run_process *process, uint64_t now)
{
	if (!process->pid || process->state == GONE || !process->limit || now < process->limit)
		return;
	complain(process->state == LOADING ? "a run that does not get ready is killed" : "a run that does not end is killed");
	kill(process->pid, SIGKILL);
	process->limit = now + SECOND;
}

/* Takes the status of one that ended, after all that it said. */
static void reap(struct supervisor *supervisor, struct run_process *process)
{
	if (!process->pid || process->state == GONE || waitpid(process->pid, &process->status, WNOHANG) != process->pid)
		return;
	listen_to(supervisor, process);
	process->state = GONE;
}

/* False: the service is over. */
static bool advance(struct supervisor *supervisor)
{
	struct run_process *run = &supervisor->run, *next = &supervisor->next;
	uint64_t now = clock_boot_now();
	char problem[96];

	kill_late(run, now);
	kill_late(next, now);
	reap(supervisor, run);
	reap(supervisor, next);
	if (next->pid && next->state == GONE) {
		snprintf(problem, sizeof(problem), "the new run ended with status %d; it said why before", exit_status(next->status));
		reload_fails(supervisor, problem);
	}
	if (run->state == GONE) {
		if (next->pid && next->state == WAITING && !supervisor->stopped_by)
			hand_over(supervisor);
		else
			return false;
	}
	if (supervisor->reload_wanted && !next->pid && run->state == WORKING && !supervisor->stopped_by)
		begin_reload(supervisor);
	return true;
}

static int open_signals(void)
{
	sigset_t wanted;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGHUP);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGCHLD);
	sigprocmask(SIG_BLOCK, &wanted, NULL);
	return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

int supervise(const struct supervise_options *options)
{
	struct supervisor supervisor = { .options = *options, .run = { .fd = -1 }, .next = { .fd = -1 } };

	supervisor.signals = open_signals();
	if (options->adopted) {
		supervisor.run = (struct run_process){ .pid = options->adopted, .fd = options->adopted_fd, .state = WORKING };
		fcntl(supervisor.run.fd, F_SETFD, FD_CLOEXEC);
	} else if (options->outcome) {
		outcome_write(options->outcome, 0, NULL);
	}
	if (supervisor.signals < 0 || (!options->adopted && !start(&supervisor, &supervisor.run))) {
		complain("the sensor cannot be started: %s", strerror(errno));
		return 1;
	}
	if (!options->adopted)
		handover_say(supervisor.run.fd, HANDOVER_GO, 0);
	do {
		struct pollfd waited[] = { { .fd = supervisor.signals, .events = POLLIN },
					   { .fd = supervisor.run.fd, .events = POLLIN },
					   { .fd = supervisor.next.fd, .events = POLLIN } };

		/* An end that hung up is readable for ever: its process is about to be reaped. */
		if (poll(waited, 3, 1000) > 0 && ((waited[1].revents | waited[2].revents) & POLLHUP))
			poll(NULL, 0, 10);
		on_signals(&supervisor);
		listen_to(&supervisor, &supervisor.run);
		listen_to(&supervisor, &supervisor.next);
	} while (advance(&supervisor));
	if (supervisor.next.pid && supervisor.next.state != GONE) {
		kill(supervisor.next.pid, SIGTERM);
		waitpid(supervisor.next.pid, NULL, 0);
	}
	return exit_status(supervisor.run.status);
}
