/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is sent and received over a socket: from the call to the record, folded like reading and writing. How messages lie
 * in the caller's memory is in message.bpf.h, descriptors within them in pass.bpf.h.
 */
#ifndef DETPACK_EXCHANGE_BPF_H
#define DETPACK_EXCHANGE_BPF_H

#include "maker.bpf.h"

#define AUDIT_MESSAGES 8
#define NLMSG_HEAD 16

/* One call that moves data over a socket; in a map since the functions below are global. */
struct exchange {
	u64 file; /* address of the socket's struct file */
	u64 data; /* address of the bytes that are sent, 0: not looked for */
	u64 bytes;
	u64 control, control_length; /* of the message at hand */
	u64 name, name_length;	     /* where it connects to, as the caller wrote it */
	u32 uses;
	s32 number; /* RING_FILE: a file without a descriptor, of io_uring */
	u32 audit;  /* type of the netlink message that changes auditing, 0: none */
	u8 takes;
	u8 rewritten; /* the kernel has written over the control messages since it read them */
	u8 connects;  /* what is sent begins the connection */
	u8 pad;
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

/*
 * Gives the peer of a UNIX socket what the process has, or takes what came for this one. For every call, also for those
 * that are folded: what came may be new each time.
 */
static __noinline void carry_over(struct task_state *state, const struct call *call, const struct endpoint *end,
				  const struct held *held, bool takes)
{
	struct flow_work *work;

	if (!flows_used || end->socket.family != AF_UNIX)
		return;
	work = flow_work();
	if (!work)
		return;
	current_process(state, &work->process);
	work->now = call->now;
	work->class = 0;
	work->data = 1;
	work->descriptors = 0;
	if (takes) {
		work->object = held->description->object.key;
		flow_take();
		key_of_sock(end->sock, DEVICE_WAITING, &work->object); /* what was sent before it was accepted */
		flow_take();
		if (state->came_from) {
			key_of_sock(state->came_from, DEVICE_OUTGOING, &work->object);
			flow_take();
			if (!end->connected)
				take_late(state, &work->object, call->now);
			state->came_from = 0;
		}
		if (end->connected)
			take_late(state, &held->description->object.key, call->now);
		return;
	}
	if (end->socket.address_identity == DP_BY_STRING)
		key_of_sock(end->sock, DEVICE_OUTGOING, &work->object);
	else if (end->socket.peer_object.inode)
		work->object = end->socket.peer_object;
	else if (end->peer_sock)
		key_of_sock(end->peer_sock, DEVICE_WAITING, &work->object);
	else
		return;
	flow_give();
}

/* A file that io_uring keeps without a descriptor: it has a description and no slot. */
static __noinline bool held_file(u64 address, struct held *held)
{
	struct descriptor_work *work = descriptor_work();
	struct file *file = (void *)address;
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	held->file = address;
	held->slot = NULL;
	held->raced = false;
	held->description = description_known(address, (u64)inode);
	if (!held->description && work) {
		__builtin_memset(&work->object, 0, sizeof(work->object));
		object_of(inode, &work->object);
		work->object.class = learn_class(&work->object, 0);
		held->description = description_new(file, NULL, 0, &work->object);
	}
	held->found = held->description != NULL;
	return is_found(held);
}

inline_always bool exchange_held(struct task_state *state, const struct exchange *exchange, struct held *held)
{
	if (exchange->number < 0)
		return held_file(exchange->file, held);
	return held_at(state, exchange->number, held);
}

/* A stream may be connected by what is sent over it first. */
static __noinline void may_connect(struct exchange *exchange, const struct endpoint *end, u64 flags, u64 name, u64 length)
{
	if (!(flags & MSG_FASTOPEN) || end->socket.type != SOCK_STREAM ||
	    (end->socket.protocol != IPPROTO_TCP && end->socket.protocol != IPPROTO_MPTCP))
		return;
	exchange->connects = 1;
	exchange->name = name;
	exchange->name_length = length;
}

/*
 * What was moved says how a connection ended that went on in the background, and what was to begin one whether there is one,
 * which is then told as connect(2) would have told it. Either is of the moment before, so that it comes first. Inline: below
 * on_io_submit there is no stack for it.
 */
inline_always void tell_connected(struct task_state *state, const struct call *call, struct exchange *exchange,
				  struct endpoint *end, const struct held *held)
{
	struct sock *sk = (void *)end->sock;
	s64 result = call->result < 0 ? call->result : 0;
	struct scratch *s;

	if (exchange->connects && !result && BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_SYN_SENT)
		result = -EINPROGRESS;
	held->description->connecting = result == -EINPROGRESS;
	if (exchange->connects && (!end->connected || (result && result != -EINPROGRESS)))
		endpoint_named(end, exchange->name, exchange->name_length);
	exchange->connects = 0;
	s = use_begin(state, call, DP_NETWORK_CONNECT);
	if (!s)
		return;
	s->use.result = result;
	if (result == -EINPROGRESS)
		s->use.flags |= DP_IN_PROGRESS;
	s->use.time = call->now - 1;
	s->use.first = s->use.time;
	use_held(s, exchange->number, held);
	part_raced(s, held);
	part_endpoint(s, end);
	use_tell(s);
}

/* Where the kernel does not connect by what is sent, or does it already, nothing was tried. */
inline_always bool has_connected(const struct call *call, const struct exchange *exchange, const struct held *held)
{
	if (exchange->connects)
		return call->result != -EOPNOTSUPP && call->result != -EALREADY;
	return call->result >= 0 && held->description->connecting;
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
	bool holds;

	if (!exchange || !end || !state || !call || !equal || !exchange_held(state, exchange, &held))
		return 0;
	if (has_connected(call, exchange, &held))
		tell_connected(state, call, exchange, end, &held);
	if (end->socket.family == AF_NETLINK && end->socket.protocol == NETLINK_AUDIT && !exchange->takes)
		find_audit();
	if (exchange->bytes)
		carry_over(state, call, end, &held, exchange->takes);
	equal->description = held.description->id;
	equal->action = exchange->audit ? DP_AUDIT_CHANGE : exchange->takes ? DP_NETWORK_RECEIVE : DP_NETWORK_SEND;
	equal->route = call->route;
	equal->result = call->result < 0 ? call->result : 0;
	equal->bytes = exchange->bytes;
	equal->uses = exchange->uses;
	equal->extra = end->socket.address_identity == DP_BY_STRING ? endpoint_mark(end) : 0;
	equal->now = call->now;
	equal->short_window = 1;
	if (!exchange->audit && !held.raced && fold_use(state, equal))
		return 0;
	fold = fold_open(state);
	s = use_begin(state, call, equal->action);
	if (!s)
		return 0;
	use_held(s, exchange->number, &held);
	s->use.bytes = exchange->bytes;
	s->use.count = exchange->uses;
	part_raced(s, &held);
	part_endpoint(s, end);
	if (exchange->audit)
		part_numbers(s, exchange->audit, 0, 0);
	if (!held.raced && !exchange->audit) {
		fold_fill(state, fold, s, equal->extra);
		fold->socket = end->socket;
		fold->path_length = end->path_length;
		__builtin_memcpy(fold->path, end->path, SUN_PATH);
	}
	holds = part_flow(s);
	count(s->use.action, s->use.object.class, DP_MADE, exchange->uses);
	tell(exchange->uses, holds && !exchange->takes);
	return 0;
}

/* NULL: no socket, or nothing to tell. */
static __noinline struct exchange *exchange_begin(const struct call *call, s32 number, bool takes)
{
	struct exchange *exchange = this_exchange();
	struct endpoint *end = this_endpoint();
	struct file *socket = file_at(number);

	if (call->result == -EAGAIN) {
		trouble(DP_EMPTY_POLLS);
		return NULL;
	}
	if (!exchange || !end || !socket || kind_of_mode(BPF_CORE_READ(socket, f_inode, i_mode)) != DP_SOCKET ||
	    !endpoint_of(end, socket, !takes))
		return NULL;
	__builtin_memset(exchange, 0, sizeof(*exchange));
	exchange->file = (u64)socket;
	exchange->number = number;
	exchange->takes = takes;
	exchange->uses = 1;
	exchange->bytes = call->result > 0 ? (u64)call->result : 0;
	return exchange;
}

/* What read, write and their like do with a socket. */
inline_always int handle_socket_transfer(const struct call *call, s32 number, bool takes)
{
	struct exchange *exchange = exchange_begin(call, number, takes);

	if (!exchange)
		return 0;
	/* Only of write(2) itself the second argument is the data. */
	if (!takes && call->number == __NR_write)
		exchange->data = call->argument[1];
	return exchange_tell();
}

/* A datagram goes where it says; what is sent over a stream goes to the other end, whatever the call names. */
inline_always bool is_datagram(const struct endpoint *end)
{
	return end->socket.type == SOCK_DGRAM || end->socket.type == SOCK_RAW;
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
	if (call->argument[4] && is_datagram(end))
		endpoint_named(end, call->argument[4], call->argument[5] & 0xffffffff);
	may_connect(exchange, end, call->argument[3], call->argument[4], call->argument[5] & 0xffffffff);
	return exchange_tell();
}

/* The name of the sender of a UNIX datagram is not asked for: the peer's own end is what an event calls it. */
inline_always bool names_sender(const struct call *call, const struct endpoint *end)
{
	return call->result >= 0 && is_datagram(end) && !end->connected && end->socket.family != AF_UNIX;
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
	if (call->argument[4] && names_sender(call, end) &&
	    !bpf_probe_read_user(&length, sizeof(length), (void *)call->argument[5]))
		endpoint_named(end, call->argument[4], length);
	return exchange_tell();
}

#endif
