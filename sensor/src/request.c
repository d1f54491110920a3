/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "src/request.h"

static const char head[] = "detpack-launch\t1\t";

static bool is_printable(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	return true;
}

static bool copy_field(const char *from, size_t length, char *to, size_t size)
{
	if (length == 0 || length >= size || !is_printable(from, length))
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

bool request_parse(const char *bytes, size_t length, struct request *request)
{
	const char *tab, *rest = bytes + sizeof(head) - 1;
	size_t left;

	memset(request, 0, sizeof(*request));
	if (length < sizeof(head) || length > REQUEST_MOST || memcmp(bytes, head, sizeof(head) - 1))
		return false;
	left = length - (sizeof(head) - 1);
	tab = memchr(rest, '\t', left);
	if (!tab || !copy_field(rest, (size_t)(tab - rest), request->task, sizeof(request->task)) ||
	    !copy_field(tab + 1, left - (size_t)(tab + 1 - rest), request->agent, sizeof(request->agent)))
		return false;
	if (!strcmp(request->agent, "-"))
		request->agent[0] = '\0';
	return true;
}

size_t request_write(const struct request *request, char bytes[REQUEST_MOST])
{
	struct request again;
	int length = snprintf(bytes, REQUEST_MOST, "%s%s\t%s", head, request->task,
			      request->agent[0] ? request->agent : "-");

	if (length < 0 || length >= REQUEST_MOST || !request_parse(bytes, (size_t)length, &again))
		return 0;
	return (size_t)length;
}

bool answer_parse(const char *bytes, size_t length, char text[ANSWER_MOST])
{
	static const char started[] = "started\t", refused[] = "refused\t";

	if (length > sizeof(started) && !memcmp(bytes, started, sizeof(started) - 1) &&
	    copy_field(bytes + sizeof(started) - 1, length - (sizeof(started) - 1), text, ANSWER_MOST))
		return true;
	if (length <= sizeof(refused) || memcmp(bytes, refused, sizeof(refused) - 1) ||
	    !copy_field(bytes + sizeof(refused) - 1, length - (sizeof(refused) - 1), text, ANSWER_MOST))
		snprintf(text, ANSWER_MOST, "it did not answer as a sensor does");
	return false;
}
