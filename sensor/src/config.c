/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/config.h"
#include "src/trusted_file.h"

#define FILE_MOST (64u << 10)

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_name(const char *text)
{
	return *text >= 'a' && *text <= 'z' && strspn(text, "abcdefghijklmnopqrstuvwxyz-") == strlen(text);
}

/* `name` or `--name=value`, which getopt takes for the same option, and nothing of the value for another one. */
static char *argument_of(const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 4;
	char *argument = malloc(size);

	if (argument)
		snprintf(argument, size, *value ? "--%s=%s" : "--%s", name, value);
	return argument;
}

static int parse_line(const char *path, unsigned int number, char *line, struct config *config, char *problem, size_t size)
{
	char *name = line, *value, *end = line + strlen(line);

	while (is_blank(*name))
		name++;
	while (end > name && is_blank(end[-1]))
		*--end = '\0';
	if (!*name || *name == '#')
		return 0;
	value = name + strcspn(name, " \t");
	if (*value)
		*value++ = '\0';
	while (is_blank(*value))
		value++;
	if (!is_name(name)) {
		snprintf(problem, size, "%s:%u: `%.64s' is no name of an option; write it without dashes, then its value", path,
			 number, name);
		return -1;
	}
	config->arguments[config->count] = argument_of(name, value);
	if (config->arguments[config->count++])
		return 0;
	snprintf(problem, size, "no memory");
	return -1;
}

int config_parse(const char *path, char *bytes, size_t length, struct config *config, char *problem, size_t size)
{
	size_t lines = 1;
	unsigned int number = 0;
	char *rest = bytes, *line;

	*config = (struct config){ .bytes = bytes };
	if (memchr(bytes, 0, length)) {
		snprintf(problem, size, "%s is no text", path);
		return -1;
	}
	for (size_t i = 0; i < length; i++)
		lines += bytes[i] == '\n';
	config->arguments = calloc(lines + 2, sizeof(*config->arguments));
	if (config->arguments)
		config->arguments[config->count++] = strdup(path);
	if (!config->arguments || !config->arguments[0]) {
		snprintf(problem, size, "no memory");
		return -1;
	}
	while ((line = strsep(&rest, "\n")))
		if (parse_line(path, ++number, line, config, problem, size))
			return -1;
	return 0;
}

int config_read(const char *path, struct config *config, char *problem, size_t size)
{
	size_t length;
	char *bytes = trusted_file(path, FILE_MOST, &length, problem, size);

	*config = (struct config){};
	return bytes ? config_parse(path, bytes, length, config, problem, size) : -1;
}

void config_free(struct config *config)
{
	for (int i = 0; i < config->count; i++)
		free(config->arguments[i]);
	free(config->arguments);
	free(config->bytes);
	*config = (struct config){};
}
