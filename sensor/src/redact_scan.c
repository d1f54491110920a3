/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "src/redact_name.h"
#include "src/redact_scan.h"
#include "src/redact_value.h"

/* One argument while it is scanned. */
struct scan {
	struct scanner *scanner;
	struct argument argument;
	size_t at;
	size_t no_at; /* see url_user_at */
	size_t no_user; /* no name of a user with a secret before that place */
	secret_taker take;
	void *context;
};

static void take_span(struct scan *scan, const struct span *span)
{
	if (span->end > span->begin)
		scan->take(scan->context, span->begin, span->end);
	scan->at = span->next;
}

static bool is_word(const char *text, size_t length, const char *word)
{
	return length == strlen(word) && !memcmp(text, word, length);
}

/* In a command line a word ends where a shell ends it, and quotes stand around words. */
static size_t word_end(const struct scan *scan)
{
	const struct argument *argument = &scan->argument;
	size_t at = scan->at;

	if (!argument->spaced)
		return argument->length;
	while (at < argument->length && !is_blank(argument->text[at]) && !is_quote(argument->text[at]) &&
	       !strchr(";|&()<>", argument->text[at]))
		at++;
	return at;
}

/* `--name`, `--name=value`, `-n`: what no one would take for the value of the option before it. */
static bool looks_like_option(const char *text, size_t length)
{
	size_t at = 2;

	if (length < 2 || text[0] != '-')
		return false;
	if (text[1] != '-')
		return length == 2 && isalpha((unsigned char)text[1]);
	while (at < length && (islower((unsigned char)text[at]) || isdigit((unsigned char)text[at]) || text[at] == '-'))
		at++;
	return at > 3 && at <= 40 && islower((unsigned char)text[2]) && (at == length || text[at] == '=');
}

static bool all_digits(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* What of a value is the secret: all of it, or what stands behind a `:` or `%`. False: nothing. */
static bool narrow(const struct argument *argument, enum option_value value, struct span *span)
{
	const char *text = argument->text + span->begin, *cut;

	if (value != OPTION_COLON && value != OPTION_PERCENT)
		return span->end > span->begin;
	cut = memchr(text, value == OPTION_COLON ? ':' : '%', span->end - span->begin);
	if (!cut)
		return false;
	/* 1000:1000 is a user and a group */
	if (value == OPTION_COLON && all_digits(text, (size_t)(cut - text)) &&
	    all_digits(cut + 1, span->end - span->begin - (size_t)(cut + 1 - text)))
		return false;
	span->begin += (size_t)(cut + 1 - text);
	return span->end > span->begin;
}

/* The word here is what an option before it promised. */
static bool take_expected(struct scan *scan, size_t end)
{
	struct scanner *scanner = scan->scanner;
	const struct argument *argument = &scan->argument;
	const char *text = argument->text + scan->at;
	struct span span;
	size_t scheme;

	if (!scanner->expected)
		return false;
	scanner->expected = false;
	if (looks_like_option(text, end - scan->at))
		return false;
	scheme = scheme_length(argument, scan->at);
	/* `Authorization:`, `Bearer` and the token as three words */
	scan->at += scheme;
	if (scan->at == argument->length) {
		scanner->expected = true;
		return true;
	}
	if (argument->spaced && argument->command)
		span = value_word(argument, scan->at);
	else
		span = (struct span){ scan->at, argument->length, argument->length };
	if (!narrow(argument, scanner->value, &span))
		return false;
	take_span(scan, &span);
	return true;
}

static void expect(struct scanner *scanner, enum option_value value)
{
	scanner->expected = true;
	scanner->value = value;
}

static bool begins_with(const char *text, size_t length, const char *beginning)
{
	return length > strlen(beginning) && !memcmp(text, beginning, strlen(beginning));
}

/* -p and its like, where a program is known that means a secret by it. */
static bool letter_option(struct scan *scan, size_t end)
{
	struct scanner *scanner = scan->scanner;
	const char *word = scan->argument.text + scan->at;
	size_t length = end - scan->at;

	for (size_t i = 0; i < secret_option_count; i++) {
		const struct secret_option *row = &secret_options[i];
		struct span span = { scan->at + 2, end, end };

		if (!(scanner->programs >> i & 1) || (row->only_after && !(scanner->after >> i & 1)) || !row->letter)
			continue;
		if (word[1] == row->letter && length > 2) {
			if (narrow(&scan->argument, row->value, &span)) {
				take_span(scan, &span);
				return true;
			}
			continue;
		}
		/* alone, or the last of several that take no value: -su */
		if (row->value != OPTION_ATTACHED && word[length - 1] == row->letter && length <= 6)
			expect(scanner, row->value);
	}
	return false;
}

static bool option_word(struct scan *scan, size_t end)
{
	const char *word = scan->argument.text + scan->at;
	size_t length = end - scan->at, dashes = length > 1 && word[1] == '-' ? 2 : 1;
	const char *name = word + dashes;
	size_t name_length = length - dashes;

	if (dashes == 1 && length > 1 && letter_option(scan, end))
		return true;
	for (size_t i = 0; i < name_length; i++)
		if (!is_name_byte(name[i]))
			return false;
	if (is_word(name, name_length, "user") || is_word(name, name_length, "proxy-user") || is_word(word, length, "-u"))
		expect(scan->scanner, OPTION_COLON);
	else if (!begins_with(name, name_length, "no-") && !begins_with(name, name_length, "with-") &&
		 !begins_with(name, name_length, "without-") && name_length &&
		 secret_name_of(scan->scanner->words, name, name_length))
		expect(scan->scanner, OPTION_VALUE);
	return false;
}

static bool names_program(const struct secret_option *row, const char *name, size_t length)
{
	size_t most = strlen(row->program);

	if (row->program[most - 1] == '*')
		return length >= most - 1 && !memcmp(name, row->program, most - 1);
	return length == most && !memcmp(name, row->program, most);
}

/* What a word says of those after it, even when it is taken for a secret itself: it may not have been one. */
static void note_word(struct scanner *scanner, const char *word, size_t length)
{
	const char *base = memrchr(word, '/', length);

	base = base ? base + 1 : word;
	for (size_t i = 0; i < secret_option_count; i++) {
		const struct secret_option *row = &secret_options[i];

		if (names_program(row, base, (size_t)(word + length - base)))
			scanner->programs |= 1ull << i;
		if (row->only_after && is_word(word, length, row->only_after))
			scanner->after |= 1ull << i;
	}
	if (is_word(word, length, "set") || is_word(word, length, "config"))
		scanner->assigning = 2;
	else if (scanner->assigning)
		scanner->assigning--;
	scanner->command_text = word[0] == '-' && length > 1 && length <= 6 && word[length - 1] == 'c';
}

/* A word that is no option: one of those that some programs take as a secret, or the name of something that is set. */
static bool plain_word(struct scan *scan, size_t end)
{
	struct scanner *scanner = scan->scanner;
	const char *word = scan->argument.text + scan->at;
	size_t length = end - scan->at, name = length;
	uint64_t later = 0;

	for (size_t i = 0; i < secret_option_count; i++)
		later |= secret_options[i].value == OPTION_LATER ? 1ull << i : 0;
	if (scanner->programs & later && scanner->later++ > 1) {
		const struct span span = { scan->at, end, end };

		take_span(scan, &span);
		return true;
	}
	if (scanner->assigning) {
		while (name && is_name_byte(word[name - 1]))
			name--;
		if (name < length && secret_name_of(scanner->words, word + name, length - name))
			expect(scanner, OPTION_VALUE);
	}
	return false;
}

/* True when the word was or held a secret and the scan stands behind it. */
static bool begin_word(struct scan *scan)
{
	size_t end = word_end(scan), length = end - scan->at;
	const char *word = scan->argument.text + scan->at;

	if (length)
		note_word(scan->scanner, word, length);
	if (take_expected(scan, end))
		return true;
	if (!length)
		return false;
	return word[0] == '-' ? option_word(scan, end) : plain_word(scan, end);
}

/* Where the name ends that a `=` or `:` follows, with spaces and quotes in between; and where it begins. */
static size_t name_before(const struct argument *argument, size_t separator, size_t *end, bool *spaced)
{
	const char *text = argument->text;
	size_t at = separator, begin;

	while (at && separator - at < 4 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
		at--;
	*spaced = at < separator;
	while (at && separator - at < 8 && (is_quote(text[at - 1]) || text[at - 1] == '\\' || text[at - 1] == ']'))
		at--;
	*end = begin = at;
	while (begin && *end - begin < NAME_LONGEST && is_name_byte(text[begin - 1]))
		begin--;
	while (begin < *end && text[begin] == '-')
		begin++;
	return begin;
}

/* PWD=/srv is a directory. */
static bool is_directory(const char *name, size_t length, const char *value, size_t left)
{
	return left && value[0] == '/' && length >= 3 && !memcmp(name + length - 3, "PWD", 3) &&
	       (length == 3 || is_word(name, length, "OLDPWD"));
}

static struct span value_of(const struct scan *scan, const struct secret_name *row, size_t name, size_t from)
{
	const struct argument *argument = &scan->argument;
	const char *text = argument->text;
	char before = name ? text[name - 1] : '\0', separator = text[from - 1];

	if (text[from] == '\\' && from + 1 < argument->length && is_quote(text[from + 1]))
		return value_quoted(argument, from + 1);
	/* In JSON the quotes end the value; in a shell's word more may follow them. */
	if (separator != '=' && is_quote(text[from]) && text[from] != argument->quote)
		return value_quoted(argument, from);
	if ((row && row->place == NAME_HEADER) || is_blank(separator))
		return value_line(argument, from);
	if (before == '?' || before == '&')
		return value_query(argument, from);
	/* An argument that is one assignment holds one value, whatever is in it. */
	if (!argument->spaced || (!argument->command && (text[0] == '-' || name == 0)))
		return (struct span){ from, argument->length, argument->length };
	return value_word(argument, from);
}

/* A `=` or `:` at this place. */
static bool assignment(struct scan *scan)
{
	const struct argument *argument = &scan->argument;
	const char *text = argument->text;
	size_t end, name, from = scan->at + 1;
	const struct secret_name *row;
	struct span span;
	bool spaced, user;

	if (text[scan->at] == ':' && argument->length - from >= 2 && text[from] == '/' && text[from + 1] == '/')
		return false;
	name = name_before(argument, scan->at, &end, &spaced);
	row = name < end ? secret_name_of(scan->scanner->words, text + name, end - name) : NULL;
	user = !row && text[scan->at] == '=' &&
	       (is_word(text + name, end - name, "user") || is_word(text + name, end - name, "proxy-user"));
	if (!row && (!user || from < scan->no_user))
		return false;
	while (from < argument->length && strchr("=>:", text[from]) && text[from])
		from++;
	while (from < argument->length && is_blank(text[from]) && (spaced || text[scan->at] == ':'))
		from++;
	if (from == argument->length) {
		/* `Token:` and the value as two arguments */
		if (text[scan->at] == ':')
			expect(scan->scanner, OPTION_VALUE);
		return false;
	}
	if (is_directory(text + name, end - name, text + from, argument->length - from))
		return false;
	if (row && row->place == NAME_HEADER) {
		size_t scheme = scheme_length(argument, from);

		if (from + scheme >= argument->length) {
			expect(scan->scanner, OPTION_VALUE);
			return false;
		}
		from += scheme;
	}
	span = value_of(scan, row, name, from);
	if (user && !narrow(argument, OPTION_COLON, &span)) {
		scan->no_user = span.end;
		return false;
	}
	take_span(scan, &span);
	return true;
}

/* `Bearer` and a token, without a header's name before it. */
static bool bearer(struct scan *scan)
{
	const struct argument *argument = &scan->argument;
	size_t scheme;
	struct span span;

	if ((argument->text[scan->at] | 0x20) != 'b' || argument->length - scan->at < 6 ||
	    strncasecmp(argument->text + scan->at, "bearer", 6) ||
	    (scan->at && isalnum((unsigned char)argument->text[scan->at - 1])))
		return false;
	scheme = scheme_length(argument, scan->at);
	if (!scheme)
		return false;
	if (scan->at + scheme == argument->length) {
		expect(scan->scanner, OPTION_VALUE);
		return false;
	}
	span = value_query(argument, scan->at + scheme);
	if (is_quote(argument->text[scan->at + scheme]))
		span = value_quoted(argument, scan->at + scheme);
	take_span(scan, &span);
	return true;
}

/* One byte of the argument: true when a secret was found here. */
static bool look(struct scan *scan)
{
	const struct argument *argument = &scan->argument;
	const char *text = argument->text + scan->at;
	const struct redact_words *words = scan->scanner->words;
	struct span span;

	if (shape_at(argument, words, scan->at, &span)) {
		/* the first line of a key whose other lines are arguments */
		scan->scanner->in_key = *text == '-' && !memmem(text, span.end - span.begin, "-----END", 8);
		take_span(scan, &span);
		return true;
	}
	if (*text == ':' && argument->length - scan->at > 3 && text[1] == '/' && text[2] == '/' &&
	    !(words && words->keep_url_user) && url_user_at(argument, scan->at, &scan->no_at, &span)) {
		take_span(scan, &span);
		return true;
	}
	if (*text == '=' || *text == ':')
		return assignment(scan);
	return bearer(scan);
}

static bool has_blank(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (is_blank(text[i]))
			return true;
	return false;
}

void scan_argument(struct scanner *scanner, const char *text, size_t length, bool cut, secret_taker take, void *context)
{
	struct scan scan = { .scanner = scanner, .take = take, .context = context };
	struct argument *argument = &scan.argument;
	bool at_word = true;

	*argument = (struct argument){ .text = text, .length = length, .cut = cut };
	argument->spaced = has_blank(text, length);
	argument->command = scanner->command_text;
	scanner->command_text = false;
	if (scanner->in_key && length) {
		take(context, 0, length);
		scanner->in_key = !memmem(text, length, "-----END", 8);
		return;
	}
	while (scan.at < length) {
		char byte = text[scan.at];
		bool parts = is_blank(byte) || (argument->spaced && (is_quote(byte) || strchr(";|&()<>", byte)));

		if (at_word && (!parts || (scanner->expected && is_quote(byte) && byte != argument->quote))) {
			at_word = false;
			if (begin_word(&scan))
				continue;
		}
		if (parts) {
			if (is_quote(byte) && (!argument->quote || argument->quote == byte))
				argument->quote = argument->quote ? 0 : byte;
			at_word = true;
			scan.at++;
		} else if (!look(&scan)) {
			scan.at++;
		}
	}
}
