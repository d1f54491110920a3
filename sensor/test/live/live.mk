# SPDX-License-Identifier: Apache-2.0
# The acts and the race programs of the live test: `make -f sensor/test/live/live.mk`, from anywhere.
live := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
live_build := $(live)/build
LIVE_CFLAGS ?= -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Werror

.PHONY: live-acts live-clean
live-acts: $(live_build)/acts $(live_build)/races

live_acts := $(sort $(wildcard $(live)/acts/*.c))
live_races := $(sort $(wildcard $(live)/races/*.c))

$(live_build)/acts: $(live_acts:$(live)/acts/%.c=$(live_build)/acts.d/%.o)
	$(CC) $(LIVE_CFLAGS) -static -pthread -o $@ $^

$(live_build)/races: $(live_races:$(live)/races/%.c=$(live_build)/races.d/%.o)
	$(CC) $(LIVE_CFLAGS) -static -pthread -o $@ $^

$(live_build)/acts.d/%.o: $(live)/acts/%.c $(wildcard $(live)/acts/*.h)
	@mkdir -p $(@D)
	$(CC) $(LIVE_CFLAGS) -c -o $@ $<

$(live_build)/races.d/%.o: $(live)/races/%.c $(wildcard $(live)/races/*.h)
	@mkdir -p $(@D)
	$(CC) $(LIVE_CFLAGS) -c -o $@ $<

live-clean:
	rm -rf $(live_build)
