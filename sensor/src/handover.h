/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run of the sensor and the supervisor that started it say to each other, over one socket: both ends in host order,
 * each message a whole packet. Of two runs the old one and the new one never speak to each other; the supervisor hands on
 * what the old one leaves (succession.h).
 *
 *	run -> supervisor   READY  everything is under watch, and nothing was written yet
 *	                    LEAVE  what the next run has to know, as descriptors; no more labels are given
 *	                    TAKEN  that is known now
 *	                    UNTIL  up to this time is told here, and then it ends
 *	                    LAST   what was told last, as a descriptor (cut.h)
 *	                    ALIVE  the loop turns; every few seconds
 *	supervisor -> run   YIELD  to the old one: another run watches too; say LEAVE
 *	                    LEAVE  to the new one, as the old one said it
 *	                    UNTIL  to the old one: say a time; to the new one: that time, after which it will tell
 *	                    LAST   to the new one, as the old one said it
 *	                    GO     write what is after UNTIL; 0: nobody said a time, so all that is known. To a run that was
 *	                           told to yield: the other one does not come, so go on. Said before READY when no other run is
 *	                           there
 *
 * The supervisor may be of another version than the run: what is here does not change, it is added to.
 */
#ifndef DETPACK_HANDOVER_H
#define DETPACK_HANDOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum handover_word {
	HANDOVER_READY = 1,
	HANDOVER_ALIVE = 2,
	HANDOVER_UNTIL = 3,
	HANDOVER_GO = 4,
	HANDOVER_YIELD = 5,
	HANDOVER_LEAVE = 6,
	HANDOVER_TAKEN = 7,
	HANDOVER_LAST = 8,
};

#define HANDOVER_FDS 2

struct handover {
	uint32_t word;
	uint64_t time; /* boot time, ns */
	int fds[HANDOVER_FDS]; /* heard: the hearer closes them, with handover_drop */
	size_t fd_count;
};

/* False: the other end is gone. */
bool handover_say(int fd, enum handover_word word, uint64_t time);
bool handover_say_with(int fd, enum handover_word word, const int *fds, size_t count);

/* 1: something was said; 0: nothing yet; -1: the other end is gone, or speaks otherwise. Does not wait. */
int handover_hear(int fd, struct handover *heard);

void handover_drop(struct handover *heard);

#endif
