// SPDX-License-Identifier: Apache-2.0
/*
 * Opens the secret, then COUNT descriptors that stay open, or as many as the hard limit allows, then reads the secret and
 * sends it. The others are of /dev/null (`capacity`) or of the secret itself (`secrets`).
 */
#define _GNU_SOURCE
#include "race.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int overfill(const struct race *race, const char *with)
{
	char secret[512], buffer[64];
	struct rlimit most;
	long count = race->count;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);

	place(secret, sizeof(secret), race->directory, "id_ed25519");
	fill_file(secret, 's', 4096);
	if (getrlimit(RLIMIT_NOFILE, &most))
		return give_up("getrlimit");
	if (most.rlim_max != RLIM_INFINITY && (rlim_t)count + 100 > most.rlim_max)
		count = (long)most.rlim_max - 100;
	most.rlim_cur = (rlim_t)count + 100;
	if (setrlimit(RLIMIT_NOFILE, &most))
		return give_up("setrlimit");
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(server, (struct sockaddr *)&address, length) || listen(server, 1) ||
	    getsockname(server, (struct sockaddr *)&address, &length) ||
	    connect(client, (struct sockaddr *)&address, length))
		return give_up("connect");
	int key = open(secret, O_RDONLY);
	if (key < 0)
		return give_up(secret);
	for (long i = 0; i < count; i++) {
		if (open(with ? with : secret, O_RDONLY) < 0)
			return give_up(with ? with : secret);
		/* The ring is not the point. */
		if (i % 64 == 63)
			usleep(1000);
	}
	if (read(key, buffer, 64) != 64 || write(client, buffer, 64) != 64)
		return give_up("send");
	printf("{\"pid\":%d,\"opened\":%ld,\"key\":%d,\"client\":%d,\"path\":\"%s\"}\n", getpid(), count, key, client,
	       secret);
	return 0;
}

int race_capacity(const struct race *race)
{
	return overfill(race, "/dev/null");
}

int race_secrets(const struct race *race)
{
	return overfill(race, NULL);
}
