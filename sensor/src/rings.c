/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "src/clock.h"
#include "src/load.h"
#include "src/parts.h"
#include "src/rings.h"

struct rings {
	struct ring_buffer *buffers;
	record_reader reader;
	void *context;
};

static int take_record(void *context, void *bytes, size_t size)
{
	struct rings *rings = context;

	if (!record_is_whole(bytes, size))
		return -EBADMSG;
	return rings->reader(rings->context, bytes);
}

struct rings *rings_open(const struct loaded *loaded, record_reader reader, void *context)
{
	struct rings *rings = calloc(1, sizeof(*rings));

	if (!rings)
		return NULL;
	rings->reader = reader;
	rings->context = context;
	rings->buffers = ring_buffer__new(loaded->kept.bulk, take_record, rings, NULL);
	if (!rings->buffers || ring_buffer__add(rings->buffers, loaded->kept.rare, take_record, rings)) {
		rings_close(rings);
		return NULL;
	}
	return rings;
}

int rings_read(struct rings *rings, int timeout, int room, uint64_t *seen)
{
	struct pollfd ends[] = {
		{ .fd = ring_buffer__epoll_fd(rings->buffers), .events = POLLIN },
		{ .fd = room, .events = POLLOUT },
	};
	int failed = timeout && poll(ends, 2, timeout) < 0 ? -errno : 0;

	*seen = clock_boot_now();
	return failed ? failed : ring_buffer__consume(rings->buffers);
}

void rings_close(struct rings *rings)
{
	if (!rings)
		return;
	ring_buffer__free(rings->buffers);
	free(rings);
}
