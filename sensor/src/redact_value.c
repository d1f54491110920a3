/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "src/redact_value.h"

bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\0';
}

bool is_quote(char byte)
{
	return byte == '"' || byte == '\'' || byte == '`';
}

static struct span to(const struct argument *argument, size_t from, size_t end)
{
	if (end > argument->length)
		end = argument->length;
	return (struct span){ .begin = from, .end = end, .next = end };
}

struct span value_quoted(const struct argument *argument, size_t from)
{
	char quote = argument->text[from];
	size_t at = from + 1;
	struct span span;

	while (at < argument->length && argument->text[at] != quote)
		at += argument->text[at] == '\\' ? 2 : 1;
	span = to(argument, from + 1, at);
	if (span.end < argument->length)
		span.next = span.end + 1;
	return span;
}

struct span value_word(const struct argument *argument, size_t from)
{
	char quote = argument->quote;
	size_t at = from;

	if (quote) {
		const char *end = memchr(argument->text + from, quote, argument->length - from);

		return to(argument, from, end ? (size_t)(end - argument->text) : argument->length);
	}
	while (at < argument->length && (quote || !is_blank(argument->text[at]))) {
		char byte = argument->text[at];

		/* In a shell's own text these end a word; in other text a secret may hold them. */
		if (!quote && argument->command && strchr(";|&<>()", byte))
			break;
		if (byte == '\\' && at + 1 < argument->length)
			at++;
		else if (is_quote(byte) && (!quote || quote == byte))
			quote = quote ? 0 : byte;
		at++;
	}
	return to(argument, from, at);
}

struct span value_line(const struct argument *argument, size_t from)
{
	size_t at = from;

	while (at < argument->length && argument->text[at] != '\n' && argument->text[at] != '\r' &&
	       (!argument->quote || argument->text[at] != argument->quote))
		at++;
	return to(argument, from, at);
}

struct span value_query(const struct argument *argument, size_t from)
{
	size_t at = from;

	while (at < argument->length && !is_blank(argument->text[at]) && argument->text[at] != '&' &&
	       argument->text[at] != '#' && !is_quote(argument->text[at]))
		at++;
	return to(argument, from, at);
}

size_t scheme_length(const struct argument *argument, size_t from)
{
	static const char *const schemes[] = { "bearer", "basic", "digest", "token",	 "negotiate",
					       "apikey", "ntlm",  "key",    "aws4-hmac-sha256" };
	const char *text = argument->text + from;
	size_t left = argument->length - from;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t length = strlen(schemes[i]);

		if (left < length || strncasecmp(text, schemes[i], length))
			continue;
		if (left == length)
			return length;
		if (!is_blank(text[length]))
			continue;
		while (length < left && is_blank(text[length]))
			length++;
		return length;
	}
	return 0;
}

static bool is_token(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '-';
}

static bool is_long_token(char byte)
{
	return is_token(byte) || (byte && strchr("./+=~%", byte));
}

static bool prefix_at(const struct argument *argument, const struct secret_shape *shape, size_t from, struct span *span)
{
	size_t length, at, tokens = 0;

	if (argument->text[from] != shape->prefix[0])
		return false;
	length = strlen(shape->prefix);
	at = from + length;
	if (argument->length - from < length || memcmp(argument->text + from, shape->prefix, length))
		return false;
	while (at + tokens < argument->length && is_token(argument->text[at + tokens]))
		tokens++;
	if (tokens < shape->least && !(argument->cut && at + tokens == argument->length && tokens))
		return false;
	at += shape->most && tokens > shape->most ? shape->most : tokens;
	while (!shape->most && at < argument->length && is_long_token(argument->text[at]))
		at++;
	*span = to(argument, from, at);
	return true;
}

static bool is_base64(char byte)
{
	return isalnum((unsigned char)byte) || byte == '/' || byte == '+';
}

/* Secret access keys of Amazon have no prefix: 40 of base64, of all kinds, and no path. */
static bool amazon_secret_at(const struct argument *argument, size_t from, struct span *span)
{
	const char *text = argument->text;
	bool upper = false, lower = false, digit = false, beyond_hex = false;
	size_t at = from;

	if (text[from] == '/' || (from && (is_base64(text[from - 1]) || text[from - 1] == '_' || text[from - 1] == '.')))
		return false;
	while (at < argument->length && at - from <= 40 && is_base64(text[at])) {
		upper |= isupper((unsigned char)text[at]) != 0;
		lower |= islower((unsigned char)text[at]) != 0;
		digit |= isdigit((unsigned char)text[at]) != 0;
		beyond_hex |= !isxdigit((unsigned char)text[at]);
		at++;
	}
	*span = to(argument, from, at);
	return at - from == 40 && upper && lower && digit && beyond_hex &&
	       (at == argument->length || (!is_token(text[at]) && text[at] != '.'));
}

/* A block of PEM that is no certificate and no public key. Its first line alone when the rest are other arguments. */
static bool pem_at(const struct argument *argument, size_t from, struct span *span)
{
	static const char begin[] = "-----BEGIN", end[] = "-----END";
	const char *text = argument->text + from, *found;
	size_t left = argument->length - from, title;

	if (left < sizeof(begin) - 1 || memcmp(text, begin, sizeof(begin) - 1))
		return false;
	title = left < 80 ? left : 80;
	if (memmem(text, title, "CERTIFICATE", 11) || memmem(text, title, "PUBLIC", 6))
		return false;
	found = memmem(text, left, end, sizeof(end) - 1);
	if (found) {
		size_t at = (size_t)(found - text) + sizeof(end) - 1;

		while (at < left && text[at] != '\n' && memcmp(text + at, "-----", left - at < 5 ? left - at : 5))
			at++;
		*span = to(argument, from, from + at + 5);
	} else {
		*span = to(argument, from, argument->length);
	}
	return true;
}

bool shape_at(const struct argument *argument, const struct redact_words *words, size_t from, struct span *span)
{
	if (pem_at(argument, from, span))
		return true;
	if (from && isalnum((unsigned char)argument->text[from - 1]))
		return false;
	for (size_t i = 0; i < secret_shape_count; i++)
		if (prefix_at(argument, &secret_shapes[i], from, span))
			return true;
	for (size_t i = 0; words && i < words->shape_count; i++)
		if (prefix_at(argument, &words->shapes[i], from, span))
			return true;
	return amazon_secret_at(argument, from, span);
}

bool url_user_at(const struct argument *argument, size_t from, size_t *no_at, struct span *span)
{
	const char *text = argument->text;
	size_t begin = from + 3, at, colon = 0, user_end = 0;
	bool port = true;

	for (at = begin; at < argument->length && !is_blank(text[at]) && !is_quote(text[at]) && !strchr("/?#", text[at]); at++) {
		if (text[at] == '@')
			user_end = at;
		if (colon)
			port &= isdigit((unsigned char)text[at]) != 0;
		if (text[at] == ':' && !colon)
			colon = at;
	}
	/* A password with a `/` that should have been written %2F. */
	if (!user_end && colon && !port && text[begin] != '[' && begin >= *no_at) {
		for (; at < argument->length && !is_blank(text[at]) && !is_quote(text[at]); at++)
			if (text[at] == '@')
				user_end = at;
		if (!user_end)
			*no_at = at;
	}
	*span = to(argument, begin, user_end);
	return user_end > begin;
}
