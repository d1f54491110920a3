// SPDX-License-Identifier: Apache-2.0
/* Descriptors that come beside what a call is for: of a child, a peer, a namespace, a terminal, a watched file. */
#define _GNU_SOURCE
#include "endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif
#define NAMESPACE_OF_USER _IO(0xb7, 1)	     /* NS_GET_USERNS */
#define PIDFD_UTS_NAMESPACE _IO(0xff, 10)    /* PIDFD_GET_UTS_NAMESPACE, 6.11 */
#define TERMINAL_OF_MASTER _IO('T', 0x41)    /* TIOCGPTPEER */

static void made(struct stage *stage, const char *name, int number, const char *kind, const char *title)
{
	struct statement s;
	struct held held = hold(number, title);
	saw(&s, stage, "descriptor_create", name);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", kind);
	told(&s);
}

static void pidfd_made(struct stage *stage, const char *name, int number, pid_t pid)
{
	struct statement s;
	struct held held = hold(number, "pidfd");
	saw(&s, stage, "descriptor_create", name);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "process");
	say_number(&s, "detpack.object.process.pid", pid);
	told(&s);
}

/* The child waits for its end: it is still there when its pidfd is told. */
static void child_made(struct stage *stage, const char *name, pid_t child, int number)
{
	struct statement s;
	must(stage, child, name);
	saw(&s, stage, "process_fork", name);
	say_number(&s, "detpack.object.process.pid", child);
	told(&s);
	pidfd_made(stage, name, number, child);
	child_killed(stage, child);
}

static void play_clone_pidfd(struct stage *stage)
{
	int number = -1;
	pid_t child = (pid_t)call(SYS_clone, SIGCHLD | CLONE_PIDFD, 0, &number, NULL, 0);
	if (child == 0)
		for (;;)
			pause();
	child_made(stage, "clone", child, number);
}

static void play_clone3_pidfd(struct stage *stage)
{
	int number = -1;
	struct clone_args how = { .flags = CLONE_PIDFD, .pidfd = (uintptr_t)&number, .exit_signal = SIGCHLD };
	pid_t child = (pid_t)call(SYS_clone3, &how, sizeof(how));
	if (child == 0)
		for (;;)
			pause();
	child_made(stage, "clone3", child, number);
}

static void play_peer_pidfd(struct stage *stage)
{
	struct held ends[2];
	int number = -1;
	socklen_t length = sizeof(number);
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	long result = call(SYS_getsockopt, ends[0].number, SOL_SOCKET, SO_PEERPIDFD, &number, &length);
	if (result == -ENOPROTOOPT)
		skip(stage, "no SO_PEERPIDFD here");
	must(stage, result, "getsockopt");
	pidfd_made(stage, "getsockopt", number, getpid());
}

static void play_namespace_user(struct stage *stage)
{
	struct statement s;
	long fd = must(stage, call(SYS_open, "/proc/self/ns/uts", O_RDONLY), "open");
	struct held held = hold((int)fd, "namespace");
	saw(&s, stage, "file_open", "open");
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "namespace");
	told(&s);
	long number = must(stage, call(SYS_ioctl, fd, NAMESPACE_OF_USER, 0), "ioctl");
	made(stage, "ioctl", (int)number, "namespace", "user namespace");
}

static void play_pidfd_namespace(struct stage *stage)
{
	long pidfd = must(stage, call(SYS_pidfd_open, getpid(), 0), "pidfd_open");
	pidfd_made(stage, "pidfd_open", (int)pidfd, getpid());
	long number = call(SYS_ioctl, pidfd, PIDFD_UTS_NAMESPACE, 0);
	if (number == -EINVAL || number == -ENOTTY)
		skip(stage, "no namespaces by pidfd here");
	must(stage, number, "ioctl");
	made(stage, "ioctl", (int)number, "namespace", "its namespace");
}

static void play_terminal_peer(struct stage *stage)
{
	int unlocked = 0;
	if (access("/dev/ptmx", R_OK | W_OK))
		skip(stage, "no /dev/ptmx: %s", errno_name(errno));
	struct held master = open_said(stage, "/dev/ptmx", O_RDWR | O_NOCTTY, "master");
	must(stage, call(SYS_ioctl, master.number, TIOCSPTLCK, &unlocked), "unlock");
	long number = must(stage, call(SYS_ioctl, master.number, TERMINAL_OF_MASTER, O_RDWR | O_NOCTTY), "ioctl");
	made(stage, "ioctl", (int)number, "device", "terminal");
}

static void play_seccomp_listener(struct stage *stage)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = 1, .filter = &allow };
	long number = call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	must(stage, number, "seccomp");
	made(stage, "seccomp", (int)number, "other", "listener");
}

static void prepare_watched(struct stage *stage)
{
	int number = fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK, O_RDONLY);
	if (number < 0)
		skip(stage, "fanotify_init: %s", errno_name(errno));
	close(number);
}

static void play_notified(struct stage *stage)
{
	static char buffer[4096] __attribute__((aligned(8)));
	struct fanotify_event_metadata *event = (void *)buffer;
	struct statement s;
	long number = must(stage, call(SYS_fanotify_init, FAN_CLASS_NOTIF | FAN_NONBLOCK, O_RDONLY), "fanotify_init");
	made(stage, "fanotify_init", (int)number, "other", "notifications");
	must(stage, call(SYS_fanotify_mark, number, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, stage->secret), "fanotify_mark");
	struct held held = open_said(stage, stage->secret, O_RDONLY, "it");
	(void)held;
	must(stage, call(SYS_read, number, buffer, sizeof(buffer)), "read");
	struct held given = hold(event->fd, "given");
	saw(&s, stage, "file_open", "read");
	say_held(&s, &given, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

const struct act beside_acts[] = {
	{ "clone-pidfd", NULL, play_clone_pidfd, NULL },
	{ "clone3-pidfd", NULL, play_clone3_pidfd, NULL },
	{ "peer-pidfd", NULL, play_peer_pidfd, NULL },
	{ "namespace-user", NULL, play_namespace_user, NULL },
	{ "pidfd-namespace", NULL, play_pidfd_namespace, NULL },
	{ "terminal-peer", NULL, play_terminal_peer, NULL },
	{ "seccomp-listener", NULL, play_seccomp_listener, NULL },
	{ "fanotify-read", prepare_watched, play_notified, NULL },
	{ 0 },
};
