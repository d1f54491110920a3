/* SPDX-License-Identifier: Apache-2.0 */
#include <elf.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "src/old_atomics.h"

#define EXCHANGE_CODE 0xdb /* BPF_STX | BPF_ATOMIC | BPF_DW */
#define EXCHANGE 0xe1	   /* BPF_XCHG */

/* The register that takes the old value is the source of an exchange and the target of a read. */
static void read_instead(char *at)
{
	struct bpf_insn instruction;

	memcpy(&instruction, at, sizeof(instruction));
	if (instruction.code != EXCHANGE_CODE || instruction.imm != EXCHANGE)
		return;
	instruction = (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_DW,
					 .dst_reg = instruction.src_reg,
					 .src_reg = instruction.dst_reg,
					 .off = instruction.off };
	memcpy(at, &instruction, sizeof(instruction));
}

/* Nothing of the file is taken to lie where its type wants it: offsets in a broken one are anything. */
void *without_exchanges(const void *object, size_t size)
{
	Elf64_Ehdr header;
	char *copy;

	if (size < sizeof(header))
		return NULL;
	memcpy(&header, object, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_shoff > size ||
	    (size - header.e_shoff) / sizeof(Elf64_Shdr) < header.e_shnum)
		return NULL;
	copy = malloc(size);
	if (!copy)
		return NULL;
	memcpy(copy, object, size);
	for (size_t i = 0; i < header.e_shnum; i++) {
		Elf64_Shdr section;

		memcpy(&section, (const char *)object + header.e_shoff + i * sizeof(section), sizeof(section));
		if (section.sh_type != SHT_PROGBITS || !(section.sh_flags & SHF_EXECINSTR) || section.sh_offset > size ||
		    section.sh_size > size - section.sh_offset)
			continue;
		for (size_t at = 0; at + sizeof(struct bpf_insn) <= section.sh_size; at += sizeof(struct bpf_insn))
			read_instead(copy + section.sh_offset + at);
	}
	return copy;
}
