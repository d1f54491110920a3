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
 * The list of what is a secret is in redact_table.c. `file` adds to it, a word and its value on a line, `#` before a remark:
 *
 *	name session-ticket	options, variables, headers whose name ends so
 *	shape corp_		what begins so
 *	url keep		leaves user information in URLs
 *	paths keep		or class, digest: for whoever writes paths
 *	user keep		or digest: for whoever writes names of users
 *
 * NULL: the built-in ones. NULL with the reason in `problem`.
 */
struct redaction *redaction_new(const char *file, char *problem, size_t size);
void redaction_free(struct redaction *redaction);

/* What the file says of other fields; PRIVACY_KEEP for no redaction. */
enum privacy { PRIVACY_KEEP, PRIVACY_CLASS, PRIVACY_DIGEST };
enum privacy redaction_paths(const struct redaction *redaction);
enum privacy redaction_user(const struct redaction *redaction);

/* `redacted:` and 16 hex digits, ended by NUL; `redacted` alone when there is no redaction and so no key. */
#define REDACTED_SIZE 26
void redact_digest(const struct redaction *redaction, const char *secret, size_t length, char out[REDACTED_SIZE]);

/*
 * The arguments of a program, each ended by NUL, as a JSON list under `key`, with secrets replaced by `redacted:<16 hex
 * digits>`; an option may be one argument (--token=x) or two (--token x). Gives how many there were. `line`, unless NULL,
 * gets the same as one text with a space between them, without quotes and not escaped.
 */
size_t redact_arguments(const struct redaction *redaction, struct text *out, const char *key, const char *arguments,
			size_t length, struct text *line);

#endif
