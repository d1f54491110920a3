/* SPDX-License-Identifier: Apache-2.0 */
/* A record taken apart: whether its sizes hold, and its parts one by one. */
#ifndef DETPACK_PARTS_H
#define DETPACK_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

/* Part by part: the first for NULL, NULL after the last. `bytes` of a part follow it. */
const struct dp_part *part_after(const struct dp_use *use, const struct dp_part *part);

/*
 * False for a record that no kernel half of this version writes: parts that do not end where it ends, or a part that is a
 * struct and has another size. Numbers inside (kinds, classes, origins) are not looked at. `bytes` aligned to 8.
 */
bool record_is_whole(const void *bytes, size_t size);

#endif
