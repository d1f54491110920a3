/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users and their groups, from /etc/passwd and /etc/group alone: a static program cannot use the name services of the
 * host, so users that only a directory server knows are not found.
 */
#ifndef DETPACK_ACCOUNT_H
#define DETPACK_ACCOUNT_H

#include <stdbool.h>
#include <sys/types.h>

#define ACCOUNT_GROUPS 256

struct account {
	uid_t uid;
	gid_t gid;
	char name[64], home[256], shell[256];
	gid_t groups[ACCOUNT_GROUPS];
	int group_count; /* its own among them */
};

/* By name, or by number when it is one. False: it is not there, or it has more than 256 groups. */
bool account_find(const char *user, struct account *account);

#endif
