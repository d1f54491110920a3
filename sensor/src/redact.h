/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets in arguments become a keyed digest before anything is written (event contract, section 8): values of
 * secret-like options, bearer and cloud-key shapes, user information in URLs. The key is random for each run and never
 * leaves the process, so equal secrets of a run can be told to be equal, and no more.
 */
#ifndef DETPACK_REDACT_H
#define DETPACK_REDACT_H

#include <stddef.h>
#include <stdint.h>

#include "src/json.h"

struct redaction;

/*
 * `file`: further option names and shapes, and `paths`, `user` (keep, class, digest), one a line, see redact.c; NULL: the
 * built-in ones. NULL with the reason in `problem`.
 */
struct redaction *redaction_new(const char *file, char *problem, size_t size);
void redaction_free(struct redaction *redaction);

/*
 * The arguments of a program, each ended by NUL, as a JSON list under `key`, with secrets replaced by `redacted:<16 hex
 * digits>`; an option may be one argument (--token=x) or two (--token x). Gives how many there were. `line`, unless NULL,
 * gets the same as one text with a space between them, without quotes and not escaped.
 */
size_t redact_arguments(const struct redaction *redaction, struct text *out, const char *key, const char *arguments,
			size_t length, struct text *line);

#endif
