/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which class an object has. The kernel half looks at single names and at pairs of them, so the number in a record is one
 * that the object may have; what the whole path says decides here. The same rules as those of the toolchain's importers:
 *
 * 1. An object keeps the highest followed class of all the paths it was ever seen under: it is the same object after a
 *    rename, by a hard link, through a bind mount (its path inside the file system counts too). Without one it has the
 *    class of the path at hand.
 * 2. The kernel half remembers for longer than we do, and sees names that are on no path: those above the root of a bind
 *    mount. When it gives a number that nothing on the paths at hand can have given, and that it did not give when the object
 *    was decided last, the object has or had it under a name that is not known here: it keeps it. A name gives what it
 *    allows together with the one above it; of renames and links also what it allows with any, since at the root of a file
 *    system the kernel half does not know that one.
 * 3. An object without any path, or with one whose upper end is missing, has what the kernel half says: too much is
 *    better than a secret missed.
 *
 * What is decided is remembered for the objects that a process holds (flow), so that those are dropped that are of a
 * class by some of their names only.
 */
#ifndef DETPACK_CLASSED_H
#define DETPACK_CLASSED_H

#include <stdint.h>

#include "record.h"
#include "src/path.h"

struct classes;
struct classed;
struct places;

/* `classes`: NULL, then nothing has a class. NULL: no memory. */
struct classed *classed_new(const struct classes *classes, struct places *places);
void classed_free(struct classed *classed);

/* Paths of the same object; each NULL or empty when there is none. */
struct known_paths {
	struct path_text *path, *before, *inside;
};

/* Decides, and remembers it; what the table says of a path is kept with the path. 0: no class. */
uint8_t classed_decide(struct classed *classed, const struct dp_object *object, const struct known_paths *paths);

/* Of an object that is only mentioned: what was decided, else what the kernel half said of it. */
uint8_t classed_recall(struct classed *classed, const struct dp_object_key *object, uint8_t told);

#endif
