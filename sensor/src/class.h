/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of classes, as the toolchain writes it from resources.yml, and the class of a path by it: the highest class
 * of which a pattern matches and no exception does. The same decision as `classOf` of the toolchain's src/event.
 */
#ifndef DETPACK_CLASS_H
#define DETPACK_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct classes;

/*
 * NULL with the reason in `problem` (with the line number) when the text is no table: unknown lines, numbers outside
 * 1..30, paths that are too long are refused, none is left out.
 */
struct classes *classes_parse(const char *text, size_t length, char *problem, size_t size);
struct classes *classes_read(const char *file, char *problem, size_t size);
void classes_free(struct classes *classes);

/* Number of the class of a path (1 is the highest), 0: none. Of a path that does not begin with `/` the name counts. */
uint8_t classes_of(const struct classes *classes, const char *path, size_t length);

const char *classes_name(const struct classes *classes, uint8_t number); /* NULL: no such class */
bool classes_followed(const struct classes *classes, uint8_t number);
uint32_t classes_count(const struct classes *classes);
uint32_t classes_followed_set(const struct classes *classes); /* bit n: class n */
const char *classes_digest(const struct classes *classes);    /* 64 hex digits */

/*
 * What the kernel half can use of the table: for each name or pair of names what it allows, a superset of what the whole path
 * decides. A pattern that ends with two literal names is told by both, any other by one. `place`: enum dp_class_place. Non-zero
 * from `tell` ends it and is given back. A pattern whose names are all too long for the kernel half (46 bytes) is told by the
 * nearest ancestor that is not; -ENAMETOOLONG when there is none.
 */
typedef int (*class_teller)(void *context, int place, const char *name, size_t length, uint32_t classes);
int classes_tell(const struct classes *classes, class_teller tell, void *context);

#endif
