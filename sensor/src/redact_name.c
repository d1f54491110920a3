/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "src/redact_name.h"

bool is_name_byte(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '-' || byte == '.';
}

static bool parts_words(char byte)
{
	return byte == '_' || byte == '-' || byte == '.';
}

/* The end of a name in lower case and without what parts words; and where its last word begins in that. */
struct plain_name {
	char text[NAME_LONGEST];
	size_t length, last_word;
};

static void make_plain(const char *name, size_t length, struct plain_name *plain)
{
	size_t from = length > NAME_LONGEST ? length - NAME_LONGEST : 0;

	plain->length = plain->last_word = 0;
	for (size_t i = from; i < length; i++) {
		if (parts_words(name[i])) {
			plain->last_word = plain->length;
			continue;
		}
		/* apiPass: an upper-case letter after a lower-case one begins a word as well */
		if (i > from && isupper((unsigned char)name[i]) && islower((unsigned char)name[i - 1]))
			plain->last_word = plain->length;
		plain->text[plain->length++] = (char)tolower((unsigned char)name[i]);
	}
}

static bool is_it(const struct plain_name *plain, const struct secret_name *row)
{
	size_t length = strlen(row->text), from = plain->length - length;

	if (length > plain->length || memcmp(plain->text + from, row->text, length))
		return false;
	if (row->place == NAME_WORD)
		return from == plain->last_word;
	return row->place != NAME_WHOLE || from == 0;
}

const struct secret_name *secret_name_of(const struct redact_words *words, const char *name, size_t length)
{
	struct plain_name plain;

	make_plain(name, length, &plain);
	for (size_t i = 0; words && i < words->name_count; i++)
		if (is_it(&plain, &words->names[i]))
			return &words->names[i];
	for (size_t i = 0; i < secret_name_count; i++)
		if (is_it(&plain, &secret_names[i]))
			return &secret_names[i];
	return NULL;
}
