/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "src/unit_path.h"

#define NAME_MOST 255

static const char *const kinds[] = { ".service", ".scope", ".socket", ".mount", ".automount", ".swap", ".slice" };

static const char *kind_of(const char *unit)
{
	size_t length = strlen(unit);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (length > strlen(kinds[i]) && !strcmp(unit + length - strlen(kinds[i]), kinds[i]))
			return "";
	return strchr(unit, '.') ? NULL : ".service";
}

/* The slice of a template: in the names of slices `-` parts levels, so one in the template's own name is escaped. */
static int template_slice(const char *unit, size_t length, char *slice, size_t size)
{
	size_t at = (size_t)snprintf(slice, size, "system-");

	for (size_t i = 0; i < length; i++) {
		if (size - at < 5)
			return -ENAMETOOLONG;
		at += (size_t)snprintf(slice + at, size - at, unit[i] == '-' ? "\\x2d" : "%c", unit[i]);
	}
	return snprintf(slice + at, size - at, ".slice/") < (int)(size - at) ? 0 : -ENAMETOOLONG;
}

int unit_path(const char *unit, char *path, size_t size)
{
	const char *kind = kind_of(unit), *instance = strchr(unit, '@');
	char slice[2 * NAME_MOST] = "";
	int failed = 0;

	for (const char *at = unit; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr(":-_.\\@", *at))
			return -EINVAL;
	if (!*unit || !kind || unit[0] == '.' || strlen(unit) > NAME_MOST)
		return -EINVAL;
	if (!strcmp(unit, "init.scope"))
		return snprintf(path, size, "/init.scope") < (int)size ? 0 : -ENAMETOOLONG;
	if (instance > unit)
		failed = template_slice(unit, (size_t)(instance - unit), slice, sizeof(slice));
	if (failed)
		return failed;
	return snprintf(path, size, "/system.slice/%s%s%s", slice, unit, kind) < (int)size ? 0 : -ENAMETOOLONG;
}
