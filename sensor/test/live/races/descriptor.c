// SPDX-License-Identifier: Apache-2.0
/*
 * A second thread puts now a classed, now a harmless file at one number while the first reads from it, small and large.
 * What a read really got is known from its bytes; whether the slot was changed meanwhile, from a counter that is odd
 * while a change is going on.
 */
#define _GNU_SOURCE
#include "race.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SMALL 64
#define LARGE (16u << 20)
#define SLOT 50

static int numbers[2];
static atomic_uint changes;
static atomic_bool over;

static void *flip(void *argument)
{
	(void)argument;
	for (unsigned int i = 0; !over; i++) {
		changes++;
		syscall(SYS_dup2, numbers[i & 1], SLOT);
		changes++;
		usleep(i % 7 * 20);
	}
	return NULL;
}

int race_descriptor(const struct race *race)
{
	char secret[512], plain[512];
	pthread_t thread;
	char *buffer = malloc(LARGE), *truth = malloc((size_t)race->count + 1), *quiet = malloc((size_t)race->count + 1);

	place(secret, sizeof(secret), race->directory, "id_ed25519");
	place(plain, sizeof(plain), race->directory, "plain.txt");
	fill_file(secret, 's', LARGE);
	fill_file(plain, 'p', LARGE);
	numbers[0] = open(secret, O_RDONLY);
	numbers[1] = open(plain, O_RDONLY);
	if (!buffer || !truth || !quiet || numbers[0] < 0 || numbers[1] < 0 || dup2(numbers[1], SLOT) != SLOT)
		return give_up("open");
	if (pthread_create(&thread, NULL, flip, NULL))
		return give_up("pthread_create");
	for (long i = 0; i < race->count; i++) {
		/* One read in ten is large. */
		size_t length = i % 10 == 9 ? LARGE : SMALL;
		unsigned int before = changes;
		long got = syscall(SYS_pread64, SLOT, buffer, length, 0L);
		unsigned int after = changes;
		if (got != (long)length)
			return give_up("pread64");
		/* Something rare has the reads before it told, so that those of two files are not folded beside each other. */
		syscall(SYS_fchmod, numbers[1], 0600);
		truth[i] = buffer[0];
		quiet[i] = before == after && !(before & 1) ? '1' : '0';
		usleep(i % 5 * 10);
	}
	truth[race->count] = quiet[race->count] = 0;
	over = true;
	pthread_join(thread, NULL);
	printf("{\"pid\":%d,\"thread\":%d,\"slot\":%d,\"truth\":\"%s\",\"quiet\":\"%s\"}\n", getpid(), gettid(), SLOT, truth,
	       quiet);
	free(buffer);
	free(truth);
	free(quiet);
	return 0;
}
