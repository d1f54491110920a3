/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/socket.h>

#include "src/handover.h"

bool handover_say(int fd, enum handover_word word, uint64_t time)
{
	const struct handover said = { .word = word, .time = time };

	/* One that does not listen for so long that its queue is full misses a sign of life, nothing else. */
	return send(fd, &said, sizeof(said), MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(said) || errno == EAGAIN;
}

int handover_hear(int fd, struct handover *heard)
{
	ssize_t got;

	do
		got = recv(fd, heard, sizeof(*heard), MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		return 0;
	return got == sizeof(*heard) ? 1 : -1;
}
