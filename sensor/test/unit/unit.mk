# SPDX-License-Identifier: Apache-2.0
# `make -C sensor test`: each test/unit/*.c is a program of its own that links what it needs of the user half, all built
# with sanitizers. load.c and load_label.c need the built kernel half, and main.c is a program itself; a test that wants what load.c does
# says so with functions of its own.
UNIT_BUILD := $(BUILD)/unit
UNIT_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
UNIT_CFLAGS = -std=gnu11 -O1 -g $(WARNINGS) $(UNIT_SANITIZE) -D_GNU_SOURCE -I. -DSENSOR_VERSION='"0.0.0-unit"'
UNIT_SOURCES := $(filter-out src/main.c src/load%.c,$(wildcard src/*.c))
UNIT_TESTS := $(patsubst test/unit/%.c,$(UNIT_BUILD)/%,$(wildcard test/unit/*.c))

.PHONY: test unit-test unit-fuzz
test: unit-test

# Every program runs even when one fails; the last line says how many did.
unit-test: $(UNIT_TESTS)
	@failed=0; for each in $^; do $$each || failed=$$((failed + 1)); done; \
	if [ $$failed -ne 0 ]; then echo "$$failed of $(words $^) unit test programs failed" >&2; exit 1; fi

# The fuzzers among them for a minute each, from another seed each time.
unit-fuzz: $(UNIT_TESTS)
	@for each in $^; do UNIT_FUZZ_MS=60000 UNIT_SEED=$$(date +%s) $$each || exit 1; done

$(UNIT_BUILD)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -MMD -MP -c $< -o $@

# An archive, so that a test takes from it what it calls and no more.
$(UNIT_BUILD)/sensor.a: $(UNIT_SOURCES:%.c=$(UNIT_BUILD)/%.o)
	@rm -f $@
	$(AR) rcs $@ $^

$(UNIT_BUILD)/%: test/unit/%.c test/unit/unit.h $(UNIT_BUILD)/sensor.a
	$(CC) $(UNIT_CFLAGS) -MMD -MP -MF $@.d $< $(UNIT_BUILD)/sensor.a $(LIBS) -lsodium -o $@

-include $(wildcard $(UNIT_BUILD)/src/*.d $(UNIT_BUILD)/*.d)
