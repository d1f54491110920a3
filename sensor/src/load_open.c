/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/libbpf.h>

#include "src/load.h"

/* The names that the kernel half's own types have in the skeleton. */
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#include "sensor.skel.h"

int load_list_open(struct loaded *loaded)
{
	struct bpf_program *program = loaded->skeleton->progs.list_open;

	if (!bpf_program__autoload(program))
		return 0;
	loaded->skeleton->bss->listing++;
	return load_iterate(program);
}
