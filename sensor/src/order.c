/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/order.h"

/* The time beside the item, so that who looks for times reads no other memory than this. */
struct place {
	uint64_t time;
	struct item *item; /* NULL: it was dropped */
};

struct queue {
	struct place *places;
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
	uint64_t earliest;    /* no item of `waiting` is of an earlier time */
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
	order->earliest = UINT64_MAX;
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
		if (queue->places[i].item)
			item_free(order, queue->places[i].item);
	free(queue->places);
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
	struct place *places;
	size_t room;

	if (queue->end < queue->room)
		return true;
	if (queue->first && queue->first >= queue->room / 2) {
		memmove(queue->places, queue->places + queue->first,
			(queue->end - queue->first) * sizeof(*queue->places));
		queue->end -= queue->first;
		queue->first = 0;
		return true;
	}
	room = queue->room ? queue->room * 2 : 1024;
	places = realloc(queue->places, room * sizeof(*places));
	if (!places)
		return false;
	queue->places = places;
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
			struct item *item = queue->places[i].item;

			if (!item || !item->rare)
				continue;
			order->lost(order->context, item);
			forget(order, item);
			queue->places[i].item = NULL;
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
	order->waiting.places[order->waiting.end++] = (struct place){ .time = time, .item = item };
	if (time < order->earliest)
		order->earliest = time;
	order->used[rare] += sizeof(head) + size;
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct place *before = a, *after = b;
	const struct item *left = before->item, *right = after->item;

	if (before->time != after->time)
		return before->time < after->time ? -1 : 1;
	if (left->cpu != right->cpu)
		return left->cpu < right->cpu ? -1 : 1;
	return left->arrival < right->arrival ? -1 : left->arrival > right->arrival;
}

/* What is held back for long is looked at once it is due, not at each turn: there are many turns, and much may wait. */
void order_release(struct order *order, uint64_t until)
{
	struct queue *waiting = &order->waiting, *ready = &order->ready;
	size_t moved = ready->first, kept = 0, began;
	uint64_t earliest = UINT64_MAX, before = order->released;

	if (until > order->released)
		order->released = until;
	if (order->earliest > until)
		return;
	/* Places change when the queue moves to its front. */
	began = ready->end - ready->first;
	for (size_t i = waiting->first; i < waiting->end; i++) {
		struct place place = waiting->places[i];

		if (!place.item)
			continue;
		if (place.time > until || !queue_grow(ready)) {
			waiting->places[kept++] = place;
			earliest = place.time < earliest ? place.time : earliest;
			continue;
		}
		place.item->late = place.time < before;
		ready->places[ready->end++] = place;
	}
	waiting->first = 0;
	waiting->end = kept;
	order->earliest = earliest;
	if (ready->first != moved)
		order->oldest_rare = ready->first;
	if (ready->end)
		qsort(ready->places + ready->first + began, ready->end - ready->first - began, sizeof(*ready->places),
		      by_time);
}

const struct item *order_next(struct order *order)
{
	struct queue *ready = &order->ready;

	while (ready->first < ready->end && !ready->places[ready->first].item)
		ready->first++;
	if (ready->first == ready->end) {
		ready->first = 0;
		ready->end = 0;
		order->oldest_rare = 0;
		return NULL;
	}
	return ready->places[ready->first].item;
}

void order_pop(struct order *order)
{
	struct queue *ready = &order->ready;

	forget(order, ready->places[ready->first].item);
	ready->places[ready->first++].item = NULL;
}

bool order_is_filling(const struct order *order)
{
	return order->used[0] > order->budget[0] / 4 || order->used[1] > order->budget[1] / 4;
}

uint64_t order_watermark(const struct order *order)
{
	for (size_t i = order->ready.first; i < order->ready.end; i++)
		if (order->ready.places[i].item && !order->ready.places[i].item->late)
			return order->ready.places[i].time;
	return order->released;
}
