/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts what comes over the rings into the order of time (event contract, section 1), and holds it until the output can
 * take it. Two lanes with budgets of their own: when the bulk lane is full, what comes is dropped; when the rare lane is
 * full, its oldest is. Nothing here has a sequence number yet, so what is dropped leaves no hole in the numbers: it is
 * told to `lost`, which counts it.
 */
#ifndef DETPACK_ORDER_H
#define DETPACK_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum item_kind { ITEM_USE, ITEM_REPORT };

struct item {
	uint64_t time; /* boot time, ns */
	uint64_t arrival;
	size_t size;
	uint16_t cpu;
	uint8_t kind; /* enum item_kind */
	bool rare;
	bool late; /* of an earlier time than what was released before */
	struct block *block; /* the memory it lies in, which is order.c's */
	uint64_t bytes[]; /* aligned for a record */
};

typedef void (*item_loser)(void *context, const struct item *item);

struct order;

/* NULL: no memory. Budgets in bytes; what is held besides is a block for each lane. */
struct order *order_new(size_t rare_budget, size_t bulk_budget, item_loser lost, void *context);
void order_free(struct order *order);

/* Takes a copy. 0, or -ENOMEM, in which case it was told to `lost` as well. */
int order_push(struct order *order, enum item_kind kind, bool rare, uint64_t time, uint16_t cpu, const void *bytes,
	       size_t size);

/* All that is of that time or earlier is in order from now on: what comes later and is earlier is late. */
void order_release(struct order *order, uint64_t until);

/* The next one in order that was released, NULL when there is none; order_pop ends it. */
const struct item *order_next(struct order *order);
void order_pop(struct order *order);

/* More than a quarter of a lane's budget is held: what is held back should not be for much longer. */
bool order_is_filling(const struct order *order);

/* No item of an earlier time will come out, except late ones. */
uint64_t order_watermark(const struct order *order);

#endif
