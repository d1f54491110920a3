/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "src/bound.h"
#include "src/label.h"
#include "src/names.h"
#include "src/process.h"
#include "src/view.h"

bool socket_is_outward(uint8_t action)
{
	return action == DP_NETWORK_CONNECT || action == DP_NETWORK_SEND || action == DP_DESCRIPTOR_SEND ||
	       action == DP_AUDIT_CHANGE;
}

/* A listening socket has no other end; its own is where others will go. */
static bool has_ends(uint8_t action)
{
	return action != DP_DESCRIPTOR_CREATE;
}

static bool is_ip(const struct dp_socket *socket)
{
	return socket->family == AF_INET || socket->family == AF_INET6;
}

/* IPv4 in IPv6 is IPv4, as everywhere in detpack. */
static bool is_mapped(const uint8_t *address)
{
	static const uint8_t prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

	return !memcmp(address, prefix, sizeof(prefix));
}

static bool address_text(const struct dp_socket *socket, const uint8_t *address, char out[INET6_ADDRSTRLEN])
{
	if (socket->family == AF_INET)
		return inet_ntop(AF_INET, address, out, INET6_ADDRSTRLEN) != NULL;
	if (is_mapped(address))
		return inet_ntop(AF_INET, address + 12, out, INET6_ADDRSTRLEN) != NULL;
	return inet_ntop(AF_INET6, address, out, INET6_ADDRSTRLEN) != NULL;
}

static bool is_loopback(const struct dp_socket *socket, const uint8_t *address)
{
	static const uint8_t six[16] = { [15] = 1 };

	if (socket->family == AF_INET)
		return address[0] == 127;
	return is_mapped(address) ? address[12] == 127 : !memcmp(address, six, sizeof(six));
}

static void ip_end(struct text *line, const char *key, const struct dp_socket *socket, const uint8_t *address,
		   uint16_t port)
{
	char text[INET6_ADDRSTRLEN];
	size_t begun;

	static const uint8_t none[16];

	/* Of a raw socket there is an address without a port. */
	if ((!port && !memcmp(address, none, sizeof(none))) || !address_text(socket, address, text))
		return;
	begun = json_begin(line, key, '{');
	json_text(line, "address", text);
	json_text(line, "ip", text);
	if (port)
		json_unsigned(line, "port", port);
	json_end(line, begun, '{');
}

/* A name that begins with NUL is written with `@`, as ss and lsof do; NULs within it stay. */
static void unix_end(const struct view *view, struct text *line, const char *key)
{
	const struct path_text *name = &view->socket_path;
	size_t length = name->bytes[0] ? strnlen(name->bytes, name->length) : name->length, begun;
	char text[SUN_PATH_MOST] = "";

	memcpy(text, name->bytes, length);
	if (!text[0])
		text[0] = '@';
	begun = json_begin(line, key, '{');
	if (text[0] == '/')
		private_path(view, line, "address", text, length);
	else
		json_string(line, "address", text, length);
	json_end(line, begun, '{');
}

static const char *transport_of(const struct dp_socket *socket)
{
	if (socket->family == AF_UNIX)
		return "unix";
	if (socket->family == AF_NETLINK)
		return "netlink";
	if (!is_ip(socket))
		return NULL;
	switch (socket->protocol) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return "icmp";
	case IPPROTO_SCTP:
		return "sctp";
	default:
		return NULL;
	}
}

static const char *direction_of(const struct dp_socket *socket, bool outward)
{
	if (socket->family == AF_UNIX || socket->family == AF_NETLINK)
		return "internal";
	if (!is_ip(socket))
		return NULL;
	if (is_loopback(socket, socket->remote) || (socket->remote_port == 0 && is_loopback(socket, socket->local)))
		return "internal";
	return outward ? "egress" : "ingress";
}

static void network(struct text *line, const struct dp_socket *socket, bool outward)
{
	size_t begun = json_begin(line, "network", '{');
	const uint8_t *address = socket->remote_port ? socket->remote : socket->local;

	json_text(line, "transport", transport_of(socket));
	if (socket->family == AF_UNIX)
		json_text(line, "type", "unix");
	else if (is_ip(socket))
		json_text(line, "type", socket->family == AF_INET || is_mapped(address) ? "ipv4" : "ipv6");
	json_text(line, "direction", direction_of(socket, outward));
	json_end(line, begun, '{');
}

void socket_ends(const struct view *view, struct text *line)
{
	const struct dp_socket *socket = view_part(view, DP_PART_SOCKET, sizeof(*socket));
	uint8_t action = view->use->action;
	bool outward = socket_is_outward(action), listens = action == DP_NETWORK_LISTEN;

	if (!socket || !has_ends(action) || !socket->family)
		return;
	if (is_ip(socket) && (outward || listens))
		ip_end(line, "destination", socket, listens ? socket->local : socket->remote,
		       listens ? socket->local_port : socket->remote_port);
	else if (is_ip(socket))
		ip_end(line, "destination", socket, socket->local, socket->local_port);
	if (is_ip(socket) && !listens)
		ip_end(line, "source", socket, outward ? socket->local : socket->remote,
		       outward ? socket->local_port : socket->remote_port);
	/* The path is the peer's for what goes out, and the own end's for what comes in: the destination both times. */
	if (socket->family == AF_UNIX && view->socket_path.length)
		unix_end(view, line, "destination");
	network(line, socket, outward);
}

static void peer(const struct view *view, const struct dp_socket *socket, struct text *line)
{
	const struct process *process = processes_known(view->processes, &socket->peer);
	const struct task_run *run = process ? view_run(view, process->label) : NULL;
	size_t begun = json_begin(line, "peer", '{'), inner;

	view_entity(view, line, "entity_id", &socket->peer);
	if (socket->peer.pid)
		json_unsigned(line, "pid", socket->peer.pid);
	if (socket->peer_name[0])
		json_string(line, "name", socket->peer_name, strnlen(socket->peer_name, sizeof(socket->peer_name)));
	inner = json_begin(line, "task", '{');
	if (run)
		json_text(line, "id", run->task);
	json_end(line, inner, '{');
	json_end(line, begun, '{');
}

/* Which parameters of its run the destination is bound to: that which socket_ends writes. */
static void bindings(const struct view *view, const struct dp_socket *socket, struct text *line)
{
	const struct task_run *run = view_run(view, view->use->label);
	bool outward = socket_is_outward(view->use->action);
	const uint8_t *address = outward ? socket->remote : socket->local;
	uint8_t six[16] = { [10] = 0xff, [11] = 0xff };
	size_t begun;

	if (!run || !run->bound || !is_ip(socket) || !has_ends(view->use->action))
		return;
	if (socket->family == AF_INET)
		memcpy(six + 12, address, 4);
	else
		memcpy(six, address, sizeof(six));
	begun = json_begin(line, "destination", '{');
	bound_names(run->bound, bound_destination(run->bound, six, outward ? socket->remote_port : socket->local_port), line);
	json_end(line, begun, '{');
}

void socket_own(const struct view *view, struct text *line)
{
	const struct dp_socket *socket = view_part(view, DP_PART_SOCKET, sizeof(*socket));
	size_t begun;

	if (!socket || !socket->family)
		return;
	peer(view, socket, line);
	begun = json_begin(line, "socket", '{');
	json_text(line, "family", name_of_family(socket->family) ? name_of_family(socket->family) : "other");
	json_text(line, "type", name_of_socket_type(socket->type));
	json_end(line, begun, '{');
	bindings(view, socket, line);
}
