/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/bound.h"
#include "src/json.h"
#include "src/redact.h"

static const uint8_t four_in_six[12] = { [10] = 0xff, [11] = 0xff };

void bound_free(struct bound *bound)
{
	if (!bound)
		return;
	for (size_t i = 0; i < bound->count; i++)
		free(bound->each[i].value);
	free(bound);
}

/* ---- hosts ---- */

static bool is_number(const char *text, unsigned long least, unsigned long most, unsigned long *value)
{
	size_t length = strlen(text);

	if (!length || length > 5 || strspn(text, "0123456789") != length)
		return false;
	*value = strtoul(text, NULL, 10);
	return *value >= least && *value <= most;
}

/* An address in the binding; false for what is none. */
static bool put_address(const char *text, struct binding *binding, bool *four)
{
	*four = inet_pton(AF_INET, text, binding->address + 12) == 1;
	if (*four)
		memcpy(binding->address, four_in_six, sizeof(four_in_six));
	else if (inet_pton(AF_INET6, text, binding->address) != 1)
		return false;
	/* One address has one way to be written. */
	return *four || memcmp(binding->address, four_in_six, sizeof(four_in_six));
}

/* `192.0.2.10`, `192.0.2.0/24`, `[2001:db8::1]`, each with `:PORT` or without; IPv6 without a port also without brackets. */
bool bound_host(const char *text, struct binding *binding)
{
	char copy[80], *address = copy, *port = NULL, *bits, *end;
	unsigned long value;
	bool four;

	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	binding->port = 0;
	if (copy[0] == '[') {
		end = strchr(copy, ']');
		if (!end || (end[1] && end[1] != ':' && end[1] != '/') || !strchr(copy, ':') || strchr(copy, ':') > end)
			return false;
		address = copy + 1;
		memmove(end, end + 1, strlen(end));
		port = strchr(end, ':');
	} else if (strchr(copy, ':') == strrchr(copy, ':') || strchr(copy, '/')) {
		bits = strchr(copy, '/');
		port = strchr(bits ? bits : copy, ':');
	}
	if (port) {
		*port++ = '\0';
		if (!is_number(port, 1, 65535, &value))
			return false;
		binding->port = (uint16_t)value;
	}
	bits = strchr(address, '/');
	if (bits)
		*bits++ = '\0';
	if (!put_address(address, binding, &four))
		return false;
	value = four ? 32 : 128;
	if (bits && !is_number(bits, 0, value, &value))
		return false;
	binding->bits = (uint8_t)(four ? value + 96 : value);
	return true;
}

static bool is_within(const uint8_t address[16], const struct binding *binding)
{
	unsigned int whole = binding->bits / 8, rest = binding->bits % 8;

	if (memcmp(address, binding->address, whole))
		return false;
	return !rest || !((address[whole] ^ binding->address[whole]) >> (8 - rest));
}

unsigned int bound_destination(const struct bound *bound, const uint8_t address[16], uint16_t port)
{
	unsigned int set = 0;

	for (size_t i = 0; i < bound->count; i++) {
		const struct binding *each = &bound->each[i];

		if (each->kind == PARAMETER_HOST && (!each->port || each->port == port) && is_within(address, each))
			set |= 1u << i;
	}
	return set;
}

/* ---- objects ---- */

static bool is_path(const struct binding *binding, const char *path, size_t length)
{
	return length == binding->length && !memcmp(path, binding->value, length);
}

/*
 * Of subvolumes (btrfs) and layers (overlayfs) stat(2) tells devices of their own, without a major number, and the kernel
 * half that of the file system: there the path has to be the same instead.
 */
static bool is_on_device(const struct binding *binding, uint32_t device, const char *path, size_t length)
{
	return device == binding->file.device || (!(binding->file.device >> 20) && is_path(binding, path, length));
}

static bool is_file(struct binding *binding, const struct dp_object_key *key, const char *path, size_t length)
{
	struct dp_object_key *file = &binding->file;

	if (key->inode != file->inode)
		return false;
	if (binding->seen)
		return key->device == file->device && key->generation == file->generation;
	if (!is_on_device(binding, key->device, path, length))
		return false;
	*file = *key;
	binding->seen = true;
	return true;
}

static bool is_below(const struct binding *binding, const char *path, size_t length)
{
	size_t own = binding->length == 1 ? 0 : binding->length; /* of the root: every path */

	return length >= own && length && path[0] == '/' && !memcmp(path, binding->value, own) &&
	       (length == own || path[own] == '/');
}

unsigned int bound_object(struct bound *bound, const struct dp_object_key *key, const char *path, size_t length)
{
	unsigned int set = 0;

	for (size_t i = 0; i < bound->count; i++) {
		struct binding *each = &bound->each[i];

		if ((each->kind == PARAMETER_FILE && key->inode && is_file(each, key, path, length)) ||
		    (each->kind == PARAMETER_DIRECTORY && is_below(each, path, length)))
			set |= 1u << i;
	}
	return set;
}

/* ---- as text ---- */

void bound_names(const struct bound *bound, unsigned int set, struct text *line)
{
	size_t begun = json_begin(line, "binding", '[');
	const char *last = NULL;

	for (size_t i = 0; i < bound->count; i++) {
		const char *name = bound->each[i].name;

		/* A parameter may be bound more than once. */
		if (!(set >> i & 1) || (last && !strcmp(last, name)))
			continue;
		json_text(line, NULL, name);
		last = name;
	}
	json_end(line, begun, '[');
}

static const char *shown(const struct binding *binding, const struct redaction *redaction, char digest[REDACTED_SIZE])
{
	if (binding->kind != PARAMETER_FILE && binding->kind != PARAMETER_DIRECTORY)
		return binding->value;
	switch (redaction_paths(redaction)) {
	case PRIVACY_KEEP:
		return binding->value;
	case PRIVACY_DIGEST:
		redact_digest(redaction, binding->value, binding->length, digest);
		return digest;
	case PRIVACY_CLASS:
		break;
	}
	return "";
}

void bound_report(const struct bound *bound, const struct redaction *redaction, struct text *line)
{
	char *all = malloc(BINDINGS_MOST * (BINDING_NAME + BINDING_VALUE)), digest[REDACTED_SIZE];
	size_t length = 0;

	if (!all) {
		line->failed = true;
		return;
	}
	/* As arguments are: what looks like a secret is none to be kept. */
	for (size_t i = 0; i < bound->count; i++)
		length += (size_t)sprintf(all + length, "%s=%s", bound->each[i].name,
					  shown(&bound->each[i], redaction, digest)) +
			  1;
	redact_arguments(redaction, line, "binding", all, length, NULL);
	free(all);
}
