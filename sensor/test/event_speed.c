// SPDX-License-Identifier: Apache-2.0
/*
 * event_speed CAPTURE [ROUNDS [CLASSES]]: how many records a second become events on one thread, and how long those are.
 * The records lie in memory before the clock starts, the lines are made and thrown away. Each round is the same records
 * again, some 25 s later and with other descriptions, as a busy host would go on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/capture.h"
#include "src/class.h"
#include "src/clock.h"
#include "src/event.h"
#include "src/host.h"
#include "src/label.h"

#define MOST (256u << 20)
#define STEP 25000000000ull
#define BULK                                                                                                           \
	((1u << DP_FILE_OPEN) | (1u << DP_FILE_READ) | (1u << DP_FILE_WRITE) | (1u << DP_FILE_MAP) |                   \
	 (1u << DP_NETWORK_SEND) | (1u << DP_NETWORK_RECEIVE) | (1u << DP_DESCRIPTOR_CREATE) |                         \
	 (1u << DP_DESCRIPTOR_DUPLICATE) | (1u << DP_PRIVILEGE_USE))

/* No tasks here. */
const struct task_run *labels_find(const struct labels *labels, uint32_t number)
{
	(void)labels;
	(void)number;
	return NULL;
}

struct memory {
	char *bytes;
	size_t used, count;
};

static bool load(const char *path, struct memory *memory, struct host *host, int64_t *offset)
{
	char problem[256];
	struct capture *capture = capture_open(path, host, offset, problem, sizeof(problem));
	const struct dp_use *use;
	int got = 0;

	memory->bytes = malloc(MOST);
	if (!capture || !memory->bytes) {
		fprintf(stderr, "event_speed: %s\n", capture ? "no memory" : problem);
		capture_close(capture);
		return false;
	}
	while ((got = capture_next(capture, &use)) > 0 && memory->used + use->size + 8 <= MOST) {
		memcpy(memory->bytes + memory->used, use, use->size);
		memory->used += (use->size + 7u) & ~7u;
		memory->count++;
	}
	capture_close(capture);
	return got == 0 && memory->count;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 20;
	uint64_t bulk = 0, bulk_bytes = 0, all_bytes = 0, sequence = 0, took = 0, refused = 0;
	struct memory memory = {};
	struct text line = {};
	struct clock clock;
	struct host host;
	char problem[256] = "";
	int64_t offset;

	if (argc < 2 || !load(argv[1], &memory, &host, &offset))
		return 1;
	clock_start(&clock, 0, offset, 0);
	struct classes *classes = argc > 3 ? classes_read(argv[3], problem, sizeof(problem)) : NULL;
	const struct event_options options = { .host = &host, .clock = &clock, .classes = classes };
	struct events *events = events_new(&options);

	if (!events || problem[0]) {
		fprintf(stderr, "event_speed: %s\n", problem[0] ? problem : "no memory");
		return 1;
	}
	for (unsigned long round = 0; round < rounds; round++) {
		for (size_t at = 0; at < memory.used;) {
			struct dp_use *use = (void *)(memory.bytes + at);

			if (round) {
				use->time += STEP;
				use->first += STEP;
				use->descriptor.description += use->descriptor.description ? memory.count : 0;
			}
			at += (use->size + 7u) & ~7u;
		}
		took -= now();
		for (size_t at = 0; at < memory.used;) {
			const struct dp_use *use = (const void *)(memory.bytes + at);
			const struct stamp stamp = { .sequence = ++sequence };

			at += (use->size + 7u) & ~7u;
			text_clear(&line);
			if (use->flags & DP_SEEN)
				events_learn(events, use);
			else if (!events_write(events, use, &stamp, &line))
				refused++;
			all_bytes += line.length;
			if ((BULK >> use->action) & 1) {
				bulk++;
				bulk_bytes += line.length;
			}
		}
		took += now();
	}
	printf("%llu records, %.0f a second, %llu refused; %.0f bytes an event, %.0f of bulk actions (%llu of them)\n",
	       (unsigned long long)sequence, (double)sequence * 1e9 / (double)(took ? took : 1), (unsigned long long)refused,
	       (double)all_bytes / (double)sequence, (double)bulk_bytes / (double)(bulk ? bulk : 1), (unsigned long long)bulk);
	events_free(events);
	classes_free(classes);
	text_free(&line);
	free(memory.bytes);
	return 0;
}
