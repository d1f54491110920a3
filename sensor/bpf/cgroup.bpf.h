/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Processes that are watched for the cgroup that they run in: from their next exec on, since a manager moves a process
 * into its cgroup before it becomes the program that it is for. Only cgroups of the unified hierarchy count. A cgroup
 * that is wanted may not exist yet, or be made again with each start of a unit, so it is known by its path as well.
 */
#ifndef DETPACK_CGROUP_BPF_H
#define DETPACK_CGROUP_BPF_H

#include "made.bpf.h"

#define CGROUP_PATH 192
#define CGROUP_LEVELS 12

struct wanted_path {
	char path[CGROUP_PATH]; /* from the root of the hierarchy, NUL padded */
};

/* Paths of cgroups to watch; the value is the label of what starts there (0: none). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct wanted_path);
	__type(value, u32);
} wanted_paths SEC(".maps");

/* The same by id, for those that exist. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, u32);
} wanted_cgroups SEC(".maps");

const volatile u32 cgroups_wanted = 0;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct wanted_path);
} this_path SEC(".maps");

SEC("tp_btf/cgroup_mkdir")
int HOLDING_PROG(on_cgroup_mkdir, struct cgroup *cgroup, const char *name)
{
	u32 zero = 0, *label;
	struct wanted_path *path = bpf_map_lookup_elem(&this_path, &zero);
	u64 id;

	if (!path || BPF_CORE_READ(cgroup, root, hierarchy_id) != 0)
		return 0;
	__builtin_memset(path, 0, sizeof(*path));
	if (bpf_probe_read_kernel_str(path->path, sizeof(path->path), name) <= 0)
		return 0;
	label = bpf_map_lookup_elem(&wanted_paths, path);
	if (!label)
		return 0;
	id = BPF_CORE_READ(cgroup, kn, id);
	if (bpf_map_update_elem(&wanted_cgroups, &id, label, BPF_ANY))
		trouble(DP_TASKS_FULL);
	return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_rmdir, struct cgroup *cgroup, const char *name)
{
	u64 id = BPF_CORE_READ(cgroup, kn, id);

	if (BPF_CORE_READ(cgroup, root, hierarchy_id) == 0) {
		bpf_map_delete_elem(&wanted_cgroups, &id);
		made_end(id);
	}
	return 0;
}

/*
 * The label that the current task's cgroup, or the nearest above it, gives; NULL when none is wanted. By the kernel's own
 * structures: the helper that gives ancestors is not there for tracing programs before 5.12.
 */
static __noinline u32 *label_of_cgroup(void)
{
	struct cgroup *cgroup = BPF_CORE_READ(current_task(), cgroups, dfl_cgrp);
	u32 i;

	for (i = 0; i < CGROUP_LEVELS; i++) {
		u64 id = BPF_CORE_READ(cgroup, kn, id);
		u32 *label = bpf_map_lookup_elem(&wanted_cgroups, &id);
		struct cgroup_subsys_state *above = BPF_CORE_READ(cgroup, self.parent);

		if (label)
			return label;
		if (!above)
			break;
		cgroup = BPF_CORE_READ(above, cgroup);
	}
	return NULL;
}

/* State for the current task when it runs where something is wanted. Its descriptors came from it knows not where. */
inline_always struct task_state *state_by_cgroup(struct task_struct *task)
{
	u32 *label = label_of_cgroup();
	struct task_state *state;

	if (!label)
		return NULL;
	if (has_task_storage) {
		state = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	} else {
		u32 zero = 0, tid = (u32)bpf_get_current_pid_tgid();
		struct task_state *blank = bpf_map_lookup_elem(&blank_task, &zero);

		if (!blank || bpf_map_update_elem(&tasks_by_id, &tid, blank, BPF_NOEXIST))
			state = NULL;
		else
			state = bpf_map_lookup_elem(&tasks_by_id, &tid);
	}
	if (!state) {
		trouble(DP_TASKS_FULL);
		return NULL;
	}
	state->flags = DP_TASK_TRACKED;
	if (!state->label)
		state->label = *label;
	return state;
}

#endif
