/* SPDX-License-Identifier: Apache-2.0 */
/* A launcher and a control socket that another run of the sensor takes over; labels are in memory instead of the kernel. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/control.h"
#include "src/label.h"
#include "src/launch.h"
#include "src/task.h"
#include "test/unit/unit.h"

static const char table[] = "detpack-tasks\t1\ntask\tsummarize\t0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\t-\n";
static char folder[] = "/tmp/unit-launch-XXXXXX", path[64];

static struct {
	uint32_t pid, label; /* who has one */
} kernel;

static int read_label(void *context, int pidfd, uint32_t pid, uint32_t *label)
{
	check(context == &kernel && pidfd >= 0);
	*label = pid == kernel.pid ? kernel.label : 0;
	return 0;
}

static int write_label(void *context, int pidfd, uint32_t pid, uint32_t from, uint32_t to)
{
	check(context == &kernel && pidfd >= 0 && from == 0);
	kernel.pid = pid;
	kernel.label = to;
	return 0;
}

static pid_t launching(void)
{
	char program[] = "/bin/true";
	char *const command[] = { program, NULL };
	const struct launch_options options = { .task = "summarize", .control = path, .allow_root = true, .command = command };
	pid_t launcher = fork();

	if (launcher == 0)
		_exit(launch(&options));
	return launcher;
}

static void a_command_waits_for_the_run_that_takes_over(void)
{
	char problem[300] = "";
	struct tasks *tasks = tasks_parse(table, sizeof(table) - 1, problem, sizeof(problem));
	struct labels *labels = labels_new(NULL, NULL, NULL);
	const struct control_options options = { .path = path, .later = true, .tasks = tasks, .labels = labels,
						 .kernel = { read_label, write_label, &kernel } };
	/* The run before is gone already, and this one does not yet listen where it did. */
	struct control *control = control_open(&options, problem, sizeof(problem));
	pid_t launcher = launching();
	int status = -1;

	check(control != NULL);
	usleep(500000);
	check(waitpid(launcher, &status, WNOHANG) == 0);
	check(control_begin(control) == 0);
	while (waitpid(launcher, &status, WNOHANG) == 0) {
		control_serve(control);
		usleep(5000);
	}
	check(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	check(kernel.label == 1);
	control_close(control);
	labels_free(labels);
	tasks_free(tasks);
}

static void without_a_sensor_nothing_is_started(void)
{
	pid_t launcher = launching();
	int status = -1;

	check(waitpid(launcher, &status, 0) == launcher);
	check(WIFEXITED(status) && WEXITSTATUS(status) == LAUNCH_FAILED);
}

int main(void)
{
	int result;

	if (geteuid()) {
		/* Who listens must be root. */
		fprintf(stderr, "SKIP launch: needs root\n");
		return 0;
	}
	if (!mkdtemp(folder))
		return 1;
	chmod(folder, 0755);
	snprintf(path, sizeof(path), "%s/control.sock", folder);
	result = unit_run((const struct unit_case[]){ CASE(a_command_waits_for_the_run_that_takes_over),
						      CASE(without_a_sensor_nothing_is_started), {} });
	rmdir(folder);
	return result;
}
