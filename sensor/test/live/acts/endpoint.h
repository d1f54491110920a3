/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets as the acts use them: made with a statement, and what is said of their two ends. */
#ifndef DETPACK_ENDPOINT_H
#define DETPACK_ENDPOINT_H

#include "act.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un path;
};

/* socket(2) with its statement. */
struct held socket_said(struct stage *stage, int family, int type, const char *name);
/* socketpair(2) with both statements; the ends are called by `names`. */
void socketpair_said(struct stage *stage, int type, struct held *ends, const char *first, const char *second);

/* 127.0.0.1 or ::1, any port; gives the length. */
socklen_t loopback(union address *address, int family);
/* A name of the abstract namespace that is this act's own, or a path in its directory. */
socklen_t unix_name(struct stage *stage, union address *address, bool abstract, const char *name);

/* Address, port and family as the event has them. `to`: destination, else source. */
void say_end(struct statement *s, bool to, const union address *address, socklen_t length);
/* Ends of an internet socket as getsockname and getpeername tell; outward: from here to the peer. */
void say_link(struct statement *s, int number, bool outward);
void say_transport(struct statement *s, const char *transport, const char *type);
void say_socket(struct statement *s, const char *family, const char *type);

/* A control message that passes descriptors; there is room for it. */
void fill_rights(struct cmsghdr *head, const int *numbers, size_t count);

/* bind(2) with its statement. */
void bind_said(struct stage *stage, const struct held *held, const union address *address, socklen_t length);
/* bind(2) and listen(2), each with its statement. */
void listen_said(struct stage *stage, const struct held *held, const union address *address, socklen_t length);

#endif
