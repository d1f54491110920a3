/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "src/redact.h"
#include "src/view.h"

#define PEOPLE_FROM 1000 /* login.defs(5), UID_MIN; systemd's too */
#define NOBODY 65534
#define NO_ID UINT32_MAX

bool private_paths(const struct view *view)
{
	return redaction_paths(view->redaction) != PRIVACY_KEEP;
}

void private_path(const struct view *view, struct text *line, const char *key, const char *path, size_t length)
{
	char digest[REDACTED_SIZE];

	switch (redaction_paths(view->redaction)) {
	case PRIVACY_KEEP:
		json_string(line, key, path, length);
		break;
	case PRIVACY_DIGEST:
		redact_digest(view->redaction, path, length, digest);
		json_text(line, key, digest);
		break;
	case PRIVACY_CLASS:
		break;
	}
}

void private_id(const struct view *view, struct text *line, const char *key, uint32_t id)
{
	char digest[REDACTED_SIZE], number[16];
	int length;

	if (redaction_user(view->redaction) == PRIVACY_KEEP || id < PEOPLE_FROM || id == NOBODY || id == NO_ID) {
		json_number_text(line, key, id);
		return;
	}
	length = snprintf(number, sizeof(number), "%u", id);
	redact_digest(view->redaction, number, (size_t)length, digest);
	json_text(line, key, digest);
}
