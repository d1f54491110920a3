/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/task.h"
#include "test/unit/unit.h"

#define D "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char table[] = "detpack-tasks\t1\n"
			    "launcher\tsummarize\t1000\n"
			    "parameter\tread\tdocument\tfile\tneeded\n"
			    "parameter\tsummarize\tapi\thost\toptional\n"
			    "parameter\tread\twhere\tdirectory\toptional\n"
			    "task\tsummarize\t" D "\tnotes-agent\n"
			    "subtask\tread\tsummarize\n"
			    "task\tread\t" D "\t-\n"
			    "task\tdeep\t" D "\t-\n"
			    "subtask\tdeep\tread\n"
			    "unit\tnginx.service\tread\n";

static struct tasks *parse(const char *text, char *problem, size_t size)
{
	char *exact = malloc(strlen(text) ? strlen(text) : 1);
	struct tasks *tasks;

	memcpy(exact, text, strlen(text));
	tasks = tasks_parse(exact, strlen(text), problem, size);
	free(exact);
	return tasks;
}

static void a_table_says_who_may_what(void)
{
	char problem[200] = "";
	struct tasks *tasks = parse(table, problem, sizeof(problem));
	const struct task *summarize, *read, *deep, *found;

	check_text(problem, strlen(problem), "");
	if (!tasks)
		return;
	summarize = tasks_find(tasks, "summarize");
	read = tasks_find(tasks, "read");
	deep = tasks_find(tasks, "deep");
	check(summarize && read && deep && !tasks_find(tasks, "other"));
	check_text(summarize->agent, strlen(summarize->agent), "notes-agent");
	check_text(read->agent, strlen(read->agent), "");
	check_text(read->digest, 64, D);
	check(tasks_may_start(tasks, summarize, 0) && tasks_may_start(tasks, read, 0));
	check(tasks_may_start(tasks, summarize, 1000) && !tasks_may_start(tasks, read, 1000));
	check(!tasks_may_start(tasks, summarize, 1001));
	check(tasks_is_subtask(tasks, read, summarize) && !tasks_is_subtask(tasks, summarize, read));
	check(!tasks_is_subtask(tasks, deep, summarize)); /* no line says so */
	check(!tasks_is_subtask(tasks, read, read));
	check(tasks_parameter(tasks, read, 0) && !strcmp(tasks_parameter(tasks, read, 0)->name, "document"));
	check(!tasks_parameter(tasks, read, 0)->optional && tasks_parameter(tasks, read, 1)->kind == PARAMETER_DIRECTORY);
	check(!tasks_parameter(tasks, read, 2) && tasks_parameter(tasks, summarize, 0)->optional);
	check(!tasks_parameter(tasks, deep, 0));
	check_text(tasks_unit(tasks, 0, &found), 13, "nginx.service");
	check(found == read && tasks_unit(tasks, 1, &found) == NULL);
	tasks_free(tasks);
	tasks_free(NULL);
}

static void what_is_no_table_is_refused_with_its_line(void)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "", "line 0:" },
		{ "detpack-tasks\t2\n", "line 1:" },
		{ "detpack-tasks\t1\nfoo\tx\n", "line 2: neither" },
		{ "detpack-tasks\t1\n\n", "line 2: neither" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\n", "line 2: neither" },
		{ "detpack-tasks\t1\ntask\ta b\t" D "\t-\n", "line 2: not `task`" },
		{ "detpack-tasks\t1\ntask\t-a\t" D "\t-\n", "line 2: not `task`" },
		{ "detpack-tasks\t1\ntask\ta\t" D "0\t-\n", "line 2: not `task`" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t\x01\n", "line 2: not `task`" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\ntask\ta\t" D "\t-\n", "line 3: this task" },
		{ "detpack-tasks\t1\nlauncher\ta\t0\n", "line 2: no line declares" },
		{ "detpack-tasks\t1\nparameter\ta\tb\tfile\tneeded\n", "line 2: no line declares" },
		{ "detpack-tasks\t1\nparameter\ta\tb\tpath\tneeded\n", "line 2: not `parameter`" },
		{ "detpack-tasks\t1\nparameter\ta\tb c\tfile\tneeded\n", "line 2: not `parameter`" },
		{ "detpack-tasks\t1\nparameter\ta\tb\tfile\tmaybe\n", "line 2: not `parameter`" },
		{ "detpack-tasks\t1\nparameter\ta\tb\tfile\tneeded\nparameter\ta\tb\thost\tneeded\n", "line 3: this parameter" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\nlauncher\ta\t-1\n", "line 3: not `launcher`" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\nlauncher\ta\t4294967295\n", "line 3: not `launcher`" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\nlauncher\ta\t99999999999\n", "line 3: not `launcher`" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\nsubtask\ta\tb\n", "line 3: no line declares" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\nsubtask\ta\ta\n", "line 3: a task is no part" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\nunit\t../x.service\ta\n", "line 3: not `unit`" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\nunit\tx\ta\n", "line 3: not `unit`" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\nunit\tx.service\ta\nunit\tx.service\ta\n", "line 4: this unit" },
		{ "detpack-tasks\t1\ntask\ta\t" D "\t-\tx\ty\tz\n", "line 2: too many" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char problem[200] = "", expected[100];
		int line = 0;

		/* "line 2: neither" is `line 2 of the table of tasks: neither ...` */
		check(sscanf(wrong[i].why, "line %d", &line) == 1);
		snprintf(expected, sizeof(expected), "line %d of the table of tasks%s", line, wrong[i].why + 6);
		check(parse(wrong[i].text, problem, sizeof(problem)) == NULL);
		check_text(problem, strnlen(problem, strlen(expected)), expected);
	}
	{
		char problem[200] = "";

		check(tasks_parse("detpack-tasks\t1\n\0", 17, problem, sizeof(problem)) == NULL);
	}
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	check(file && fputs(text, file) >= 0);
	if (file)
		fclose(file);
	check(chmod(path, mode) == 0);
}

static void only_what_root_alone_can_change_is_read(void)
{
	char folder[] = "/tmp/unit-task-XXXXXX", path[64], link[64], problem[300] = "";
	struct tasks *tasks;

	if (geteuid()) {
		unit_skip("needs root");
		return;
	}
	check(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/tasks", folder);
	snprintf(link, sizeof(link), "%s/link", folder);
	write_file(path, table, 0644);
	tasks = tasks_read(path, problem, sizeof(problem));
	check(tasks != NULL);
	tasks_free(tasks);
	check(symlink(path, link) == 0);
	tasks = tasks_read(link, problem, sizeof(problem));
	check(tasks != NULL);
	tasks_free(tasks);
	check(chmod(path, 0664) == 0);
	check(!tasks_read(path, problem, sizeof(problem)) && strstr(problem, "may write it"));
	check(chmod(path, 0646) == 0);
	check(!tasks_read(path, problem, sizeof(problem)) && strstr(problem, "may write it"));
	check(chmod(path, 0644) == 0 && chown(path, 1000, 0) == 0);
	check(!tasks_read(path, problem, sizeof(problem)) && strstr(problem, "belong to root"));
	check(chown(path, 0, 0) == 0 && chmod(folder, 0777) == 0);
	check(!tasks_read(path, problem, sizeof(problem)) && strstr(problem, "folder"));
	check(chmod(folder, 0755) == 0 && chown(folder, 1000, 0) == 0);
	check(!tasks_read(path, problem, sizeof(problem)) && strstr(problem, "folder"));
	check(!tasks_read(folder, problem, sizeof(problem)));
	check(!tasks_read("/nonexistent", problem, sizeof(problem)) && strstr(problem, "No such file"));
	check(unlink(path) == 0 && unlink(link) == 0 && rmdir(folder) == 0);
}

static void mutations_are_survived(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		size_t length = sizeof(table) - 1;
		char *copy = malloc(length), problem[200] = "";
		struct tasks *tasks;
		const struct task *task;

		memcpy(copy, table, length);
		for (size_t i = 1 + unit_below(4); i; i--)
			copy[unit_below(length)] = unit_below(2) ? "\t\n-\0ats"[unit_below(7)] : (char)unit_random();
		length -= unit_below(3) ? 0 : unit_below(length);
		tasks = tasks_parse(copy, length, problem, sizeof(problem));
		free(copy);
		check((tasks == NULL) == (problem[0] != '\0'));
		for (size_t i = 0; tasks && tasks_unit(tasks, i, &task); i++)
			check(task == tasks_find(tasks, task->name));
		tasks_free(tasks);
	}
}

int main(void)
{
	return unit_run((const struct unit_case[]){ CASE(a_table_says_who_may_what),
						    CASE(what_is_no_table_is_refused_with_its_line),
						    CASE(only_what_root_alone_can_change_is_read),
						    CASE(mutations_are_survived), {} });
}
