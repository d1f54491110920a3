/* SPDX-License-Identifier: Apache-2.0 */
#include "src/held_cpu.h"
#include "test/unit/object_make.h"
#include "test/unit/unit.h"

static const struct bpf_insn before[INSTRUCTIONS] = {
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_numa_node_id },
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem },
	/* A call of the program's own function that happens to lie that far away. */
	{ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = BPF_FUNC_get_prandom_u32 },
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_prandom_u32 },
};

static void the_marks_become_calls_of_the_kernels_functions_and_nothing_else_changes(void)
{
	const struct held_cpu functions = { .hold = 1234, .leave = 1235 };
	struct object object, expected, *changed;

	make_object(&object, before);
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
