/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/bpf.h>

#include "src/held_cpu.h"
#include "src/rewrite.h"

#define CALL_FUNCTION 2 /* BPF_PSEUDO_KFUNC_CALL: a function of the kernel by its BTF id */

static void call_instead(struct bpf_insn *instruction, const void *context)
{
	const struct held_cpu *functions = context;

	if (instruction->code != (BPF_JMP | BPF_CALL) || instruction->src_reg != 0)
		return;
	if (instruction->imm == BPF_FUNC_get_numa_node_id)
		instruction->imm = (int32_t)functions->hold;
	else if (instruction->imm == BPF_FUNC_get_prandom_u32)
		instruction->imm = (int32_t)functions->leave;
	else
		return;
	instruction->src_reg = CALL_FUNCTION;
}

void *with_held_cpu(const void *object, size_t size, const struct held_cpu *functions)
{
	return rewrite_programs(object, size, call_instead, functions);
}
