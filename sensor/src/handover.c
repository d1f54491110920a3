/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/handover.h"

struct packet {
	uint32_t word;
	uint32_t zero;
	uint64_t time;
};

union aside {
	char bytes[CMSG_SPACE(HANDOVER_FDS * sizeof(int))];
	struct cmsghdr align;
};

static bool say(int fd, const struct packet *said, const int *fds, size_t count)
{
	struct iovec part = { .iov_base = (void *)(uintptr_t)said, .iov_len = sizeof(*said) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	union aside aside = {};

	if (count) {
		struct cmsghdr *head;

		message.msg_control = &aside;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(head), fds, count * sizeof(int));
	}
	/* One that does not listen for so long that its queue is full misses a sign of life, nothing else. */
	return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(*said) || errno == EAGAIN;
}

bool handover_say(int fd, enum handover_word word, uint64_t time)
{
	const struct packet said = { .word = word, .time = time };

	return say(fd, &said, NULL, 0);
}

bool handover_say_with(int fd, enum handover_word word, const int *fds, size_t count)
{
	const struct packet said = { .word = word };

	return count <= HANDOVER_FDS && say(fd, &said, fds, count);
}

int handover_hear(int fd, struct handover *heard)
{
	struct packet packet;
	union aside aside;
	struct iovec part = { .iov_base = &packet, .iov_len = sizeof(packet) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &aside, .msg_controllen = sizeof(aside) };
	ssize_t got;

	*heard = (struct handover){ .fd_count = 0 };
	do
		got = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		return 0;
	if (got < 0)
		return -1;
	for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each)) {
		size_t count = (each->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_RIGHTS || count > HANDOVER_FDS)
			continue;
		memcpy(heard->fds, CMSG_DATA(each), count * sizeof(int));
		heard->fd_count = count;
	}
	if (got != sizeof(packet) || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		handover_drop(heard);
		return -1;
	}
	heard->word = packet.word;
	heard->time = packet.time;
	return 1;
}

void handover_drop(struct handover *heard)
{
	while (heard->fd_count)
		close(heard->fds[--heard->fd_count]);
}
