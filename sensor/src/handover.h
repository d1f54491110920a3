/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run of the sensor and the supervisor that started it say to each other, over one socket: both ends in host order,
 * each message a whole packet. The old run of an upgrade and the new one never speak to each other.
 *
 *	run -> supervisor   READY  everything is under watch, and nothing was written yet
 *	                    ALIVE  the loop turns; once a second
 *	supervisor -> run   UNTIL  tell what is up to this time, then end: another run watches too
 *	                    GO     tell what is after this time (0: everything that is known); said before READY when no
 *	                           other run is there
 *
 * The supervisor may be of another version than the run: what is here does not change, it is added to.
 */
#ifndef DETPACK_HANDOVER_H
#define DETPACK_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>

enum handover_word {
	HANDOVER_READY = 1,
	HANDOVER_ALIVE = 2,
	HANDOVER_UNTIL = 3,
	HANDOVER_GO = 4,
};

struct handover {
	uint32_t word;
	uint32_t zero;
	uint64_t time; /* boot time, ns */
};

/* False: the other end is gone. */
bool handover_say(int fd, enum handover_word word, uint64_t time);

/* 1: something was said; 0: nothing yet; -1: the other end is gone, or speaks otherwise. Does not wait. */
int handover_hear(int fd, struct handover *heard);

#endif
