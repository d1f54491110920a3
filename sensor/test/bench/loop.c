/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop: for measuring what being watched costs. Reads a line `open COUNT PATH` or `call COUNT` from standard input, does
 * that so many times, and prints how many nanoseconds each took. open: open, read 64 bytes and close; call: getppid.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int open_read_close(const char *path)
{
	char bytes[64];
	int fd = open(path, O_RDONLY);

	return fd < 0 || read(fd, bytes, sizeof(bytes)) < 0 || close(fd);
}

int main(void)
{
	char line[512], path[256];
	long count;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		int opens = sscanf(line, "open %ld %255s", &count, path) == 2;
		double began = now();

		if (!opens && sscanf(line, "call %ld", &count) != 1)
			return 2;
		for (long i = 0; i < count; i++)
			if (opens && open_read_close(path))
				return 1;
			else if (!opens)
				syscall(SYS_getppid);
		printf("%.1f\n", (now() - began) / (double)count);
	}
	return 0;
}
