/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <stdbool.h>
#include <sys/random.h>
#include <unistd.h>

#include "src/host.h"

static void hex(char *out, const unsigned char *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * count] = '\0';
}

/* The first word of a file without dashes, into `out`; false when there is none. */
static bool read_id(const char *path, char *out, size_t size)
{
	char line[128] = "";
	FILE *file = fopen(path, "re");
	size_t length = 0;

	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	for (size_t i = 0; line[i] && line[i] != '\n' && length + 1 < size; i++)
		if (line[i] != '-')
			out[length++] = line[i];
	out[length] = '\0';
	return length > 0;
}

/* When a process started: the 22nd field of its stat, in ticks of 10 ms (proc(5)); exact enough to name the sensor. */
static uint64_t own_start(void)
{
	char line[1024];
	unsigned long long ticks = 0;
	FILE *file = fopen("/proc/self/stat", "re");
	const char *end;

	if (!file)
		return 0;
	end = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	if (!end || sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
			   &ticks) != 1)
		return 0;
	return ticks * (1000000000ull / (uint64_t)sysconf(_SC_CLK_TCK));
}

int host_read(struct host *host)
{
	unsigned char random[16];

	memset(host, 0, sizeof(*host));
	if (!read_id("/etc/machine-id", host->id, sizeof(host->id)))
		snprintf(host->id, sizeof(host->id), "unknown");
	if (gethostname(host->name, sizeof(host->name) - 1) || !host->name[0])
		snprintf(host->name, sizeof(host->name), "unknown");
	if (!read_id("/proc/sys/kernel/random/boot_id", host->boot, sizeof(host->boot)))
		return -ENOENT;
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	hex(host->run, random, sizeof(random));
	host->self.pid = (uint32_t)getpid();
	host->self.start = own_start();
	host_derive(host);
	return 0;
}

void host_derive(struct host *host)
{
	static const char purpose[] = "detpack-object";
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)purpose, sizeof(purpose));
	crypto_hash_sha256_update(&state, (const unsigned char *)host->id, strlen(host->id));
	crypto_hash_sha256_final(&state, digest);
	hex(host->object, digest, 8);
}

void host_entity(const struct host *host, const struct dp_process *process, char id[ENTITY_SIZE])
{
	static const char purpose[] = "detpack-process";
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	char number[24];

	id[0] = '\0';
	if (!process->pid)
		return;
	/* Each text with the NUL that ends it, but for the last. */
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)purpose, sizeof(purpose));
	crypto_hash_sha256_update(&state, (const unsigned char *)host->id, strlen(host->id) + 1);
	crypto_hash_sha256_update(&state, (const unsigned char *)host->boot, strlen(host->boot) + 1);
	snprintf(number, sizeof(number), "%u", process->pid);
	crypto_hash_sha256_update(&state, (const unsigned char *)number, strlen(number) + 1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)process->start);
	crypto_hash_sha256_update(&state, (const unsigned char *)number, strlen(number));
	crypto_hash_sha256_final(&state, digest);
	hex(id, digest, 16);
}

/* Each writes without NUL and gives where it ended; several of these are in every event. */
static char *put_text(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length);
	return at + length;
}

static char *put_number(char *at, uint64_t value, unsigned int base)
{
	char digits[20], *from = digits + sizeof(digits);
	size_t length;

	do
		*--from = "0123456789abcdef"[value % base];
	while (value /= base);
	length = (size_t)(digits + sizeof(digits) - from);
	memcpy(at, from, length);
	return at + length;
}

void host_object(const struct host *host, const struct dp_object_key *key, char id[OBJECT_SIZE])
{
	char *at = id;

	/* 16 digits, then at most 8, 20 and 8, with three dashes and NUL: less than OBJECT_SIZE. */
	if (key->inode) {
		at = put_text(at, host->object);
		*at++ = '-';
		at = put_number(at, key->device, 16);
		*at++ = '-';
		at = put_number(at, key->inode, 10);
		*at++ = '-';
		at = put_number(at, key->generation, 16);
	}
	*at = '\0';
}

void host_description(const struct host *host, uint64_t description, char id[DESCRIPTION_SIZE])
{
	char *at = id;

	/* 32 digits, two letters, at most 20 and NUL: less than DESCRIPTION_SIZE. */
	if (description) {
		at = put_text(at, host->run);
		*at++ = '-';
		*at++ = 'd';
		at = put_number(at, description, 10);
	}
	*at = '\0';
}
