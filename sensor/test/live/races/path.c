// SPDX-License-Identifier: Apache-2.0
/*
 * A second thread exchanges two symbolic links and the bytes of the path while the first opens it. Which file each open
 * really got is known from its inode. Prints that as a text of `a` and `b`.
 */
#define _GNU_SOURCE
#include "race.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char links[2][512];
static char name[512]; /* what is opened: its last byte is flipped too */
static atomic_bool over;

/* An exchange now and then, since each is an event too, and the byte all the time. */
#define BYTES_FOR_AN_EXCHANGE 4096

static void *flip(void *argument)
{
	size_t last = strlen(name) - 1;
	(void)argument;
	for (unsigned int i = 0; !over; i++) {
		((volatile char *)name)[last] ^= '1' ^ '2';
		if (i % BYTES_FOR_AN_EXCHANGE == 0)
			syscall(SYS_renameat2, AT_FDCWD, links[0], AT_FDCWD, links[1], RENAME_EXCHANGE);
	}
	return NULL;
}

int race_path(const struct race *race)
{
	char files[2][512];
	struct stat status[2], got;
	pthread_t thread;
	char *truth = malloc((size_t)race->count + 1);

	place(files[0], sizeof(files[0]), race->directory, "file-a");
	place(files[1], sizeof(files[1]), race->directory, "file-b");
	place(links[0], sizeof(links[0]), race->directory, "link1");
	place(links[1], sizeof(links[1]), race->directory, "link2");
	for (int i = 0; i < 2; i++) {
		fill_file(files[i], 'x', 16);
		if (symlink(files[i], links[i]) || stat(files[i], &status[i]))
			return give_up(links[i]);
	}
	strcpy(name, links[0]);
	if (!truth || pthread_create(&thread, NULL, flip, NULL))
		return give_up("pthread_create");
	for (long i = 0; i < race->count; i++) {
		long fd = syscall(SYS_open, name, O_RDONLY);
		if (fd < 0 || fstat((int)fd, &got))
			return give_up(name);
		truth[i] = got.st_ino == status[0].st_ino ? 'a' : 'b';
		close((int)fd);
		/* Slow enough that the ring, which is not the point here, does not overflow. */
		if (i % 64 == 63)
			usleep(1000);
	}
	truth[race->count] = 0;
	over = true;
	pthread_join(thread, NULL);
	printf("{\"pid\":%d,\"a\":\"%s\",\"b\":\"%s\",\"inodeA\":\"%llu\",\"inodeB\":\"%llu\",\"truth\":\"%s\"}\n", getpid(),
	       files[0], files[1], (unsigned long long)status[0].st_ino, (unsigned long long)status[1].st_ino, truth);
	free(truth);
	return 0;
}
