/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/bpf.h>

#include "src/cast.h"
#include "src/rewrite.h"

#define CALL_FUNCTION 2 /* BPF_PSEUDO_KFUNC_CALL: a function of the kernel by its BTF id */

static void cast_instead(struct bpf_insn *instruction, const void *context)
{
	const uint32_t *function = context;

	if (instruction->code != (BPF_JMP | BPF_CALL) || instruction->src_reg != 0 ||
	    instruction->imm != BPF_FUNC_get_hash_recalc)
		return;
	instruction->imm = (int32_t)*function;
	instruction->src_reg = CALL_FUNCTION;
}

void *with_casts(const void *object, size_t size, uint32_t function)
{
	return rewrite_programs(object, size, cast_instead, &function);
}
