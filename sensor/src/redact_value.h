/* SPDX-License-Identifier: Apache-2.0 */
/* Where a secret ends, by what stands before it, and secrets that are known by their shape. */
#ifndef DETPACK_REDACT_VALUE_H
#define DETPACK_REDACT_VALUE_H

#include "src/redact_scan.h"

/* One argument. */
struct argument {
	const char *text;
	size_t length;
	bool cut;     /* its end was lost */
	bool spaced;  /* it has more than one word */
	bool command; /* it is a command line: words end at spaces */
	char quote;   /* that is open where the scan is, 0: none */
};

struct span {
	size_t begin, end;
	size_t next; /* where the scan goes on, at least `end` */
};

bool is_blank(char byte);
bool is_quote(char byte);

/* To the quote that closes the one at `from`. */
struct span value_quoted(const struct argument *argument, size_t from);

/* To the end of a word as a shell sees it. */
struct span value_word(const struct argument *argument, size_t from);

/* To the end of the line, or of the quotes it stands in. */
struct span value_line(const struct argument *argument, size_t from);

/* To the next part of a query. */
struct span value_query(const struct argument *argument, size_t from);

/* `Bearer`, `Basic` and the like with the spaces after it: how long; 0: none. */
size_t scheme_length(const struct argument *argument, size_t from);

/* A secret by its shape that begins exactly here; false: none. A key in PEM is one. */
bool shape_at(const struct argument *argument, const struct redact_words *words, size_t from, struct span *span);

/* Of a URL whose `://` is here: what stands before the `@`. `no_at`: no `@` before that place; begins as 0. */
bool url_user_at(const struct argument *argument, size_t from, size_t *no_at, struct span *span);

#endif
