// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *type_name(int type)
{
	switch (type & 0xf) {
	case SOCK_STREAM:
		return "stream";
	case SOCK_DGRAM:
		return "dgram";
	case SOCK_SEQPACKET:
		return "seqpacket";
	}
	return "raw";
}

static const char *family_name(int family)
{
	return family == AF_INET ? "inet" : family == AF_INET6 ? "inet6" : "unix";
}

struct held socket_said(struct stage *stage, int family, int type, const char *name)
{
	struct statement s;
	long fd = must(stage, call(SYS_socket, family, type, 0), "socket");
	struct held held = hold((int)fd, name);
	saw(&s, stage, "descriptor_create", "socket");
	say_held(&s, &held, NULL);
	say_socket(&s, family_name(family), type_name(type));
	told(&s);
	return held;
}

void socketpair_said(struct stage *stage, int type, struct held *ends, const char *first, const char *second)
{
	struct statement s;
	int numbers[2];
	must(stage, call(SYS_socketpair, AF_UNIX, type, 0, numbers), "socketpair");
	for (int i = 0; i < 2; i++) {
		ends[i] = hold(numbers[i], i ? second : first);
		saw(&s, stage, "descriptor_create", "socketpair");
		say_held(&s, &ends[i], NULL);
		say_socket(&s, "unix", type_name(type));
		told(&s);
	}
}

socklen_t loopback(union address *address, int family)
{
	memset(address, 0, sizeof(*address));
	if (family == AF_INET6) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_addr = in6addr_loopback;
		return sizeof(address->v6);
	}
	address->v4.sin_family = AF_INET;
	address->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sizeof(address->v4);
}

socklen_t unix_name(struct stage *stage, union address *address, bool abstract, const char *name)
{
	char text[sizeof(address->path.sun_path)];
	int length = abstract ? snprintf(text, sizeof(text), "detpack-%s-%d", name, stage->stage_process)
			      : snprintf(text, sizeof(text), "%.90s/%s", stage->directory, name);
	memset(address, 0, sizeof(*address));
	address->path.sun_family = AF_UNIX;
	if (length < 0 || (size_t)length + 2 > sizeof(address->path.sun_path))
		fail(stage, "the directory's path is too long for a socket");
	memcpy(address->path.sun_path + (abstract ? 1 : 0), text, (size_t)length);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length + 1);
}

void say_socket(struct statement *s, const char *family, const char *type)
{
	say_text(s, "detpack.socket.family", family);
	say_text(s, "detpack.socket.type", type);
}

void say_transport(struct statement *s, const char *transport, const char *type)
{
	say_text(s, "network.transport", transport);
	say_text(s, "network.type", type);
	say_text(s, "network.direction", "internal");
}

void say_end(struct statement *s, bool to, const union address *address, socklen_t length)
{
	char text[128];
	const char *side = to ? "destination" : "source";
	char field[40];
	int port = -1;

	switch (address->any.sa_family) {
	case AF_INET:
		inet_ntop(AF_INET, &address->v4.sin_addr, text, sizeof(text));
		port = ntohs(address->v4.sin_port);
		break;
	case AF_INET6:
		inet_ntop(AF_INET6, &address->v6.sin6_addr, text, sizeof(text));
		port = ntohs(address->v6.sin6_port);
		break;
	case AF_UNIX: {
		size_t used = length - offsetof(struct sockaddr_un, sun_path);
		bool abstract = used > 0 && !address->path.sun_path[0];
		if (used == 0)
			return;
		/* An abstract name is written with @ for the NUL it begins with. */
		memcpy(text, address->path.sun_path, used);
		text[used] = 0;
		if (abstract)
			text[0] = '@';
		break;
	}
	default:
		return;
	}
	snprintf(field, sizeof(field), "%s.address", side);
	say_text(s, field, text);
	if (port < 0)
		return;
	snprintf(field, sizeof(field), "%s.ip", side);
	say_text(s, field, text);
	snprintf(field, sizeof(field), "%s.port", side);
	say_number(s, field, port);
}

void say_link(struct statement *s, int number, bool outward)
{
	union address address;
	socklen_t length = sizeof(address);
	if (!getsockname(number, &address.any, &length))
		say_end(s, !outward, &address, length);
	length = sizeof(address);
	if (!getpeername(number, &address.any, &length))
		say_end(s, outward, &address, length);
}

/* The socket has an address of its own since that call. */
static void waits_said(struct stage *stage, const struct held *held, const char *name)
{
	struct statement s;
	union address bound;
	socklen_t length = sizeof(bound), kind_length = sizeof(int);
	int kind = 0;

	if (getsockname(held->number, &bound.any, &length))
		fail(stage, "getsockname: %s", errno_name(errno));
	getsockopt(held->number, SOL_SOCKET, SO_TYPE, &kind, &kind_length);
	saw(&s, stage, "network_listen", name);
	say_result(&s, 0);
	say_held(&s, held, NULL);
	say_socket(&s, family_name(bound.any.sa_family), type_name(kind));
	say_end(&s, true, &bound, length);
	told(&s);
}

void fill_rights(struct cmsghdr *head, const int *numbers, size_t count)
{
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(head), numbers, count * sizeof(int));
}

void bind_said(struct stage *stage, const struct held *held, const union address *address, socklen_t length)
{
	int kind = 0;
	socklen_t kind_length = sizeof(kind);

	must(stage, call(SYS_bind, held->number, address, length), "bind");
	getsockopt(held->number, SOL_SOCKET, SO_TYPE, &kind, &kind_length);
	/* A stream waits for nobody yet. */
	if (kind != SOCK_STREAM || address->any.sa_family == AF_UNIX)
		waits_said(stage, held, "bind");
}

void listen_said(struct stage *stage, const struct held *held, const union address *address, socklen_t length)
{
	bind_said(stage, held, address, length);
	must(stage, call(SYS_listen, held->number, 8), "listen");
	waits_said(stage, held, "listen");
}
