/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds secrets in the arguments of a program, one argument after the other, and in the words of those that are a whole
 * command line (`sh -c`). In doubt more is taken for a secret, never less; the text after it is looked at again.
 */
#ifndef DETPACK_REDACT_SCAN_H
#define DETPACK_REDACT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/redact_table.h"

/* Beside the table: names (NAME_ENDS) and shapes of the user. */
struct redact_words {
	const struct secret_name *names;
	size_t name_count;
	const struct secret_shape *shapes;
	size_t shape_count;
	bool keep_url_user;
};

/* What earlier arguments say of the next. All but `words` zero at the first. */
struct scanner {
	const struct redact_words *words;
	uint64_t programs;	 /* rows of secret_options whose program was named, a bit each */
	uint64_t after;		 /* rows whose `only_after` was */
	unsigned int later;	 /* words since a program with OPTION_LATER, itself among them */
	bool expected;		 /* the next word is or holds a secret */
	enum option_value value; /* how it does */
	unsigned int assigning;	 /* `set` or `config` was said: a name and its value follow, so many words from here */
	bool command_text;	 /* `-c` was said: a command line follows */
	bool in_key;		 /* the lines of a key follow, each an argument of its own */
};

typedef void (*secret_taker)(void *context, size_t begin, size_t end);

/* Secrets of one argument, in order, none empty. `cut`: its end was lost, so a shape may be shorter than it should. */
void scan_argument(struct scanner *scanner, const char *text, size_t length, bool cut, secret_taker take, void *context);

#endif
