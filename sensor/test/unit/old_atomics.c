/* SPDX-License-Identifier: Apache-2.0 */
#include <elf.h>
#include <linux/bpf.h>

#include "src/old_atomics.h"
#include "test/unit/unit.h"

#define INSTRUCTIONS 6

struct object {
	Elf64_Ehdr header;
	struct bpf_insn text[INSTRUCTIONS], data[INSTRUCTIONS];
	Elf64_Shdr sections[3];
};

/* r2 = xchg(r1 + 16, r2); r2 += atomic r1; a plain store; the rest nothing. */
static void fill(struct bpf_insn *at)
{
	at[0] = (struct bpf_insn){ .code = 0xdb, .dst_reg = 1, .src_reg = 2, .off = 16, .imm = 0xe1 };
	at[1] = (struct bpf_insn){ .code = 0xdb, .dst_reg = 1, .src_reg = 2, .off = 8, .imm = 0x00 };
	at[2] = (struct bpf_insn){ .code = 0x7b, .dst_reg = 1, .src_reg = 2, .off = 8, .imm = 0xe1 };
}

static void make(struct object *object)
{
	memset(object, 0, sizeof(*object));
	memcpy(object->header.e_ident, ELFMAG, SELFMAG);
	object->header.e_shoff = offsetof(struct object, sections);
	object->header.e_shnum = 3;
	object->sections[1] = (Elf64_Shdr){ .sh_type = SHT_PROGBITS,
					    .sh_flags = SHF_EXECINSTR,
					    .sh_offset = offsetof(struct object, text),
					    .sh_size = sizeof(object->text) };
	object->sections[2] = (Elf64_Shdr){ .sh_type = SHT_PROGBITS,
					    .sh_offset = offsetof(struct object, data),
					    .sh_size = sizeof(object->data) };
	fill(object->text);
	fill(object->data);
}

static void an_exchange_becomes_a_read_and_nothing_else_changes(void)
{
	struct object object, expected, *changed;

	make(&object);
	expected = object;
	expected.text[0] = (struct bpf_insn){ .code = 0x79, .dst_reg = 2, .src_reg = 1, .off = 16 };
	changed = without_exchanges(&object, sizeof(object));
	check(changed && !memcmp(changed, &expected, sizeof(expected)));
	free(changed);
}

static void refuses_what_is_no_object(void)
{
	struct object object;

	make(&object);
	check(!without_exchanges(&object, sizeof(Elf64_Ehdr) - 1));
	object.header.e_shoff = sizeof(object) - 1;
	check(!without_exchanges(&object, sizeof(object)));
	object.header.e_shoff = UINT64_MAX;
	check(!without_exchanges(&object, sizeof(object)));
	make(&object);
	object.header.e_ident[0] = 'x';
	check(!without_exchanges(&object, sizeof(object)));
}

static void mutations_stay_inside(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		struct object object;
		size_t size = unit_below(3) ? sizeof(object) : unit_below(sizeof(object) + 1);
		void *exact, *changed;

		make(&object);
		for (size_t i = unit_below(6); i; i--) {
			size_t place = unit_below(2) ? offsetof(struct object, sections) : 0;
			size_t span = place ? sizeof(object.sections) : sizeof(object.header);

			((unsigned char *)&object)[place + unit_below(span)] = (unsigned char)unit_random();
		}
		exact = malloc(size ? size : 1);
		memcpy(exact, &object, size);
		changed = without_exchanges(exact, size);
		check(!changed || size >= sizeof(Elf64_Ehdr));
		free(changed);
		free(exact);
	}
}

int main(void)
{
	return unit_run((const struct unit_case[]){ CASE(an_exchange_becomes_a_read_and_nothing_else_changes),
						    CASE(refuses_what_is_no_object), CASE(mutations_stay_inside), {} });
}
