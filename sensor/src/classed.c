/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "src/class.h"
#include "src/classed.h"
#include "src/place.h"

#define BUCKETS 512 /* a power of two */
#define SUFFIX_MOST 32

/* What the kernel half was told of one key; classes_tell. */
struct name {
	struct name *next;
	uint32_t classes;
	uint8_t place;
	size_t length;
	char text[];
};

struct classed {
	const struct classes *classes;
	struct places *places;
	struct name *buckets[BUCKETS];
};

static struct name **bucket_of(struct classed *classed, uint8_t place, const char *text, size_t length)
{
	uint32_t hash = 2166136261u ^ place;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return &classed->buckets[hash & (BUCKETS - 1)];
}

static struct name *find(struct classed *classed, uint8_t place, const char *text, size_t length)
{
	struct name *name = *bucket_of(classed, place, text, length);

	while (name && (name->place != place || name->length != length || memcmp(name->text, text, length)))
		name = name->next;
	return name;
}

static int take(void *context, int place, const char *text, size_t length, uint32_t classes)
{
	struct classed *classed = context;
	struct name *name = find(classed, (uint8_t)place, text, length), **bucket;

	if (!name) {
		name = malloc(sizeof(*name) + length);
		if (!name)
			return -1;
		bucket = bucket_of(classed, (uint8_t)place, text, length);
		*name = (struct name){ .next = *bucket, .place = (uint8_t)place, .length = length };
		memcpy(name->text, text, length);
		*bucket = name;
	}
	name->classes |= classes;
	return 0;
}

struct classed *classed_new(const struct classes *classes, struct places *places)
{
	struct classed *classed = calloc(1, sizeof(*classed));

	if (!classed)
		return NULL;
	classed->classes = classes;
	classed->places = places;
	/* A name that the kernel half has no room for is no reason to fail here: it gives no numbers by it. */
	if (classes && classes_tell(classes, take, classed) == -1) {
		classed_free(classed);
		return NULL;
	}
	return classed;
}

void classed_free(struct classed *classed)
{
	for (size_t i = 0; classed && i < BUCKETS; i++)
		for (struct name *name = classed->buckets[i], *next; name; name = next) {
			next = name->next;
			free(name);
		}
	free(classed);
}

static uint32_t allowed_name(struct classed *classed, uint8_t place, const char *text, size_t length)
{
	const struct name *name = find(classed, place, text, length);

	return name ? name->classes : 0;
}

/* What two names allow that stand one after the other on a path; the place is that of the lower. */
static uint32_t allowed_pair(struct classed *classed, uint8_t place, const char *upper, size_t upper_length, size_t lower_length)
{
	char text[DP_CLASS_TEXT];

	if (lower_length + 1 + upper_length > sizeof(text))
		return 0;
	memcpy(text, upper + upper_length + 1, lower_length);
	text[lower_length] = '\0';
	memcpy(text + lower_length + 1, upper, upper_length);
	return allowed_name(classed, dp_class_pair(place), text, lower_length + 1 + upper_length);
}

/*
 * The classes that the names on a path allow, as the kernel half sees them; bit n: class n. `loosely`: it may not have known
 * what stands above one of them.
 */
static uint32_t allowed_by(struct classed *classed, const struct path_text *path, bool loosely)
{
	uint8_t place = DP_CLASS_LEAF, lower_place = DP_CLASS_LEAF;
	size_t end = path->length, lower_length = 0;
	uint32_t classes = 0;

	while (end) {
		const char *slash = memrchr(path->bytes, '/', end), *name = slash ? slash + 1 : path->bytes;
		size_t length = end - (size_t)(name - path->bytes);

		classes |= allowed_name(classed, place, name, length);
		if (loosely)
			classes |= allowed_name(classed, dp_class_alone(place), name, length);
		if (end < path->length)
			classes |= allowed_pair(classed, lower_place, name, length, lower_length);
		lower_place = place;
		lower_length = length;
		place = DP_CLASS_ANCESTOR;
		end = slash ? (size_t)(slash - path->bytes) : 0;
	}
	return classes;
}

static uint32_t allowed_by_suffix(struct classed *classed, const struct path_text *path)
{
	const char *end = path->bytes + path->length, *leaf = memrchr(path->bytes, '/', path->length);
	uint32_t classes = 0;

	leaf = leaf ? leaf + 1 : path->bytes;
	for (const char *at = end - leaf > SUFFIX_MOST ? end - SUFFIX_MOST : leaf; at < end; at++)
		if (*at == '.')
			classes |= allowed_name(classed, DP_CLASS_SUFFIX, at, (size_t)(end - at));
	return classes;
}

static bool is_there(const struct path_text *path)
{
	return path && path->length;
}

static uint8_t higher(uint8_t a, uint8_t b)
{
	return !a || (b && b < a) ? b : a;
}

static uint8_t class_of(const struct classed *classed, struct path_text *path)
{
	if (!path->classed)
		path->class_number = classes_of(classed->classes, path->bytes, path->length);
	path->classed = true;
	return path->class_number;
}

uint8_t classed_decide(struct classed *classed, const struct dp_object *object, const struct known_paths *paths)
{
	struct path_text *const all[] = { paths->path, paths->before, paths->inside };
	struct verdict verdict = {};
	uint8_t by_path = 0, followed = 0;
	bool remembered, any = false, cut = false;
	uint32_t allowed = 0;

	if (!classed->classes)
		return 0;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (is_there(all[i])) {
			uint8_t number = class_of(classed, all[i]);

			/* A class that is not followed is one of the path at hand only. */
			by_path = higher(by_path, all[i] == paths->before ? 0 : number);
			followed = higher(followed, classes_followed(classed->classes, number) ? number : 0);
			any = true;
			cut |= all[i]->cut;
		}
	if (!object->key.inode)
		return followed ? followed : by_path;
	remembered = places_verdict(classed->places, &object->key, &verdict);
	if (!any)
		return remembered ? verdict.class_number : object->class;
	followed = higher(followed, verdict.class_number);
	if (object->class && (!remembered || verdict.told != object->class) &&
	    classes_followed(classed->classes, object->class)) {
		for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			if (is_there(all[i]))
				allowed |= allowed_by(classed, all[i], is_there(paths->before)) |
					   allowed_by_suffix(classed, all[i]);
		/* The end that is missing of a path may be what allowed it. */
		if (cut || !((allowed >> (object->class & 31)) & 1))
			followed = higher(followed, object->class);
	}
	if ((followed || object->class) &&
	    (!remembered || followed != verdict.class_number || object->class != verdict.told))
		places_decide(classed->places, &object->key,
			      (struct verdict){ .class_number = followed, .told = object->class });
	return followed ? followed : by_path;
}

uint8_t classed_recall(struct classed *classed, const struct dp_object_key *object, uint8_t told)
{
	struct verdict verdict;

	return places_verdict(classed->places, object, &verdict) ? verdict.class_number : told;
}
