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

/* One field of a binding. The name is only looked up. */
static bool parse_asked(const char *field, size_t length, struct asked *asked)
{
	const char *equals = length ? memchr(field + 1, '=', length - 1) : NULL;

	if (!equals || (field[0] != '@' && field[0] != '='))
		return false;
	asked->fd = field[0] == '@' ? 0 : -1;
	return copy_field(field + 1, (size_t)(equals - field - 1), asked->name, sizeof(asked->name)) &&
	       copy_field(equals + 1, length - (size_t)(equals + 1 - field), asked->value, sizeof(asked->value));
}

/* The next field and what is left behind it; NULL: there is none. */
static const char *next_field(const char **rest, size_t *left, size_t *length)
{
	const char *field = *rest, *tab = field ? memchr(field, '\t', *left) : NULL;

	*length = tab ? (size_t)(tab - field) : *left;
	*rest = tab ? tab + 1 : NULL;
	*left -= tab ? *length + 1 : *length;
	return field;
}

bool request_parse(const char *bytes, size_t length, struct request *request)
{
	const char *rest = bytes + sizeof(head) - 1, *field;
	size_t left, size;

	memset(request, 0, sizeof(*request));
	if (length < sizeof(head) || length > REQUEST_MOST || memcmp(bytes, head, sizeof(head) - 1))
		return false;
	left = length - (sizeof(head) - 1);
	field = next_field(&rest, &left, &size);
	if (!copy_field(field, size, request->task, sizeof(request->task)))
		return false;
	field = next_field(&rest, &left, &size);
	if (!field || !copy_field(field, size, request->agent, sizeof(request->agent)))
		return false;
	if (!strcmp(request->agent, "-"))
		request->agent[0] = '\0';
	while ((field = next_field(&rest, &left, &size)))
		if (request->asked_count == BINDINGS_MOST ||
		    !parse_asked(field, size, &request->asked[request->asked_count++]))
			return false;
	return true;
}

bool request_take_fds(struct request *request, const int *fds, size_t count)
{
	size_t taken = 0;

	for (size_t i = 0; i < request->asked_count; i++) {
		if (request->asked[i].fd < 0)
			continue;
		if (taken == count)
			return false;
		request->asked[i].fd = fds[taken++];
	}
	return taken == count;
}

size_t request_write(const struct request *request, char bytes[REQUEST_MOST])
{
	struct request again;
	size_t length = (size_t)snprintf(bytes, REQUEST_MOST, "%s%s\t%s", head, request->task,
					 request->agent[0] ? request->agent : "-");

	for (size_t i = 0; i < request->asked_count && length < REQUEST_MOST; i++) {
		const struct asked *asked = &request->asked[i];

		length += (size_t)snprintf(bytes + length, REQUEST_MOST - length, "\t%c%s=%s", asked->fd < 0 ? '=' : '@',
					   asked->name, asked->value);
	}
	return length < REQUEST_MOST && request_parse(bytes, length, &again) ? length : 0;
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
