/* SPDX-License-Identifier: Apache-2.0 */
/* A small object file with one section of programs, for what is rewritten in such before it is loaded. */
#ifndef DETPACK_OBJECT_MAKE_H
#define DETPACK_OBJECT_MAKE_H

#include <elf.h>
#include <linux/bpf.h>
#include <string.h>

#define INSTRUCTIONS 4

struct object {
	Elf64_Ehdr header;
	struct bpf_insn text[INSTRUCTIONS];
	Elf64_Shdr sections[2];
};

static inline void make_object(struct object *object, const struct bpf_insn text[INSTRUCTIONS])
{
	memset(object, 0, sizeof(*object));
	memcpy(object->header.e_ident, ELFMAG, SELFMAG);
	object->header.e_shoff = offsetof(struct object, sections);
	object->header.e_shnum = 2;
	object->sections[1] = (Elf64_Shdr){ .sh_type = SHT_PROGBITS,
					    .sh_flags = SHF_EXECINSTR,
					    .sh_offset = offsetof(struct object, text),
					    .sh_size = sizeof(object->text) };
	memcpy(object->text, text, sizeof(object->text));
}

#endif
