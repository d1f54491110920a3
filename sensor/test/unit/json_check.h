/* SPDX-License-Identifier: Apache-2.0 */
/* Whether bytes are one JSON value in UTF-8 (RFC 8259, integers only), written apart from json.c to judge it. */
#ifndef DETPACK_JSON_CHECK_H
#define DETPACK_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_CHECK_DEPTH 64

static inline bool json_check_utf8(const unsigned char *at, size_t left, size_t *length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code;

	*length = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : at[0] >> 3 == 30 ? 4 : 0;
	if (*length == 0 || *length > left)
		return false;
	code = *length == 1 ? at[0] : at[0] & (0x7fu >> *length);
	for (size_t i = 1; i < *length; i++) {
		if (at[i] >> 6 != 2)
			return false;
		code = code << 6 | (at[i] & 0x3f);
	}
	return code >= least[*length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/* Length of the string that begins here with its quotes; 0: it is none. */
static inline size_t json_check_string(const char *text, size_t left)
{
	size_t at = 1, step;

	if (!left || text[0] != '"')
		return 0;
	while (at < left && text[at] != '"') {
		if (text[at] == '\\') {
			if (left - at > 1 && text[at + 1] && strchr("\"\\/bfnrt", text[at + 1])) {
				at += 2;
				continue;
			}
			if (left - at < 6 || text[at + 1] != 'u')
				return 0;
			for (int i = 2; i < 6; i++)
				if (!text[at + i] || !strchr("0123456789abcdefABCDEF", text[at + i]))
					return 0;
			at += 6;
			continue;
		}
		if ((unsigned char)text[at] < 0x20 || !json_check_utf8((const unsigned char *)text + at, left - at, &step))
			return 0;
		at += step;
	}
	return at < left ? at + 1 : 0;
}

static inline size_t json_check_scalar(const char *text, size_t left)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t at = left && text[0] == '-', from = at;

	for (size_t i = 0; i < 3; i++)
		if (left >= strlen(words[i]) && !memcmp(text, words[i], strlen(words[i])))
			return strlen(words[i]);
	while (at < left && text[at] >= '0' && text[at] <= '9')
		at++;
	return at == from || (text[from] == '0' && at > from + 1) ? 0 : at;
}

static inline bool json_is_valid(const char *text, size_t length)
{
	char open[JSON_CHECK_DEPTH];
	size_t depth = 0, at = 0, step;
	enum { VALUE, VALUE_OR_END, KEY_OR_END, KEY, AFTER } want = VALUE;

	while (at < length) {
		char byte = text[at];

		if (want == AFTER && depth && byte == ',') {
			want = open[depth - 1] == '{' ? KEY : VALUE;
			at++;
		} else if ((want == AFTER || want == VALUE_OR_END || want == KEY_OR_END) && depth &&
			   byte == (open[depth - 1] == '{' ? '}' : ']')) {
			depth--;
			want = AFTER;
			at++;
		} else if (want == KEY || want == KEY_OR_END) {
			step = json_check_string(text + at, length - at);
			if (!step || at + step >= length || text[at + step] != ':')
				return false;
			at += step + 1;
			want = VALUE;
		} else if (want == AFTER) {
			return false;
		} else if (byte == '{' || byte == '[') {
			if (depth == JSON_CHECK_DEPTH)
				return false;
			open[depth++] = byte;
			want = byte == '{' ? KEY_OR_END : VALUE_OR_END;
			at++;
		} else {
			step = byte == '"' ? json_check_string(text + at, length - at) :
					     json_check_scalar(text + at, length - at);
			if (!step)
				return false;
			at += step;
			want = AFTER;
		}
	}
	return want == AFTER && depth == 0;
}

#endif
