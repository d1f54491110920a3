/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "src/cgroup_root.h"
#include "src/complain.h"
#include "src/load.h"
#include "src/parent.h"
#include "src/scope.h"
#include "src/unit_path.h"

#define TREE_MOST 65536

struct pids {
	uint32_t *list;
	size_t count, room;
};

static bool pids_add(struct pids *pids, uint32_t pid)
{
	if (pids->count == pids->room) {
		size_t room = pids->room ? pids->room * 2 : 64;
		uint32_t *list = room > TREE_MOST ? NULL : realloc(pids->list, room * sizeof(*list));

		if (!list)
			return false;
		pids->list = list;
		pids->room = room;
	}
	pids->list[pids->count++] = pid;
	return true;
}

static bool pids_have(const struct pids *pids, uint32_t pid)
{
	for (size_t i = 0; i < pids->count; i++)
		if (pids->list[i] == pid)
			return true;
	return false;
}

/*
 * A process first and then its children: what a process that is watched starts is watched from its birth, so once a look
 * at all processes finds no new one, none is missed.
 */
static int mark_tree(struct loaded *loaded, uint32_t root, char *problem, size_t size)
{
	struct pids tree = {};
	int failed = load_mark(loaded, root, 0);
	bool fresh = true;

	if (!failed && !pids_add(&tree, root))
		failed = -ENOMEM;
	while (!failed && fresh) {
		DIR *all = opendir("/proc");
		struct dirent *entry;

		fresh = false;
		if (!all) {
			failed = -errno;
			break;
		}
		while (!failed && (entry = readdir(all))) {
			uint32_t pid = (uint32_t)strtoul(entry->d_name, NULL, 10);

			if (!pid || pids_have(&tree, pid) || !pids_have(&tree, parent_of(pid)))
				continue;
			failed = load_mark(loaded, pid, 0);
			if (!failed && !pids_add(&tree, pid))
				failed = -E2BIG;
			fresh = true;
		}
		closedir(all);
	}
	free(tree.list);
	if (failed)
		snprintf(problem, size, "the processes below %u cannot be watched: %s", root, strerror(-failed));
	return failed;
}

/* 0: it is no number of a process. */
static uint32_t pid_of(const char *text)
{
	char *end;
	unsigned long pid = strtoul(text, &end, 10);

	return *text < '0' || *text > '9' || *end || pid > INT32_MAX ? 0 : (uint32_t)pid;
}

static int apply_tree(struct loaded *loaded, const char *text, char *problem, size_t size)
{
	uint32_t pid = pid_of(text);

	/* Process 1 has the parent 0 and exists. */
	if (pid != 1 && !parent_of(pid)) {
		snprintf(problem, size, "--tree %s: there is no such process", text);
		return -ESRCH;
	}
	return mark_tree(loaded, pid, problem, size);
}

/* What runs in a cgroup and below it now. Those that come later exec there, or are born to one that is watched. */
static int mark_cgroup(struct loaded *loaded, const char *directory, int depth)
{
	char path[4096];
	unsigned int pid;
	struct dirent *entry;
	FILE *processes;
	DIR *below;
	int failed = 0;

	snprintf(path, sizeof(path), "%s/cgroup.procs", directory);
	processes = fopen(path, "re");
	/* One that is gone meanwhile has nothing to watch. */
	while (!failed && processes && fscanf(processes, "%u", &pid) == 1)
		failed = pid ? load_mark(loaded, pid, 0) : 0;
	if (processes)
		fclose(processes);
	below = failed || depth == 0 ? NULL : opendir(directory);
	while (below && !failed && (entry = readdir(below))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name) < (int)sizeof(path))
			failed = mark_cgroup(loaded, path, depth - 1);
	}
	if (below)
		closedir(below);
	return failed;
}

bool scope_can_name(enum scope_kind kind, const char *text, char *problem, size_t size)
{
	char root[512] = "/sys/fs/cgroup", path[LOAD_CGROUP_MOST];

	switch (kind) {
	case SCOPE_TREE:
		snprintf(problem, size, "--tree `%s' is no number of a process", text);
		return pid_of(text) != 0;
	case SCOPE_UNIT:
		snprintf(problem, size, "--unit `%s' is no name of a unit", text);
		return unit_path(text, path, sizeof(path)) == 0;
	default:
		/* Where there is none at all is said when it is looked for. */
		cgroup_root(root, sizeof(root));
		snprintf(problem, size, "--cgroup `%s' is no path of a cgroup below %s%s", text, root,
			 strspn(text, "/") == strlen(text) && *text ? "; --all watches all there is" : "");
		return cgroup_below(root, text, path, sizeof(path)) == 0;
	}
}

/* What is named wrongly is never made, and nothing else would tell. */
static void tell_waiting(const char *directory, const char *text, bool unit)
{
	if (unit)
		complain("--unit %s does not run now (there is no %s): it is watched from its start", text, directory);
	else
		complain("--cgroup %s: there is no %s now; it is watched once it is made", text, directory);
}

static int apply_cgroup(struct loaded *loaded, const char *text, bool unit, uint32_t label, char *problem, size_t size)
{
	char root[512], path[LOAD_CGROUP_MOST], directory[sizeof(root) + sizeof(path)];
	int failed = cgroup_root(root, sizeof(root));
	uint64_t id;

	if (failed) {
		snprintf(problem, size, "%s: the unified hierarchy of cgroups is not mounted here", text);
		return failed;
	}
	failed = unit ? unit_path(text, path, sizeof(path)) : cgroup_below(root, text, path, sizeof(path));
	if (failed) {
		snprintf(problem, size, unit ? "%s is no name of a unit" : "%s is no path of a cgroup", text);
		return failed;
	}
	snprintf(directory, sizeof(directory), "%s%s", root, path);
	/* The path first: one that is made between the two is known by it. */
	id = cgroup_id_of(directory);
	failed = load_want_cgroup(loaded, path, id, label);
	if (!failed && !id) {
		id = cgroup_id_of(directory);
		failed = id ? load_want_cgroup(loaded, path, id, label) : 0;
	}
	/* What runs already was not started with the label, and gets none. */
	if (!failed && id && !label)
		failed = mark_cgroup(loaded, directory, 16);
	if (failed)
		snprintf(problem, size, "%s cannot be watched: %s", path, strerror(-failed));
	else if (!id && !label)
		tell_waiting(directory, text, unit);
	return failed;
}

void scope_name(const struct scope *scope, char *text, size_t size)
{
	static const char *const kinds[] = { [SCOPE_TREE] = "tree", [SCOPE_CGROUP] = "cgroup", [SCOPE_UNIT] = "unit" };
	size_t used = (size_t)snprintf(text, size, "%s", scope->all ? "all" : scope->tasks ? "task" : "named");

	for (size_t i = 0; i < scope->count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, " %s %s", kinds[scope->items[i].kind], scope->items[i].text);
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
}

int scope_apply(const struct scope *scope, struct loaded *loaded, char *problem, size_t size)
{
	/* Without it only programs and parents of those that ran before are not known. */
	if (scope->all && load_tell_all(loaded))
		complain("the processes that run already could not be looked at");
	for (size_t i = 0; i < scope->count; i++) {
		const struct scope_item *item = &scope->items[i];
		int failed;

		switch (item->kind) {
		case SCOPE_TREE:
			failed = apply_tree(loaded, item->text, problem, size);
			break;
		default:
			failed = apply_cgroup(loaded, item->text, item->kind == SCOPE_UNIT, 0, problem, size);
		}
		if (failed)
			return failed;
	}
	return 0;
}

int scope_watch_unit(struct loaded *loaded, const char *unit, uint32_t label, char *problem, size_t size)
{
	return apply_cgroup(loaded, unit, true, label, problem, size);
}
