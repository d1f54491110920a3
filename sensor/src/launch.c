/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/account.h"
#include "src/bind.h"
#include "src/complain.h"
#include "src/drop.h"
#include "src/launch.h"
#include "src/request.h"

#define AGAIN_MOST 50
#define AGAIN_AFTER 100000 /* microseconds */
#define ANSWER_WITHIN 10 /* s; none is given while one run of the sensor leaves another what it knows */

static const int forwarded[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT, SIGWINCH };

/* ---- the child: waits for one byte, gives everything up, becomes the command ---- */

static void set_environment(const struct account *account)
{
	setenv("HOME", account->home, 1);
	setenv("USER", account->name, 1);
	setenv("LOGNAME", account->name, 1);
	setenv("SHELL", account->shell[0] ? account->shell : "/bin/sh", 1);
}

static int wait_for_go(int fd)
{
	ssize_t got;
	char go;

	do
		got = read(fd, &go, 1);
	while (got < 0 && errno == EINTR);
	return got == 1 ? 0 : -1;
}

static bool may_run(const char *path)
{
	struct stat found;

	return !stat(path, &found) && S_ISREG(found.st_mode) && !access(path, X_OK);
}

/*
 * As execvp does, but with one exec: those that find nothing would stand among the uses of the task. `path` has room for
 * PATH_MAX bytes.
 */
static const char *find_command(const char *name, char *path)
{
	const char *all = getenv("PATH");

	if (strchr(name, '/'))
		return name;
	for (const char *at = all ? all : "/usr/local/bin:/usr/bin:/bin"; *name && *at;) {
		size_t length = strcspn(at, ":");

		if (snprintf(path, PATH_MAX, "%.*s%s%s", (int)length, at, length ? "/" : "", name) < PATH_MAX &&
		    may_run(path))
			return path;
		at += length + (at[length] == ':');
	}
	return NULL;
}

static _Noreturn void become_command(const struct launch_options *options, const struct account *account, int go,
				     const sigset_t *signals)
{
	static char path[PATH_MAX];
	const char *step = NULL, *command;
	int failed;

	/* Without the byte the launcher is gone or was refused, and has said so. */
	if (wait_for_go(go))
		_exit(LAUNCH_FAILED);
	failed = drop_privileges(account, &step);
	if (failed) {
		complain("nothing was started, since %s cannot be given up: %s", step, strerror(-failed));
		_exit(LAUNCH_FAILED);
	}
	if (account)
		set_environment(account);
	sigprocmask(SIG_SETMASK, signals, NULL);
	failed = close_the_rest();
	if (failed) {
		complain("nothing was started, since descriptors cannot be closed: %s", strerror(-failed));
		_exit(LAUNCH_FAILED);
	}
	command = find_command(options->command[0], path);
	if (!command) {
		complain("%s is not in PATH, or is no program", options->command[0]);
		_exit(LAUNCH_NOT_FOUND);
	}
	execv(command, options->command);
	complain("%s cannot be started: %s", options->command[0], strerror(errno));
	_exit(errno == ENOENT ? LAUNCH_NOT_FOUND : LAUNCH_NOT_STARTED);
}

/* ---- the launcher ---- */

/* Who listens must be root: otherwise anyone who can make the socket could say that a label is set. */
static int reach_sensor(const char *path, char *problem, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval wait = { .tv_sec = ANSWER_WITHIN };
	struct ucred peer;
	socklen_t length = sizeof(peer);
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		snprintf(problem, size, "%s: the path of a socket has at most 107 bytes", path);
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		if (errno == EACCES)
			snprintf(problem, size, "%s: you may not ask; root and members of the group %s may", path, CONTROL_GROUP);
		else if (errno == ENOENT || errno == ECONNREFUSED)
			snprintf(problem, size, "%s: no sensor listens here; is one running with --tasks and --control?", path);
		else
			snprintf(problem, size, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) || peer.uid != 0) {
		snprintf(problem, size, "%s: who listens here is not root, so it is no sensor", path);
		close(fd);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	return fd;
}

static bool send_request(int fd, const char *bytes, size_t length, int pidfd, const struct request *request)
{
	int fds[1 + BINDINGS_MOST] = { pidfd };
	size_t count = 1;
	union {
		char bytes[CMSG_SPACE(sizeof(fds))];
		struct cmsghdr align;
	} aside = {};
	struct iovec part = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &aside, .msg_controllen = sizeof(aside) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	for (size_t i = 0; i < request->asked_count; i++)
		if (request->asked[i].fd >= 0)
			fds[count++] = request->asked[i].fd;
	message.msg_controllen = CMSG_SPACE(count * sizeof(int));
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(head), fds, count * sizeof(int));
	return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)length;
}

/* The sensor wants to see that the child waits; a child that was just made may not do so yet. */
static void let_it_wait(pid_t child)
{
	char path[64], line[512];

	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	for (int i = 0; i < 1000; i++) {
		FILE *file = fopen(path, "re");
		const char *end = file && fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
		bool waits = end && end[1] == ' ' && end[2] == 'S';

		if (file)
			fclose(file);
		if (waits)
			return;
		usleep(1000);
	}
}

/* Another run of the sensor is about to listen there, and the one that did may be gone already. */
static bool changes_hands(const char *path)
{
	char next[sizeof(((struct sockaddr_un *)0)->sun_path) + sizeof(CONTROL_NEXT)];

	return snprintf(next, sizeof(next), "%s" CONTROL_NEXT, path) < (int)sizeof(next) && !access(next, F_OK);
}

/*
 * Length of the answer; 0 or less: there was none. A run of the sensor that gives its place to another one hangs up on who
 * asks, and the other one listens a moment later: nothing was given then, so it is asked again.
 */
static ssize_t exchange(const char *path, const struct request *request, const char *bytes, size_t length, pid_t child, char *got,
			char *problem, size_t size)
{
	int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	ssize_t answered = -1;

	for (int i = 0; pidfd >= 0 && i < AGAIN_MOST && answered <= 0; i++) {
		/* Looked at first: the other one takes that name away as it begins to listen. */
		bool again = i > 0 || changes_hands(path);
		int fd = reach_sensor(path, problem, size), failed = 0;

		if (fd < 0 && !again)
			break;
		if (fd >= 0) {
			answered = send_request(fd, bytes, length, pidfd, request) ? recv(fd, got, ANSWER_MOST, 0) : -1;
			failed = answered < 0 ? errno : 0;
			close(fd);
		}
		if (failed && failed != ECONNRESET && failed != EPIPE)
			break;
		if (answered <= 0)
			usleep(AGAIN_AFTER);
	}
	if (pidfd >= 0)
		close(pidfd);
	return answered;
}

/* True when the sensor has set the label; else it was said why not. */
static bool ask(const struct launch_options *options, pid_t child)
{
	const char *path = options->control ? options->control : CONTROL_PATH;
	struct request request = {};
	char bytes[REQUEST_MOST], got[ANSWER_MOST], text[ANSWER_MOST], problem[256] = "";
	size_t length = 0;
	ssize_t answered;

	for (size_t i = 0; i < options->binding_count; i++)
		if (!bind_ask(&request, options->bindings[i], problem, sizeof(problem))) {
			complain("nothing was started: %s", problem);
			return false;
		}
	if (strlen(options->task) < sizeof(request.task) &&
	    (!options->agent || strlen(options->agent) < sizeof(request.agent))) {
		snprintf(request.task, sizeof(request.task), "%s", options->task);
		snprintf(request.agent, sizeof(request.agent), "%s", options->agent ? options->agent : "");
		length = request_write(&request, bytes);
	}
	if (!length) {
		complain("nothing was started: the name of a task has 1 to 64 characters, that of an agent at most 128, and a binding no control characters");
		return false;
	}
	let_it_wait(child);
	answered = exchange(path, &request, bytes, length, child, got, problem, sizeof(problem));
	bind_close(&request);
	if (answered <= 0 && *problem) {
		complain("nothing was started: %s", problem);
		return false;
	}
	if (answered <= 0) {
		complain("nothing was started: the sensor did not answer within %d s", ANSWER_WITHIN);
		return false;
	}
	if (!answer_parse(got, (size_t)answered, text)) {
		complain("nothing was started: the sensor refused the task %s: %s", options->task, text);
		return false;
	}
	return true;
}

/* Until the child ends. What the terminal sends reaches it without us. */
static int wait_for(pid_t child, const sigset_t *signals)
{
	for (;;) {
		siginfo_t info;
		int status;
		int number = sigwaitinfo(signals, &info);

		if (number == SIGCHLD) {
			if (waitpid(child, &status, WNOHANG) != child)
				continue;
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		}
		if (number > 0 && info.si_code <= 0)
			kill(child, number);
	}
}

static const char *choose_account(const struct launch_options *options, struct account *account,
				  const struct account **chosen)
{
	*chosen = NULL;
	if (options->user) {
		if (!account_find(options->user, account))
			return "--user: there is no such user in /etc/passwd";
		if (geteuid() != 0 && account->uid != getuid())
			return "--user: only root may start a command as another user";
		if (geteuid() == 0)
			*chosen = account;
	}
	if ((options->user ? account->uid : getuid()) == 0 && !options->allow_root)
		return "a command with a task does not run as root; name another user with --user, or give --allow-root";
	return NULL;
}

int launch(const struct launch_options *options)
{
	static struct account account;
	const struct account *chosen;
	const char *wrong = choose_account(options, &account, &chosen);
	const char *step = NULL;
	sigset_t signals, before;
	int go[2], status, failed;
	pid_t child;
	bool granted;

	if (wrong) {
		complain("nothing was started: %s", wrong);
		return LAUNCH_FAILED;
	}
	failed = drop_for_children(&step);
	if (failed) {
		complain("nothing was started, since %s cannot be given up: %s", step, strerror(-failed));
		return LAUNCH_FAILED;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++)
		sigaddset(&signals, forwarded[i]);
	/* Were it ignored, as some parents leave it, the child's status would be lost. */
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &signals, &before);
	if (pipe2(go, O_CLOEXEC) || (child = fork()) < 0) {
		complain("nothing was started: %s", strerror(errno));
		return LAUNCH_FAILED;
	}
	if (child == 0) {
		close(go[1]);
		become_command(options, chosen, go[0], &before);
	}
	close(go[0]);
	granted = ask(options, child);
	/* The child reads one byte or the end of the pipe. */
	if (granted && write(go[1], "", 1) != 1) {
		complain("nothing was started: %s", strerror(errno));
		granted = false;
	}
	close(go[1]);
	status = wait_for(child, &signals);
	return granted ? status : LAUNCH_FAILED;
}
