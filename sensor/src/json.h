/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON onto the end of a growing text. Keys are ours; values come from anywhere and are escaped. Bytes that are
 * not UTF-8 become U+FFFD, since a line must be valid JSON whatever a file is called. A text that cannot grow is marked
 * as failed and ignores what comes then.
 */
#ifndef DETPACK_JSON_H
#define DETPACK_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *bytes; /* not ended by NUL */
	size_t length;
	size_t room;
	bool failed;
};

/* No text is longer; one that would be has failed. A record makes a line of 150 KiB at most. */
#define TEXT_MOST (4u << 20)

void text_free(struct text *text);
void text_clear(struct text *text);

/* As it is, without escaping. */
void text_add(struct text *text, const char *bytes, size_t length);

/* The digits of a number, decimal. */
void text_add_number(struct text *text, uint64_t value);

/*
 * Opens an object or list, under a key or (NULL) as an element. What json_begin gives is for json_end, which takes back
 * an object or list that stayed empty, and its key. The outermost is never taken back.
 */
size_t json_begin(struct text *text, const char *key, char bracket);
void json_end(struct text *text, size_t begun, char bracket);

/* A value under a key, or (NULL) as an element of a list. */
void json_string(struct text *text, const char *key, const char *value, size_t length);
void json_text(struct text *text, const char *key, const char *value); /* ended by NUL; nothing for NULL */
void json_unsigned(struct text *text, const char *key, uint64_t value);
void json_number_text(struct text *text, const char *key, uint64_t value); /* the digits as a string */
void json_long(struct text *text, const char *key, uint64_t value); /* at most 2^53 - 1, which every reader holds */
void json_signed(struct text *text, const char *key, int64_t value);
void json_true(struct text *text, const char *key);
void json_false(struct text *text, const char *key);
void json_null(struct text *text, const char *key);

/* UTC with six digits, as 2026-01-01T00:00:00.000190Z; microseconds since 1970, at least 0 and before the year 10000. */
void json_time(struct text *text, const char *key, int64_t micros);

/* The same without quotes and key, into `out`, ended by NUL. */
void time_text(char out[28], int64_t micros);

#endif
