// SPDX-License-Identifier: Apache-2.0
/* UNIX sockets: stream, datagram, seqpacket, by path and by abstract name. */
#define _GNU_SOURCE
#include "endpoint.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char buffer[256];

static void keep(struct stage *stage, const union address *address, socklen_t length)
{
	memcpy(stage->path[0], address, sizeof(*address));
	stage->number[1] = (int)length;
}

static void serve(struct stage *stage, int type, bool abstract)
{
	union address address;
	socklen_t length = unix_name(stage, &address, abstract, "server");
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, &address.any, length) || (type != SOCK_DGRAM && listen(fd, 8)))
		fail(stage, "cannot serve: %s", errno_name(errno));
	length = sizeof(address);
	getsockname(fd, &address.any, &length);
	keep(stage, &address, length);
	stage->number[0] = fd;
}

static void prepare_stream(struct stage *stage)
{
	serve(stage, SOCK_STREAM, false);
}

static void prepare_stream_abstract(struct stage *stage)
{
	serve(stage, SOCK_STREAM, true);
}

static void prepare_seqpacket(struct stage *stage)
{
	serve(stage, SOCK_SEQPACKET, true);
}

static void prepare_dgram(struct stage *stage)
{
	serve(stage, SOCK_DGRAM, false);
}

static const char *type_text(int type)
{
	return type == SOCK_STREAM ? "stream" : type == SOCK_DGRAM ? "dgram" : "seqpacket";
}

static struct held connect_said(struct stage *stage, int type)
{
	struct statement s;
	union address remote;
	struct held held = socket_said(stage, AF_UNIX, type, "client");
	memcpy(&remote, stage->path[0], sizeof(remote));
	long result = must(stage, call(SYS_connect, held.number, &remote, stage->number[1]), "connect");
	saw(&s, stage, "network_connect", "connect");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	say_socket(&s, "unix", type_text(type));
	say_end(&s, true, &remote, (socklen_t)stage->number[1]);
	say_transport(&s, "unix", "unix");
	if (type != SOCK_DGRAM)
		say_number(&s, "detpack.peer.pid", stage->stage_process);
	told(&s);
	return held;
}

static void sent(struct stage *stage, const char *name, const struct held *held, long bytes, int type)
{
	struct statement s;
	union address remote;
	must(stage, bytes, name);
	memcpy(&remote, stage->path[0], sizeof(remote));
	saw(&s, stage, "network_send", name);
	say_moved(&s, bytes);
	say_held(&s, held, NULL);
	say_socket(&s, "unix", type_text(type));
	say_end(&s, true, &remote, (socklen_t)stage->number[1]);
	say_transport(&s, "unix", "unix");
	told(&s);
}

static void play_unix_stream(struct stage *stage)
{
	struct held held = connect_said(stage, SOCK_STREAM);
	sent(stage, "write", &held, call(SYS_write, held.number, buffer, 40), SOCK_STREAM);
}

static void play_unix_seqpacket(struct stage *stage)
{
	struct held held = connect_said(stage, SOCK_SEQPACKET);
	sent(stage, "sendto", &held, call(SYS_sendto, held.number, buffer, 40, 0, NULL, 0), SOCK_SEQPACKET);
}

static void play_unix_dgram(struct stage *stage)
{
	struct held held = connect_said(stage, SOCK_DGRAM);
	sent(stage, "write", &held, call(SYS_write, held.number, buffer, 40), SOCK_DGRAM);
}

static void play_unix_dgram_sendto(struct stage *stage)
{
	struct held held = socket_said(stage, AF_UNIX, SOCK_DGRAM, "client");
	long bytes = call(SYS_sendto, held.number, buffer, 40, 0, stage->path[0], stage->number[1]);
	sent(stage, "sendto", &held, bytes, SOCK_DGRAM);
}

static void play_unix_missing(struct stage *stage)
{
	struct statement s;
	union address remote;
	socklen_t length = unix_name(stage, &remote, false, "nobody");
	struct held held = socket_said(stage, AF_UNIX, SOCK_STREAM, "client");
	long result = call(SYS_connect, held.number, &remote, length);
	if (result != -ENOENT)
		fail(stage, "connect to nobody gave %ld", result);
	saw(&s, stage, "network_connect", "connect");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	say_end(&s, true, &remote, length);
	say_transport(&s, "unix", "unix");
	told(&s);
}

static void play_unix_listen(struct stage *stage)
{
	union address address;
	socklen_t length = unix_name(stage, &address, false, "own");
	struct held held = socket_said(stage, AF_UNIX, SOCK_STREAM, "server");
	listen_said(stage, &held, &address, length);
}

static void play_unix_listen_abstract(struct stage *stage)
{
	union address address;
	socklen_t length = unix_name(stage, &address, true, "own");
	struct held held = socket_said(stage, AF_UNIX, SOCK_SEQPACKET, "server");
	listen_said(stage, &held, &address, length);
}

static void prepare_caller(struct stage *stage)
{
	prepare_stream_abstract(stage);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)(void *)stage->path[0], (socklen_t)stage->number[1]))
		fail(stage, "connect: %s", errno_name(errno));
	if (write(fd, "some bytes", 10) != 10)
		fail(stage, "write: %s", errno_name(errno));
}

static void play_unix_accept(struct stage *stage)
{
	struct statement s;
	union address local;
	long fd = must(stage, call(SYS_accept, stage->number[0], NULL, NULL), "accept");
	struct held held = hold((int)fd, "accepted");
	memcpy(&local, stage->path[0], sizeof(local));
	saw(&s, stage, "network_accept", "accept");
	say_result(&s, fd);
	say_held(&s, &held, NULL);
	say_socket(&s, "unix", "stream");
	say_end(&s, true, &local, (socklen_t)stage->number[1]);
	say_transport(&s, "unix", "unix");
	say_number(&s, "detpack.peer.pid", stage->stage_process);
	told(&s);
	long bytes = must(stage, call(SYS_read, fd, buffer, 100), "read");
	saw(&s, stage, "network_receive", "read");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	say_end(&s, true, &local, (socklen_t)stage->number[1]);
	say_transport(&s, "unix", "unix");
	told(&s);
}

static void pair_exchange(struct stage *stage, int type)
{
	struct held ends[2];
	struct statement s;
	socketpair_said(stage, type, ends, "one", "other");
	long bytes = must(stage, call(SYS_write, ends[0].number, "some bytes", 10), "write");
	saw(&s, stage, "network_send", "write");
	say_moved(&s, bytes);
	say_held(&s, &ends[0], NULL);
	say_socket(&s, "unix", type_text(type));
	say_transport(&s, "unix", "unix");
	told(&s);
	bytes = must(stage, call(SYS_read, ends[1].number, buffer, 100), "read");
	saw(&s, stage, "network_receive", "read");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	say_transport(&s, "unix", "unix");
	told(&s);
}

static void play_pair_stream(struct stage *stage)
{
	pair_exchange(stage, SOCK_STREAM);
}

static void play_pair_dgram(struct stage *stage)
{
	pair_exchange(stage, SOCK_DGRAM);
}

static void play_pair_seqpacket(struct stage *stage)
{
	pair_exchange(stage, SOCK_SEQPACKET);
}

const struct act unix_acts[] = {
	{ "unix-stream", prepare_stream, play_unix_stream, NULL },
	{ "unix-stream-abstract", prepare_stream_abstract, play_unix_stream, NULL },
	{ "unix-seqpacket-abstract", prepare_seqpacket, play_unix_seqpacket, NULL },
	{ "unix-dgram", prepare_dgram, play_unix_dgram, NULL },
	{ "unix-dgram-sendto", prepare_dgram, play_unix_dgram_sendto, NULL },
	{ "unix-missing", NULL, play_unix_missing, NULL },
	{ "unix-listen", NULL, play_unix_listen, NULL },
	{ "unix-listen-abstract", NULL, play_unix_listen_abstract, NULL },
	{ "unix-accept", prepare_caller, play_unix_accept, NULL },
	{ "unix-pair-stream", NULL, play_pair_stream, NULL },
	{ "unix-pair-dgram", NULL, play_pair_dgram, NULL },
	{ "unix-pair-seqpacket", NULL, play_pair_seqpacket, NULL },
	{ 0 },
};
