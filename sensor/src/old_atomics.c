/* SPDX-License-Identifier: Apache-2.0 */
#include <elf.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "src/old_atomics.h"

#define EXCHANGE_CODE 0xdb /* BPF_STX | BPF_ATOMIC | BPF_DW */
#define EXCHANGE 0xe1	   /* BPF_XCHG */

/* The register that takes the old value is the source of an exchange and the target of a read. */
static void read_instead(struct bpf_insn *instruction)
{
	struct bpf_insn old = *instruction;

	*instruction = (struct bpf_insn){
		.code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = old.src_reg, .src_reg = old.dst_reg, .off = old.off
	};
}

void *without_exchanges(const void *object, size_t size)
{
	const Elf64_Ehdr *header = object;
	const Elf64_Shdr *sections;
	char *copy;

	if (size < sizeof(*header) || memcmp(header->e_ident, ELFMAG, SELFMAG) || header->e_shoff > size ||
	    (size - header->e_shoff) / sizeof(*sections) < header->e_shnum)
		return NULL;
	copy = malloc(size);
	if (!copy)
		return NULL;
	memcpy(copy, object, size);
	sections = (const void *)((const char *)object + header->e_shoff);
	for (size_t i = 0; i < header->e_shnum; i++) {
		const Elf64_Shdr *section = &sections[i];

		if (section->sh_type != SHT_PROGBITS || !(section->sh_flags & SHF_EXECINSTR) ||
		    section->sh_offset > size || section->sh_size > size - section->sh_offset)
			continue;
		for (size_t at = 0; at + sizeof(struct bpf_insn) <= section->sh_size; at += sizeof(struct bpf_insn)) {
			struct bpf_insn *instruction = (void *)(copy + section->sh_offset + at);

			if (instruction->code == EXCHANGE_CODE && instruction->imm == EXCHANGE)
				read_instead(instruction);
		}
	}
	return copy;
}
