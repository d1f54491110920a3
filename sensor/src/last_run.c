/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/last_run.h"
#include "src/whole_file.h"

#define HEAD "detpack-state\t1\n"
#define FILE_MOST 512

/* The rest of the line that begins with `key` and a tab; NULL: there is none. Lines end in place. */
static char *value_of(char **text, const char *key)
{
	char *line = *text, *end = strchr(line, '\n');
	size_t length = strlen(key);

	if (!end || strncmp(line, key, length) != 0 || line[length] != '\t')
		return NULL;
	*end = 0;
	*text = end + 1;
	return line + length + 1;
}

static bool is_run(const char *text)
{
	return strlen(text) == sizeof(((struct last_run *)0)->run) - 1 &&
	       strspn(text, "0123456789abcdef") == strlen(text);
}

/* Years 1970 to 9999. */
static bool time_from(const char *text, int64_t *time)
{
	char *end;

	errno = 0;
	*time = strtoll(text, &end, 10);
	return isdigit((unsigned char)*text) && !*end && !errno && *time < INT64_C(253402300800000000);
}

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static int parse(char *text, struct last_run *last)
{
	char *run, *seen, *reason;

	if (strncmp(text, HEAD, strlen(HEAD)) != 0)
		return -EBADMSG;
	text += strlen(HEAD);
	run = value_of(&text, "run");
	seen = run ? value_of(&text, "seen") : NULL;
	reason = seen ? value_of(&text, "reason") : NULL;
	if (!reason || *text || !is_run(run) || !time_from(seen, &last->seen) || strlen(reason) >= LAST_REASON_SIZE ||
	    !is_printable(reason))
		return -EBADMSG;
	memcpy(last->run, run, sizeof(last->run));
	memcpy(last->reason, reason, strlen(reason) + 1);
	return 1;
}

int last_run_read(const char *path, struct last_run *last)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char text[FILE_MOST + 1];
	ssize_t length;

	memset(last, 0, sizeof(*last));
	if (file < 0)
		return errno == ENOENT ? 0 : -errno;
	length = read(file, text, sizeof(text));
	if (length < 0) {
		length = -errno;
		close(file);
		return (int)length;
	}
	close(file);
	if ((size_t)length > FILE_MOST || memchr(text, 0, (size_t)length))
		return -EBADMSG;
	text[length] = 0;
	return parse(text, last);
}

int last_run_write(const char *path, const struct last_run *last)
{
	char text[FILE_MOST];
	int length = snprintf(text, sizeof(text), HEAD "run\t%s\nseen\t%" PRId64 "\nreason\t%s\n", last->run, last->seen,
			      last->reason);

	if (length < 0 || (size_t)length >= sizeof(text))
		return -ENAMETOOLONG;
	return whole_file_write(path, text, (size_t)length, 0600);
}
