/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sensor counts: uses by action, what it left out, what it had no room to remember, and what it costs (event
 * contract, sections 3, 6 and 7).
 */
#ifndef DETPACK_HEALTH_H
#define DETPACK_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

struct loaded;
struct loss;

struct health {
	uint64_t sequence, lost, folded;
	uint64_t cpu; /* milliseconds */
	uint64_t rss; /* bytes */
	uint64_t lag; /* of what waits for the output, milliseconds */
	const char *const *programs; /* attached */
	size_t program_count;
	const char *resources; /* digest of the classes, NULL: none */
	struct {
		uint64_t made, folded, lost;
	} uses[DP_ACTIONS];
	uint64_t noted[DP_TROUBLES];
};

/* Fills what the kernel half and the process itself say; the rest is the caller's. `loaded` NULL: no kernel. */
void health_take(struct health *health, const struct loaded *loaded, const struct loss *loss);

/* The word for what is counted beside uses; never NULL. */
const char *health_noted_name(enum dp_trouble which);

/* What the kernel half remembers and may have no room for. */
struct memories {
	uint64_t told[DP_TROUBLES];
	uint64_t again_at[DP_TROUBLES]; /* boot time, ns */
};

/*
 * Tells which memory had no room since it was told last, and how often: at once, and then once a minute at most. `reason`
 * is for people.
 */
typedef void (*memory_teller)(void *context, const char *memory, const char *reason, uint64_t times);
void memories_look(struct memories *memories, const struct loaded *loaded, uint64_t now, memory_teller tell, void *context);

#endif
