/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "src/place.h"

/* Longer paths get memory of their own; nine in ten are shorter. */
#define NEAR 88

struct entry {
	uint64_t key[2];
	uint32_t next;	 /* in the bucket */
	uint32_t length; /* of the path */
	struct verdict verdict;
	bool deleted, cut, classed;
	uint8_t class_number;
	bool used; /* since the hand came by last */
	char *far; /* the path when it is longer than NEAR */
};

/* Number 0 is nobody, and the end of every list. */
struct table {
	struct entry *entries;
	char (*near)[NEAR]; /* NULL: no paths */
	uint32_t *buckets;
	uint32_t bucket_count; /* a power of two */
	uint32_t used, most;
	uint32_t hand; /* goes round over the entries and gives up the first that was not used since its last round */
};

struct places {
	struct table descriptions, objects;
};

static bool table_make(struct table *table, uint32_t most, bool paths)
{
	table->most = most;
	table->bucket_count = 16;
	while (table->bucket_count < most)
		table->bucket_count *= 2;
	table->entries = calloc((size_t)most + 1, sizeof(*table->entries));
	table->buckets = calloc(table->bucket_count, sizeof(*table->buckets));
	table->near = paths ? calloc((size_t)most + 1, sizeof(*table->near)) : NULL;
	return table->entries && table->buckets && (table->near || !paths);
}

static void table_unmake(struct table *table)
{
	for (uint32_t at = 1; table->entries && at <= table->used; at++)
		free(table->entries[at].far);
	free(table->entries);
	free(table->buckets);
	free(table->near);
}

struct places *places_new(uint32_t descriptions, uint32_t objects)
{
	struct places *places = calloc(1, sizeof(*places));

	if (!places)
		return NULL;
	if (table_make(&places->descriptions, descriptions, true) && table_make(&places->objects, objects, false))
		return places;
	places_free(places);
	return NULL;
}

void places_free(struct places *places)
{
	if (!places)
		return;
	table_unmake(&places->descriptions);
	table_unmake(&places->objects);
	free(places);
}

static uint32_t *bucket_of(struct table *table, const uint64_t key[2])
{
	uint64_t hash = (key[0] ^ (key[1] * 0x9e3779b97f4a7c15ull)) * 0xbf58476d1ce4e5b9ull;

	return &table->buckets[(hash >> 32) & (table->bucket_count - 1)];
}

/* Number of the entry; 0: none. */
static uint32_t find(struct table *table, const uint64_t key[2])
{
	uint32_t at = *bucket_of(table, key);

	while (at && (table->entries[at].key[0] != key[0] || table->entries[at].key[1] != key[1]))
		at = table->entries[at].next;
	table->entries[at].used = true;
	return at;
}

static uint32_t give_up_one(struct table *table)
{
	uint32_t *link;

	do {
		table->hand = table->hand < table->most ? table->hand + 1 : 1;
		if (!table->entries[table->hand].used)
			break;
		table->entries[table->hand].used = false;
	} while (true);
	link = bucket_of(table, table->entries[table->hand].key);
	while (*link != table->hand)
		link = &table->entries[*link].next;
	*link = table->entries[table->hand].next;
	free(table->entries[table->hand].far);
	return table->hand;
}

static uint32_t add(struct table *table, const uint64_t key[2])
{
	uint32_t at = table->used < table->most ? ++table->used : give_up_one(table), *bucket = bucket_of(table, key);

	table->entries[at] = (struct entry){ .key = { key[0], key[1] }, .next = *bucket, .used = true };
	*bucket = at;
	return at;
}

void places_put(struct places *places, uint64_t description, const struct path_text *path)
{
	struct table *table = &places->descriptions;
	const uint64_t key[2] = { description, 0 };
	uint32_t at = find(table, key);
	struct entry *entry;

	if (!at)
		at = add(table, key);
	entry = &table->entries[at];
	free(entry->far);
	entry->far = path->length > NEAR ? malloc(path->length) : NULL;
	entry->length = path->length > NEAR && !entry->far ? 0 : (uint32_t)path->length;
	entry->deleted = path->deleted;
	entry->cut = path->cut;
	entry->classed = path->classed;
	entry->class_number = path->class_number;
	memcpy(entry->far ? entry->far : table->near[at], path->bytes, entry->length);
}

bool places_find(struct places *places, uint64_t description, struct path_text *path)
{
	struct table *table = &places->descriptions;
	const uint64_t key[2] = { description, 0 };
	uint32_t at = description ? find(table, key) : 0;
	const struct entry *entry = &table->entries[at];

	if (!at || !entry->length)
		return false;
	memcpy(path->bytes, entry->far ? entry->far : table->near[at], entry->length);
	path->length = entry->length;
	path->deleted = entry->deleted;
	path->cut = entry->cut;
	path->classed = entry->classed;
	path->class_number = entry->class_number;
	return true;
}

static void key_of(const struct dp_object_key *object, uint64_t key[2])
{
	key[0] = object->inode;
	key[1] = (uint64_t)object->device << 32 | object->generation;
}

bool places_verdict(struct places *places, const struct dp_object_key *object, struct verdict *verdict)
{
	uint64_t key[2];
	uint32_t at;

	key_of(object, key);
	at = find(&places->objects, key);
	if (at)
		*verdict = places->objects.entries[at].verdict;
	return at != 0;
}

void places_decide(struct places *places, const struct dp_object_key *object, struct verdict verdict)
{
	uint64_t key[2];
	uint32_t at;

	key_of(object, key);
	at = find(&places->objects, key);
	if (!at)
		at = add(&places->objects, key);
	places->objects.entries[at].verdict = verdict;
}
