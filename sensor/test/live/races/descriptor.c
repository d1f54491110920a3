// SPDX-License-Identifier: Apache-2.0
/*
 * Somebody else puts now a classed, now a harmless file at one number while the first thread takes data from it, small and
 * large. What it really got is known from the bytes; whether the slot was changed meanwhile, from a counter that is odd
 * while a change is going on. Who it is: another thread, or another process that has the same table of descriptors
 * (CLONE_FILES). The harmless one is put there twice in a row, so that the one before is not the one that was used.
 */
#define _GNU_SOURCE
#include "race.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SMALL 64
#define LARGE (16u << 20)
#define SLOT 50
#define PLAINS 2

static int numbers[1 + PLAINS];

/* Shared with another process. */
static struct shared {
	atomic_uint changes;
	atomic_bool over;
} *shared;

static void put(int number)
{
	shared->changes++;
	syscall(SYS_dup2, number, SLOT);
	shared->changes++;
}

static void *flip(void *argument)
{
	(void)argument;
	for (unsigned int i = 0; !shared->over; i++) {
		if (i & 1)
			for (int plain = 1; plain <= PLAINS; plain++)
				put(numbers[plain]);
		else
			put(numbers[0]);
		usleep(i % 7 * 20);
	}
	return NULL;
}

typedef long taking(char *buffer, size_t length);

static long take_by_read(char *buffer, size_t length)
{
	return syscall(SYS_pread64, SLOT, buffer, length, 0L);
}

/* What arrived says what was taken. */
static int copy;

static long take_by_sendfile(char *buffer, size_t length)
{
	off_t at = 0;
	long moved;

	if (lseek(copy, 0, SEEK_SET))
		return -1;
	moved = sendfile(copy, SLOT, &at, length);
	return moved > 0 && pread(copy, buffer, 1, 0) == 1 ? moved : -1;
}

static int play(const struct race *race, taking *take, bool process)
{
	char path[512];
	static const char *const names[] = { "id_ed25519", "plain.txt", "plainer.txt" };
	pthread_t thread;
	pid_t child = 0;
	char *buffer = malloc(LARGE), *truth = malloc((size_t)race->count + 1), *quiet = malloc((size_t)race->count + 1);

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i <= PLAINS; i++) {
		place(path, sizeof(path), race->directory, names[i]);
		fill_file(path, i ? 'p' : 's', LARGE);
		numbers[i] = open(path, O_RDONLY);
		if (numbers[i] < 0)
			return give_up(path);
	}
	place(path, sizeof(path), race->directory, "copy");
	copy = open(path, O_RDWR | O_CREAT, 0600);
	if (!buffer || !truth || !quiet || shared == MAP_FAILED || copy < 0 || dup2(numbers[1], SLOT) != SLOT)
		return give_up("open");
	if (process) {
		child = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0L, 0L, 0L, 0L);
		if (child < 0)
			return give_up("clone");
		if (!child) {
			flip(NULL);
			_exit(0);
		}
	} else if (pthread_create(&thread, NULL, flip, NULL)) {
		return give_up("pthread_create");
	}
	for (long i = 0; i < race->count; i++) {
		/* One in ten is large. */
		size_t length = i % 10 == 9 ? LARGE : SMALL;
		unsigned int before = shared->changes;
		long got = take(buffer, length);
		unsigned int after = shared->changes;
		if (got != (long)length)
			return give_up("taking");
		/* Something rare has the uses before it told, so that those of two files are not folded beside each other. */
		syscall(SYS_fchmod, numbers[1], 0600);
		truth[i] = buffer[0];
		quiet[i] = before == after && !(before & 1) ? '1' : '0';
		usleep(i % 5 * 10);
	}
	truth[race->count] = quiet[race->count] = 0;
	shared->over = true;
	if (process)
		waitpid(child, NULL, 0);
	else
		pthread_join(thread, NULL);
	printf("{\"pid\":%d,\"thread\":%d,\"slot\":%d,\"truth\":\"%s\",\"quiet\":\"%s\"}\n", getpid(), gettid(), SLOT, truth,
	       quiet);
	free(buffer);
	free(truth);
	free(quiet);
	return 0;
}

int race_descriptor(const struct race *race)
{
	return play(race, take_by_read, false);
}

int race_shared(const struct race *race)
{
	return play(race, take_by_read, true);
}

int race_source(const struct race *race)
{
	return play(race, take_by_sendfile, false);
}
