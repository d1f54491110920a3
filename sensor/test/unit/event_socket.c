/* SPDX-License-Identifier: Apache-2.0 */
/* What events say of sockets: both ends, transport and direction, the peer. */
#include "test/unit/event_frame.h"
#include "test/unit/record_examples.h"

static struct frame frame;
static struct made made;

static const char *use_of(uint8_t action, const struct dp_socket *socket)
{
	make_socket(make_use(&made, action), socket);
	return frame_line(&frame, &made.use);
}

static void what_goes_out_has_the_remote_end_as_destination(void)
{
	struct dp_socket socket = tcp_socket();

	frame_open(&frame);
	check_has(use_of(DP_NETWORK_SEND, &socket),
		  "\"destination\":{\"address\":\"203.0.113.9\",\"ip\":\"203.0.113.9\",\"port\":443},"
		  "\"source\":{\"address\":\"192.0.2.15\",\"ip\":\"192.0.2.15\",\"port\":55662},"
		  "\"network\":{\"transport\":\"tcp\",\"type\":\"ipv4\",\"direction\":\"egress\"}");
	check_has(frame.line.bytes, "\"socket\":{\"family\":\"inet\",\"type\":\"stream\"}");
	/* Sockets stand in no tree. */
	check_lacks(frame.line.bytes, "\"file\":");
	check_has(frame.line.bytes, "\"kind\":\"socket\"");
	frame_close(&frame);
}

static void what_comes_in_has_the_own_end_as_destination(void)
{
	struct dp_socket socket = tcp_socket();

	frame_open(&frame);
	check_has(use_of(DP_NETWORK_RECEIVE, &socket),
		  "\"destination\":{\"address\":\"192.0.2.15\",\"ip\":\"192.0.2.15\",\"port\":55662},"
		  "\"source\":{\"address\":\"203.0.113.9\",\"ip\":\"203.0.113.9\",\"port\":443},"
		  "\"network\":{\"transport\":\"tcp\",\"type\":\"ipv4\",\"direction\":\"ingress\"}");
	frame_close(&frame);
}

static void the_loopback_device_is_inside(void)
{
	struct dp_socket socket = tcp_socket();
	static const uint8_t loopback6[16] = { [15] = 1 }, mapped[16] = { [10] = 0xff, [11] = 0xff, 127, 0, 0, 1 };

	frame_open(&frame);
	socket.remote[0] = 127;
	check_has(use_of(DP_NETWORK_CONNECT, &socket), "\"direction\":\"internal\"");
	socket.family = AF_INET6;
	memcpy(socket.remote, loopback6, 16);
	check_has(use_of(DP_NETWORK_CONNECT, &socket),
		  "\"destination\":{\"address\":\"::1\",\"ip\":\"::1\",\"port\":443}");
	check_has(frame.line.bytes, "\"network\":{\"transport\":\"tcp\",\"type\":\"ipv6\",\"direction\":\"internal\"}");
	/* IPv4 by an IPv6 socket is IPv4. */
	memcpy(socket.remote, mapped, 16);
	check_has(use_of(DP_NETWORK_CONNECT, &socket),
		  "\"destination\":{\"address\":\"127.0.0.1\",\"ip\":\"127.0.0.1\",\"port\":443}");
	check_has(frame.line.bytes, "\"network\":{\"transport\":\"tcp\",\"type\":\"ipv4\",\"direction\":\"internal\"}");
	frame_close(&frame);
}

static void a_listening_socket_is_where_others_go(void)
{
	frame_open(&frame);
	make_example(&made, DP_NETWORK_LISTEN);
	check_has(frame_line(&frame, &made.use), "\"destination\":{\"address\":\"192.0.2.15\",\"ip\":\"192.0.2.15\",\"port\":55662}");
	check_lacks(frame.line.bytes, "\"source\":{\"address\"");
	frame_close(&frame);
}

static void an_end_that_is_not_there_is_not_told(void)
{
	struct dp_socket socket = { .family = AF_INET, .type = SOCK_DGRAM, .protocol = 17, .remote_port = 53,
				    .remote = { 198, 51, 100, 1 } };

	frame_open(&frame);
	check_has(use_of(DP_NETWORK_SEND, &socket), "\"destination\":{\"address\":\"198.51.100.1\"");
	check_lacks(frame.line.bytes, "\"source\":{\"address\"");
	check_has(frame.line.bytes, "\"transport\":\"udp\"");
	/* A socket that was only made has no ends at all. */
	check_lacks(use_of(DP_DESCRIPTOR_CREATE, &socket), "\"network\"");
	check_has(frame.line.bytes, "\"socket\":{\"family\":\"inet\",\"type\":\"dgram\"}");
	frame_close(&frame);
}

static const char *unix_use(uint8_t action, const char *name, size_t length, uint8_t flags)
{
	struct dp_socket socket = unix_socket();

	make_socket(make_use(&made, action), &socket);
	made.use.flags = flags;
	if (length)
		make_part(&made, DP_PART_SOCKET_PATH, name, length);
	return frame_line(&frame, &made.use);
}

static void a_unix_socket_is_told_by_its_name_and_peer(void)
{
	frame_open(&frame);
	/* As the kernel has it: with the NUL that ends it. */
	check_has(unix_use(DP_NETWORK_CONNECT, "/run/x.sock", 12, 0), "\"destination\":{\"address\":\"/run/x.sock\"}");
	check_has(frame.line.bytes, "\"network\":{\"transport\":\"unix\",\"type\":\"unix\",\"direction\":\"internal\"}");
	check_has(frame.line.bytes, "\"peer\":{\"entity_id\":\"");
	check_has(frame.line.bytes, "\"pid\":501,\"name\":\"peer\"}");
	check_has(unix_use(DP_NETWORK_ACCEPT, "\0abstract", 9, 0), "\"destination\":{\"address\":\"@abstract\"}");
	check_lacks(unix_use(DP_NETWORK_ACCEPT, "", 0, 0), "\"destination\"");
	frame_close(&frame);
}

static void a_fold_has_the_name_that_it_began_with(void)
{
	frame_open(&frame);
	unix_use(DP_NETWORK_SEND, "/run/there", 11, 0);
	unix_use(DP_NETWORK_RECEIVE, "/run/here", 10, 0);
	check_has(unix_use(DP_NETWORK_SEND, "", 0, DP_FOLDED), "\"address\":\"/run/there\"");
	check_has(unix_use(DP_NETWORK_RECEIVE, "", 0, DP_FOLDED), "\"address\":\"/run/here\"");
	made.use.descriptor.description = 999;
	check_lacks(frame_line(&frame, &made.use), "\"address\"");
	frame_close(&frame);
}

static void the_peers_task_is_named(void)
{
	struct dp_socket socket = unix_socket();

	frame_open(&frame);
	check_lacks(use_of(DP_NETWORK_SEND, &socket), "\"name\":\"peer\",\"task\"");
	/* By what was told of it last. */
	make_use(&made, DP_FILE_READ)->use.process = other;
	made.use.label = 7;
	frame_line(&frame, &made.use);
	check_has(use_of(DP_NETWORK_SEND, &socket), "\"name\":\"peer\",\"task\":{\"id\":\"summarize\"}}");
	/* Another process that has its number. */
	socket.peer.start++;
	check_lacks(use_of(DP_NETWORK_SEND, &socket), "\"name\":\"peer\",\"task\"");
	frame_close(&frame);
}

static void other_families_are_told_by_name(void)
{
	struct dp_socket socket = { .family = AF_PACKET, .type = SOCK_DGRAM };

	frame_open(&frame);
	check_has(use_of(DP_DESCRIPTOR_CREATE, &socket), "\"socket\":{\"family\":\"packet\",\"type\":\"dgram\"}");
	socket.family = 200;
	check_has(use_of(DP_DESCRIPTOR_CREATE, &socket), "\"socket\":{\"family\":\"other\"");
	socket.family = AF_NETLINK;
	check_has(use_of(DP_NETWORK_SEND, &socket), "\"network\":{\"transport\":\"netlink\",\"direction\":\"internal\"}");
	frame_close(&frame);
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(what_goes_out_has_the_remote_end_as_destination),
		CASE(what_comes_in_has_the_own_end_as_destination),
		CASE(the_loopback_device_is_inside),
		CASE(a_listening_socket_is_where_others_go),
		CASE(an_end_that_is_not_there_is_not_told),
		CASE(a_unix_socket_is_told_by_its_name_and_peer),
		CASE(a_fold_has_the_name_that_it_began_with),
		CASE(the_peers_task_is_named),
		CASE(other_families_are_told_by_name),
		{},
	});
}
