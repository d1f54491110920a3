/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of options: one a line, the name without its dashes, then blanks and the value, to the end of the line. Lines
 * that begin with # say nothing.
 */
#ifndef DETPACK_CONFIG_H
#define DETPACK_CONFIG_H

#include <stddef.h>

struct config {
	char *bytes;
	char **arguments; /* as main gets them; the first is the path of the file, the last NULL */
	int count;
};

/* Only from a file that root alone may change. 0, or -1 with the reason in `problem`. `config` goes to config_free. */
int config_read(const char *path, struct config *config, char *problem, size_t size);

/* The same from text, of which `config` becomes the owner. */
int config_parse(const char *path, char *bytes, size_t length, struct config *config, char *problem, size_t size);

void config_free(struct config *config);

#endif
