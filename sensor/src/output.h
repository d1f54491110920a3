/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where lines go: standard output, a file with rotation, or a UNIX stream socket that someone listens on. Writing never
 * waits. What cannot be written yet stays here, up to a bound; then output_has_room says no and the caller keeps its
 * events, without numbers, in its lanes. A line is never cut: what was written of one when a disk was full or a reader
 * gone is completed, or sent whole again.
 */
#ifndef DETPACK_OUTPUT_H
#define DETPACK_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;
struct output;

enum output_kind { OUTPUT_STANDARD, OUTPUT_FILE, OUTPUT_SOCKET };

struct output_options {
	enum output_kind kind;
	const char *path;      /* file and socket */
	uint64_t rotate_bytes; /* file: a new one before it would be longer; 0: never */
	unsigned int rotate_keep; /* how many old ones, named path.1 (the youngest) and on */
	bool later; /* only looks whether it can be opened; opens it when there is something to write */
};

/* NULL with the reason in `problem`. A socket that nobody listens on yet is no reason: it is tried again. */
struct output *output_open(const struct output_options *options, char *problem, size_t size);

/* Tries once more to write what is left, then closes. Bytes of whole lines that could not be written. */
size_t output_close(struct output *output);

/* For people: `standard output`, or the path. */
const char *output_name(const struct output *output);

bool output_has_room(const struct output *output);

/* Takes a copy of whole lines; only when there is room. */
void output_add(struct output *output, const struct text *lines);

/*
 * Writes what can be written now. 0: all was written, or the rest waits for the reader. -EPIPE: standard output was closed
 * by its reader, for ever. Another negative errno: it could not be written and will be tried again in a second; the same
 * one is given again until it works.
 */
int output_flush(struct output *output, uint64_t now);

/* True when standard output was closed by its reader, which is seen without writing. */
bool output_is_gone(const struct output *output);

/* Bytes that wait. */
size_t output_waiting(const struct output *output);

/*
 * The descriptor of a socket whose reader is behind: there is room again when it can be written to. -1: nothing waits, or it
 * is no socket. A pipe is not waited for: it has room as soon as a page of it was read, which is not worth a turn.
 */
int output_room(const struct output *output);

/* Opens the file again under its name: after someone else renamed it. */
int output_reopen(struct output *output);

#endif
