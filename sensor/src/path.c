/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "src/path.h"

#define CUT_LENGTH 3

void path_clear(struct path_text *path)
{
	path->length = 0;
	path->deleted = path->cut = path->classed = false;
}

/* Puts `length` bytes before what is there; the text is built from the end of the room. */
static bool prepend(struct path_text *path, size_t *begin, const char *bytes, size_t length)
{
	if (*begin < length + 1)
		return false;
	*begin -= length;
	memcpy(path->bytes + *begin, bytes, length);
	path->bytes[--*begin] = '/';
	return true;
}

/* Leaf first, so each one goes before those that came; what does not fit is the upper end, which is left out. */
void path_of_components(const struct dp_part *part, struct path_text *path)
{
	const char *bytes = (const char *)(part + 1), *end = bytes + part->length;
	size_t begin = PATH_ROOM;

	path_clear(path);
	path->deleted = part->flags & DP_DELETED;
	path->cut = part->flags & DP_TRUNCATED;
	while (bytes < end) {
		const char *stop = memchr(bytes, '\0', (size_t)(end - bytes));
		size_t length = stop ? (size_t)(stop - bytes) : (size_t)(end - bytes);

		/* The name of a root that is mounted nowhere. */
		if (!(length == 1 && *bytes == '/') && !prepend(path, &begin, bytes, length)) {
			path->cut = true;
			break;
		}
		bytes += length + 1;
	}
	if (path->cut) {
		begin = begin < CUT_LENGTH ? CUT_LENGTH : begin;
		begin -= CUT_LENGTH;
		memcpy(path->bytes + begin, "...", CUT_LENGTH);
	}
	if (begin == PATH_ROOM)
		path->bytes[--begin] = '/';
	path->length = PATH_ROOM - begin;
	memmove(path->bytes, path->bytes + begin, path->length);
}

static void append(struct path_text *path, const char *bytes, size_t length)
{
	if (length > PATH_ROOM - path->length)
		length = PATH_ROOM - path->length;
	memcpy(path->bytes + path->length, bytes, length);
	path->length += length;
}

/* One component more, or one less, but for those of `root` bytes. */
static void step(struct path_text *path, size_t root, const char *name, size_t length)
{
	if (length == 0 || (length == 1 && name[0] == '.'))
		return;
	if (length == 2 && name[0] == '.' && name[1] == '.') {
		while (path->length > root && path->bytes[--path->length] != '/')
			;
		return;
	}
	append(path, "/", 1);
	append(path, name, length);
}

static void steps(struct path_text *path, size_t root, const char *bytes, size_t length)
{
	while (length) {
		const char *slash = memchr(bytes, '/', length);
		size_t part = slash ? (size_t)(slash - bytes) : length;

		step(path, root, bytes, part);
		part += slash != NULL;
		bytes += part;
		length -= part;
	}
}

void path_of_string(const struct dp_part *string, const struct path_text *base, struct path_text *path)
{
	const char *bytes = (const char *)(string + 1);
	size_t length = strnlen(bytes, string->length);

	path_clear(path);
	if (length && bytes[0] == '/' && !(string->flags & DP_ROOTED)) {
		steps(path, 0, bytes, length);
	} else if (base && base->length && !base->cut) {
		steps(path, 0, base->bytes, base->length);
		steps(path, string->flags & DP_ROOTED ? path->length : 0, bytes, length);
	} else {
		/* Where it stood is not known: the name as it was written. */
		append(path, bytes, length);
		return;
	}
	if (!path->length)
		append(path, "/", 1);
}

static const char gone[] = " (deleted)";

void path_mark_deleted(struct path_text *path)
{
	if (path->length && path->deleted)
		append(path, gone, sizeof(gone) - 1);
	path->deleted = false;
}

void path_of_nameless(const struct dp_part *part, struct path_text *path)
{
	const char *bytes = (const char *)(part + 1);

	path_clear(path);
	append(path, "/", 1);
	append(path, bytes, strnlen(bytes, part->length));
	append(path, gone, sizeof(gone) - 1);
}
