// SPDX-License-Identifier: Apache-2.0
/* TCP on the loopback device, v4 and v6: connected, refused, accepted, sent and received in every way. */
#define _GNU_SOURCE
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char buffer[256];

/* Listens in the stage process: the actor does only its own half. */
static void serve(struct stage *stage, int family)
{
	union address address;
	socklen_t length = loopback(&address, family);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		skip(stage, "no sockets of that family: %s", errno_name(errno));
	if (bind(fd, &address.any, length) || listen(fd, 8))
		skip(stage, "no loopback device: %s", errno_name(errno));
	length = sizeof(address);
	getsockname(fd, &address.any, &length);
	memcpy(stage->path[0], &address, length);
	stage->number[0] = fd;
	stage->number[1] = (int)length;
}

static void prepare_server(struct stage *stage)
{
	serve(stage, AF_INET);
}

static void prepare_server6(struct stage *stage)
{
	serve(stage, AF_INET6);
}

static void connected_by(struct stage *stage, const char *name, const struct held *held, long result, bool v6)
{
	struct statement s;
	union address remote;
	memcpy(&remote, stage->path[0], sizeof(remote));
	saw(&s, stage, "network_connect", name);
	say_result(&s, result);
	say_held(&s, held, NULL);
	say_socket(&s, v6 ? "inet6" : "inet", "stream");
	say_end(&s, true, &remote, (socklen_t)stage->number[1]);
	say_transport(&s, "tcp", v6 ? "ipv6" : "ipv4");
	told(&s);
}

static void connected(struct stage *stage, const struct held *held, long result, bool v6)
{
	connected_by(stage, "connect", held, result, v6);
}

static struct held connect_said(struct stage *stage, int family)
{
	struct held held = socket_said(stage, family, SOCK_STREAM, "client");
	long result = call(SYS_connect, held.number, stage->path[0], stage->number[1]);
	connected(stage, &held, must(stage, result, "connect"), family == AF_INET6);
	return held;
}

static void play_connect(struct stage *stage)
{
	connect_said(stage, AF_INET);
}

static void play_connect6(struct stage *stage)
{
	connect_said(stage, AF_INET6);
}

/* Taking a port first, as Tcl and rsh do, is not to listen there: nobody can call before listen(2). */
static void play_bind_connect(struct stage *stage)
{
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	union address own;
	socklen_t length = loopback(&own, AF_INET);
	must(stage, call(SYS_bind, held.number, &own, length), "bind");
	long result = call(SYS_connect, held.number, stage->path[0], stage->number[1]);
	connected(stage, &held, must(stage, result, "connect"), false);
}

static void prepare_nobody(struct stage *stage)
{
	prepare_server(stage);
	close(stage->number[0]);
}

static void play_connect_refused(struct stage *stage)
{
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	long result = call(SYS_connect, held.number, stage->path[0], stage->number[1]);
	if (result != -ECONNREFUSED)
		fail(stage, "connect to a closed port gave %ld", result);
	connected(stage, &held, result, false);
}

/* In progress first; the outcome shows in the first successful use. */
static void play_connect_nonblocking(struct stage *stage)
{
	struct statement s;
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, "client");
	long result = call(SYS_connect, held.number, stage->path[0], stage->number[1]);
	if (result != -EINPROGRESS && result != 0)
		must(stage, result, "connect");
	connected(stage, &held, result, false);
	struct pollfd wait = { .fd = held.number, .events = POLLOUT };
	poll(&wait, 1, 2000);
	long bytes = must(stage, call(SYS_sendto, held.number, "now", 3, 0, NULL, 0), "sendto");
	if (result == -EINPROGRESS) {
		/* That it can be sent over says how the connection ended. */
		saw(&s, stage, "network_connect", "sendto");
		say_result(&s, 0);
		say_held(&s, &held, NULL);
		say_link(&s, held.number, true);
		say_transport(&s, "tcp", "ipv4");
		told(&s);
	}
	saw(&s, stage, "network_send", "sendto");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	say_link(&s, held.number, true);
	say_transport(&s, "tcp", "ipv4");
	told(&s);
}

/* In progress, and then refused: the program asks how it ended. */
static void play_connect_error(struct stage *stage)
{
	struct statement s;
	union address remote;
	int error = 0;
	socklen_t length = sizeof(error);
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, "client");
	long result = call(SYS_connect, held.number, stage->path[0], stage->number[1]);
	connected(stage, &held, result, false);
	if (result != -EINPROGRESS)
		return;
	struct pollfd wait = { .fd = held.number, .events = POLLOUT };
	poll(&wait, 1, 2000);
	must(stage, call(SYS_getsockopt, held.number, SOL_SOCKET, SO_ERROR, &error, &length), "getsockopt");
	if (error != ECONNREFUSED)
		fail(stage, "connect to a closed port ended with %d", error);
	memcpy(&remote, stage->path[0], sizeof(remote));
	saw(&s, stage, "network_connect", "getsockopt");
	say_result(&s, -error);
	say_held(&s, &held, NULL);
	say_end(&s, true, &remote, (socklen_t)stage->number[1]);
	say_transport(&s, "tcp", "ipv4");
	told(&s);
}

static void play_listen(struct stage *stage)
{
	union address address;
	socklen_t length = loopback(&address, AF_INET);
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "server");
	listen_said(stage, &held, &address, length);
}

static void play_listen6(struct stage *stage)
{
	union address address;
	socklen_t length = loopback(&address, AF_INET6);
	struct held held = socket_said(stage, AF_INET6, SOCK_STREAM, "server");
	listen_said(stage, &held, &address, length);
}

static void accepted(struct stage *stage, const char *name, long fd, bool v6)
{
	struct statement s;
	must(stage, fd, name);
	struct held held = hold((int)fd, "accepted");
	saw(&s, stage, "network_accept", name);
	say_result(&s, fd);
	say_held(&s, &held, NULL);
	say_socket(&s, v6 ? "inet6" : "inet", "stream");
	say_link(&s, held.number, false);
	say_transport(&s, "tcp", v6 ? "ipv6" : "ipv4");
	told(&s);
}

/* The listening socket is inherited from the stage process, which also connects. */
static void prepare_caller(struct stage *stage)
{
	prepare_server(stage);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)(void *)stage->path[0], (socklen_t)stage->number[1]))
		fail(stage, "connect: %s", errno_name(errno));
	stage->number[2] = fd;
}

static void prepare_caller6(struct stage *stage)
{
	prepare_server6(stage);
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)(void *)stage->path[0], (socklen_t)stage->number[1]))
		fail(stage, "connect: %s", errno_name(errno));
	stage->number[2] = fd;
}

static void play_accept(struct stage *stage)
{
	accepted(stage, "accept", call(SYS_accept, stage->number[0], NULL, NULL), false);
}

static void play_accept4(struct stage *stage)
{
	long fd = call(SYS_accept4, stage->number[0], NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	accepted(stage, "accept4", fd, false);
}

static void play_accept6(struct stage *stage)
{
	accepted(stage, "accept4", call(SYS_accept4, stage->number[0], NULL, NULL, 0), true);
}

/* One socket each, so that nothing is folded: connect, accept, then the call in question. */
static void exchanged(struct stage *stage, const char *name, const struct held *held, long bytes, bool send)
{
	struct statement s;
	must(stage, bytes, name);
	saw(&s, stage, send ? "network_send" : "network_receive", name);
	say_moved(&s, bytes);
	say_held(&s, held, NULL);
	say_socket(&s, "inet", "stream");
	say_link(&s, held->number, send);
	say_transport(&s, "tcp", "ipv4");
	told(&s);
}

static struct iovec pieces[2] = { { buffer, 30 }, { buffer + 30, 40 } };

static void play_tcp_write(struct stage *stage)
{
	struct held held = connect_said(stage, AF_INET);
	exchanged(stage, "write", &held, call(SYS_write, held.number, buffer, 50), true);
}

static void play_tcp_writev(struct stage *stage)
{
	struct held held = connect_said(stage, AF_INET);
	exchanged(stage, "writev", &held, call(SYS_writev, held.number, pieces, 2), true);
}

static void play_tcp_sendto(struct stage *stage)
{
	struct held held = connect_said(stage, AF_INET);
	exchanged(stage, "sendto", &held, call(SYS_sendto, held.number, buffer, 60, MSG_NOSIGNAL, NULL, 0), true);
}

static void play_tcp_sendmsg(struct stage *stage)
{
	struct held held = connect_said(stage, AF_INET);
	struct msghdr message = { .msg_iov = pieces, .msg_iovlen = 2 };
	exchanged(stage, "sendmsg", &held, call(SYS_sendmsg, held.number, &message, 0), true);
}

/* The bytes are the sum of what the messages moved, one event a message or one for all: a sum either way. */
static void play_tcp_sendmmsg(struct stage *stage)
{
	struct statement s;
	struct held held = connect_said(stage, AF_INET);
	struct mmsghdr messages[2] = { { .msg_hdr = { .msg_iov = pieces, .msg_iovlen = 1 } },
				       { .msg_hdr = { .msg_iov = pieces + 1, .msg_iovlen = 1 } } };
	long count = must(stage, call(SYS_sendmmsg, held.number, messages, 2, 0), "sendmmsg");
	if (count != 2)
		fail(stage, "sendmmsg sent %ld messages", count);
	saw(&s, stage, "network_send", "sendmmsg");
	say_result(&s, 0);
	say_number(&s, "detpack.use.bytes", messages[0].msg_len + messages[1].msg_len);
	say_number(&s, "detpack.use.count", 2);
	say_held(&s, &held, NULL);
	say_link(&s, held.number, true);
	told(&s);
}

/* ---- connected by what is sent first ---- */

static bool connects_so(struct stage *stage, const char *name, long result)
{
	if (result == -EOPNOTSUPP)
		skip(stage, "no connection begins with %s here", name);
	return must(stage, result, name) >= 0;
}

static void play_fastopen_sendto(struct stage *stage)
{
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	long bytes = call(SYS_sendto, held.number, buffer, 60, MSG_FASTOPEN, stage->path[0], stage->number[1]);
	if (!connects_so(stage, "sendto", bytes))
		return;
	connected_by(stage, "sendto", &held, 0, false);
	exchanged(stage, "sendto", &held, bytes, true);
}

static void play_fastopen_sendmsg6(struct stage *stage)
{
	struct held held = socket_said(stage, AF_INET6, SOCK_STREAM, "client");
	struct msghdr message = { .msg_iov = pieces,
				  .msg_iovlen = 2,
				  .msg_name = stage->path[0],
				  .msg_namelen = (socklen_t)stage->number[1] };
	struct statement s;
	long bytes = call(SYS_sendmsg, held.number, &message, MSG_FASTOPEN);
	if (!connects_so(stage, "sendmsg", bytes))
		return;
	connected_by(stage, "sendmsg", &held, 0, true);
	saw(&s, stage, "network_send", "sendmsg");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	say_link(&s, held.number, true);
	say_transport(&s, "tcp", "ipv6");
	told(&s);
}

/* The second message finds it connected, which ends the call after the first. */
static void play_fastopen_sendmmsg(struct stage *stage)
{
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	struct mmsghdr messages[2] = { { .msg_hdr = { .msg_iov = pieces, .msg_iovlen = 1 } },
				       { .msg_hdr = { .msg_iov = pieces + 1, .msg_iovlen = 1 } } };
	for (int i = 0; i < 2; i++) {
		messages[i].msg_hdr.msg_name = stage->path[0];
		messages[i].msg_hdr.msg_namelen = (socklen_t)stage->number[1];
	}
	long count = call(SYS_sendmmsg, held.number, messages, 2, MSG_FASTOPEN);
	if (!connects_so(stage, "sendmmsg", count))
		return;
	if (count != 1)
		fail(stage, "sendmmsg sent %ld messages", count);
	connected_by(stage, "sendmmsg", &held, 0, false);
	exchanged(stage, "sendmmsg", &held, messages[0].msg_len, true);
}

static void play_fastopen_refused(struct stage *stage)
{
	struct statement s;
	union address remote;
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	long result = call(SYS_sendto, held.number, buffer, 60, MSG_FASTOPEN, stage->path[0], stage->number[1]);
	if (result == -EOPNOTSUPP)
		skip(stage, "no connection begins with sendto here");
	if (result != -ECONNREFUSED)
		fail(stage, "sendto to a closed port gave %ld", result);
	connected_by(stage, "sendto", &held, result, false);
	memcpy(&remote, stage->path[0], sizeof(remote));
	saw(&s, stage, "network_send", "sendto");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	say_end(&s, true, &remote, (socklen_t)stage->number[1]);
	told(&s);
}

/* In progress first, and nothing is sent but the wish; the outcome shows in the first successful use. */
static void play_fastopen_nonblocking(struct stage *stage)
{
	struct statement s;
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, "client");
	long result = call(SYS_sendto, held.number, buffer, 60, MSG_FASTOPEN, stage->path[0], stage->number[1]);
	if (result != -EINPROGRESS)
		skip(stage, "what is sent first is not waited for here: %ld", result);
	connected_by(stage, "sendto", &held, result, false);
	saw(&s, stage, "network_send", "sendto");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	told(&s);
	struct pollfd wait = { .fd = held.number, .events = POLLOUT };
	poll(&wait, 1, 2000);
	long bytes = must(stage, call(SYS_write, held.number, "now", 3), "write");
	connected_by(stage, "write", &held, 0, false);
	exchanged(stage, "write", &held, bytes, true);
}

static void play_tcp_sendfile(struct stage *stage)
{
	struct statement s;
	struct held file = open_said(stage, stage->secret, O_RDONLY, "secret");
	struct held held = connect_said(stage, AF_INET);
	long bytes = must(stage, call(SYS_sendfile, held.number, file.number, NULL, 411), "sendfile");
	saw(&s, stage, "network_send", "sendfile");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	say_source(&s, &file, stage->secret);
	say_text(&s, "detpack.source.object.class", "credential");
	say_link(&s, held.number, true);
	say_transport(&s, "tcp", "ipv4");
	say_text(&s, "detpack.route", "sendfile");
	told(&s);
}

/* Who asked has gone already, so the answer itself ends the connection. */
static void prepare_gone(struct stage *stage)
{
	prepare_caller(stage);
	close(stage->number[2]);
}

static void play_answer_to_nobody(struct stage *stage)
{
	long fd = call(SYS_accept, stage->number[0], NULL, NULL);
	accepted(stage, "accept", fd, false);
	struct held held = hold((int)fd, "accepted");
	exchanged(stage, "sendto", &held, call(SYS_sendto, held.number, buffer, 60, MSG_NOSIGNAL, NULL, 0), true);
}

static void play_send_refused(struct stage *stage)
{
	struct statement s;
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	long result = call(SYS_sendto, held.number, buffer, 60, MSG_NOSIGNAL, NULL, 0);
	if (result >= 0)
		fail(stage, "a socket without a peer sent");
	saw(&s, stage, "network_send", "sendto");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	told(&s);
}

/* The stage process has connected; it sends before the actor is made. */
static void prepare_sender(struct stage *stage)
{
	prepare_caller(stage);
	if (write(stage->number[2], "a message of thirty-two bytes...", 32) != 32)
		fail(stage, "write: %s", errno_name(errno));
}

static struct held accept_said(struct stage *stage)
{
	long fd = call(SYS_accept, stage->number[0], NULL, NULL);
	accepted(stage, "accept", fd, false);
	struct held held = hold((int)fd, "accepted");
	/* It was opened before that statement ended. */
	held.opened_after = stage->value[7];
	return held;
}

static void received(struct stage *stage, const char *name, long (*take)(int number))
{
	stage->value[7] = boot_time();
	struct held held = accept_said(stage);
	exchanged(stage, name, &held, take(held.number), false);
}

static long take_read(int number)
{
	return call(SYS_read, number, buffer, 200);
}

static long take_readv(int number)
{
	return call(SYS_readv, number, pieces, 2);
}

static long take_recvfrom(int number)
{
	return call(SYS_recvfrom, number, buffer, 200, 0, NULL, NULL);
}

static long take_recvmsg(int number)
{
	struct msghdr message = { .msg_iov = pieces, .msg_iovlen = 2 };
	return call(SYS_recvmsg, number, &message, 0);
}

static void play_tcp_read(struct stage *stage)
{
	received(stage, "read", take_read);
}

static void play_tcp_readv(struct stage *stage)
{
	received(stage, "readv", take_readv);
}

static void play_tcp_recvfrom(struct stage *stage)
{
	received(stage, "recvfrom", take_recvfrom);
}

static void play_tcp_recvmsg(struct stage *stage)
{
	received(stage, "recvmsg", take_recvmsg);
}

static void play_bind_refused(struct stage *stage)
{
	struct statement s;
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "server");
	long result = call(SYS_bind, held.number, stage->path[0], stage->number[1]);
	if (result != -EADDRINUSE)
		fail(stage, "bind to a used port gave %ld", result);
	union address wanted;
	memcpy(&wanted, stage->path[0], sizeof(wanted));
	saw(&s, stage, "network_listen", "bind");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	say_end(&s, true, &wanted, (socklen_t)stage->number[1]);
	told(&s);
	/* The listening that follows takes another port. */
	long listening = must(stage, call(SYS_listen, held.number, 1), "listen");
	saw(&s, stage, "network_listen", "listen");
	say_result(&s, listening);
	say_held(&s, &held, NULL);
	told(&s);
}

const struct act tcp_acts[] = {
	{ "connect", prepare_server, play_connect, NULL },
	{ "connect6", prepare_server6, play_connect6, NULL },
	{ "connect-refused", prepare_nobody, play_connect_refused, NULL },
	{ "connect-nonblocking", prepare_server, play_connect_nonblocking, NULL },
	{ "connect-error", prepare_nobody, play_connect_error, NULL },
	{ "listen", NULL, play_listen, NULL },
	{ "listen6", NULL, play_listen6, NULL },
	{ "bind-refused", prepare_server, play_bind_refused, NULL },
	{ "bind-connect", prepare_server, play_bind_connect, NULL },
	{ "accept", prepare_caller, play_accept, NULL },
	{ "accept4", prepare_caller, play_accept4, NULL },
	{ "accept6", prepare_caller6, play_accept6, NULL },
	{ "tcp-write", prepare_server, play_tcp_write, NULL },
	{ "tcp-writev", prepare_server, play_tcp_writev, NULL },
	{ "tcp-sendto", prepare_server, play_tcp_sendto, NULL },
	{ "tcp-sendmsg", prepare_server, play_tcp_sendmsg, NULL },
	{ "tcp-sendmmsg", prepare_server, play_tcp_sendmmsg, NULL },
	{ "fastopen-sendto", prepare_server, play_fastopen_sendto, NULL },
	{ "fastopen-sendmsg6", prepare_server6, play_fastopen_sendmsg6, NULL },
	{ "fastopen-sendmmsg", prepare_server, play_fastopen_sendmmsg, NULL },
	{ "fastopen-refused", prepare_nobody, play_fastopen_refused, NULL },
	{ "fastopen-nonblocking", prepare_server, play_fastopen_nonblocking, NULL },
	{ "tcp-sendfile", prepare_server, play_tcp_sendfile, NULL },
	{ "tcp-answer-to-nobody", prepare_gone, play_answer_to_nobody, NULL },
	{ "tcp-send-refused", NULL, play_send_refused, NULL },
	{ "tcp-read", prepare_sender, play_tcp_read, NULL },
	{ "tcp-readv", prepare_sender, play_tcp_readv, NULL },
	{ "tcp-recvfrom", prepare_sender, play_tcp_recvfrom, NULL },
	{ "tcp-recvmsg", prepare_sender, play_tcp_recvmsg, NULL },
	{ 0 },
};
