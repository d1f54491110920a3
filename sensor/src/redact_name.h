/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a name is one whose value is a secret. */
#ifndef DETPACK_REDACT_NAME_H
#define DETPACK_REDACT_NAME_H

#include "src/redact_scan.h"

#define NAME_LONGEST 64 /* of a longer one the end counts */

bool is_name_byte(char byte);

/* The row of the table, NULL: it is no secret's name. */
const struct secret_name *secret_name_of(const struct redact_words *words, const char *name, size_t length);

#endif
