/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "src/place.h"

struct place {
	uint64_t key[2]; /* a description and 0, or the two words of an object and a bit that no device has */
	struct place *next; /* in the bucket */
	struct place *older, *younger;
	uint32_t length;
	uint8_t class_number;
	char path[];
};

struct places {
	struct place **buckets;
	size_t bucket_count; /* a power of two */
	size_t count, most;
	struct place *oldest, *youngest;
};

#define OF_OBJECT (1ull << 63)

struct places *places_new(size_t most)
{
	struct places *places = calloc(1, sizeof(*places));

	if (!places)
		return NULL;
	places->most = most;
	places->bucket_count = 1024;
	while (places->bucket_count < most)
		places->bucket_count *= 2;
	places->buckets = calloc(places->bucket_count, sizeof(*places->buckets));
	if (!places->buckets) {
		free(places);
		return NULL;
	}
	return places;
}

void places_free(struct places *places)
{
	if (!places)
		return;
	for (struct place *place = places->oldest, *next; place; place = next) {
		next = place->younger;
		free(place);
	}
	free(places->buckets);
	free(places);
}

static struct place **bucket_of(struct places *places, const uint64_t key[2])
{
	uint64_t hash = (key[0] ^ (key[1] * 0x9e3779b97f4a7c15ull)) * 0xbf58476d1ce4e5b9ull;

	return &places->buckets[(hash >> 32) & (places->bucket_count - 1)];
}

static void take_out(struct places *places, struct place *place)
{
	*(place->older ? &place->older->younger : &places->oldest) = place->younger;
	*(place->younger ? &place->younger->older : &places->youngest) = place->older;
}

static void put_youngest(struct places *places, struct place *place)
{
	place->older = places->youngest;
	place->younger = NULL;
	*(places->youngest ? &places->youngest->younger : &places->oldest) = place;
	places->youngest = place;
}

static struct place *find(struct places *places, const uint64_t key[2])
{
	for (struct place *place = *bucket_of(places, key); place; place = place->next)
		if (place->key[0] == key[0] && place->key[1] == key[1]) {
			if (place != places->youngest) {
				take_out(places, place);
				put_youngest(places, place);
			}
			return place;
		}
	return NULL;
}

static void forget(struct places *places, struct place *place)
{
	struct place **at = bucket_of(places, place->key);

	while (*at != place)
		at = &(*at)->next;
	*at = place->next;
	take_out(places, place);
	places->count--;
	free(place);
}

static struct place *add(struct places *places, const uint64_t key[2], size_t length)
{
	struct place *place = malloc(sizeof(*place) + length), **bucket = bucket_of(places, key);

	if (!place)
		return NULL;
	if (places->count == places->most)
		forget(places, places->oldest);
	*place = (struct place){ .key = { key[0], key[1] }, .next = *bucket, .length = (uint32_t)length };
	*bucket = place;
	put_youngest(places, place);
	places->count++;
	return place;
}

void places_put(struct places *places, uint64_t description, const char *path, size_t length)
{
	const uint64_t key[2] = { description, 0 };
	struct place *place = find(places, key);

	if (place && place->length == length && !memcmp(place->path, path, length))
		return;
	if (place)
		forget(places, place);
	place = add(places, key, length);
	if (place)
		memcpy(place->path, path, length);
}

const char *places_find(struct places *places, uint64_t description, size_t *length)
{
	const uint64_t key[2] = { description, 0 };
	struct place *place = description ? find(places, key) : NULL;

	if (!place)
		return NULL;
	*length = place->length;
	return place->path;
}

static void key_of_object(const struct dp_object_key *object, uint64_t key[2])
{
	key[0] = object->inode;
	key[1] = OF_OBJECT | (uint64_t)object->device << 32 | object->generation;
}

uint8_t places_class(struct places *places, const struct dp_object_key *object, uint8_t by_path)
{
	struct place *place;
	uint64_t key[2];

	key_of_object(object, key);
	place = find(places, key);
	if (!place)
		place = add(places, key, 0);
	if (!place)
		return by_path;
	if (by_path && (!place->class_number || by_path < place->class_number))
		place->class_number = by_path;
	return place->class_number;
}

bool places_class_known(struct places *places, const struct dp_object_key *object, uint8_t *class_number)
{
	struct place *place;
	uint64_t key[2];

	key_of_object(object, key);
	place = find(places, key);
	if (place)
		*class_number = place->class_number;
	return place != NULL;
}
