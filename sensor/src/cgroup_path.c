/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "src/cgroup.h"

#define CONTAINER_DIGITS 64
#define UNIT_MOST 255

/* One component of a path. */
struct component {
	const char *text;
	size_t length;
};

/* The next one; false at the end. `at` begins as the path. */
static bool next_component(const char **at, struct component *component)
{
	while (**at == '/')
		++*at;
	component->text = *at;
	component->length = strcspn(*at, "/");
	*at += component->length;
	return component->length > 0;
}

static bool ends_with(const struct component *component, const char *end)
{
	size_t length = strlen(end);

	return component->length > length && !memcmp(component->text + component->length - length, end, length);
}

static bool is_hex(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

/* systemd.unit(5): letters, digits and `:-_.\@`; systemd writes `_` before a name that the kernel could take for its own. */
static bool is_unit(struct component *component)
{
	static const char *const kinds[] = { ".service", ".scope", ".socket", ".mount", ".automount", ".swap", ".device" };
	struct component inner = *component;

	if (inner.text[0] == '_') {
		inner.text++;
		inner.length--;
	}
	if (inner.length > UNIT_MOST)
		return false;
	for (size_t i = 0; i < inner.length; i++)
		if (!isalnum((unsigned char)inner.text[i]) && !memchr(":-_.\\@", inner.text[i], 6))
			return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (ends_with(&inner, kinds[i])) {
			*component = inner;
			return true;
		}
	return false;
}

/*
 * The unit of the host's own manager: the first component that is no slice, as systemd itself reads the path. What a unit
 * made below itself (a user's manager, a container's) may carry any name, and must not pass for a unit of the host.
 */
static void read_unit(struct cgroup *cgroup)
{
	const char *at = cgroup->path;
	struct component component;

	while (next_component(&at, &component)) {
		if (ends_with(&component, ".slice"))
			continue;
		if (is_unit(&component)) {
			memcpy(cgroup->unit, component.text, component.length);
			cgroup->unit[component.length] = '\0';
		}
		return;
	}
}

/*
 * 64 hex digits alone (docker with cgroupfs, kubelet, containerd) or after a runtime's name and `-` or `:` (docker-,
 * cri-containerd-, crio-, libpod-, nerdctl-), with or without `.scope`. NULL: none. The monitors beside containers
 * (crio-conmon-, libpod-conmon-) are not in them.
 */
static const char *container_in(const struct component *component)
{
	size_t end = component->length, begin;
	const char *text = component->text;

	if (ends_with(component, ".scope"))
		end -= 6;
	if (end < CONTAINER_DIGITS)
		return NULL;
	begin = end - CONTAINER_DIGITS;
	for (size_t i = begin; i < end; i++)
		if (!is_hex(text[i]))
			return NULL;
	if (begin && text[begin - 1] != '-' && text[begin - 1] != ':')
		return NULL;
	return memmem(text, begin, "conmon", 6) ? NULL : text + begin;
}

/* A UUID with `-` or, in slices of systemd, with `_`; written with `-`. */
static bool read_uuid(const char *text, size_t length, char uuid[37])
{
	if (length != 36)
		return false;
	for (size_t i = 0; i < length; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' && text[i] != '_' : !is_hex(text[i]))
			return false;
		uuid[i] = dash ? '-' : text[i];
	}
	uuid[length] = '\0';
	return true;
}

/* `pod<uid>` below kubepods (cgroupfs), or `...kubepods-burstable-pod<uid>.slice` (systemd). */
static bool pod_in(const struct component *component, bool below_kubepods, char uuid[37])
{
	const char *text = component->text, *pod;
	size_t length = component->length;

	if (ends_with(component, ".slice")) {
		length -= 6;
		pod = memmem(text, length, "kubepods", 8);
		if (!pod || length < 40 || memcmp(text + length - 40, "-pod", 4))
			return false;
		return read_uuid(text + length - 36, 36, uuid);
	}
	return below_kubepods && length > 3 && !memcmp(text, "pod", 3) && read_uuid(text + 3, length - 3, uuid);
}

void cgroup_read_path(struct cgroup *cgroup)
{
	const char *at = cgroup->path, *container = NULL;
	struct component component;
	bool below_kubepods = false;

	cgroup->unit[0] = cgroup->container[0] = cgroup->pod[0] = '\0';
	read_unit(cgroup);
	/* The outermost container, which those inside it cannot choose; of a pod, the one in the pod. */
	while (next_component(&at, &component)) {
		const char *found = container_in(&component);

		if (!cgroup->pod[0] && pod_in(&component, below_kubepods, cgroup->pod)) {
			container = NULL;
			continue;
		}
		below_kubepods |= memmem(component.text, component.length, "kubepods", 8) != NULL;
		if (!container)
			container = found;
	}
	if (container) {
		memcpy(cgroup->container, container, CONTAINER_DIGITS);
		cgroup->container[CONTAINER_DIGITS] = '\0';
	}
}
