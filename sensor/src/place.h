/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What earlier records said of descriptions and objects: the kernel half tells the path of a description once, and what
 * class an object has is decided on its paths. Bounded: what was not used for long is forgotten first. The limits are
 * above those of the kernel half's own tables, so that a path is not forgotten here while it counts as told there.
 */
#ifndef DETPACK_PLACE_H
#define DETPACK_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "src/path.h"

struct places;

struct places *places_new(uint32_t descriptions, uint32_t objects); /* NULL: no memory */
void places_free(struct places *places);

/* Paths of descriptions. */
void places_put(struct places *places, uint64_t description, const struct path_text *path);
/* False: not known; `path` is then as it was. */
bool places_find(struct places *places, uint64_t description, struct path_text *path);

/* What is known of an object's class. */
struct verdict {
	uint8_t class_number; /* the highest followed class of all paths it was seen under; 0: none */
	uint8_t told;	      /* what the kernel half said of it when that was decided */
};

bool places_verdict(struct places *places, const struct dp_object_key *object, struct verdict *verdict);
void places_decide(struct places *places, const struct dp_object_key *object, struct verdict verdict);

#endif
