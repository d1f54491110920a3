/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket from end to end, with labels in memory instead of the kernel; this process is sensor and launcher. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/control.h"
#include "src/label.h"
#include "src/request.h"
#include "src/target.h"
#include "src/task.h"
#include "test/unit/unit.h"

#define D "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static char folder[] = "/tmp/unit-control-XXXXXX", path[64];
static struct tasks *tasks;
static struct labels *labels;
static struct control *control;

/* ---- labels as the kernel would keep them ---- */

static struct {
	uint32_t own;	 /* of this process */
	uint32_t target; /* of the process that was asked for last */
	unsigned int writes;
	int fails; /* what a write gives */
	bool forgets; /* a write that says it worked and did not */
} kernel;

static int read_label(void *context, int pidfd, uint32_t pid, uint32_t *label)
{
	check(context == &kernel && pidfd >= 0);
	*label = pid == (uint32_t)getpid() ? kernel.own : kernel.target;
	return *label ? 0 : -ENOENT;
}

static int write_label(void *context, int pidfd, uint32_t pid, uint32_t from, uint32_t to)
{
	check(context == &kernel && pidfd_number(pidfd) == pid);
	kernel.writes++;
	if (kernel.fails)
		return kernel.fails;
	if (kernel.target != from)
		return -EPERM;
	if (!kernel.forgets)
		kernel.target = to;
	return 0;
}

/* ---- a launcher ---- */

struct child {
	pid_t pid;
	int go, pidfd;
};

static struct child waiting_child(void)
{
	int pipe[2];
	struct child child;

	check(pipe2(pipe, O_CLOEXEC) == 0);
	child.pid = fork();
	if (child.pid == 0) {
		char byte;

		close(pipe[1]);
		_exit(read(pipe[0], &byte, 1) == 1 ? 0 : 1);
	}
	close(pipe[0]);
	child.go = pipe[1];
	child.pidfd = (int)syscall(SYS_pidfd_open, child.pid, 0);
	usleep(20000); /* until it waits */
	return child;
}

static void end(const struct child *child)
{
	close(child->go);
	close(child->pidfd);
	waitpid(child->pid, NULL, 0);
}

static int reach(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, sizeof(path));
	check(connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

static void tell(int fd, const char *bytes, size_t length, const int *fds, size_t count)
{
	char aside[CMSG_SPACE(8 * sizeof(int))] __attribute__((aligned(8))) = {};
	struct iovec part = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (count) {
		struct cmsghdr *head;

		message.msg_control = aside;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(head), fds, count * sizeof(int));
	}
	check(sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)length);
}

static void hear(int fd, char answer[ANSWER_MOST])
{
	ssize_t got;

	control_serve(control);
	got = recv(fd, answer, ANSWER_MOST - 1, MSG_DONTWAIT);
	answer[got < 0 ? 0 : got] = '\0';
	close(fd);
}

static void ask(const char *task, const char *agent, int pidfd, char answer[ANSWER_MOST])
{
	char bytes[REQUEST_MOST];
	int fd = reach();

	snprintf(bytes, sizeof(bytes), "detpack-launch\t1\t%s\t%s", task, agent);
	tell(fd, bytes, strlen(bytes), &pidfd, 1);
	hear(fd, answer);
}

#define REFUSED(answer, why) check_text(answer, strlen(answer), "refused\t" why)

static void begin(void)
{
	memset(&kernel, 0, sizeof(kernel));
}

static bool is_started(const char *answer)
{
	return !strncmp(answer, "started\t", 8) && strlen(answer) == 8 + 32;
}

/* ---- the cases ---- */

static void a_waiting_child_gets_the_label(void)
{
	struct child child = waiting_child();
	char answer[ANSWER_MOST];
	const struct task_run *run;

	begin();
	ask("summarize", "-", child.pidfd, answer);
	check(is_started(answer) && kernel.writes == 1);
	run = labels_find(labels, kernel.target);
	check(run && !strcmp(run->run, answer + 8) && run->launcher.pid == (uint32_t)getpid() && run->uid == geteuid());
	check(run && !strcmp(run->task, "summarize") && !strcmp(run->digest, D));
	/* once only */
	ask("summarize", "-", child.pidfd, answer);
	REFUSED(answer, "the process has a label already");
	check(kernel.writes == 1);
	end(&child);
}

static void only_a_waiting_child_of_its_own_does(void)
{
	struct child child = waiting_child(), busy;
	char answer[ANSWER_MOST], byte = 0;
	int own, parent, fds[2];

	begin();
	own = (int)syscall(SYS_pidfd_open, getpid(), 0);
	ask("summarize", "-", own, answer);
	REFUSED(answer, "the process is not the launcher's own child");
	close(own);
	parent = (int)syscall(SYS_pidfd_open, getppid(), 0);
	ask("summarize", "-", parent, answer);
	REFUSED(answer, "the process is not the launcher's own child");
	close(parent);
	ask("summarize", "-", child.go, answer);
	REFUSED(answer, "the descriptor is no pidfd of a process that runs here");
	fds[0] = fds[1] = child.pidfd;
	own = reach();
	tell(own, "detpack-launch\t1\tsummarize\t-", 28, fds, 2);
	hear(own, answer);
	REFUSED(answer, "this is no request that this sensor understands");
	own = reach();
	tell(own, "detpack-launch\t1\tsummarize\t-", 28, NULL, 0);
	hear(own, answer);
	REFUSED(answer, "this is no request that this sensor understands");
	busy.pid = fork();
	if (busy.pid == 0)
		for (;;)
			;
	busy.pidfd = (int)syscall(SYS_pidfd_open, busy.pid, 0);
	ask("summarize", "-", busy.pidfd, answer);
	REFUSED(answer, "the process does not wait");
	kill(busy.pid, SIGKILL);
	waitpid(busy.pid, NULL, 0);
	ask("summarize", "-", busy.pidfd, answer);
	check(!strncmp(answer, "refused\t", 8));
	close(busy.pidfd);
	check(write(child.go, &byte, 1) == 1);
	end(&child);
	check(kernel.writes == 0);
}

static void only_declared_tasks_and_their_agents(void)
{
	struct child child = waiting_child();
	char answer[ANSWER_MOST];

	begin();
	ask("other", "-", child.pidfd, answer);
	REFUSED(answer, "no such task is declared");
	ask("mail", "someone-else", child.pidfd, answer);
	REFUSED(answer, "the task is declared for another agent");
	check(kernel.writes == 0);
	ask("mail", "-", child.pidfd, answer);
	check(is_started(answer));
	check(!strcmp(labels_find(labels, kernel.target)->agent, "mail-agent"));
	end(&child);
}

static void a_launcher_with_a_task_may_start_parts_of_it(void)
{
	struct child child = waiting_child();
	char answer[ANSWER_MOST];
	uint32_t whole;

	begin();
	ask("summarize", "-", child.pidfd, answer);
	check(is_started(answer));
	whole = kernel.target;
	/* this process now has that task itself, and its child was born with it */
	kernel.own = whole;
	ask("mail", "-", child.pidfd, answer);
	REFUSED(answer, "the launcher has a task itself, of which this is no subtask");
	ask("summarize", "-", child.pidfd, answer);
	REFUSED(answer, "the launcher has a task itself, of which this is no subtask");
	ask("read", "-", child.pidfd, answer);
	check(is_started(answer) && kernel.target != whole);
	/* a child without it is not its own kind */
	kernel.target = 0;
	ask("read", "-", child.pidfd, answer);
	REFUSED(answer, "the process has a label already");
	/* a label that no sensor gave in this life */
	kernel.own = kernel.target = 4000;
	ask("read", "-", child.pidfd, answer);
	REFUSED(answer, "the launcher has a task itself, of which this is no subtask");
	end(&child);
}

static void the_answer_says_what_the_kernel_says(void)
{
	struct child child = waiting_child();
	char answer[ANSWER_MOST];

	begin();
	kernel.forgets = true;
	ask("summarize", "-", child.pidfd, answer);
	REFUSED(answer, "the kernel did not take the label");
	kernel.forgets = false;
	kernel.fails = -ENOMEM;
	ask("summarize", "-", child.pidfd, answer);
	REFUSED(answer, "the kernel did not take the label");
	kernel.fails = -EPERM;
	ask("summarize", "-", child.pidfd, answer);
	REFUSED(answer, "the process has a label already");
	check(kernel.target == 0);
	end(&child);
}

/* A child that has the launcher's socket asks: it is not who connected. */
static void a_socket_that_was_handed_on_is_worth_nothing(void)
{
	struct child child = waiting_child();
	char answer[ANSWER_MOST];
	int fd = reach();
	pid_t other;

	begin();
	other = fork();
	if (other == 0) {
		tell(fd, "detpack-launch\t1\tsummarize\t-", 28, &child.pidfd, 1);
		_exit(0);
	}
	waitpid(other, NULL, 0);
	hear(fd, answer);
	REFUSED(answer, "who asks is not who connected");
	check(kernel.writes == 0);
	end(&child);
}

static void users_need_to_be_named(void)
{
	struct child child;
	char answer[ANSWER_MOST] = "";
	int result[2];

	if (geteuid()) {
		unit_skip("needs root");
		return;
	}
	begin();
	check(chmod(folder, 0755) == 0 && chmod(path, 0666) == 0 && pipe(result) == 0);
	/* Another user asks for a child of its own: once for a task that names it and once for one that does not. */
	for (int named = 0; named < 2; named++) {
		pid_t other = fork();

		if (other == 0) {
			char bytes[REQUEST_MOST];
			int fd;

			check(setresgid(1234, 1234, 1234) == 0 && setresuid(1234, 1234, 1234) == 0);
			child = waiting_child();
			fd = reach();
			snprintf(bytes, sizeof(bytes), "detpack-launch\t1\t%s\t-", named ? "mail" : "summarize");
			tell(fd, bytes, strlen(bytes), &child.pidfd, 1);
			_exit(write(result[1], answer, (size_t)recv(fd, answer, sizeof(answer), 0)) < 0);
		}
		for (int i = 0; i < 100 && poll(&(struct pollfd){ .fd = result[0], .events = POLLIN }, 1, 10) == 0; i++)
			control_serve(control);
		answer[read(result[0], answer, sizeof(answer) - 1)] = '\0';
		if (named)
			check(is_started(answer));
		else
			REFUSED(answer, "this user may not start this task");
		waitpid(other, NULL, 0);
	}
	check(kernel.writes == 1);
	close(result[0]);
	close(result[1]);
	check(chmod(path, 0600) == 0);
}

static void requests_are_bounded(void)
{
	char answer[ANSWER_MOST];
	int busy = 0, fds[64];

	usleep(2100000); /* until the others are forgotten and there is room for a burst */
	for (int i = 0; i < 64; i++) {
		fds[i] = reach();
		control_serve(control);
	}
	for (int i = 0; i < 64; i++) {
		ssize_t got = recv(fds[i], answer, sizeof(answer), MSG_DONTWAIT);

		busy += got > 8 && !memcmp(answer, "refused\t", 8);
	}
	check(busy == 64 - 16); /* so many may wait at once */
	usleep(2100000);
	control_serve(control); /* those who say nothing are let go */
	for (int i = 0; i < 64; i++) {
		check(recv(fds[i], answer, sizeof(answer), MSG_DONTWAIT) == 0);
		close(fds[i]);
	}
}

static void there_is_one_sensor_at_a_socket(void)
{
	const struct control_options options = { .path = path, .tasks = tasks, .labels = labels,
						 .kernel = { read_label, write_label, &kernel } };
	struct control_options other = options;
	char problem[300] = "", elsewhere[100];
	struct stat found;
	struct control *second;
	int fd;

	check(!control_open(&options, problem, sizeof(problem)) && strstr(problem, "another sensor"));
	check(stat(path, &found) == 0 && (found.st_mode & 0007) == 0);
	/* one that is left from a sensor that was killed is taken over */
	snprintf(elsewhere, sizeof(elsewhere), "%s/left", folder);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	{
		struct sockaddr_un address = { .sun_family = AF_UNIX };

		snprintf(address.sun_path, sizeof(address.sun_path), "%s", elsewhere);
		check(bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0);
	}
	close(fd);
	other.path = elsewhere;
	second = control_open(&other, problem, sizeof(problem));
	check(second != NULL);
	control_close(second);
	check(stat(elsewhere, &found) && errno == ENOENT);
	/* a file is not */
	fd = open(elsewhere, O_CREAT | O_WRONLY, 0600);
	close(fd);
	check(!control_open(&other, problem, sizeof(problem)));
	check(unlink(elsewhere) == 0);
	/* nor a folder where anyone could listen */
	check(chmod(folder, 0777) == 0);
	check(!control_open(&other, problem, sizeof(problem)) && strstr(problem, "only root"));
	check(chmod(folder, 0755) == 0);
	other.path = "relative";
	check(!control_open(&other, problem, sizeof(problem)));
}

static const struct process_status fine = { .tgid = 7, .pid = 7, .parent = 5, .threads = 1, .state = 'S',
					    .uids = { 9, 9, 9, 9 } };

static void a_target_that_does_anything_else_is_refused(void)
{
	struct process_status status = fine;

	check(!target_doubt(&status, 5, 9));
	check(target_doubt(&status, 6, 9) && target_doubt(&status, 5, 0));
	for (size_t i = 0; i < 4; i++) {
		status = fine;
		status.uids[i] = 0; /* a set-id program is not the launcher's */
		check(target_doubt(&status, 5, 9));
	}
	status = fine;
	status.threads = 2;
	check(target_doubt(&status, 5, 9));
	status = fine;
	status.tracer = 1;
	check(target_doubt(&status, 5, 9));
	status = fine;
	status.tgid = 8;
	check(target_doubt(&status, 5, 9));
	for (const char *state = "RDTtZX"; *state; state++) {
		status = fine;
		status.state = *state;
		check(target_doubt(&status, 5, 9));
	}
}

static void a_status_is_read_line_by_line(void)
{
	/* A process names itself; no name makes a line, since the kernel escapes its line ends. */
	static const char text[] = "Name:\tUid: 0 0 0 0\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t7\nNgid:\t0\nPid:\t7\n"
				   "PPid:\t5\nTracerPid:\t0\nUid:\t9\t9\t9\t9\nGid:\t1\t1\t1\t1\nThreads:\t1\n";
	struct process_status status;

	check(process_status_parse(text, sizeof(text) - 1, &status));
	check(!memcmp(&status, &fine, sizeof(fine)));
	for (size_t length = 0; length < sizeof(text) - 3; length++)
		check(!process_status_parse(text, length, &status));
	check(!process_status_parse("", 0, &status));
}

int main(void)
{
	static const char table[] = "detpack-tasks\t1\ntask\tsummarize\t" D "\t-\ntask\tread\t" D "\t-\n"
				    "task\tmail\t" D "\tmail-agent\nsubtask\tread\tsummarize\nlauncher\tmail\t1234\n";
	char problem[300] = "";
	struct control_options options = { .path = path, .kernel = { read_label, write_label, &kernel } };
	int result;

	if (!mkdtemp(folder))
		return 1;
	chmod(folder, 0700);
	snprintf(path, sizeof(path), "%s/control.sock", folder);
	options.tasks = tasks = tasks_parse(table, sizeof(table) - 1, problem, sizeof(problem));
	options.labels = labels = labels_new(NULL, NULL, NULL);
	control = control_open(&options, problem, sizeof(problem));
	if (!control || geteuid()) {
		/* Only root may ask for tasks that name nobody. */
		fprintf(stderr, "SKIP control: needs root%s%s\n", *problem ? ": " : "", problem);
		control_close(control);
		labels_free(labels);
		tasks_free(tasks);
		rmdir(folder);
		return unit_run((const struct unit_case[]){ CASE(a_target_that_does_anything_else_is_refused),
							    CASE(a_status_is_read_line_by_line), {} });
	}
	result = unit_run((const struct unit_case[]){
		CASE(a_waiting_child_gets_the_label), CASE(only_a_waiting_child_of_its_own_does),
		CASE(only_declared_tasks_and_their_agents), CASE(a_launcher_with_a_task_may_start_parts_of_it),
		CASE(the_answer_says_what_the_kernel_says), CASE(a_socket_that_was_handed_on_is_worth_nothing),
		CASE(users_need_to_be_named), CASE(requests_are_bounded), CASE(there_is_one_sensor_at_a_socket),
		CASE(a_target_that_does_anything_else_is_refused), CASE(a_status_is_read_line_by_line), {} });
	control_close(control);
	labels_free(labels);
	tasks_free(tasks);
	rmdir(folder);
	return result;
}
