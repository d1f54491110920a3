/* SPDX-License-Identifier: Apache-2.0 */
#include <elf.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "src/rewrite.h"

/* Nothing of the file is taken to lie where its type wants it: offsets in a broken one are anything. */
void *rewrite_programs(const void *object, size_t size, void (*change)(struct bpf_insn *instruction, const void *context),
		       const void *context)
{
	struct bpf_insn instruction;
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
		for (size_t at = 0; at + sizeof(instruction) <= section.sh_size; at += sizeof(instruction)) {
			memcpy(&instruction, copy + section.sh_offset + at, sizeof(instruction));
			change(&instruction, context);
			memcpy(copy + section.sh_offset + at, &instruction, sizeof(instruction));
		}
	}
	return copy;
}
