/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/complain.h"
#include "src/outcome.h"
#include "src/supervise.h"
#include "src/whole_file.h"

#define WAIT_MOST 330000000000ull /* ns: more than a supervisor takes for anything */

void outcome_write(const char *path, uint32_t reloads, const char *problem)
{
	char text[256];
	int length = snprintf(text, sizeof(text), "%u\t%s\n", reloads, problem ? problem : "");
	int failed = whole_file_write(path, text, length < (int)sizeof(text) ? (size_t)length : sizeof(text) - 1, 0644);

	if (failed)
		complain("%s cannot be written: %s", path, strerror(-failed));
}

int outcome_read(const char *path, uint32_t *reloads, char *problem, size_t size)
{
	char line[256], *end;
	FILE *file = fopen(path, "re");

	if (!file)
		return -errno;
	end = fgets(line, sizeof(line), file);
	fclose(file);
	if (!end)
		return -EBADMSG;
	*reloads = (uint32_t)strtoul(line, &end, 10);
	if (end == line || *end != '\t')
		return -EBADMSG;
	snprintf(problem, size, "%.*s", (int)strcspn(end + 1, "\n"), end + 1);
	return 0;
}

int reload(pid_t pid, const char *path)
{
	uint64_t limit = clock_boot_now() + WAIT_MOST;
	uint32_t before, after;
	char problem[256];
	int failed = outcome_read(path, &before, problem, sizeof(problem));

	if (failed) {
		complain("%s cannot be read: %s", path, strerror(-failed));
		return 1;
	}
	if (kill(pid, SIGHUP)) {
		complain("the supervisor %d cannot be asked: %s", (int)pid, strerror(errno));
		return 1;
	}
	do {
		poll(NULL, 0, 50);
		failed = outcome_read(path, &after, problem, sizeof(problem));
		if (!failed && kill(pid, 0))
			failed = -errno;
	} while (!failed && after == before && clock_boot_now() < limit);
	if (failed)
		complain("the supervisor is gone: %s", strerror(-failed));
	else if (after == before)
		complain("no word of the reload");
	else if (*problem)
		complain("%s", problem);
	return failed || after == before || *problem ? 1 : 0;
}
