/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Sockets: made, connected, listened on, accepted; and what is sent and received over them. */
#ifndef DETPACK_SOCKET_BPF_H
#define DETPACK_SOCKET_BPF_H

#include "endpoint.bpf.h"
#include "maker.bpf.h"

/* ---- messages ---- */

#define AUDIT_MESSAGES 8
#define NLMSG_HEAD 16

/* One call that moves data over a socket; in a map since the functions below are global. */
struct exchange {
	u64 data;  /* address of the bytes that are sent, 0: not looked for */
	u64 bytes;
	u64 vector; /* of sendmmsg and recvmmsg */
	u64 name, name_length; /* of the message at hand */
	u32 uses;
	s32 number;
	u32 audit; /* type of the netlink message that changes auditing, 0: none */
	u8 takes;
	u8 pad[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct exchange);
} exchanges SEC(".maps");

inline_always struct exchange *this_exchange(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&exchanges, &zero);
}

/* Of the messages to the kernel's audit system those that change it; include/uapi/linux/audit.h. */
inline_always bool changes_audit(u16 type)
{
	return type == 1001 || (type >= 1003 && type <= 1004) || (type >= 1011 && type <= 1012) ||
	       (type >= 1014 && type <= 1015) || type == 1017 || type == 1018;
}

/* One buffer may hold several messages: a harmless one first must not hide the others. */
__noinline int find_audit(void)
{
	struct exchange *exchange = this_exchange();
	u64 at;
	u32 i;

	if (!exchange || !exchange->data)
		return 0;
	at = exchange->data;
	for (i = 0; i < AUDIT_MESSAGES; i++) {
		struct {
			u32 length;
			u16 type;
			u16 flags;
		} head = {};

		if (at - exchange->data >= exchange->bytes || bpf_probe_read_user(&head, sizeof(head), (void *)at))
			break;
		if (changes_audit(head.type)) {
			exchange->audit = head.type;
			break;
		}
		if (head.length < NLMSG_HEAD)
			break;
		at += (head.length + 3) & ~3u;
	}
	return 0;
}

/* Gives the peer of a UNIX socket what the process has, or takes what came for this one. */
static __noinline void carry_over(struct scratch *s, const struct endpoint *end, bool takes)
{
	struct flow_work *work;

	if (end->socket.family != AF_UNIX || !flows_used)
		return;
	work = flow_work();
	if (!work)
		return;
	work->process = s->use.process;
	work->now = s->use.time;
	work->class = 0;
	work->data = 1;
	work->descriptors = 0;
	if (takes) {
		work->object = s->use.object.key;
		flow_take();
		key_of_sock(end->sock, &work->object);
		flow_take();
		return;
	}
	if (end->socket.peer_object.inode)
		work->object = end->socket.peer_object;
	else if (end->peer_sock)
		key_of_sock(end->peer_sock, &work->object);
	else
		return;
	flow_give();
}

/* Tells what the exchange has moved so far, all of it to or from the endpoint. */
__noinline int exchange_tell(void)
{
	struct exchange *exchange = this_exchange();
	struct endpoint *end = this_endpoint();
	struct task_state *state = current_state();
	struct call *call = this_call();
	struct equal *equal = this_equal();
	struct held held;
	struct scratch *s;
	struct fold *fold;

	if (!exchange || !end || !state || !call || !equal || !held_at(state, exchange->number, &held))
		return 0;
	if (end->socket.family == AF_NETLINK && end->socket.protocol == NETLINK_AUDIT && !exchange->takes)
		find_audit();
	equal->description = held.description->id;
	equal->action = exchange->audit ? DP_AUDIT_CHANGE : exchange->takes ? DP_NETWORK_RECEIVE : DP_NETWORK_SEND;
	equal->route = call->route;
	equal->result = call->result < 0 ? call->result : 0;
	equal->bytes = exchange->bytes;
	equal->extra = end->socket.address_identity == DP_BY_STRING ? endpoint_mark(end) : 0;
	equal->now = call->now;
	equal->short_window = 1;
	if (exchange->uses == 1 && !exchange->audit && !held.raced && fold_use(state, equal))
		return 0;
	fold = fold_open(state);
	s = use_begin(state, call, equal->action);
	if (!s)
		return 0;
	use_held(s, exchange->number, &held);
	s->use.bytes = exchange->bytes;
	s->use.count = exchange->uses;
	if (s->use.result > 0)
		s->use.result = 0;
	part_endpoint(s, end);
	if (exchange->audit)
		part_numbers(s, exchange->audit, 0, 0);
	if (call->result >= 0 && exchange->bytes)
		carry_over(s, end, exchange->takes);
	if (!held.raced && !exchange->audit) {
		fold_fill(state, fold, s, equal->extra);
		fold->use.count = 1;
		fold->socket = end->socket;
	}
	use_tell(s);
	return 0;
}

static __noinline struct exchange *exchange_begin(struct call *call, s32 number, bool takes)
{
	struct exchange *exchange = this_exchange();
	struct endpoint *end = this_endpoint();
	struct file *file = file_at(number);

	if (call->result == -EAGAIN) {
		trouble(DP_EMPTY_POLLS);
		return NULL;
	}
	if (!exchange || !end || !file || kind_of_mode(BPF_CORE_READ(file, f_inode, i_mode)) != DP_SOCKET ||
	    !endpoint_of(end, file, !takes))
		return NULL;
	__builtin_memset(exchange, 0, sizeof(*exchange));
	exchange->number = number;
	exchange->takes = takes;
	exchange->uses = 1;
	exchange->bytes = call->result > 0 ? (u64)call->result : 0;
	return exchange;
}

/* What read, write and their like do with a socket. */
inline_always int handle_socket_transfer(struct call *call, s32 number, bool takes)
{
	struct exchange *exchange = exchange_begin(call, number, takes);

	if (!exchange)
		return 0;
	/* Only of write(2) itself the second argument is the data. */
	if (!takes && call->number == 1)
		exchange->data = call->argument[1];
	return exchange_tell();
}

inline_always bool is_unconnected(const struct endpoint *end)
{
	return !end->socket.remote_port && !end->peer_sock;
}

HANDLER(on_sendto)
{
	struct exchange *exchange;
	struct endpoint *end = this_endpoint();

	HANDLER_BEGIN;
	exchange = exchange_begin(call, (s32)call->argument[0], false);
	if (!exchange || !end)
		return 0;
	exchange->data = call->argument[1];
	if (call->argument[4] && end->socket.type != 1)
		endpoint_named(end, call->argument[4], call->argument[5] & 0xffffffff);
	return exchange_tell();
}

HANDLER(on_recvfrom)
{
	struct exchange *exchange;
	struct endpoint *end = this_endpoint();
	u32 length = 0;

	HANDLER_BEGIN;
	exchange = exchange_begin(call, (s32)call->argument[0], true);
	if (!exchange || !end)
		return 0;
	if (call->result >= 0 && call->argument[4] && is_unconnected(end) && end->socket.family != AF_UNIX &&
	    !bpf_probe_read_user(&length, sizeof(length), (void *)call->argument[5]))
		endpoint_named(end, call->argument[4], length);
	return exchange_tell();
}

/* struct msghdr, of which a 32-bit caller has one of its own. */
struct message {
	u64 name, name_length, vector, vector_length, control, control_length;
};

static __noinline bool read_message(u64 address, bool narrow, struct message *message)
{
	if (narrow) {
		u32 words[6];
		u32 failed = bpf_probe_read_user(words, sizeof(words), (void *)address) != 0;

		message->name = words[0];
		message->name_length = words[1];
		message->vector = words[2];
		message->vector_length = words[3];
		message->control = words[4];
		message->control_length = words[5];
		return !failed;
	}
	if (bpf_probe_read_user(message, sizeof(*message), (void *)address))
		return false;
	message->name_length &= 0xffffffff;
	return true;
}

/* The names of a message into the endpoint, and where its first bytes lie. */
static __noinline void take_message(struct exchange *exchange, struct endpoint *end, const struct call *call, u64 address)
{
	struct message message = {};
	u64 data = 0;

	if (!read_message(address, call->route == DP_COMPAT, &message)) {
		trouble(DP_UNREAD);
		return;
	}
	if (message.name && call->result >= 0 && end->socket.type != 1 &&
	    (!exchange->takes || (is_unconnected(end) && end->socket.family != AF_UNIX)))
		endpoint_named(end, message.name, message.name_length);
	if (!exchange->takes && message.vector && !bpf_probe_read_user(&data, call->route == DP_COMPAT ? 4 : 8,
								       (void *)message.vector))
		exchange->data = data;
}

static __noinline int handle_message(struct call *call, bool takes)
{
	struct exchange *exchange = exchange_begin(call, (s32)call->argument[0], takes);
	struct endpoint *end = this_endpoint();

	if (!exchange || !end)
		return 0;
	take_message(exchange, end, call, call->argument[1]);
	return exchange_tell();
}

HANDLER(on_sendmsg)
{
	HANDLER_BEGIN;
	return handle_message(call, false);
}

HANDLER(on_recvmsg)
{
	HANDLER_BEGIN;
	return handle_message(call, true);
}

#define MESSAGES_MOST 1024 /* UIO_MAXIOV, which the kernel cuts a vector to */

/* One message of a vector: joined to those before it when it goes to the same place, else those are told first. */
__noinline int message_step(u32 i)
{
	struct exchange *exchange = this_exchange();
	struct endpoint *end = this_endpoint();
	struct call *call = this_call();
	u64 address, size, mark;
	u32 length = 0;

	if (!exchange || !end || !call)
		return 0;
	size = call->route == DP_COMPAT ? 32 : 64;
	address = exchange->vector + i * size;
	mark = endpoint_mark(end);
	/* The endpoint is overwritten by the next name, so what has gathered is told before when the names differ. */
	if (i) {
		struct message message = {};
		u64 other[4] = {};

		read_message(address, call->route == DP_COMPAT, &message);
		if (message.name && end->socket.address_identity == DP_BY_STRING) {
			u32 bytes = message.name_length > 32 ? 32 : (u32)message.name_length;

			bpf_probe_read_user(other, bytes & 63, (void *)message.name);
			if (other[0] != *(u64 *)end->raw || other[1] != *(u64 *)(end->raw + 8) ||
			    other[2] != *(u64 *)(end->raw + 16)) {
				exchange_tell();
				exchange->bytes = 0;
				exchange->uses = 0;
			}
		}
	}
	(void)mark;
	take_message(exchange, end, call, address);
	bpf_probe_read_user(&length, sizeof(length), (void *)(address + size - 8));
	exchange->bytes += length;
	exchange->uses++;
	return 0;
}

static __noinline int handle_messages(struct call *call, bool takes)
{
	struct exchange *exchange = exchange_begin(call, (s32)call->argument[0], takes);
	u32 i;

	if (!exchange)
		return 0;
	exchange->vector = call->argument[1];
	if (call->result > 0) {
		exchange->bytes = 0;
		exchange->uses = 0;
	}
	for (i = 0; i < MESSAGES_MOST; i++) {
		if ((s64)i >= call->result)
			break;
		message_step(i);
	}
	return exchange_tell();
}

HANDLER(on_sendmmsg)
{
	HANDLER_BEGIN;
	return handle_messages(call, false);
}

HANDLER(on_recvmmsg)
{
	HANDLER_BEGIN;
	return handle_messages(call, true);
}

/* ---- sockets themselves ---- */

inline_always void part_socket_at(struct scratch *s, s32 number, bool outward)
{
	struct endpoint *end = this_endpoint();
	struct file *file = file_at(number);

	if (end && file && kind_of_mode(BPF_CORE_READ(file, f_inode, i_mode)) == DP_SOCKET &&
	    endpoint_of(end, file, outward))
		part_endpoint(s, end);
}

HANDLER(on_socket)
{
	struct scratch *s;

	HANDLER_BEGIN;
	s = use_begin(state, call, DP_DESCRIPTOR_CREATE);
	if (!s)
		return 0;
	if (call->result >= 0) {
		opened(state, s, (s32)call->result, DP_OPENED);
		part_socket_at(s, (s32)call->result, true);
	}
	use_tell(s);
	return 0;
}

HANDLER(on_socketpair)
{
	HANDLER_BEGIN;
	return handle_pair(state, call, call->argument[3], DP_SOCKET);
}

/* A call about a socket that moves no data, told with both its ends. */
static __noinline struct scratch *about_socket(struct task_state *state, struct call *call, u8 action, bool outward)
{
	s32 number = (s32)call->argument[0];
	struct endpoint *end = this_endpoint();
	struct scratch *s;
	struct held held;

	s = use_begin(state, call, action);
	if (!s || !end || !held_at(state, number, &held))
		return NULL;
	if (held.description->object.kind != DP_SOCKET || !endpoint_of(end, (void *)held.file, outward))
		return NULL;
	use_held(s, number, &held);
	return s;
}

HANDLER(on_connect)
{
	struct endpoint *end = this_endpoint();
	struct scratch *s;

	HANDLER_BEGIN;
	/* Asked again while it goes on. */
	if (call->result == -EALREADY) {
		trouble(DP_EMPTY_POLLS);
		return 0;
	}
	s = about_socket(state, call, DP_NETWORK_CONNECT, true);
	if (!s || !end)
		return 0;
	if (call->result == -EINPROGRESS)
		s->use.flags |= DP_IN_PROGRESS;
	if (is_unconnected(end) || (call->result < 0 && call->result != -EINPROGRESS))
		endpoint_named(end, call->argument[1], call->argument[2] & 0xffffffff);
	/* What an earlier socket at the same place was given is not this one's. */
	if (end->socket.family == AF_UNIX && end->peer_sock && flows_used) {
		struct dp_object_key key = {};

		key_of_sock(end->peer_sock, &key);
		bpf_map_delete_elem(&objects, &key);
		key_of_sock(end->sock, &key);
		bpf_map_delete_elem(&objects, &key);
	}
	part_endpoint(s, end);
	use_tell(s);
	return 0;
}

HANDLER(on_listen)
{
	struct endpoint *end = this_endpoint();
	struct scratch *s;

	HANDLER_BEGIN;
	s = about_socket(state, call, DP_NETWORK_LISTEN, false);
	if (!s || !end)
		return 0;
	part_endpoint(s, end);
	part_numbers(s, call->argument[1], 0, 0);
	use_tell(s);
	return 0;
}

/* The new socket is the object: the one that listens was told when it began to. */
HANDLER(on_accept)
{
	struct scratch *s;

	HANDLER_BEGIN;
	if (call->result == -EAGAIN) {
		trouble(DP_EMPTY_POLLS);
		return 0;
	}
	if (call->result < 0) {
		struct endpoint *end = this_endpoint();

		s = about_socket(state, call, DP_NETWORK_ACCEPT, false);
		if (s && end) {
			part_endpoint(s, end);
			use_tell(s);
		}
		return 0;
	}
	s = use_begin(state, call, DP_NETWORK_ACCEPT);
	if (!s)
		return 0;
	opened(state, s, (s32)call->result, DP_OPENED);
	part_socket_at(s, (s32)call->result, false);
	use_tell(s);
	return 0;
}

#endif
