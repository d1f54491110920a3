/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A harness for tests in C. A test program names its cases in a table and gives it to unit_run from main:
 *
 *	static void forgets_nothing(void) { check(1 + 1 == 2); }
 *	int main(void) { return unit_run((const struct unit_case[]){ CASE(forgets_nothing), {} }); }
 *
 * A failed check is told with its place and does not end the case. unit_run gives the exit status: 0 all held, 1 not.
 * A case that cannot run here calls unit_skip, which is told loudly and counted. `unit.before` runs before each case.
 */
#ifndef DETPACK_UNIT_H
#define DETPACK_UNIT_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct unit_case {
	const char *name;
	void (*run)(void);
};

#define CASE(function) { #function, function }

static struct {
	const char *name; /* of the case that runs */
	void (*before)(void); /* NULL: nothing */
	unsigned int checks, failed, skipped;
} unit;

static inline void unit_failed(const char *file, int line, const char *what)
{
	unit.failed++;
	/* A fuzzer that fails once fails often. */
	if (unit.failed <= 20)
		fprintf(stderr, "%s:%d: %s: %s\n", file, line, unit.name, what);
}

#define check(condition)                                                \
	do {                                                            \
		unit.checks++;                                          \
		if (!(condition))                                       \
			unit_failed(__FILE__, __LINE__, #condition);    \
	} while (0)

/* Bytes against a text; both are shown when they differ. */
#define check_text(bytes, length, expected) unit_check_text(__FILE__, __LINE__, bytes, length, expected)

static inline void unit_check_text(const char *file, int line, const char *bytes, size_t length, const char *expected)
{
	unit.checks++;
	if (bytes && length == strlen(expected) && !memcmp(bytes, expected, length))
		return;
	unit_failed(file, line, "the texts differ");
	if (unit.failed <= 20)
		fprintf(stderr, "\tgot      %.*s\n\texpected %s\n", (int)length, bytes ? bytes : "", expected);
}

static inline void unit_skip(const char *why)
{
	unit.skipped++;
	fprintf(stderr, "SKIP %s: %s\n", unit.name, why);
}

static inline int unit_run(const struct unit_case *cases)
{
	unsigned int count = 0;

	for (; cases->name; cases++, count++) {
		unit.name = cases->name;
		if (unit.before)
			unit.before();
		cases->run();
	}
	printf("%-4s %s: %u cases, %u checks, %u failed, %u skipped\n", unit.failed ? "FAIL" : "ok",
	       program_invocation_short_name, count, unit.checks, unit.failed, unit.skipped);
	return unit.failed ? 1 : 0;
}

/* ---- chance, repeatable: the same seed makes the same run (xorshift64*) ---- */

static uint64_t unit_state;

static inline uint64_t unit_random(void)
{
	unit_state ^= unit_state >> 12;
	unit_state ^= unit_state << 25;
	unit_state ^= unit_state >> 27;
	return unit_state * 2685821657736338717ull;
}

/* 0 .. below - 1 */
static inline size_t unit_below(size_t below)
{
	return (size_t)(unit_random() >> 11) % below;
}

static inline void unit_fill(void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((unsigned char *)bytes)[i] = (unsigned char)unit_random();
}

static inline uint64_t unit_millis(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/*
 * For a fuzzer: `for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);)`. It runs for about a second, or
 * UNIT_FUZZ_MS, and stops at the first failure, with the round to repeat it (UNIT_SEED).
 */
struct unit_fuzz {
	uint64_t seed, round, until;
	unsigned int failed;
};

static inline struct unit_fuzz unit_fuzz_begin(void)
{
	const char *seed = getenv("UNIT_SEED"), *millis = getenv("UNIT_FUZZ_MS");
	struct unit_fuzz fuzz = { .seed = seed ? strtoull(seed, NULL, 10) : 1, .failed = unit.failed };

	fuzz.until = unit_millis() + (millis ? strtoull(millis, NULL, 10) : 700);
	return fuzz;
}

static inline bool unit_fuzz_more(struct unit_fuzz *fuzz)
{
	if (unit.failed != fuzz->failed) {
		fprintf(stderr, "%s: failed in round %llu of UNIT_SEED=%llu\n", unit.name, (unsigned long long)fuzz->round,
			(unsigned long long)fuzz->seed);
		return false;
	}
	/* Each round begins from a state of its own, so that it does not depend on what the rounds before it took. */
	fuzz->round++;
	unit_state = (fuzz->seed * 1000003 + fuzz->round) * 0x9e3779b97f4a7c15ull | 1;
	return (fuzz->round & 63) != 0 || unit_millis() < fuzz->until;
}

#endif
