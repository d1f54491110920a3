/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop: for measuring what being watched costs, and how much is seen in time. Reads commands from standard input, a line
 * each, and answers each with a number:
 *
 *	open COUNT PATH    opens, reads 64 bytes and closes so many times: nanoseconds of a processor each
 *	call COUNT         getppid so many times: nanoseconds of a processor each
 *	share              a second thread shares the table of descriptors from now on, and sleeps: 0
 *	rate EACH MS PATH  opens and reads at a steady pace of EACH uses a second in all: uses a second that it came to
 *	chain PATH         reads the file and sends a datagram to loopback: wall clock after the send, microseconds
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void open_read_close(const char *path)
{
	char bytes[64];
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, bytes, sizeof(bytes)) < 0 || close(fd))
		exit(1);
}

static double opens(long count, const char *path)
{
	double began = now(CLOCK_THREAD_CPUTIME_ID);

	for (long i = 0; i < count; i++)
		open_read_close(path);
	return (now(CLOCK_THREAD_CPUTIME_ID) - began) / (double)count;
}

static double calls(long count)
{
	double began = now(CLOCK_THREAD_CPUTIME_ID);

	for (long i = 0; i < count; i++)
		syscall(SYS_getppid);
	return (now(CLOCK_THREAD_CPUTIME_ID) - began) / (double)count;
}

static void *sleeper(void *argument)
{
	(void)argument;
	for (;;)
		pause();
	return NULL;
}

static double share(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, sleeper, NULL))
		exit(1);
	return 0;
}

/* An open and a read are two uses; every millisecond those that are due by then. */
static double paced(double each_second, double milliseconds, const char *path)
{
	double began = now(CLOCK_MONOTONIC), until = began + milliseconds * 1e6, at = began;
	double due = 0, done = 0;

	while (at < until) {
		struct timespec rest = { .tv_nsec = 1000000 };

		for (due = (at - began) / 1e9 * each_second; done < due; done += 2)
			open_read_close(path);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, NULL);
		at = now(CLOCK_MONOTONIC);
	}
	return done / (now(CLOCK_MONOTONIC) - began) * 1e9;
}

static double chain(const char *path)
{
	struct sockaddr_in nobody = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char bytes[64];
	int file = open(path, O_RDONLY), socket_ = socket(AF_INET, SOCK_DGRAM, 0);
	ssize_t got = read(file, bytes, sizeof(bytes));
	double end;

	if (got <= 0 || sendto(socket_, bytes, (size_t)got, 0, (struct sockaddr *)&nobody, sizeof(nobody)) != got)
		exit(1);
	end = now(CLOCK_REALTIME);
	close(file);
	close(socket_);
	return end / 1e3;
}

int main(void)
{
	char line[512], path[256];
	long count, length;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		double answer;

		if (sscanf(line, "open %ld %255s", &count, path) == 2)
			answer = opens(count, path);
		else if (sscanf(line, "call %ld", &count) == 1)
			answer = calls(count);
		else if (!strcmp(line, "share\n"))
			answer = share();
		else if (sscanf(line, "rate %ld %ld %255s", &count, &length, path) == 3)
			answer = paced((double)count, (double)length, path);
		else if (sscanf(line, "chain %255s", path) == 1)
			answer = chain(path);
		else
			return 2;
		printf("%.1f\n", answer);
	}
	return 0;
}
