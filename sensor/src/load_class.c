/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "src/load.h"
#include "src/skeleton.h"

int load_class_name(struct loaded *loaded, int place, const char *text, size_t length, uint32_t classes)
{
	struct dp_class_key key = { .place = (__u8)place, .length = (__u8)length };
	uint32_t before, mark;

	if (place < 0 || place >= DP_CLASS_PLACES || length == 0 || length > sizeof(key.text))
		return -ENAMETOOLONG;
	memcpy(key.text, text, length);
	mark = dp_class_mark((__u32)length, (__u8)text[0], (__u8)text[length - 1]);
	loaded->kept.bss->class_marks[place][mark / 64] |= 1ull << (mark & 63);
	if (!bpf_map_lookup_elem(loaded->kept.class_names, &key, &before))
		classes |= before;
	return bpf_map_update_elem(loaded->kept.class_names, &key, &classes, BPF_ANY);
}
