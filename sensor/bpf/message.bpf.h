/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Messages as sendmsg, recvmsg, sendmmsg and recvmmsg have them in the caller's memory. */
#ifndef DETPACK_MESSAGE_BPF_H
#define DETPACK_MESSAGE_BPF_H

#include "pass.bpf.h"

/* struct msghdr, of which a 32-bit caller has one of its own. */
struct message {
	u64 name, name_length, vector, vector_length, control, control_length;
};

#define MESSAGE_SIZE 64 /* of struct mmsghdr: a message and how much of it was moved */
#define MESSAGE_SIZE_NARROW 32

inline_always bool is_narrow(const struct call *call)
{
	return call->route == DP_COMPAT;
}

static __noinline bool read_message(u64 address, bool narrow, struct message *message)
{
	if (narrow) {
		u32 words[6];

		if (bpf_probe_read_user(words, sizeof(words), (void *)address))
			return false;
		message->name = words[0];
		message->name_length = words[1];
		message->vector = words[2];
		message->vector_length = words[3];
		message->control = words[4];
		message->control_length = words[5];
		return true;
	}
	if (bpf_probe_read_user(message, sizeof(*message), (void *)address))
		return false;
	message->name_length &= 0xffffffff;
	return true;
}

/* The name that a message has, if it counts for anything; 0: none. */
inline_always u64 name_of_message(const struct exchange *exchange, const struct endpoint *end, const struct call *call,
				  const struct message *message)
{
	if (!message->name_length || (exchange->takes ? !names_sender(call, end) : !is_datagram(end)))
		return 0;
	return message->name;
}

/* What the call was asked to do with each message. */
inline_always u64 flags_of_messages(const struct call *call)
{
	return call->argument[call->number == __NR_sendmmsg ? 3 : 2];
}

/* The name of a message into the endpoint, and where its first bytes and its control data lie. */
static __noinline void take_message(struct exchange *exchange, struct endpoint *end, const struct call *call, u64 address)
{
	struct message message = {};
	u64 data = 0;

	exchange->control_length = 0;
	if (!address)
		return;
	if (!read_message(address, is_narrow(call), &message)) {
		trouble(DP_UNREAD);
		return;
	}
	exchange->control = message.control;
	exchange->control_length = message.control_length;
	endpoint_named(end, name_of_message(exchange, end, call, &message), message.name_length);
	if (!exchange->takes)
		may_connect(exchange, end, flags_of_messages(call), message.name, message.name_length);
	if (!exchange->takes && message.vector &&
	    !bpf_probe_read_user(&data, is_narrow(call) ? 4 : 8, (void *)message.vector))
		exchange->data = data;
}

/* One message, of a call or of io_uring. */
inline_always int handle_message(const struct call *call, s32 number, u64 message, bool takes)
{
	struct exchange *exchange = exchange_begin(call, number, takes);
	struct endpoint *end = this_endpoint();

	if (!exchange || !end)
		return 0;
	take_message(exchange, end, call, message);
	exchange_tell();
	if (end->socket.family == AF_UNIX && call->result >= 0)
		passed_tell();
	return 0;
}

#define MESSAGES_MOST 1024 /* UIO_MAXIOV, which the kernel cuts a vector to */

inline_always u64 message_at(const struct call *call, u32 i)
{
	return call->argument[1] + (u64)i * (is_narrow(call) ? MESSAGE_SIZE_NARROW : MESSAGE_SIZE);
}

/*
 * One message of a vector: joined to those before it when it goes to the same place, else those are told first. The
 * endpoint is then written anew, so it is the record of the place that is told.
 */
__noinline int message_step(u32 i)
{
	struct exchange *exchange = this_exchange();
	struct endpoint *end = this_endpoint();
	struct call *call = this_call();
	struct message message = {};
	u32 moved = 0;
	u64 address, name;

	if (!exchange || !end || !call)
		return 0;
	address = message_at(call, i);
	if (!read_message(address, is_narrow(call), &message))
		trouble(DP_UNREAD);
	/* What came before is told first when this one says another place, or says none where that one said one. */
	name = name_of_message(exchange, end, call, &message);
	if (exchange->uses && (end->socket.family == AF_NETLINK || !same_name(end, name, message.name_length))) {
		exchange_tell();
		exchange->bytes = 0;
		exchange->uses = 0;
		endpoint_of(end, (void *)exchange->file, !exchange->takes);
	}
	take_message(exchange, end, call, address);
	bpf_probe_read_user(&moved, sizeof(moved),
			    (void *)(address + (is_narrow(call) ? MESSAGE_SIZE_NARROW - 4 : MESSAGE_SIZE - 8)));
	exchange->bytes += moved;
	exchange->uses++;
	return 0;
}

/* The descriptors in one message of a vector; after all that the messages moved was told. */
__noinline int message_passed(u32 i)
{
	struct exchange *exchange = this_exchange();
	struct call *call = this_call();
	struct message message = {};

	if (!exchange || !call || !read_message(message_at(call, i), is_narrow(call), &message))
		return 0;
	exchange->control = message.control;
	exchange->control_length = message.control_length;
	/* The kernel writes how much of each message it has sent into the vector, which may be where control messages lie. */
	exchange->rewritten = !exchange->takes && message.control < message_at(call, MESSAGES_MOST) &&
			      message.control + message.control_length > call->argument[1];
	if (message.control_length)
		passed_tell();
	return 0;
}

inline_always int handle_messages(const struct call *call, bool takes)
{
	struct exchange *exchange = exchange_begin(call, (s32)call->argument[0], takes);
	struct endpoint *end = this_endpoint();
	u32 i;

	if (!exchange || !end)
		return 0;
	if (call->result > 0) {
		exchange->bytes = 0;
		exchange->uses = 0;
	} else {
		take_message(exchange, end, call, message_at(call, 0));
	}
	for (i = 0; i < MESSAGES_MOST; i++) {
		if ((s64)i >= call->result)
			break;
		message_step(i);
	}
	exchange_tell();
	if (end->socket.family != AF_UNIX)
		return 0;
	for (i = 0; i < MESSAGES_MOST; i++) {
		if ((s64)i >= call->result)
			break;
		message_passed(i);
	}
	return 0;
}

inline_always int look_at_messages(void)
{
	bool takes;

	HANDLER_BEGIN;
	takes = call->number == __NR_recvmsg || call->number == __NR_recvmmsg;
	if (call->number == __NR_sendmmsg || call->number == __NR_recvmmsg)
		return handle_messages(call, takes);
	return handle_message(call, (s32)call->argument[0], call->argument[1], takes);
}

inline_always bool takes_several(const struct call *call)
{
	return call->number == __NR_recvmmsg;
}

/* The process that sent the message, where the receiver has asked for a descriptor of it (SO_PASSPIDFD). */
__noinline int tell_sender(u32 which)
{
	struct passing *passing = this_passing();
	struct task_state *state = current_state();
	struct call *call = this_call();
	struct message message = {};
	struct scratch *s;
	s32 number;
	u64 file;
	u32 i;

	if (!passing || !state || !call ||
	    !read_message(takes_several(call) ? message_at(call, which) : call->argument[1], is_narrow(call), &message))
		return 0;
	passing->at = message.control;
	passing->left = message.control_length;
	passing->count = 0;
	passing->of_sender = -1;
	for (i = 0; i < CONTROLS_MOST; i++)
		if (!control_step())
			break;
	number = passing->of_sender;
	file = (u64)file_at(number);
	if (!file || !pid_of_pidfd(number) || is_held(number, file))
		return 0;
	s = passed_begin(state, call, DP_DESCRIPTOR_CREATE);
	if (!s)
		return 0;
	pidfd_made(state, s, number);
	use_tell(s);
	return 0;
}

/* A program of its own, as on_arrived is. */
HANDLER(on_senders)
{
	s64 count;
	u32 i;

	HANDLER_BEGIN;
	count = takes_several(call) ? call->result : 1;
	for (i = 0; i < MESSAGES_MOST; i++) {
		if ((s64)i >= count)
			break;
		tell_sender(i);
	}
	return 0;
}

#define CALL_ARRIVED 404 /* no calls; see src/calls.c */
#define CALL_SENDERS 405

inline_always bool have_senders(const struct call *call)
{
	const struct passing *passing = this_passing();

	return passing && passing->senders && call->result >= 0 && call->argument[1] &&
	       (call->number == __NR_recvmsg || takes_several(call));
}

inline_always void forget_senders(void)
{
	struct passing *passing = this_passing();

	if (passing)
		passing->senders = 0;
}

/* sendmsg, recvmsg, sendmmsg, recvmmsg. What is still to be told is kept in the call, not in numbers: see is_found. */
SEC("raw_tp/sys_exit")
int on_message(struct bpf_raw_tracepoint_args *ctx)
{
	volatile struct call *call = this_call();

	if (!call)
		return 0;
	hold_cpu();
	forget_senders();
	look_at_messages();
	call->unnumbered = arrived_end();
	call->senders = have_senders((const struct call *)call);
	leave_cpu();
	if (call->unnumbered)
		bpf_tail_call(ctx, &handlers, CALL_ARRIVED);
	if (call->senders)
		bpf_tail_call(ctx, &handlers, CALL_SENDERS);
	return 0;
}

#endif
