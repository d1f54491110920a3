/* SPDX-License-Identifier: Apache-2.0 */
/* Who and where we are, and the ids that are made of it (event contract, sections 1 and 3). */
#ifndef DETPACK_HOST_H
#define DETPACK_HOST_H

#include <stdint.h>

#include "record.h"

#define ENTITY_SIZE 33 /* 32 hex digits and NUL */

struct host {
	char id[65];	    /* /etc/machine-id; "unknown" without */
	char name[65];
	char boot[33];	    /* boot id without dashes */
	char run[33];	    /* 128 random bits, hex: one life of this process */
	char object[17];    /* what every object id of this host begins with */
	struct dp_process self; /* the sensor's own process */
};

/* 0 or a negative errno. Only the boot id and randomness are needed; the rest has its "unknown". */
int host_read(struct host *host);

/* Fills what follows from id, boot and run: for hosts read from a capture. */
void host_derive(struct host *host);

/* process.entity_id of a process of this host and boot; "" for one that is not known (pid 0). */
void host_entity(const struct host *host, const struct dp_process *process, char id[ENTITY_SIZE]);

/* detpack.object.id; at most OBJECT_SIZE with NUL. "" for an object without an inode. */
#define OBJECT_SIZE 64
void host_object(const struct host *host, const struct dp_object_key *key, char id[OBJECT_SIZE]);

/* detpack.description.id; "" for 0. */
#define DESCRIPTION_SIZE 56
void host_description(const struct host *host, uint64_t description, char id[DESCRIPTION_SIZE]);

#endif
