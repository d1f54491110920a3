// SPDX-License-Identifier: Apache-2.0
/* Signals to another process, which waits and survives them. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

static void prepare_target(struct stage *stage)
{
	stage->other = fork();
	if (stage->other == 0) {
		signal(SIGUSR1, SIG_IGN);
		signal(SIGUSR2, SIG_IGN);
		alarm(15);
		for (;;)
			pause();
	}
	usleep(20000);
}

static void finish_target(struct stage *stage)
{
	kill(stage->other, SIGKILL);
	waitpid(stage->other, NULL, 0);
}

static void signalled(struct stage *stage, const char *call_name, long result, const char *name, pid_t target)
{
	struct statement s;
	saw(&s, stage, "process_signal", call_name);
	say_result(&s, result);
	say_text(&s, "detpack.signal", name);
	say_text(&s, "detpack.object.kind", "process");
	say_number(&s, "detpack.object.process.pid", target);
	if (result >= 0) {
		say_entity(&s, "detpack.object.process.entity_id", target);
		say_text(&s, "detpack.object.process.name", "acts");
	}
	told(&s);
}

static void play_kill(struct stage *stage)
{
	long result = must(stage, call(SYS_kill, stage->other, SIGUSR1), "kill");
	signalled(stage, "kill", result, "SIGUSR1", stage->other);
}

static void play_tkill(struct stage *stage)
{
	long result = must(stage, call(SYS_tkill, stage->other, SIGUSR2), "tkill");
	signalled(stage, "tkill", result, "SIGUSR2", stage->other);
}

static void play_tgkill(struct stage *stage)
{
	long result = must(stage, call(SYS_tgkill, stage->other, stage->other, SIGUSR1), "tgkill");
	signalled(stage, "tgkill", result, "SIGUSR1", stage->other);
}

static void play_pidfd_send_signal(struct stage *stage)
{
	struct statement s;
	long fd = must(stage, call(SYS_pidfd_open, stage->other, 0), "pidfd_open");
	struct held held = hold((int)fd, "pidfd");
	saw(&s, stage, "descriptor_create", "pidfd_open");
	say_descriptor(&s, &held);
	told(&s);
	long result = must(stage, call(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0), "pidfd_send_signal");
	signalled(stage, "pidfd_send_signal", result, "SIGUSR1", stage->other);
}

static void play_rt_sigqueueinfo(struct stage *stage)
{
	siginfo_t info = { .si_code = SI_QUEUE, .si_pid = getpid() };
	long result = must(stage, call(SYS_rt_sigqueueinfo, stage->other, SIGUSR1, &info), "rt_sigqueueinfo");
	signalled(stage, "rt_sigqueueinfo", result, "SIGUSR1", stage->other);
}

static void play_rt_tgsigqueueinfo(struct stage *stage)
{
	siginfo_t info = { .si_code = SI_QUEUE, .si_pid = getpid() };
	long result = call(SYS_rt_tgsigqueueinfo, stage->other, stage->other, SIGUSR2, &info);
	signalled(stage, "rt_tgsigqueueinfo", must(stage, result, "rt_tgsigqueueinfo"), "SIGUSR2", stage->other);
}

static pid_t waiting(pid_t group)
{
	pid_t child = fork();
	if (child == 0) {
		signal(SIGUSR1, SIG_IGN);
		alarm(15);
		for (;;)
			pause();
	}
	setpgid(child, group ? group : child);
	return child;
}

static void prepare_group(struct stage *stage)
{
	stage->other = waiting(0);
	stage->number[0] = waiting(stage->other);
	usleep(20000);
}

static void finish_group(struct stage *stage)
{
	kill(stage->number[0], SIGKILL);
	waitpid(stage->number[0], NULL, 0);
	finish_target(stage);
}

/* One call, an event for each process that it reaches: the kernel begins with the one that came last. */
static void play_kill_group(struct stage *stage)
{
	long result = must(stage, call(SYS_kill, -stage->other, SIGUSR1), "kill");
	signalled(stage, "kill", result, "SIGUSR1", stage->number[0]);
	signalled(stage, "kill", result, "SIGUSR1", stage->other);
}

/* Asks only whether there is such a process. */
static void play_kill_nothing(struct stage *stage)
{
	must(stage, call(SYS_kill, stage->other, 0), "kill");
}

static void play_kill_missing(struct stage *stage)
{
	struct statement s;
	pid_t gone = 4000000;
	long result = call(SYS_kill, gone, SIGTERM);
	if (result != -ESRCH)
		fail(stage, "kill of nobody gave %ld", result);
	saw(&s, stage, "process_signal", "kill");
	say_result(&s, result);
	say_text(&s, "detpack.signal", "SIGTERM");
	say_number(&s, "detpack.object.process.pid", gone);
	say_absent(&s, "detpack.object.process.entity_id");
	told(&s);
}

const struct act signal_acts[] = {
	{ "kill", prepare_target, play_kill, finish_target },
	{ "tkill", prepare_target, play_tkill, finish_target },
	{ "tgkill", prepare_target, play_tgkill, finish_target },
	{ "pidfd-send-signal", prepare_target, play_pidfd_send_signal, finish_target },
	{ "rt-sigqueueinfo", prepare_target, play_rt_sigqueueinfo, finish_target },
	{ "rt-tgsigqueueinfo", prepare_target, play_rt_tgsigqueueinfo, finish_target },
	{ "kill-group", prepare_group, play_kill_group, finish_group },
	{ "kill-nothing", prepare_target, play_kill_nothing, finish_target },
	{ "kill-missing", NULL, play_kill_missing, NULL },
	{ 0 },
};
