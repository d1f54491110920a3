/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/order.h"

struct queue {
	struct item **items; /* NULL in place of one that was dropped */
	size_t first, end, room;
};

/* Items of one lane, one after the other: they go about as they came, so that a block is empty soon. */
#define BLOCK (256u << 10)

struct block {
	size_t live, used, room;
	uint64_t bytes[];
};

struct order {
	struct block *filled[2];   /* by lane, the block that items are put into; NULL: none yet */
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

/* NULL: no memory. */
static struct item *item_make(struct order *order, bool rare, size_t size)
{
	size_t length = (sizeof(struct item) + size + 7) & ~(size_t)7;
	struct block *block = order->filled[rare];
	struct item *item;

	if (!block || length > block->room - block->used) {
		size_t room = length > BLOCK ? length : BLOCK;
		struct block *other = malloc(sizeof(*other) + room);

		if (!other)
			return NULL;
		*other = (struct block){ .room = room };
		if (block && !block->live)
			free(block);
		block = order->filled[rare] = other;
	}
	item = (void *)((char *)block->bytes + block->used);
	block->used += length;
	block->live++;
	item->block = block;
	return item;
}

static void item_free(struct order *order, struct item *item)
{
	struct block *block = item->block;

	if (--block->live)
		return;
	block->used = 0;
	if (block != order->filled[0] && block != order->filled[1])
		free(block);
}

static void queue_free(struct order *order, struct queue *queue)
{
	for (size_t i = queue->first; i < queue->end; i++)
		if (queue->items[i])
			item_free(order, queue->items[i]);
	free(queue->items);
}

void order_free(struct order *order)
{
	if (!order)
		return;
	queue_free(order, &order->waiting);
	queue_free(order, &order->ready);
	free(order->filled[0]);
	free(order->filled[1]);
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
	item_free(order, item);
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

/* One that found no room, for as long as it takes to say so. */
static int refuse(struct order *order, const struct item *head, const void *bytes)
{
	struct item *item = malloc(sizeof(*item) + head->size);

	if (item) {
		*item = *head;
		memcpy(item->bytes, bytes, head->size);
		order->lost(order->context, item);
		free(item);
	}
	return -ENOMEM;
}

int order_push(struct order *order, enum item_kind kind, bool rare, uint64_t time, uint16_t cpu, const void *bytes,
	       size_t size)
{
	struct item head = { .time = time, .arrival = order->arrivals++, .size = size, .cpu = cpu, .kind = (uint8_t)kind,
			     .rare = rare };
	struct item *item;

	while (rare && order->used[1] + sizeof(head) + size > order->budget[1] && drop_oldest_rare(order))
		;
	if (order->used[rare] + sizeof(head) + size > order->budget[rare] || !queue_grow(&order->waiting))
		return refuse(order, &head, bytes);
	item = item_make(order, rare, size);
	if (!item)
		return refuse(order, &head, bytes);
	head.block = item->block;
	*item = head;
	memcpy(item->bytes, bytes, size);
	order->waiting.items[order->waiting.end++] = item;
	order->used[rare] += sizeof(head) + size;
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

bool order_is_filling(const struct order *order)
{
	return order->used[0] > order->budget[0] / 4 || order->used[1] > order->budget[1] / 4;
}

uint64_t order_watermark(const struct order *order)
{
	for (size_t i = order->ready.first; i < order->ready.end; i++)
		if (order->ready.items[i] && !order->ready.items[i]->late)
			return order->ready.items[i]->time;
	return order->released;
}
