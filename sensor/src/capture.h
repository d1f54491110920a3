/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records in a file, as they came over the rings: to look at what happened later, and to test everything above the rings
 * without root. Host order, as records are; for the machine that made it.
 */
#ifndef DETPACK_CAPTURE_H
#define DETPACK_CAPTURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "record.h"

struct host;

#define CAPTURE_MAGIC "dprecord"

struct capture_head {
	char magic[8];	  /* CAPTURE_MAGIC, no NUL */
	uint32_t version; /* DP_RECORD_VERSION */
	uint32_t size;	  /* of what follows of this head; 0: it ends here and the host is unknown */
	int64_t offset;	  /* UTC minus boot time, microseconds */
	char host_id[65], host_name[65], boot[33], run[33];
	char pad[4];
};

/* 0 or a negative errno. */
int capture_begin(FILE *file, const struct host *host, int64_t offset);
int capture_add(FILE *file, const struct dp_use *use);

/*
 * Reads a file from its beginning. The record is valid until the next call. 1: a record; 0: the end; -EBADMSG: not a
 * capture of this version, or broken at this place; another negative errno: it cannot be read.
 */
struct capture;
struct capture *capture_open(const char *path, struct host *host, int64_t *offset, char *problem, size_t size);
int capture_next(struct capture *capture, const struct dp_use **use);
void capture_close(struct capture *capture);

#endif
