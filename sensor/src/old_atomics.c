/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/bpf.h>

#include "src/old_atomics.h"
#include "src/rewrite.h"

#define EXCHANGE_CODE 0xdb /* BPF_STX | BPF_ATOMIC | BPF_DW */
#define EXCHANGE 0xe1	   /* BPF_XCHG */

/* The register that takes the old value is the source of an exchange and the target of a read. */
static void read_instead(struct bpf_insn *instruction, const void *context)
{
	(void)context;
	if (instruction->code != EXCHANGE_CODE || instruction->imm != EXCHANGE)
		return;
	*instruction = (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_DW,
					  .dst_reg = instruction->src_reg,
					  .src_reg = instruction->dst_reg,
					  .off = instruction->off };
}

void *without_exchanges(const void *object, size_t size)
{
	return rewrite_programs(object, size, read_instead, NULL);
}
