/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What earlier records said of descriptions and objects: the kernel half tells the path of a description once, and what
 * class an object has is decided on its path. Bounded: what was used longest ago is forgotten first.
 */
#ifndef DETPACK_PLACE_H
#define DETPACK_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

struct places;

struct places *places_new(size_t most); /* NULL: no memory */
void places_free(struct places *places);

/* Paths of descriptions. Valid until the next call. */
void places_put(struct places *places, uint64_t description, const char *path, size_t length);
const char *places_find(struct places *places, uint64_t description, size_t *length);

/*
 * The class of an object by all the paths it was seen under: the highest. `by_path` is what the path at hand says. False
 * from places_class_known: no path of it was ever seen.
 */
uint8_t places_class(struct places *places, const struct dp_object_key *object, uint8_t by_path);
bool places_class_known(struct places *places, const struct dp_object_key *object, uint8_t *class_number);

#endif
