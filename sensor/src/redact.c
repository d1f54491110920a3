/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "src/redact.h"
#include "src/redact_scan.h"

#define WORDS_MOST 256
#define LINE_MOST 256

struct redaction {
	unsigned char key[crypto_generichash_KEYBYTES];
	struct redact_words words;
	struct secret_name names[WORDS_MOST];
	struct secret_shape shapes[WORDS_MOST];
	char *texts[2 * WORDS_MOST];
	size_t text_count;
	enum privacy paths, user;
};

/* ---- the file ---- */

static bool read_privacy(const char *value, bool with_class, enum privacy *privacy)
{
	if (!strcmp(value, "keep"))
		*privacy = PRIVACY_KEEP;
	else if (!strcmp(value, "digest"))
		*privacy = PRIVACY_DIGEST;
	else if (with_class && !strcmp(value, "class"))
		*privacy = PRIVACY_CLASS;
	else
		return false;
	return true;
}

/* As the names of the table are: lower case, without what parts words. */
static char *plain_copy(struct redaction *redaction, const char *value, bool fold)
{
	char *copy = strdup(value), *to = copy;

	if (!copy)
		return NULL;
	for (const char *from = copy; *from; from++) {
		if (fold && strchr("-_.", *from))
			continue;
		*to++ = fold && *from >= 'A' && *from <= 'Z' ? (char)(*from - 'A' + 'a') : *from;
	}
	*to = '\0';
	if (!*copy) {
		free(copy);
		return NULL;
	}
	redaction->texts[redaction->text_count++] = copy;
	return copy;
}

/* NULL, or what is wrong with the line. */
static const char *read_line(struct redaction *redaction, const char *word, const char *value)
{
	struct redact_words *words = &redaction->words;

	if (!strcmp(word, "paths"))
		return read_privacy(value, true, &redaction->paths) ? NULL : "paths are keep, class or digest";
	if (!strcmp(word, "user"))
		return read_privacy(value, false, &redaction->user) ? NULL : "user is keep or digest";
	if (!strcmp(word, "url")) {
		words->keep_url_user = !strcmp(value, "keep");
		return words->keep_url_user || !strcmp(value, "digest") ? NULL : "url is keep or digest";
	}
	if (!strcmp(word, "name")) {
		char *text = words->name_count < WORDS_MOST ? plain_copy(redaction, value, true) : NULL;

		if (!text)
			return "a name has letters, and there are at most 256";
		redaction->names[words->name_count++] = (struct secret_name){ .text = text, .place = NAME_ENDS };
		return NULL;
	}
	if (!strcmp(word, "shape")) {
		char *text = words->shape_count < WORDS_MOST && strlen(value) >= 3 ? plain_copy(redaction, value, false) : NULL;

		if (!text)
			return "a shape is a beginning of at least three characters, and there are at most 256";
		redaction->shapes[words->shape_count++] = (struct secret_shape){ .prefix = text, .least = 1 };
		return NULL;
	}
	return "neither name, shape, paths, user nor url";
}

static bool read_file(struct redaction *redaction, const char *file, char *problem, size_t size)
{
	char line[LINE_MOST], word[LINE_MOST], value[LINE_MOST], more[2];
	FILE *in = fopen(file, "re");
	unsigned int number = 0;
	bool right = in != NULL;

	if (!in)
		snprintf(problem, size, "%s cannot be read: %s", file, strerror(errno));
	while (right && fgets(line, sizeof(line), in)) {
		const char *wrong = NULL;
		int fields;

		number++;
		if (!strchr(line, '\n') && !feof(in))
			wrong = "longer than 255 bytes";
		fields = sscanf(line, "%255s %255s %1s", word, value, more);
		if (wrong || fields < 1 || word[0] == '#')
			;
		else if (fields != 2)
			wrong = "not a word and its value";
		else
			wrong = read_line(redaction, word, value);
		if (wrong) {
			snprintf(problem, size, "%s, line %u: %s", file, number, wrong);
			right = false;
		}
	}
	if (right && ferror(in)) {
		snprintf(problem, size, "%s cannot be read", file);
		right = false;
	}
	if (in)
		fclose(in);
	return right;
}

struct redaction *redaction_new(const char *file, char *problem, size_t size)
{
	struct redaction *redaction = calloc(1, sizeof(*redaction));

	if (!redaction) {
		snprintf(problem, size, "no memory");
		return NULL;
	}
	redaction->words.names = redaction->names;
	redaction->words.shapes = redaction->shapes;
	if (getrandom(redaction->key, sizeof(redaction->key), 0) != sizeof(redaction->key)) {
		snprintf(problem, size, "the kernel gives no random numbers");
		redaction_free(redaction);
		return NULL;
	}
	if (file && !read_file(redaction, file, problem, size)) {
		redaction_free(redaction);
		return NULL;
	}
	return redaction;
}

void redaction_free(struct redaction *redaction)
{
	if (!redaction)
		return;
	for (size_t i = 0; i < redaction->text_count; i++)
		free(redaction->texts[i]);
	explicit_bzero(redaction->key, sizeof(redaction->key));
	free(redaction);
}

enum privacy redaction_paths(const struct redaction *redaction)
{
	return redaction ? redaction->paths : PRIVACY_KEEP;
}

enum privacy redaction_user(const struct redaction *redaction)
{
	return redaction ? redaction->user : PRIVACY_KEEP;
}

void redact_digest(const struct redaction *redaction, const char *secret, size_t length, char out[REDACTED_SIZE])
{
	unsigned char digest[crypto_generichash_BYTES];
	int at;

	/* Without a key a digest could be found by trying. */
	at = snprintf(out, REDACTED_SIZE, redaction ? "redacted:" : "redacted");
	if (!redaction)
		return;
	crypto_generichash(digest, sizeof(digest), (const unsigned char *)secret, length, redaction->key,
			   sizeof(redaction->key));
	for (int i = 0; i < 8; i++)
		at += snprintf(out + at, REDACTED_SIZE - (size_t)at, "%02x", digest[i]);
}

/* ---- the arguments ---- */

struct writing {
	const struct redaction *redaction;
	const char *text; /* of the argument */
	size_t done;
	struct text *into;
};

static void replace(void *context, size_t begin, size_t end)
{
	struct writing *writing = context;
	char redacted[REDACTED_SIZE];

	redact_digest(writing->redaction, writing->text + begin, end - begin, redacted);
	text_add(writing->into, writing->text + writing->done, begin - writing->done);
	text_add(writing->into, redacted, strlen(redacted));
	writing->done = end;
}

size_t redact_arguments(const struct redaction *redaction, struct text *out, const char *key, const char *arguments,
			size_t length, struct text *line)
{
	struct scanner scanner = { .words = redaction ? &redaction->words : NULL };
	size_t count = 0, begun = json_begin(out, key, '[');
	struct text clean = {};

	for (size_t at = 0; at < length; count++) {
		const char *end = memchr(arguments + at, '\0', length - at);
		size_t one = end ? (size_t)(end - arguments) - at : length - at;
		struct writing writing = { .redaction = redaction, .text = arguments + at, .into = &clean };

		text_clear(&clean);
		scan_argument(&scanner, arguments + at, one, !end, replace, &writing);
		text_add(&clean, arguments + at + writing.done, one - writing.done);
		json_string(out, NULL, clean.bytes, clean.length);
		if (line) {
			text_add(line, " ", count ? 1 : 0);
			text_add(line, clean.bytes, clean.length);
		}
		/* Half an argument is worse than none: the line is not written. */
		out->failed |= clean.failed;
		at += one + 1;
	}
	json_end(out, begun, '[');
	text_free(&clean);
	return count;
}
