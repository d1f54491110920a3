/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/order.h"

struct queue {
	struct item **items; /* NULL in place of one that was dropped */
	size_t first, end, room;
};

struct order {
	struct queue waiting; /* as they arrived */
	struct queue ready;   /* sorted */
	size_t used[2], budget[2]; /* bytes by lane: bulk, rare */
	size_t oldest_rare;	   /* no rare item of `ready` is before this place */
	uint64_t arrivals;
	uint64_t released;
	item_loser lost;
	void *context;
};

struct order *order_new(size_t rare_budget, size_t bulk_budget, item_loser lost, void *context)
{
	struct order *order = calloc(1, sizeof(*order));

	if (!order)
		return NULL;
	order->budget[0] = bulk_budget;
	order->budget[1] = rare_budget;
	order->lost = lost;
	order->context = context;
	return order;
}

static void queue_free(struct queue *queue)
{
	for (size_t i = queue->first; i < queue->end; i++)
		free(queue->items[i]);
	free(queue->items);
}

void order_free(struct order *order)
{
	if (!order)
		return;
	queue_free(&order->waiting);
	queue_free(&order->ready);
	free(order);
}

/* Room for one more at the end: by moving to the front when half is free, so that each move is paid for by as many pops. */
static bool queue_grow(struct queue *queue)
{
	struct item **items;
	size_t room;

	if (queue->end < queue->room)
		return true;
	if (queue->first && queue->first >= queue->room / 2) {
		memmove(queue->items, queue->items + queue->first, (queue->end - queue->first) * sizeof(*queue->items));
		queue->end -= queue->first;
		queue->first = 0;
		return true;
	}
	room = queue->room ? queue->room * 2 : 1024;
	items = realloc(queue->items, room * sizeof(*items));
	if (!items)
		return false;
	queue->items = items;
	queue->room = room;
	return true;
}

static void forget(struct order *order, struct item *item)
{
	order->used[item->rare] -= sizeof(*item) + item->size;
	free(item);
}

/* False when no rare item is left. */
static bool drop_oldest_rare(struct order *order)
{
	struct queue *const queues[] = { &order->ready, &order->waiting };

	for (size_t q = 0; q < 2; q++) {
		struct queue *queue = queues[q];
		size_t from = q == 0 && order->oldest_rare > queue->first ? order->oldest_rare : queue->first;

		for (size_t i = from; i < queue->end; i++) {
			if (!queue->items[i] || !queue->items[i]->rare)
				continue;
			order->lost(order->context, queue->items[i]);
			forget(order, queue->items[i]);
			queue->items[i] = NULL;
			if (q == 0)
				order->oldest_rare = i + 1;
			return true;
		}
		if (q == 0)
			order->oldest_rare = queue->end;
	}
	return false;
}

int order_push(struct order *order, enum item_kind kind, bool rare, uint64_t time, uint16_t cpu, const void *bytes,
	       size_t size)
{
	struct item *item = malloc(sizeof(*item) + size);

	if (!item)
		return -ENOMEM;
	*item = (struct item){ .time = time, .arrival = order->arrivals++, .size = size, .cpu = cpu, .kind = (uint8_t)kind,
			       .rare = rare };
	memcpy(item->bytes, bytes, size);
	while (rare && order->used[1] + sizeof(*item) + size > order->budget[1] && drop_oldest_rare(order))
		;
	if (order->used[rare] + sizeof(*item) + size > order->budget[rare] || !queue_grow(&order->waiting)) {
		order->lost(order->context, item);
		free(item);
		return -ENOMEM;
	}
	order->waiting.items[order->waiting.end++] = item;
	order->used[rare] += sizeof(*item) + size;
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct item *left = *(const struct item *const *)a, *right = *(const struct item *const *)b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	if (left->cpu != right->cpu)
		return left->cpu < right->cpu ? -1 : 1;
	return left->arrival < right->arrival ? -1 : left->arrival > right->arrival;
}

void order_release(struct order *order, uint64_t until)
{
	struct queue *waiting = &order->waiting, *ready = &order->ready;
	size_t moved = ready->first, kept = 0, began;

	/* Places change when the queue moves to its front. */
	began = ready->end - ready->first;
	for (size_t i = waiting->first; i < waiting->end; i++) {
		struct item *item = waiting->items[i];

		if (!item)
			continue;
		if (item->time > until || !queue_grow(ready)) {
			waiting->items[kept++] = item;
			continue;
		}
		item->late = item->time < order->released;
		ready->items[ready->end++] = item;
	}
	waiting->first = 0;
	waiting->end = kept;
	if (ready->first != moved)
		order->oldest_rare = ready->first;
	if (ready->end)
		qsort(ready->items + ready->first + began, ready->end - ready->first - began, sizeof(*ready->items),
		      by_time);
	if (until > order->released)
		order->released = until;
}

const struct item *order_next(struct order *order)
{
	struct queue *ready = &order->ready;

	while (ready->first < ready->end && !ready->items[ready->first])
		ready->first++;
	if (ready->first == ready->end) {
		ready->first = 0;
		ready->end = 0;
		order->oldest_rare = 0;
		return NULL;
	}
	return ready->items[ready->first];
}

void order_pop(struct order *order)
{
	struct queue *ready = &order->ready;

	forget(order, ready->items[ready->first]);
	ready->items[ready->first++] = NULL;
}

uint64_t order_watermark(const struct order *order)
{
	for (size_t i = order->ready.first; i < order->ready.end; i++)
		if (order->ready.items[i] && !order->ready.items[i]->late)
			return order->ready.items[i]->time;
	return order->released;
}
