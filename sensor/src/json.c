/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "src/json.h"

void text_free(struct text *text)
{
	free(text->bytes);
	memset(text, 0, sizeof(*text));
}

void text_clear(struct text *text)
{
	text->length = 0;
	text->failed = false;
}

static char *grow(struct text *text, size_t more)
{
	size_t room = text->room ? text->room : 2048;
	char *bytes;

	if (text->failed || more > TEXT_MOST - text->length) {
		text->failed = true;
		return NULL;
	}
	while (room < text->length + more)
		room *= 2;
	bytes = realloc(text->bytes, room);
	if (!bytes) {
		text->failed = true;
		return NULL;
	}
	text->bytes = bytes;
	text->room = room;
	return text->bytes + text->length;
}

/* Room for so many bytes more; NULL when the text has failed. There is never more room than a text may be long. */
static inline char *room_for(struct text *text, size_t more)
{
	if (more <= text->room - text->length && !text->failed && text->room)
		return text->bytes + text->length;
	return grow(text, more);
}

void text_add(struct text *text, const char *bytes, size_t length)
{
	char *at = room_for(text, length);

	if (!at || !length)
		return;
	memcpy(at, bytes, length);
	text->length += length;
}

static inline void add_byte(struct text *text, char byte)
{
	char *at = room_for(text, 1);

	if (at) {
		*at = byte;
		text->length++;
	}
}

/* The comma and the key before a value. */
static inline void begin_value(struct text *text, const char *key)
{
	size_t length = key ? strlen(key) : 0;
	char *from = room_for(text, length + 4), *at = from;
	char before = text->length ? text->bytes[text->length - 1] : '\n';

	if (!at)
		return;
	if (before != '{' && before != '[' && before != '\n')
		*at++ = ',';
	if (key) {
		*at++ = '"';
		memcpy(at, key, length);
		at += length;
		*at++ = '"';
		*at++ = ':';
	}
	text->length += (size_t)(at - from);
}

size_t json_begin(struct text *text, const char *key, char bracket)
{
	size_t begun = text->length;

	begin_value(text, key);
	add_byte(text, bracket);
	return begun;
}

void json_end(struct text *text, size_t begun, char bracket)
{
	if (text->failed)
		return;
	if (begun && text->length && text->bytes[begun - 1] != '\n' && text->bytes[text->length - 1] == bracket) {
		text->length = begun;
		return;
	}
	add_byte(text, bracket == '{' ? '}' : ']');
}

/*
 * Length of the UTF-8 sequence that begins here, 0 when it is none (RFC 3629: no overlong forms, no surrogates, nothing
 * above U+10FFFF).
 */
static size_t sequence(const unsigned char *at, size_t left)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	length = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	if (at[0] == 0xe0)
		low = 0xa0;
	if (at[0] == 0xed)
		high = 0x9f;
	if (at[0] == 0xf0)
		low = 0x90;
	if (at[0] == 0xf4)
		high = 0x8f;
	if (left < length || at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	return length;
}

static void add_escape(struct text *text, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";
	char escape[6] = { '\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15] };
	const char *common = NULL;

	if (byte == '"')
		common = "\\\"";
	if (byte == '\\')
		common = "\\\\";
	if (byte == '\n')
		common = "\\n";
	if (byte == '\t')
		common = "\\t";
	if (byte == '\r')
		common = "\\r";
	text_add(text, common ? common : escape, common ? 2 : sizeof(escape));
}

/* Printable ASCII but for the quote and the backslash. */
static inline bool is_plain(unsigned char byte)
{
	return byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\';
}

#define EACH(byte) (0x0101010101010101ull * (byte))

/* The same of eight at once, in one word: where a byte is another, the highest bit of some byte is set. */
static inline bool are_plain(const unsigned char *bytes)
{
	uint64_t word, quote, backslash, last;

	memcpy(&word, bytes, sizeof(word));
	quote = word ^ EACH('"');
	backslash = word ^ EACH('\\');
	last = word ^ EACH(0x7f);
	return !((word | (word - EACH(' ')) | (quote - EACH(1)) | (backslash - EACH(1)) | (last - EACH(1))) & EACH(0x80));
}

void json_string(struct text *text, const char *key, const char *value, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)value;
	size_t plain = 0;

	begin_value(text, key);
	add_byte(text, '"');
	for (size_t i = 0; i < length;) {
		size_t step;

		while (length - i >= sizeof(uint64_t) && are_plain(bytes + i))
			i += sizeof(uint64_t);
		while (i < length && is_plain(bytes[i]))
			i++;
		if (i == length)
			break;
		step = bytes[i] >= 0x80 ? sequence(bytes + i, length - i) : 0;
		if (step) {
			i += step;
			continue;
		}
		text_add(text, value + plain, i - plain);
		if (bytes[i] >= 0x80)
			text_add(text, "\xef\xbf\xbd", 3);
		else
			add_escape(text, bytes[i]);
		plain = ++i;
	}
	text_add(text, value + plain, length - plain);
	add_byte(text, '"');
}

void json_text(struct text *text, const char *key, const char *value)
{
	if (value)
		json_string(text, key, value, strlen(value));
}

/* Digits from the end of a buffer of 20; gives where they begin. */
static const char *digits(char buffer[20], uint64_t value)
{
	char *at = buffer + 20;

	do
		*--at = (char)('0' + value % 10);
	while (value /= 10);
	return at;
}

void text_add_number(struct text *text, uint64_t value)
{
	char buffer[20];
	const char *from = digits(buffer, value);

	text_add(text, from, (size_t)(buffer + 20 - from));
}

void json_unsigned(struct text *text, const char *key, uint64_t value)
{
	begin_value(text, key);
	text_add_number(text, value);
}

void json_long(struct text *text, const char *key, uint64_t value)
{
	json_unsigned(text, key, value < (1ull << 53) ? value : (1ull << 53) - 1);
}

void json_number_text(struct text *text, const char *key, uint64_t value)
{
	char buffer[22];
	char *from = (char *)digits(buffer + 1, value);

	*--from = '"';
	buffer[21] = '"';
	begin_value(text, key);
	text_add(text, from, (size_t)(buffer + 22 - from));
}

void json_signed(struct text *text, const char *key, int64_t value)
{
	char buffer[20];
	const char *from = digits(buffer, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);

	begin_value(text, key);
	if (value < 0)
		add_byte(text, '-');
	text_add(text, from, (size_t)(buffer + 20 - from));
}

void json_true(struct text *text, const char *key)
{
	begin_value(text, key);
	text_add(text, "true", 4);
}

void json_false(struct text *text, const char *key)
{
	begin_value(text, key);
	text_add(text, "false", 5);
}

void json_null(struct text *text, const char *key)
{
	begin_value(text, key);
	text_add(text, "null", 4);
}

static void put(char *at, uint64_t value, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		at[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

/* 9999-12-31T23:59:59.999999Z; what is later, or before 1970, is no time of an event. */
#define LAST_MICROSECOND 253402300799999999ll

/* The date of a day by Howard Hinnant's well-known arithmetic on years that begin in March. */
void time_text(char out[28], int64_t micros)
{
	uint64_t all = micros < 0 ? 0 : micros > LAST_MICROSECOND ? LAST_MICROSECOND : (uint64_t)micros;
	uint64_t seconds = all / 1000000, days = seconds / 86400, rest = seconds % 86400;
	uint64_t shifted = days + 719468, era = shifted / 146097, day_of_era = shifted % 146097;
	uint64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	uint64_t shifted_month = (5 * day_of_year + 2) / 153;
	uint64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
	uint64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
	uint64_t year = year_of_era + era * 400 + (month <= 2);

	memcpy(out, "0000-00-00T00:00:00.000000Z", 28);
	put(out, year, 4);
	put(out + 5, month, 2);
	put(out + 8, day, 2);
	put(out + 11, rest / 3600, 2);
	put(out + 14, rest / 60 % 60, 2);
	put(out + 17, rest % 60, 2);
	put(out + 20, all % 1000000, 6);
}

void json_time(struct text *text, const char *key, int64_t micros)
{
	char out[28];

	time_text(out, micros);
	begin_value(text, key);
	add_byte(text, '"');
	text_add(text, out, 27);
	add_byte(text, '"');
}
