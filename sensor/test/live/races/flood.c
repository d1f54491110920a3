// SPDX-License-Identifier: Apache-2.0
/*
 * COUNT reads and writes, in turns on different descriptors so that they do not fold, and a few rare uses among them.
 * Prints how many of each were made.
 */
#define _GNU_SOURCE
#include "race.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RARE 32

static int pass(int from, int to, int passed)
{
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8))) = { 0 };
	char byte = 'x';
	struct iovec { void *base; size_t length; } piece = { &byte, 1 };
	struct msghdr message = { .msg_iov = (void *)&piece, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	int arrived;

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &passed, sizeof(int));
	if (sendmsg(from, &message, 0) != 1 || recvmsg(to, &message, 0) != 1)
		return -1;
	memcpy(&arrived, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	close(arrived);
	return 0;
}

int race_flood(const struct race *race)
{
	char paths[2][512], byte = 'x';
	int files[2], ends[2];
	long reads = 0, writes = 2 /* which fill the files */, rare = 0;
	long between = race->count / RARE > 0 ? race->count / RARE : 1;

	for (int i = 0; i < 2; i++) {
		place(paths[i], sizeof(paths[i]), race->directory, i ? "other" : "one");
		fill_file(paths[i], 'x', 4096);
		files[i] = open(paths[i], O_RDWR);
	}
	if (files[0] < 0 || files[1] < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return give_up("open");
	for (long i = 0; i < race->count; i++) {
		if (i & 1)
			writes += syscall(SYS_pwrite64, files[1], &byte, 1L, 0L) == 1;
		else
			reads += syscall(SYS_pread64, files[0], &byte, 1L, 0L) == 1;
		if (i % between != between - 1 || rare == RARE)
			continue;
		if (fchmod(files[0], 0600) || pass(ends[0], ends[1], files[1]) || kill(getpid(), SIGCONT))
			return give_up("a rare use");
		rare++;
	}
	printf("{\"pid\":%d,\"reads\":%ld,\"writes\":%ld,\"rare\":%ld}\n", getpid(), reads, writes, rare);
	return 0;
}
