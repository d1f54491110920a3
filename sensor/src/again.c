/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "src/again.h"

#define LAST "_last"

size_t again_of(const char *name)
{
	static const char *const ends[] = { "_second", "_third", LAST };
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t end = strlen(ends[i]);

		if (length > end && !strcmp(name + length - end, ends[i]))
			return length - end;
	}
	return 0;
}

bool again_is_last(const char *name)
{
	size_t length = again_of(name);

	return length && !strcmp(name + length, LAST);
}

bool again_is_same(const char *one, const char *other)
{
	size_t length = again_of(one) ? again_of(one) : strlen(one);
	size_t others = again_of(other) ? again_of(other) : strlen(other);

	return length == others && !strncmp(one, other, length);
}
