/* SPDX-License-Identifier: Apache-2.0 */
#include <elf.h>
#include <linux/bpf.h>

#include "src/held_cpu.h"
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
	object->text[0] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_numa_node_id };
	object->text[1] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem };
	/* A call of the program's own function that happens to lie that far away. */
	object->text[2] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL,
					     .imm = BPF_FUNC_get_prandom_u32 };
	object->text[3] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_prandom_u32 };
}

static void the_marks_become_calls_of_the_kernels_functions_and_nothing_else_changes(void)
{
	const struct held_cpu functions = { .hold = 1234, .leave = 1235 };
	struct object object, expected, *changed;

	make(&object);
	expected = object;
	expected.text[0] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .src_reg = 2, .imm = 1234 };
	expected.text[3] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .src_reg = 2, .imm = 1235 };
	changed = with_held_cpu(&object, sizeof(object), &functions);
	check(changed && !memcmp(changed, &expected, sizeof(expected)));
	free(changed);
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(the_marks_become_calls_of_the_kernels_functions_and_nothing_else_changes), {} });
}
