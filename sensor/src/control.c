/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "src/complain.h"
#include "src/control.h"
#include "src/grant.h"
#include "src/label.h"
#include "src/request.h"

#define CONNECTIONS 16
#define WAIT_MS 2000 /* for the request of one that connected */
#define RATE 20	     /* requests a second ... */
#define BURST 40     /* ... and so many at once */
#define TURN 32	     /* connections taken in one call */

struct connection {
	int fd; /* -1: free */
	uint64_t since; /* ms */
};

struct control {
	struct control_options options;
	struct sockaddr_un address;
	int listener, waiter;
	struct connection connections[CONNECTIONS];
	uint64_t tokens, filled; /* thousandths of a request; ms */
	uint64_t granted, refused, complained;
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- the socket ---- */

static bool folder_is_roots(const char *path, char *problem, size_t size)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct stat found;
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (!slash || slash == folder) {
		snprintf(problem, size, "%s: the control socket needs a folder of its own, such as %s", path, CONTROL_PATH);
		return false;
	}
	*slash = '\0';
	/* Launchers have to pass through it, whatever the umask says. */
	if ((mkdir(folder, 0755) || chmod(folder, 0755)) && errno != EEXIST) {
		snprintf(problem, size, "%s cannot be made: %s", folder, strerror(errno));
		return false;
	}
	if (lstat(folder, &found) || !S_ISDIR(found.st_mode) || found.st_uid != geteuid() ||
	    (found.st_mode & (S_IWGRP | S_IWOTH))) {
		snprintf(problem, size, "%s is not a folder that only root may change, so anyone could listen there", folder);
		return false;
	}
	return true;
}

/* A socket that nobody listens on any more is left from a sensor that was killed. */
static bool clear_place(const struct sockaddr_un *address, char *problem, size_t size)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat found;
	int failed;

	if (fd < 0)
		return true;
	failed = connect(fd, (const struct sockaddr *)address, sizeof(*address)) ? errno : 0;
	close(fd);
	if (failed == ECONNREFUSED && !lstat(address->sun_path, &found) && S_ISSOCK(found.st_mode))
		failed = unlink(address->sun_path) ? errno : ENOENT;
	if (failed == ENOENT)
		return true;
	snprintf(problem, size, "%s: %s", address->sun_path,
		 failed == 0 || failed == EAGAIN ? "another sensor listens here" : strerror(failed));
	return false;
}

/* The number of the group of launchers; -1: there is none. Read as a file: a static program has no name services. */
static gid_t launchers_group(void)
{
	FILE *file = fopen("/etc/group", "re");
	gid_t gid = (gid_t)-1;
	struct group *group;

	while (file && gid == (gid_t)-1 && (group = fgetgrent(file)))
		if (!strcmp(group->gr_name, CONTROL_GROUP))
			gid = group->gr_gid;
	if (file)
		fclose(file);
	return gid;
}

static int listen_at(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, failed;
	gid_t group = launchers_group();
	mode_t before;

	if (fd < 0)
		return -errno;
	/* Nobody may connect before it is known who may. */
	before = umask(0177);
	failed = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	umask(before);
	if (!failed && group != (gid_t)-1)
		failed = chown(address->sun_path, (uid_t)-1, group) || chmod(address->sun_path, 0660);
	if (!failed)
		failed = setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) || listen(fd, CONNECTIONS);
	if (failed) {
		failed = -errno;
		close(fd);
		return failed;
	}
	return fd;
}

static bool wait_for(int waiter, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(waiter, EPOLL_CTL_ADD, fd, &event) == 0;
}

struct control *control_open(const struct control_options *options, char *problem, size_t size)
{
	struct control *control = calloc(1, sizeof(*control));

	if (!control) {
		snprintf(problem, size, "no memory");
		return NULL;
	}
	control->options = *options;
	control->listener = control->waiter = -1;
	for (size_t i = 0; i < CONNECTIONS; i++)
		control->connections[i].fd = -1;
	control->tokens = BURST * 1000;
	control->filled = now_ms();
	control->address.sun_family = AF_UNIX;
	if (strlen(options->path) + strlen(CONTROL_NEXT) >= sizeof(control->address.sun_path)) {
		snprintf(problem, size, "%s: the path of a socket has at most %zu bytes", options->path,
			 sizeof(control->address.sun_path) - sizeof(CONTROL_NEXT));
		free(control);
		return NULL;
	}
	snprintf(control->address.sun_path, sizeof(control->address.sun_path), "%s%s", options->path,
		 options->later ? CONTROL_NEXT : "");
	if (!folder_is_roots(options->path, problem, size) || !clear_place(&control->address, problem, size)) {
		free(control);
		return NULL;
	}
	control->listener = listen_at(&control->address);
	control->waiter = control->listener < 0 ? -1 : epoll_create1(EPOLL_CLOEXEC);
	if (control->waiter < 0 || !wait_for(control->waiter, control->listener)) {
		snprintf(problem, size, "%s: %s", options->path,
			 strerror(control->listener < 0 ? -control->listener : errno));
		control_close(control);
		return NULL;
	}
	return control;
}

int control_begin(struct control *control)
{
	if (!control->options.later)
		return 0;
	if (rename(control->address.sun_path, control->options.path))
		return -errno;
	memcpy(control->address.sun_path, control->options.path, strlen(control->options.path) + 1);
	control->options.later = false;
	return 0;
}

int control_fd(const struct control *control)
{
	return control->waiter;
}

void control_count(const struct control *control, uint64_t *granted, uint64_t *refused)
{
	*granted = control->granted;
	*refused = control->refused;
}

static void hang_up(struct connection *connection)
{
	close(connection->fd);
	connection->fd = -1;
}

void control_close(struct control *control)
{
	if (!control)
		return;
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (control->connections[i].fd >= 0)
			hang_up(&control->connections[i]);
	if (control->waiter >= 0)
		close(control->waiter);
	if (control->listener >= 0) {
		unlink(control->address.sun_path);
		close(control->listener);
	}
	free(control);
}

/* ---- one request ---- */

/* True when one more may be looked at now. */
static bool within_rate(struct control *control, uint64_t now)
{
	control->tokens += (now - control->filled) * RATE;
	if (control->tokens > BURST * 1000)
		control->tokens = BURST * 1000;
	control->filled = now;
	if (control->tokens < 1000)
		return false;
	control->tokens -= 1000;
	return true;
}

struct packet {
	char bytes[REQUEST_MOST + 1];
	size_t length;
	struct ucred sender; /* pid 0: not told */
	int fds[1 + BINDINGS_MOST];
	size_t fd_count;
	bool cut;
};

/* 0: nothing came yet; 1: a packet; -1: it hung up. */
static int receive(int fd, struct packet *packet)
{
	union {
		char bytes[CMSG_SPACE(sizeof(packet->fds)) + CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} aside;
	struct iovec part = { .iov_base = packet->bytes, .iov_len = sizeof(packet->bytes) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &aside,
				  .msg_controllen = sizeof(aside) };
	ssize_t got;

	memset(packet, 0, sizeof(*packet));
	got = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	packet->length = (size_t)got;
	packet->cut = message.msg_flags & (MSG_TRUNC | MSG_CTRUNC);
	for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each)) {
		size_t length = each->cmsg_len - CMSG_LEN(0);

		if (each->cmsg_level != SOL_SOCKET)
			continue;
		if (each->cmsg_type == SCM_CREDENTIALS && length == sizeof(packet->sender))
			memcpy(&packet->sender, CMSG_DATA(each), length);
		if (each->cmsg_type == SCM_RIGHTS && length <= sizeof(packet->fds)) {
			memcpy(packet->fds, CMSG_DATA(each), length);
			packet->fd_count = length / sizeof(int);
		}
	}
	return got == 0 && !packet->fd_count ? -1 : 1;
}

/* Who connected and who sends must be one process and one user: a socket that was handed on is worth nothing. */
static const char *identify(int fd, const struct packet *packet, struct launcher *launcher)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) || peer.pid <= 0 || packet->sender.pid != peer.pid)
		return "who asks is not who connected";
	if (packet->sender.uid != peer.uid)
		return "who asks has changed its user since it connected";
	launcher->pid = (uint32_t)peer.pid;
	launcher->uid = peer.uid;
	launcher->pidfd = (int)syscall(SYS_pidfd_open, peer.pid, 0);
	return launcher->pidfd < 0 ? "the launcher is gone" : NULL;
}

static void complain_of(struct control *control, const struct launcher *launcher, const struct request *request,
			const char *why)
{
	control->refused++;
	/* Whoever may connect may not fill the log. */
	if (now_ms() - control->complained < 1000 && control->complained)
		return;
	control->complained = now_ms();
	complain("refused the task %s to process %u of user %u: %s", request->task[0] ? request->task : "(none)",
		 launcher->pid, launcher->uid, why);
}

static void answer(struct control *control, int fd, const struct packet *packet)
{
	struct launcher launcher = { .pidfd = -1 };
	struct request request = {};
	const struct task_run *run = NULL;
	const char *why = identify(fd, packet, &launcher);
	char text[ANSWER_MOST];
	int length;

	if (!why && (packet->cut || !packet->fd_count || !request_parse(packet->bytes, packet->length, &request) ||
		     !request_take_fds(&request, packet->fds + 1, packet->fd_count - 1)))
		why = "this is no request that this sensor understands";
	if (!why)
		why = grant(&control->options, &launcher, &request, packet->fds[0], &run);
	if (why)
		length = snprintf(text, sizeof(text), "refused\t%s", why);
	else
		length = snprintf(text, sizeof(text), "started\t%s", run->run);
	if (why)
		complain_of(control, &launcher, &request, why);
	else
		control->granted++;
	/* One packet fits, or the launcher has gone. */
	send(fd, text, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (launcher.pidfd >= 0)
		close(launcher.pidfd);
}

static void serve_one(struct control *control, struct connection *connection, uint64_t now)
{
	struct packet packet;
	int got = receive(connection->fd, &packet);

	if (got == 1)
		answer(control, connection->fd, &packet);
	for (size_t i = 0; i < packet.fd_count; i++)
		close(packet.fds[i]);
	if (got != 0 || now - connection->since > WAIT_MS)
		hang_up(connection);
}

static void take_connection(struct control *control, int fd, uint64_t now)
{
	static const char busy[] = "refused\ttoo many requests; try again in a second";

	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct connection *connection = &control->connections[i];

		if (connection->fd >= 0)
			continue;
		if (!within_rate(control, now) || !wait_for(control->waiter, fd))
			break;
		connection->fd = fd;
		connection->since = now;
		return;
	}
	control->refused++;
	send(fd, busy, sizeof(busy) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

void control_serve(struct control *control)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < TURN; i++) {
		int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0)
			break;
		take_connection(control, fd, now);
	}
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (control->connections[i].fd >= 0)
			serve_one(control, &control->connections[i], now);
}
