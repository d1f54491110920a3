/* SPDX-License-Identifier: Apache-2.0 */
/* Makes records in memory, as the kernel half writes them. A path is given as people write it and stored leaf first. */
#ifndef DETPACK_RECORD_MAKE_H
#define DETPACK_RECORD_MAKE_H

#include <stdint.h>
#include <string.h>

#include "record.h"
#include "src/parts.h"

struct made {
	union {
		struct dp_use use;
		uint64_t words[4096];
		char bytes[32768];
	};
};

#define SECOND 1000000000ull

static const struct dp_process first_process = { .start = 5 * SECOND, .pid = 1 };
static const struct dp_process shell = { .start = 90 * SECOND, .pid = 400 };
static const struct dp_process worker = { .start = 100 * SECOND, .pid = 500 };
static const struct dp_process other = { .start = 101 * SECOND, .pid = 501 };

/* A use by `worker`, called "worker", 200 s after boot, that succeeded. */
static inline struct made *make_use(struct made *made, uint8_t action)
{
	memset(made, 0, sizeof(*made));
	made->use.size = sizeof(made->use);
	made->use.action = action;
	made->use.time = made->use.first = 200 * SECOND;
	made->use.process = worker;
	made->use.thread = worker.pid;
	made->use.uid = 1000;
	made->use.gid = 1001;
	made->use.mount_namespace = 4026531841u;
	made->use.count = 1;
	made->use.descriptor.number = -1;
	memcpy(made->use.name, "worker", 6);
	return made;
}

static inline void make_part(struct made *made, uint16_t kind, const void *bytes, size_t length)
{
	struct dp_part *part = (void *)(made->bytes + made->use.size);

	if (made->use.size + sizeof(*part) + length + 8 > sizeof(made->bytes))
		return;
	part->kind = kind;
	part->length = (uint16_t)length;
	part->flags = 0;
	memset(part + 1, 0, (length + 7) & ~(size_t)7);
	memcpy(part + 1, bytes, length);
	made->use.size += (uint32_t)(sizeof(*part) + ((length + 7) & ~(size_t)7));
	made->use.parts++;
}

static inline void make_path(struct made *made, uint16_t kind, const char *path)
{
	char components[4096];
	size_t used = 0;

	for (const char *end = path + strlen(path), *at = end; at > path; end = at) {
		while (at > path && at[-1] != '/')
			at--;
		memcpy(components + used, at, (size_t)(end - at));
		used += (size_t)(end - at);
		components[used++] = '\0';
		if (at > path)
			at--;
	}
	make_part(made, kind, components, used);
}

/* Says something of the path that was made last: DP_DELETED, DP_TRUNCATED. */
static inline void mark_path(struct made *made, uint32_t flag)
{
	const struct dp_part *last = NULL;

	for (const struct dp_part *part = part_after(&made->use, NULL); part; part = part_after(&made->use, part))
		last = part;
	((struct dp_part *)(uintptr_t)last)->flags |= flag;
}

static inline void make_text(struct made *made, uint16_t kind, const char *text)
{
	make_part(made, kind, text, strlen(text));
}

static inline void make_numbers(struct made *made, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t numbers[3] = { a, b, c };

	make_part(made, DP_PART_NUMBERS, numbers, sizeof(numbers));
}

static inline struct dp_object file_object(uint64_t inode)
{
	return (struct dp_object){ .key = { .inode = inode, .device = 254 << 20 | 1, .generation = 0xab },
				   .size = 4096, .uid = 1000, .gid = 100, .mode = 0100640, .kind = DP_FILE };
}

/* The description is open under a number, by `worker` 150 s after boot. */
static inline struct dp_descriptor open_descriptor(int32_t number, uint64_t description)
{
	return (struct dp_descriptor){ .description = description, .opened_at = 150 * SECOND, .opened_by = worker,
				       .number = number, .flags = 02, .origin = DP_OPENED };
}

/* `worker` was started by `shell`, whose session it is in. */
static inline struct dp_relatives worker_relatives(void)
{
	return (struct dp_relatives){ .parent = shell, .session = { .pid = 400 }, .parent_name = "bash",
				      .session_name = "bash" };
}

#endif
