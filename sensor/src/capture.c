/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/capture.h"
#include "src/host.h"
#include "src/rings.h"

#define HEAD_BEGIN offsetof(struct capture_head, offset)
#define RECORD_MOST (64u << 10)

struct capture {
	FILE *file;
	uint64_t record[RECORD_MOST / 8];
};

int capture_begin(FILE *file, const struct host *host, int64_t offset)
{
	struct capture_head head = { .version = DP_RECORD_VERSION, .size = sizeof(head) - HEAD_BEGIN, .offset = offset };

	memcpy(head.magic, CAPTURE_MAGIC, sizeof(head.magic));
	memcpy(head.host_id, host->id, sizeof(head.host_id));
	memcpy(head.host_name, host->name, sizeof(head.host_name));
	memcpy(head.boot, host->boot, sizeof(head.boot));
	memcpy(head.run, host->run, sizeof(head.run));
	return fwrite(&head, sizeof(head), 1, file) == 1 ? 0 : -EIO;
}

int capture_add(FILE *file, const struct dp_use *use)
{
	static const char padding[8];
	size_t over = use->size & 7;

	if (fwrite(use, use->size, 1, file) != 1 || (over && fwrite(padding, 8 - over, 1, file) != 1))
		return -EIO;
	return 0;
}

static void copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%.*s", (int)size - 1, from);
}

struct capture *capture_open(const char *path, struct host *host, int64_t *offset, char *problem, size_t size)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	struct capture_head head = { .size = 0 };

	if (!capture) {
		snprintf(problem, size, "no memory");
		return NULL;
	}
	capture->file = fopen(path, "re");
	if (!capture->file) {
		snprintf(problem, size, "%s cannot be read: %s", path, strerror(errno));
		free(capture);
		return NULL;
	}
	if (fread(&head, HEAD_BEGIN, 1, capture->file) != 1 || memcmp(head.magic, CAPTURE_MAGIC, sizeof(head.magic)) ||
	    head.version != DP_RECORD_VERSION || (head.size && head.size != sizeof(head) - HEAD_BEGIN) ||
	    (head.size && fread((char *)&head + HEAD_BEGIN, head.size, 1, capture->file) != 1)) {
		snprintf(problem, size, "%s is no capture of this version of the sensor", path);
		capture_close(capture);
		return NULL;
	}
	memset(host, 0, sizeof(*host));
	copy_text(host->id, sizeof(host->id), head.size ? head.host_id : "unknown");
	copy_text(host->name, sizeof(host->name), head.size ? head.host_name : "unknown");
	copy_text(host->boot, sizeof(host->boot), head.size ? head.boot : "unknown");
	copy_text(host->run, sizeof(host->run), head.size ? head.run : "00000000000000000000000000000000");
	host_derive(host);
	*offset = head.offset;
	return capture;
}

int capture_next(struct capture *capture, const struct dp_use **use)
{
	const struct dp_use *next = (const void *)capture->record;
	size_t room, rest;

	if (fread(capture->record, sizeof(*next), 1, capture->file) != 1)
		return ferror(capture->file) ? -EIO : feof(capture->file) && ftell(capture->file) % 8 == 0 ? 0 : -EBADMSG;
	room = (next->size + 7u) & ~7u;
	if (next->size < sizeof(*next) || next->size > RECORD_MOST)
		return -EBADMSG;
	rest = room - sizeof(*next);
	if (rest && fread((char *)capture->record + sizeof(*next), rest, 1, capture->file) != 1)
		return -EBADMSG;
	if (!record_is_whole(capture->record, next->size))
		return -EBADMSG;
	*use = next;
	return 1;
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	if (capture->file)
		fclose(capture->file);
	free(capture);
}
