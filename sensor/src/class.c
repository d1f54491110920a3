/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record.h"
#include "src/class.h"

#define CLASSES_MOST 30
#define TEXT_LONGEST 4096
#define PATTERNS_MOST 65536
#define HOMES_MOST 64
#define TABLE_MOST (16u << 20)

enum pattern_kind { EXACT, BELOW, NAME, SUFFIX };

/* What a pattern is found by; the two sets are of the classes that have it as a match and as an exception. */
struct pattern {
	enum pattern_kind kind;
	char *directory; /* with the `/` at its end, `~/` for homes, NULL: anywhere; EXACT: the whole path */
	size_t directory_length;
	char *name; /* NAME and SUFFIX */
	size_t name_length;
	uint32_t match, except;
	struct pattern *next; /* in the bucket */
};

struct classes {
	char names[CLASSES_MOST + 1][65];
	uint32_t followed;
	uint32_t count;
	char digest[65];
	char *homes[HOMES_MOST]; /* without the `/` at the end */
	size_t home_count;
	struct pattern **buckets;
	size_t bucket_count; /* a power of two */
	size_t pattern_count;
	bool any_below, any_suffix;
};

/* FNV-1a over what a pattern is found by; collisions cost time, so a hostile table makes only itself slow. */
static uint64_t hash_of(enum pattern_kind kind, const char *directory, size_t directory_length, const char *name,
			size_t name_length)
{
	uint64_t hash = 14695981039346656037ull ^ (uint64_t)kind;

	for (size_t i = 0; i < directory_length; i++)
		hash = (hash ^ (unsigned char)directory[i]) * 1099511628211ull;
	hash = (hash ^ 0x100) * 1099511628211ull;
	for (size_t i = 0; i < name_length; i++)
		hash = (hash ^ (unsigned char)name[i]) * 1099511628211ull;
	return hash ^ (hash >> 29);
}

static struct pattern *find(const struct classes *classes, enum pattern_kind kind, const char *directory,
			    size_t directory_length, const char *name, size_t name_length)
{
	uint64_t hash = hash_of(kind, directory, directory_length, name, name_length);
	struct pattern *pattern = classes->buckets[hash & (classes->bucket_count - 1)];

	for (; pattern; pattern = pattern->next)
		if (pattern->kind == kind && pattern->directory_length == directory_length &&
		    pattern->name_length == name_length && !memcmp(pattern->directory, directory, directory_length) &&
		    !memcmp(pattern->name, name, name_length))
			return pattern;
	return NULL;
}

static char *copy_of(const char *text, size_t length)
{
	char *copy = malloc(length + 1);

	if (copy) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

static struct pattern *find_or_add(struct classes *classes, enum pattern_kind kind, const char *directory,
				   const char *name)
{
	size_t directory_length = strlen(directory), name_length = strlen(name);
	struct pattern *pattern = find(classes, kind, directory, directory_length, name, name_length), **bucket;

	if (pattern)
		return pattern;
	pattern = classes->pattern_count < PATTERNS_MOST ? calloc(1, sizeof(*pattern)) : NULL;
	if (!pattern)
		return NULL;
	pattern->kind = kind;
	pattern->directory = copy_of(directory, directory_length);
	pattern->directory_length = directory_length;
	pattern->name = copy_of(name, name_length);
	pattern->name_length = name_length;
	if (!pattern->directory || !pattern->name) {
		free(pattern->directory);
		free(pattern->name);
		free(pattern);
		return NULL;
	}
	bucket = &classes->buckets[hash_of(kind, directory, directory_length, name, name_length) &
				   (classes->bucket_count - 1)];
	pattern->next = *bucket;
	*bucket = pattern;
	classes->pattern_count++;
	return pattern;
}

/* ---- reading the table ---- */

struct reading {
	struct classes *classes;
	char *problem;
	size_t size;
	size_t line;
};

static bool refuse(const struct reading *reading, const char *what)
{
	snprintf(reading->problem, reading->size, "line %zu of the table of classes: %s", reading->line, what);
	return false;
}

/* The fields of a line, in place; 0 when there are more than fit. */
static size_t split(char *line, char *fields[], size_t most)
{
	size_t count = 0;

	for (char *at = line;;) {
		char *tab = strchr(at, '\t');

		if (count == most)
			return 0;
		fields[count++] = at;
		if (!tab)
			return count;
		*tab = '\0';
		at = tab + 1;
	}
}

/* 1..30, 0 for anything else. */
static uint32_t class_number(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	return *text >= '1' && *text <= '9' && !*end && number <= CLASSES_MOST ? (uint32_t)number : 0;
}

static bool is_place(const char *text)
{
	return text[0] == '/' || (text[0] == '~' && text[1] == '/');
}

static bool read_class(const struct reading *reading, char *fields[], size_t count)
{
	struct classes *classes = reading->classes;
	uint32_t number = count == 4 ? class_number(fields[1]) : 0;

	if (!number || !fields[2][0] || strlen(fields[2]) > 64)
		return refuse(reading, "not `class`, a number from 1 to 30, a name, and follow or ignore");
	if (classes->names[number][0])
		return refuse(reading, "this number has a name already");
	snprintf(classes->names[number], sizeof(classes->names[number]), "%.64s", fields[2]);
	if (!strcmp(fields[3], "follow"))
		classes->followed |= 1u << number;
	else if (strcmp(fields[3], "ignore"))
		return refuse(reading, "neither follow nor ignore");
	classes->count++;
	return true;
}

static bool read_pattern(const struct reading *reading, char *fields[], size_t count)
{
	static const struct {
		const char *word;
		enum pattern_kind kind;
		size_t fields;
	} kinds[] = { { "exact", EXACT, 4 }, { "below", BELOW, 4 }, { "name", NAME, 5 }, { "suffix", SUFFIX, 5 } };
	struct classes *classes = reading->classes;
	uint32_t number = count >= 4 ? class_number(fields[1]) : 0;
	struct pattern *pattern = NULL;

	if (!number)
		return refuse(reading, "not a number from 1 to 30, a kind and what it needs");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *directory = fields[3], *name = kinds[i].fields == 5 && count == 5 ? fields[4] : "";
		size_t length = strlen(directory);
		bool anywhere = kinds[i].fields == 5 && !strcmp(directory, "-");

		if (strcmp(fields[2], kinds[i].word))
			continue;
		if (count != kinds[i].fields || length > TEXT_LONGEST || strlen(name) > 255)
			return refuse(reading, "too many fields, too few, or a text that is too long");
		if (!anywhere && (!is_place(directory) || (kinds[i].kind != EXACT && directory[length - 1] != '/')))
			return refuse(reading, "a directory begins with / or ~/ and ends with /");
		if (kinds[i].fields == 5 && (!name[0] || strchr(name, '/') || (kinds[i].kind == SUFFIX && name[0] != '.')))
			return refuse(reading, "a name has no /, and a suffix begins with a dot");
		pattern = find_or_add(classes, kinds[i].kind, anywhere ? "" : directory, name);
		if (!pattern)
			return refuse(reading, "there are too many patterns");
		classes->any_below |= kinds[i].kind == BELOW;
		classes->any_suffix |= kinds[i].kind == SUFFIX;
	}
	if (!pattern)
		return refuse(reading, "neither exact, below, name nor suffix");
	*(!strcmp(fields[0], "match") ? &pattern->match : &pattern->except) |= 1u << number;
	return true;
}

static bool read_home(const struct reading *reading, char *fields[], size_t count)
{
	struct classes *classes = reading->classes;
	size_t length = count == 2 ? strlen(fields[1]) : 0;

	if (length < 2 || fields[1][0] != '/' || fields[1][length - 1] == '/')
		return refuse(reading, "a home is a path such as /root or /home/*");
	if (classes->home_count == HOMES_MOST)
		return refuse(reading, "there are too many homes");
	classes->homes[classes->home_count] = copy_of(fields[1], length);
	return classes->homes[classes->home_count++] ? true : refuse(reading, "no memory");
}

static bool read_line(const struct reading *reading, char *line)
{
	char *fields[6];
	size_t count = split(line, fields, 6);

	if (reading->line == 1)
		return count == 2 && !strcmp(fields[0], "detpack-classes") && !strcmp(fields[1], "1") ?
			       true :
			       refuse(reading, "not a table of classes of version 1");
	if (count == 0)
		return refuse(reading, "too many fields");
	if (!strcmp(fields[0], "class"))
		return read_class(reading, fields, count);
	if (!strcmp(fields[0], "match") || !strcmp(fields[0], "except"))
		return read_pattern(reading, fields, count);
	if (!strcmp(fields[0], "home"))
		return read_home(reading, fields, count);
	if (!strcmp(fields[0], "digest") && count == 2 && strlen(fields[1]) == 64 &&
	    strspn(fields[1], "0123456789abcdef") == 64) {
		memcpy(reading->classes->digest, fields[1], 65);
		return true;
	}
	return refuse(reading, "neither class, match, except, home nor digest");
}

struct classes *classes_parse(const char *text, size_t length, char *problem, size_t size)
{
	struct reading reading = { .problem = problem, .size = size, .line = 0 };
	struct classes *classes = calloc(1, sizeof(*classes));
	char *copy = length <= TABLE_MOST ? copy_of(text, length) : NULL;
	bool right = classes && copy;

	if (!right)
		snprintf(problem, size, "the table of classes is too long");
	if (classes) {
		classes->bucket_count = 1024;
		while (classes->bucket_count < PATTERNS_MOST && classes->bucket_count * 32 < length)
			classes->bucket_count *= 2;
		classes->buckets = calloc(classes->bucket_count, sizeof(*classes->buckets));
		right = right && classes->buckets;
	}
	reading.classes = classes;
	if (right && memchr(copy, '\0', length))
		right = refuse(&reading, "a NUL byte");
	for (char *line = copy, *end; right && *line; line = end) {
		end = strchrnul(line, '\n');
		if (*end)
			*end++ = '\0';
		reading.line++;
		right = read_line(&reading, line);
	}
	if (right && (!reading.line || !classes->digest[0])) {
		snprintf(problem, size, "the table of classes is empty or has no digest");
		right = false;
	}
	free(copy);
	if (right)
		return classes;
	classes_free(classes);
	return NULL;
}

struct classes *classes_read(const char *file, char *problem, size_t size)
{
	struct classes *classes = NULL;
	struct stat found;
	FILE *in = fopen(file, "re");
	char *text = NULL;

	if (!in || fstat(fileno(in), &found) || found.st_size > TABLE_MOST || !(text = malloc((size_t)found.st_size + 1)) ||
	    fread(text, 1, (size_t)found.st_size, in) != (size_t)found.st_size)
		snprintf(problem, size, "%s cannot be read as a table of classes: %s", file, strerror(errno));
	else
		classes = classes_parse(text, (size_t)found.st_size, problem, size);
	free(text);
	if (in)
		fclose(in);
	return classes;
}

void classes_free(struct classes *classes)
{
	if (!classes)
		return;
	for (size_t i = 0; classes->buckets && i < classes->bucket_count; i++)
		for (struct pattern *pattern = classes->buckets[i], *next; pattern; pattern = next) {
			next = pattern->next;
			free(pattern->directory);
			free(pattern->name);
			free(pattern);
		}
	for (size_t i = 0; i < classes->home_count; i++)
		free(classes->homes[i]);
	free(classes->buckets);
	free(classes);
}

/* ---- deciding ---- */

struct hit {
	uint32_t match, except;
};

static void hit_by(struct hit *hit, const struct pattern *pattern)
{
	if (pattern) {
		hit->match |= pattern->match;
		hit->except |= pattern->except;
	}
}

/* The patterns of one directory ("" for anywhere) for a name that lies in it or anywhere below it. */
static void hit_names(const struct classes *classes, struct hit *hit, const char *directory, size_t directory_length,
		      const char *name, size_t length)
{
	if (directory_length && classes->any_below)
		hit_by(hit, find(classes, BELOW, directory, directory_length, "", 0));
	hit_by(hit, find(classes, NAME, directory, directory_length, name, length));
	for (size_t i = 0; classes->any_suffix && i < length; i++)
		if (name[i] == '.')
			hit_by(hit, find(classes, SUFFIX, directory, directory_length, name + i, length - i));
}

/* As the toolchain does: all directories on the way, from a root that is written `/` or, for a home, `~/`. */
static void hit_below(const struct classes *classes, struct hit *hit, const char *path, size_t length)
{
	const char *name = memrchr(path, '/', length);
	size_t name_at = (size_t)(name - path) + 1;

	for (size_t i = 0; i < name_at; i++)
		if (path[i] == '/')
			hit_names(classes, hit, path, i + 1, path + name_at, length - name_at);
	hit_by(hit, find(classes, EXACT, path, length, "", 0));
}

/* Where the path goes on below a home that it lies in; 0: it does not. */
static size_t below_home(const char *home, const char *path, size_t length)
{
	size_t at = 0, i = 0;

	while (home[i]) {
		size_t step = strcspn(home + i + 1, "/") + 1, part;

		if (at >= length || path[at] != '/')
			return 0;
		part = 1;
		while (at + part < length && path[at + part] != '/')
			part++;
		if (!(step == 2 && home[i + 1] == '*') && (part != step || memcmp(path + at, home + i, step)))
			return 0;
		at += part;
		i += step;
	}
	return at < length ? at : 0;
}

/* `.`, `..` and doubled `/` are resolved as text. Gives the length; the result is never longer than the path. */
static size_t clean(const char *path, size_t length, char *out)
{
	size_t end = 0;

	for (size_t at = 0; at < length;) {
		size_t step = 0;

		while (at < length && path[at] == '/')
			at++;
		while (at + step < length && path[at + step] != '/')
			step++;
		if (step == 2 && path[at] == '.' && path[at + 1] == '.') {
			while (end && out[--end] != '/')
				;
		} else if (step && !(step == 1 && path[at] == '.')) {
			out[end++] = '/';
			memcpy(out + end, path + at, step);
			end += step;
		}
		at += step;
	}
	return end;
}

uint8_t classes_of(const struct classes *classes, const char *path, size_t length)
{
	char whole[TEXT_LONGEST + 2], home[TEXT_LONGEST + 2];
	struct hit hit = { 0, 0 };
	const char *name;
	uint32_t bits;

	if (!length || length > TEXT_LONGEST)
		return 0;
	length = clean(path, length, whole);
	if (!length)
		return 0;
	name = (const char *)memrchr(whole, '/', length) + 1;
	hit_names(classes, &hit, "", 0, name, length - (size_t)(name - whole));
	if (path[0] == '/') {
		size_t seen[HOMES_MOST], seen_count = 0;

		hit_below(classes, &hit, whole, length);
		for (size_t i = 0; i < classes->home_count; i++) {
			size_t at = below_home(classes->homes[i], whole, length);
			bool again = false;

			for (size_t j = 0; j < seen_count; j++)
				again |= seen[j] == at;
			if (!at || again)
				continue;
			seen[seen_count++] = at;
			home[0] = '~';
			memcpy(home + 1, whole + at, length - at);
			hit_below(classes, &hit, home, length - at + 1);
		}
	}
	bits = hit.match & ~hit.except;
	return bits ? (uint8_t)__builtin_ctz(bits) : 0;
}

/* ---- for the kernel half ---- */

/*
 * The last directory before `*end` of a pattern that the kernel half has room for, and `*end` moved before it; false:
 * there is none.
 */
static bool next_ancestor(const struct pattern *pattern, size_t *end, const char **name, size_t *length)
{
	/* EXACT has the leaf at its end, which was too long. */
	while (*end) {
		size_t begin, last;

		while (*end && pattern->directory[*end - 1] == '/')
			(*end)--;
		begin = last = *end;
		while (begin && pattern->directory[begin - 1] != '/')
			begin--;
		*end = begin;
		if (last > begin && last - begin <= DP_CLASS_TEXT && (begin || pattern->directory[0] != '~')) {
			*name = pattern->directory + begin;
			*length = last - begin;
			return true;
		}
	}
	return false;
}

/* The last directory of a home that the kernel half has room for; false: there is none but stars. */
static bool last_name(const char *home, const char **name, size_t *length)
{
	size_t end = strlen(home);

	while (end) {
		size_t begin = end;

		while (begin && home[begin - 1] != '/')
			begin--;
		*name = home + begin;
		*length = end - begin;
		if (*length && *length <= DP_CLASS_TEXT && !(*length == 1 && **name == '*'))
			return true;
		end = begin ? begin - 1 : 0;
	}
	return false;
}

/* Two literal names that stand one above the other at the end of a pattern, and as one key. */
struct pair {
	char text[DP_CLASS_TEXT];
	size_t length;
	size_t lower; /* bytes of the lower name, which is the first */
};

/* The name that ends at `end`; 0: there is none, or it is not literal. */
static size_t name_before(const char *path, size_t end, const char **name)
{
	const char *slash = memrchr(path, '/', end);

	*name = slash ? slash + 1 : path;
	return slash ? end - (size_t)(*name - path) : 0;
}

/* False: where it leads is not told by two names, or they are too long together. */
static bool find_pair(const struct pattern *pattern, struct pair *pair)
{
	const char *path = pattern->directory, *lower, *upper;
	size_t above, end = pattern->directory_length;

	if (pattern->kind == BELOW)
		end--; /* the `/` */
	else if (pattern->kind != EXACT)
		return false;
	pair->lower = name_before(path, end, &lower);
	above = pair->lower ? name_before(path, (size_t)(lower - path) - 1, &upper) : 0;
	if (!above || pair->lower + 1 + above > sizeof(pair->text))
		return false;
	memcpy(pair->text, lower, pair->lower);
	pair->text[pair->lower] = '\0';
	memcpy(pair->text + pair->lower + 1, upper, above);
	pair->length = pair->lower + 1 + above;
	return true;
}

static int tell_pattern(const struct classes *classes, const struct pattern *pattern, class_teller tell, void *context)
{
	uint8_t place = pattern->kind == SUFFIX ? DP_CLASS_SUFFIX : pattern->kind == BELOW ? DP_CLASS_ANCESTOR : DP_CLASS_LEAF;
	const char *name = pattern->name;
	size_t end = pattern->directory_length, length = pattern->name_length;
	struct pair pair;
	int failed = 0;

	if (find_pair(pattern, &pair)) {
		failed = tell(context, dp_class_pair(place), pair.text, pair.length, pattern->match);
		return failed ? failed : tell(context, dp_class_alone(place), pair.text, pair.lower, pattern->match);
	}
	if (pattern->kind == EXACT)
		length = name_before(pattern->directory, end, &name);
	/* The kernel half looks at the last 32 bytes of a leaf for a suffix. */
	if (pattern->kind != BELOW && length && length <= (pattern->kind == SUFFIX ? 32 : DP_CLASS_TEXT))
		return tell(context, place, name, length, pattern->match);
	if (next_ancestor(pattern, &end, &name, &length))
		return tell(context, DP_CLASS_ANCESTOR, name, length, pattern->match);
	/* Straight below a home: every home is named by a directory of its own path. */
	if (strncmp(pattern->directory, "~/", 2))
		return -ENAMETOOLONG;
	for (size_t i = 0; !failed && i < classes->home_count; i++)
		failed = last_name(classes->homes[i], &name, &length) ?
				 tell(context, DP_CLASS_ANCESTOR, name, length, pattern->match) :
				 -ENAMETOOLONG;
	return failed;
}

int classes_tell(const struct classes *classes, class_teller tell, void *context)
{
	for (size_t i = 0; i < classes->bucket_count; i++)
		for (const struct pattern *pattern = classes->buckets[i]; pattern; pattern = pattern->next) {
			int failed = pattern->match ? tell_pattern(classes, pattern, tell, context) : 0;

			if (failed)
				return failed;
		}
	return 0;
}

const char *classes_name(const struct classes *classes, uint8_t number)
{
	return number && number <= CLASSES_MOST && classes->names[number][0] ? classes->names[number] : NULL;
}

bool classes_followed(const struct classes *classes, uint8_t number)
{
	return number <= CLASSES_MOST && (classes->followed >> number) & 1;
}

uint32_t classes_count(const struct classes *classes)
{
	return classes->count;
}

uint32_t classes_followed_set(const struct classes *classes)
{
	return classes->followed;
}

const char *classes_digest(const struct classes *classes)
{
	return classes->digest;
}
