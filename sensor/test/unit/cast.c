/* SPDX-License-Identifier: Apache-2.0 */
#include <elf.h>
#include <linux/bpf.h>

#include "src/cast.h"
#include "test/unit/unit.h"

#define INSTRUCTIONS 4

struct object {
	Elf64_Ehdr header;
	struct bpf_insn text[INSTRUCTIONS];
	Elf64_Shdr sections[2];
};

static void make(struct object *object)
{
	memset(object, 0, sizeof(*object));
	memcpy(object->header.e_ident, ELFMAG, SELFMAG);
	object->header.e_shoff = offsetof(struct object, sections);
	object->header.e_shnum = 2;
	object->sections[1] = (Elf64_Shdr){ .sh_type = SHT_PROGBITS,
					    .sh_flags = SHF_EXECINSTR,
					    .sh_offset = offsetof(struct object, text),
					    .sh_size = sizeof(object->text) };
	object->text[0] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_hash_recalc };
	object->text[1] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem };
	/* A call of the program's own function that happens to lie that far away. */
	object->text[2] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL,
					     .imm = BPF_FUNC_get_hash_recalc };
	object->text[3] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = BPF_FUNC_get_hash_recalc };
}

static void the_mark_becomes_a_call_of_the_kernels_function_and_nothing_else_changes(void)
{
	struct object object, expected, *changed;

	make(&object);
	expected = object;
	expected.text[0] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .src_reg = 2, .imm = 65477 };
	changed = with_casts(&object, sizeof(object), 65477);
	check(changed && !memcmp(changed, &expected, sizeof(expected)));
	free(changed);
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(the_mark_becomes_a_call_of_the_kernels_function_and_nothing_else_changes), {} });
}
