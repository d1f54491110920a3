/* SPDX-License-Identifier: Apache-2.0 */
#include "src/cast.h"
#include "test/unit/object_make.h"
#include "test/unit/unit.h"

static const struct bpf_insn before[INSTRUCTIONS] = {
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_hash_recalc },
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem },
	/* A call of the program's own function that happens to lie that far away. */
	{ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = BPF_FUNC_get_hash_recalc },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = BPF_FUNC_get_hash_recalc },
};

static void the_mark_becomes_a_call_of_the_kernels_function_and_nothing_else_changes(void)
{
	struct object object, expected, *changed;

	make_object(&object, before);
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
