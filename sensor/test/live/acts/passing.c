// SPDX-License-Identifier: Apache-2.0
/* Descriptors passed over UNIX sockets: one, several, 253, in several control messages, taken and not taken. */
#define _GNU_SOURCE
#include "endpoint.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_PASSED 253

struct parcel {
	struct msghdr message;
	struct iovec piece;
	char byte;
	char control[CMSG_SPACE(MOST_PASSED * sizeof(int)) + 256] __attribute__((aligned(8)));
};

static void pack_begin(struct parcel *parcel)
{
	memset(parcel, 0, sizeof(*parcel));
	parcel->byte = 'x';
	parcel->piece = (struct iovec){ &parcel->byte, 1 };
	parcel->message = (struct msghdr){ .msg_iov = &parcel->piece, .msg_iovlen = 1, .msg_control = parcel->control };
}

static void pack_message(struct parcel *parcel, const int *numbers, size_t count)
{
	struct cmsghdr *head = (struct cmsghdr *)(void *)(parcel->control + parcel->message.msg_controllen);
	fill_rights(head, numbers, count);
	parcel->message.msg_controllen += CMSG_SPACE(count * sizeof(int));
}

static size_t unpack(struct parcel *parcel, int *numbers)
{
	size_t count = 0;
	for (struct cmsghdr *head = CMSG_FIRSTHDR(&parcel->message); head; head = CMSG_NXTHDR(&parcel->message, head)) {
		size_t some = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (head->cmsg_type != SCM_RIGHTS || count + some > MOST_PASSED)
			continue;
		memcpy(numbers + count, CMSG_DATA(head), some * sizeof(int));
		count += some;
	}
	return count;
}

/* One event for each descriptor, and one for the byte that carried them. */
static void send_said(struct stage *stage, const struct held *link, struct parcel *parcel, const struct held *passed,
		      size_t count)
{
	struct statement s;
	long bytes = must(stage, call(SYS_sendmsg, link->number, &parcel->message, MSG_NOSIGNAL), "sendmsg");
	saw(&s, stage, "network_send", "sendmsg");
	say_moved(&s, bytes);
	say_held(&s, link, NULL);
	told(&s);
	for (size_t i = 0; i < count; i++) {
		saw(&s, stage, "descriptor_send", "sendmsg");
		say_result(&s, bytes);
		say_held(&s, &passed[i], NULL);
		say_text(&s, "network.transport", "unix");
		told(&s);
	}
}

static void receive_said(struct stage *stage, const struct held *link, const struct held *passed, size_t count,
			 pid_t from, int flags)
{
	static struct parcel parcel;
	static int numbers[MOST_PASSED];
	struct statement s;
	pack_begin(&parcel);
	parcel.message.msg_controllen = sizeof(parcel.control);
	long bytes = must(stage, call(SYS_recvmsg, link->number, &parcel.message, flags), "recvmsg");
	if (unpack(&parcel, numbers) != count)
		fail(stage, "other descriptors came than were sent");
	saw(&s, stage, "network_receive", "recvmsg");
	say_moved(&s, bytes);
	say_held(&s, link, NULL);
	told(&s);
	for (size_t i = 0; i < count; i++) {
		struct held held = hold_again(&passed[i], numbers[i], "received", from);
		saw(&s, stage, "descriptor_receive", "recvmsg");
		say_result(&s, bytes);
		say_held(&s, &held, NULL);
		say_text(&s, "network.transport", "unix");
		told(&s);
	}
}

/* Sent and received by one process. */
static void to_itself(struct stage *stage, int type, int flags)
{
	static struct parcel parcel;
	struct held ends[2];
	struct held secret = open_said(stage, stage->secret, O_RDONLY, "secret");
	socketpair_said(stage, type, ends, "one", "other");
	pack_begin(&parcel);
	pack_message(&parcel, &secret.number, 1);
	send_said(stage, &ends[0], &parcel, &secret, 1);
	receive_said(stage, &ends[1], &secret, 1, getpid(), flags);
}

static void play_stream(struct stage *stage)
{
	to_itself(stage, SOCK_STREAM, 0);
}

static void play_dgram(struct stage *stage)
{
	to_itself(stage, SOCK_DGRAM, 0);
}

static void play_seqpacket(struct stage *stage)
{
	to_itself(stage, SOCK_SEQPACKET, 0);
}

static void play_cloexec(struct stage *stage)
{
	to_itself(stage, SOCK_STREAM, MSG_CMSG_CLOEXEC);
}

/* A pipe, a socket, a memfd and a directory in one message. */
static void play_several(struct stage *stage)
{
	static struct parcel parcel;
	struct held ends[2], passed[3];
	int numbers[3];
	passed[0] = open_said(stage, stage->plain, O_RDWR, "plain");
	passed[1] = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	passed[2] = socket_said(stage, AF_INET, SOCK_STREAM, "socket");
	for (int i = 0; i < 3; i++)
		numbers[i] = passed[i].number;
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	pack_begin(&parcel);
	pack_message(&parcel, numbers, 3);
	send_said(stage, &ends[0], &parcel, passed, 3);
	receive_said(stage, &ends[1], passed, 3, getpid(), 0);
}

static void play_several_messages(struct stage *stage)
{
	static struct parcel parcel;
	struct held ends[2], passed[3];
	passed[0] = open_said(stage, stage->plain, O_RDONLY, "plain");
	passed[1] = open_said(stage, stage->secret, O_RDONLY, "secret");
	passed[2] = open_said(stage, "/dev/null", O_RDWR, "null");
	socketpair_said(stage, SOCK_SEQPACKET, ends, "one", "other");
	pack_begin(&parcel);
	int first[2] = { passed[0].number, passed[1].number };
	pack_message(&parcel, first, 2);
	pack_message(&parcel, &passed[2].number, 1);
	send_said(stage, &ends[0], &parcel, passed, 3);
	receive_said(stage, &ends[1], passed, 3, getpid(), 0);
}

#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#define SCM_PIDFD 4

/* Who asks for it gets with each message a descriptor of the process that sent it, which nobody has sent. */
static void play_sender_pidfd(struct stage *stage)
{
	static struct parcel parcel;
	struct held ends[2], pidfd;
	struct statement s;
	int wanted = 1, number = -1;
	socketpair_said(stage, SOCK_DGRAM, ends, "one", "other");
	long result = call(SYS_setsockopt, ends[1].number, SOL_SOCKET, SO_PASSPIDFD, &wanted, sizeof(wanted));
	if (result == -ENOPROTOOPT)
		skip(stage, "no SO_PASSPIDFD here");
	must(stage, result, "setsockopt");
	moved_said(stage, "network_send", "sendto", &ends[0], call(SYS_sendto, ends[0].number, "x", 1, 0, NULL, 0));
	pack_begin(&parcel);
	parcel.message.msg_controllen = sizeof(parcel.control);
	long bytes = must(stage, call(SYS_recvmsg, ends[1].number, &parcel.message, 0), "recvmsg");
	struct cmsghdr *head = CMSG_FIRSTHDR(&parcel.message);
	if (!head || head->cmsg_type != SCM_PIDFD)
		fail(stage, "no descriptor of the sender came");
	memcpy(&number, CMSG_DATA(head), sizeof(number));
	saw(&s, stage, "network_receive", "recvmsg");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	told(&s);
	pidfd = hold(number, "pidfd");
	saw(&s, stage, "descriptor_create", "recvmsg");
	say_descriptor(&s, &pidfd);
	say_text(&s, "detpack.object.kind", "process");
	say_number(&s, "detpack.object.process.pid", getpid());
	told(&s);
}

/* As many as the kernel allows: the same description under 253 numbers. */
static void play_most(struct stage *stage)
{
	static struct parcel parcel;
	static struct held passed[MOST_PASSED];
	static int numbers[MOST_PASSED];
	struct held ends[2];
	struct held file = open_said(stage, stage->secret, O_RDONLY, "secret");
	for (size_t i = 0; i < MOST_PASSED; i++) {
		passed[i] = file;
		numbers[i] = file.number;
	}
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	pack_begin(&parcel);
	pack_message(&parcel, numbers, MOST_PASSED);
	send_said(stage, &ends[0], &parcel, passed, MOST_PASSED);
	receive_said(stage, &ends[1], passed, MOST_PASSED, getpid(), 0);
}

static void play_too_many(struct stage *stage)
{
	static struct parcel parcel;
	static int numbers[MOST_PASSED];
	struct held ends[2];
	struct statement s;
	struct held file = open_said(stage, stage->plain, O_RDONLY, "plain");
	for (size_t i = 0; i < MOST_PASSED; i++)
		numbers[i] = file.number;
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	pack_begin(&parcel);
	pack_message(&parcel, numbers, MOST_PASSED);
	pack_message(&parcel, numbers, 1);
	long result = call(SYS_sendmsg, ends[0].number, &parcel.message, MSG_NOSIGNAL);
	if (result >= 0)
		fail(stage, "254 descriptors were sent");
	saw(&s, stage, "network_send", "sendmsg");
	say_result(&s, result);
	say_held(&s, &ends[0], NULL);
	told(&s);
}

/* The receiver takes the bytes with read: the descriptors are dropped by the kernel, and nothing arrives. */
static void play_not_taken(struct stage *stage)
{
	static struct parcel parcel;
	struct held ends[2];
	struct statement s;
	char byte;
	struct held secret = open_said(stage, stage->secret, O_RDONLY, "secret");
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	pack_begin(&parcel);
	pack_message(&parcel, &secret.number, 1);
	send_said(stage, &ends[0], &parcel, &secret, 1);
	long bytes = must(stage, call(SYS_read, ends[1].number, &byte, 1), "read");
	saw(&s, stage, "network_receive", "read");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	told(&s);
}

/* Room for one of two: the kernel installs one and drops the other. */
static void play_cut(struct stage *stage)
{
	static struct parcel parcel;
	struct held ends[2], passed[2];
	struct statement s;
	int numbers[2], arrived[MOST_PASSED];
	passed[0] = open_said(stage, stage->plain, O_RDONLY, "plain");
	passed[1] = open_said(stage, stage->secret, O_RDONLY, "secret");
	numbers[0] = passed[0].number;
	numbers[1] = passed[1].number;
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	pack_begin(&parcel);
	pack_message(&parcel, numbers, 2);
	send_said(stage, &ends[0], &parcel, passed, 2);
	pack_begin(&parcel);
	parcel.message.msg_controllen = CMSG_LEN(sizeof(int));
	long bytes = must(stage, call(SYS_recvmsg, ends[1].number, &parcel.message, 0), "recvmsg");
	if (unpack(&parcel, arrived) != 1 || !(parcel.message.msg_flags & MSG_CTRUNC))
		fail(stage, "the message was not cut");
	saw(&s, stage, "network_receive", "recvmsg");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	told(&s);
	struct held held = hold_again(&passed[0], arrived[0], "received", getpid());
	saw(&s, stage, "descriptor_receive", "recvmsg");
	say_held(&s, &held, NULL);
	told(&s);
}

/*
 * The control messages lie where the kernel writes the length of them and the flags of the message afterwards: the number
 * that the descriptor got stands nowhere when the call ends. It is the lowest that was free.
 */
static void play_hidden(struct stage *stage)
{
	static struct parcel parcel;
	struct held ends[2];
	struct statement s;
	struct held secret = open_said(stage, stage->secret, O_RDONLY, "secret");
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	pack_begin(&parcel);
	pack_message(&parcel, &secret.number, 1);
	send_said(stage, &ends[0], &parcel, &secret, 1);
	pack_begin(&parcel);
	parcel.message.msg_control = &parcel.message.msg_control;
	parcel.message.msg_controllen = CMSG_LEN(sizeof(int));
	long bytes = must(stage, call(SYS_recvmsg, ends[1].number, &parcel.message, 0), "recvmsg");
	saw(&s, stage, "network_receive", "recvmsg");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	told(&s);
	struct held held = hold_again(&secret, ends[1].number + 1, "received", getpid());
	saw(&s, stage, "descriptor_receive", "recvmsg");
	say_held(&s, &held, stage->secret);
	told(&s);
}

/* Two messages in one call. */
static void play_sendmmsg(struct stage *stage)
{
	static struct parcel parcels[2];
	struct mmsghdr messages[2] = { 0 };
	struct held ends[2], passed[2];
	struct statement s;
	passed[0] = open_said(stage, stage->plain, O_RDONLY, "plain");
	passed[1] = open_said(stage, stage->secret, O_RDONLY, "secret");
	socketpair_said(stage, SOCK_DGRAM, ends, "one", "other");
	for (int i = 0; i < 2; i++) {
		pack_begin(&parcels[i]);
		pack_message(&parcels[i], &passed[i].number, 1);
		messages[i].msg_hdr = parcels[i].message;
	}
	if (must(stage, call(SYS_sendmmsg, ends[0].number, messages, 2, 0), "sendmmsg") != 2)
		fail(stage, "sendmmsg did not send two messages");
	saw(&s, stage, "network_send", "sendmmsg");
	say_number(&s, "detpack.use.bytes", 2);
	say_number(&s, "detpack.use.count", 2);
	say_held(&s, &ends[0], NULL);
	told(&s);
	for (int i = 0; i < 2; i++) {
		saw(&s, stage, "descriptor_send", "sendmmsg");
		say_held(&s, &passed[i], NULL);
		told(&s);
	}
	for (int i = 0; i < 2; i++) {
		pack_begin(&parcels[i]);
		parcels[i].message.msg_controllen = sizeof(parcels[i].control);
		messages[i].msg_hdr = parcels[i].message;
	}
	if (must(stage, call(SYS_recvmmsg, ends[1].number, messages, 2, 0, NULL), "recvmmsg") != 2)
		fail(stage, "recvmmsg did not receive two messages");
	saw(&s, stage, "network_receive", "recvmmsg");
	say_number(&s, "detpack.use.bytes", 2);
	say_number(&s, "detpack.use.count", 2);
	say_held(&s, &ends[1], NULL);
	told(&s);
	for (int i = 0; i < 2; i++) {
		int number[MOST_PASSED];
		parcels[i].message = messages[i].msg_hdr;
		if (unpack(&parcels[i], number) != 1)
			fail(stage, "no descriptor came");
		struct held held = hold_again(&passed[i], number[0], "received", getpid());
		saw(&s, stage, "descriptor_receive", "recvmmsg");
		say_held(&s, &held, NULL);
		told(&s);
	}
}

/*
 * The number lies where the kernel writes how much was sent: when the call ends it is another. What was sent is then not
 * known at the sender, and the event says so.
 */
static void play_rewritten(struct stage *stage)
{
	struct mmsghdr message = { 0 };
	struct cmsghdr *head = (struct cmsghdr *)(void *)&message.msg_hdr.msg_controllen;
	struct held ends[2];
	struct statement s;
	char bytes[16] = { 0 };
	struct held secret = open_said(stage, stage->secret, O_RDONLY, "secret");
	socketpair_said(stage, SOCK_SEQPACKET, ends, "one", "other");
	struct iovec piece = { bytes, (size_t)ends[0].number };
	message.msg_hdr.msg_iov = &piece;
	message.msg_hdr.msg_iovlen = 1;
	message.msg_hdr.msg_control = head;
	fill_rights(head, &secret.number, 1);
	if (must(stage, call(SYS_sendmmsg, ends[0].number, &message, 1, 0), "sendmmsg") != 1)
		fail(stage, "nothing was sent");
	saw(&s, stage, "network_send", "sendmmsg");
	say_moved(&s, ends[0].number);
	say_held(&s, &ends[0], NULL);
	told(&s);
	saw(&s, stage, "descriptor_send", "sendmmsg");
	say_held(&s, &ends[0], NULL);
	say_flag(&s, "detpack.descriptor.raced", true);
	say_text(&s, "detpack.object.identity", "candidate");
	told(&s);
}

/* From one process to another, which then reads the secret it never opened. */
static void play_between_processes(struct stage *stage)
{
	static struct parcel parcel;
	struct held ends[2];
	struct statement s;
	pid_t sender = getpid();
	struct held secret = open_said(stage, stage->secret, O_RDONLY, "secret");
	socketpair_said(stage, SOCK_STREAM, ends, "one", "other");
	/* The child has no copy of the secret's descriptor: it must come over the socket. */
	pid_t child = fork_said(stage);
	if (child == 0) {
		close(secret.number);
		struct held link = hold_again(&ends[1], ends[1].number, "inherited", sender);
		receive_said(stage, &link, &secret, 1, sender, 0);
		struct held held = hold_again(&secret, secret.number, "received", sender);
		char bytes[50];
		long count = must(stage, call(SYS_read, held.number, bytes, 50), "read");
		saw(&s, stage, "file_read", "read");
		say_moved(&s, count);
		say_held(&s, &held, stage->secret);
		say_text(&s, "detpack.object.class", "credential");
		told(&s);
		leave(stage, 0);
	}
	pack_begin(&parcel);
	pack_message(&parcel, &secret.number, 1);
	send_said(stage, &ends[0], &parcel, &secret, 1);
	waitpid(child, NULL, 0);
}

const struct act passing_acts[] = {
	{ "pass-stream", NULL, play_stream, NULL },
	{ "pass-dgram", NULL, play_dgram, NULL },
	{ "pass-seqpacket", NULL, play_seqpacket, NULL },
	{ "pass-cloexec", NULL, play_cloexec, NULL },
	{ "pass-several", NULL, play_several, NULL },
	{ "pass-several-messages", NULL, play_several_messages, NULL },
	{ "pass-sender-pidfd", NULL, play_sender_pidfd, NULL },
	{ "pass-most", NULL, play_most, NULL },
	{ "pass-too-many", NULL, play_too_many, NULL },
	{ "pass-not-taken", NULL, play_not_taken, NULL },
	{ "pass-cut", NULL, play_cut, NULL },
	{ "pass-hidden", NULL, play_hidden, NULL },
	{ "pass-sendmmsg", NULL, play_sendmmsg, NULL },
	{ "pass-rewritten", NULL, play_rewritten, NULL },
	{ "pass-between-processes", NULL, play_between_processes, NULL },
	{ 0 },
};
