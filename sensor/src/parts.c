/* SPDX-License-Identifier: Apache-2.0 */
#include "src/parts.h"

/* Parts that are structs, and how many of them there may be; the rest is text of any length. */
static const struct {
	uint16_t size, most;
} layouts[] = {
	[DP_PART_SOURCE] = { sizeof(struct dp_source), 1 },
	[DP_PART_SOCKET] = { sizeof(struct dp_socket), 1 },
	[DP_PART_TARGET] = { sizeof(struct dp_target), 1 },
	[DP_PART_PARENT] = { sizeof(struct dp_relatives), 1 },
	[DP_PART_PASSED] = { sizeof(struct dp_passed), 1 },
	[DP_PART_CANDIDATE] = { sizeof(struct dp_object), 1 },
	[DP_PART_FLOW] = { sizeof(struct dp_flow), DP_FLOW_SLOTS },
	[DP_PART_CREDENTIALS] = { sizeof(struct dp_credentials), 1 },
	[DP_PART_NUMBERS] = { sizeof(__u64), UINT16_MAX / sizeof(__u64) },
};

static size_t part_size(const struct dp_part *part)
{
	return sizeof(*part) + ((part->length + 7u) & ~7u);
}

static bool part_is_whole(const struct dp_part *part)
{
	uint16_t size, most;

	if (part->kind == 0 || part->kind >= sizeof(layouts) / sizeof(layouts[0]))
		return part->kind != 0; /* of a later version: skipped by its length */
	size = layouts[part->kind].size;
	most = layouts[part->kind].most;
	return !size || (part->length % size == 0 && part->length && part->length / size <= most);
}

bool record_is_whole(const void *bytes, size_t size)
{
	const struct dp_use *use = bytes;
	size_t at = sizeof(*use);

	/* A ring gives its records in multiples of eight bytes' room, with the length as it was written. */
	if (size < sizeof(*use) || use->size != size || use->action == 0 || use->action >= DP_ACTIONS)
		return false;
	for (uint16_t i = 0; i < use->parts; i++) {
		const struct dp_part *part = (const void *)((const char *)bytes + at);

		if (size - at < sizeof(*part) || size - at < part_size(part) || !part_is_whole(part))
			return false;
		at += part_size(part);
	}
	return at == size;
}

const struct dp_part *part_after(const struct dp_use *use, const struct dp_part *part)
{
	const char *next = part ? (const char *)part + part_size(part) : (const char *)(use + 1);

	return next < (const char *)use + use->size ? (const void *)next : NULL;
}
