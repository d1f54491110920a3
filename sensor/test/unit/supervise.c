/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor from end to end, with runs that are this program itself: what they do is the text of their configuration,
 * a letter each, and what they hear goes to a log.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/handover.h"
#include "src/outcome.h"
#include "src/supervise.h"
#include "test/unit/unit.h"

static char folder[] = "/tmp/detpack-supervise-XXXXXX";

static void path_of(char path[80], const char *name)
{
	snprintf(path, 80, "%s/%s", getenv("UNIT_SUPERVISE"), name);
}

static size_t read_all(const char *name, char *bytes, size_t size)
{
	char path[80];
	ssize_t got;
	int fd;

	path_of(path, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? 0 : read(fd, bytes, size - 1);
	if (fd >= 0)
		close(fd);
	bytes[got < 0 ? 0 : got] = '\0';
	return strlen(bytes);
}

/* ---- a run ---- */

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	char path[80], line[128];
	va_list arguments;
	int fd;

	path_of(path, "log");
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	check(write(fd, line, strlen(line)) == (ssize_t)strlen(line));
	close(fd);
}

/* n: never ready; d: dies at once; l: dies instead of leaving; t: dies instead of taking; k: is killed at the end. */
static int fake_run(int fd)
{
	char what[16], name = 0;
	struct handover heard;
	bool ends = false;

	read_all("config", what, sizeof(what));
	name = what[0];
	if (strchr(what, 'd'))
		return 3;
	if (!strchr(what, 'n'))
		handover_say(fd, HANDOVER_READY, 0);
	while (!ends) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int got;

		poll(&wait, 1, 20);
		got = handover_hear(fd, &heard);
		if (got < 0)
			return 4;
		if (!got) {
			handover_say(fd, HANDOVER_ALIVE, 0);
			continue;
		}
		switch (heard.word) {
		case HANDOVER_YIELD:
			if (strchr(what, 'l'))
				return 5;
			handover_say_with(fd, HANDOVER_LEAVE, (int[]){ 0, 1 }, 2);
			break;
		case HANDOVER_LEAVE:
			note("%c takes %zu\n", name, heard.fd_count);
			if (strchr(what, 't'))
				return 6;
			handover_say(fd, HANDOVER_TAKEN, 0);
			break;
		case HANDOVER_UNTIL:
			note("%c until %llu\n", name, (unsigned long long)heard.time);
			if (!heard.time) {
				handover_say(fd, HANDOVER_UNTIL, 1234);
				handover_say_with(fd, HANDOVER_LAST, (int[]){ 0 }, 1);
				if (strchr(what, 'k'))
					raise(SIGKILL);
				ends = true;
			}
			break;
		case HANDOVER_LAST:
			note("%c hears of %zu\n", name, heard.fd_count);
			break;
		case HANDOVER_GO:
			note("%c goes %llu\n", name, (unsigned long long)heard.time);
			break;
		}
		handover_drop(&heard);
	}
	return 0;
}

/* ---- a service ---- */

static pid_t service;
static char outcome[80], config[80], program[80];

static void configure(const char *what)
{
	int fd = open(config, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	check(write(fd, what, strlen(what)) == (ssize_t)strlen(what));
	close(fd);
}

/* This program, as the file that a service starts. */
static void install(void)
{
	char command[400];

	snprintf(command, sizeof(command), "cp /proc/%d/exe %s.new && mv %s.new %s", (int)getpid(), program, program, program);
	check(system(command) == 0);
}

static int serve(int argc, char **argv)
{
	struct supervise_options options = { .program = program, .config = config, .outcome = outcome };
	int adopted;

	for (int i = 0; i + 1 < argc; i++) {
		if (!strcmp(argv[i], "--adopt") && sscanf(argv[i + 1], "%d:%d", &adopted, &options.adopted_fd) == 2)
			options.adopted = adopted;
		if (!strcmp(argv[i], "--reloads"))
			options.reloads = (uint32_t)strtoul(argv[i + 1], NULL, 10);
	}
	if (options.adopted)
		note("the supervisor is new\n");
	return supervise(&options);
}

static void wait_for(const char *line)
{
	char log[4096];

	for (int i = 0; i < 1000; i++) {
		read_all("log", log, sizeof(log));
		if (strstr(log, line))
			return;
		poll(NULL, 0, 20);
	}
	fprintf(stderr, "%s", log);
	check(!"the line came");
}

static void begin(const char *what)
{
	char log[80];

	path_of(log, "log");
	unlink(log);
	unlink(outcome);
	install();
	configure(what);
	service = fork();
	if (service == 0) {
		execl(program, program, "serve", (char *)NULL);
		_exit(127);
	}
	wait_for("goes 0\n");
}

static int end(int number)
{
	int status = -1;

	if (number)
		kill(service, number);
	check(waitpid(service, &status, 0) == service);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void a_new_run_takes_over_at_the_time_that_the_old_one_says(void)
{
	begin("a");
	configure("b");
	check(reload(service, outcome) == 0);
	wait_for("a until 0\n");
	wait_for("b takes 2\n");
	wait_for("b until 1234\nb hears of 1\nb goes 1234\n");
	configure("c");
	check(reload(service, outcome) == 0);
	wait_for("c goes 1234\n");
	check(end(SIGTERM) == 128 + SIGTERM);
}

static void a_new_run_that_dies_changes_nothing(void)
{
	char problem[256], log[4096];
	uint32_t reloads;

	begin("a");
	configure("bd");
	check(reload(service, outcome) == 1);
	check(outcome_read(outcome, &reloads, problem, sizeof(problem)) == 0 && reloads == 1);
	check(strstr(problem, "status 3") != NULL);
	/* One that dies when the old one has stopped to give labels: the old one is told to go on. */
	configure("bt");
	check(reload(service, outcome) == 1);
	read_all("log", log, sizeof(log));
	check(strstr(strstr(log, "b takes 2\n") ? strstr(log, "b takes 2\n") : "", "a goes 0\n") != NULL);
	configure("c");
	check(reload(service, outcome) == 0);
	wait_for("c goes 1234\n");
	check(end(SIGTERM) == 128 + SIGTERM);
}

static void of_an_old_run_that_dies_everything_is_told_that_the_new_one_saw(void)
{
	begin("ak");
	configure("b");
	check(reload(service, outcome) == 0);
	wait_for("b goes 0\n");
	end(SIGTERM);
	begin("al");
	configure("b");
	check(reload(service, outcome) == 0);
	wait_for("b goes 0\n");
	check(end(SIGTERM) == 128 + SIGTERM);
}

static void a_service_ends_with_its_run(void)
{
	char log[80];

	path_of(log, "log");
	unlink(log);
	install();
	configure("d");
	service = fork();
	if (service == 0) {
		execl(program, program, "serve", (char *)NULL);
		_exit(127);
	}
	check(end(0) == 3);
}

static void a_supervisor_of_another_version_puts_itself_in_its_place(void)
{
	begin("a");
	install();
	configure("b");
	check(reload(service, outcome) == 0);
	wait_for("the supervisor is new\n");
	configure("c");
	check(reload(service, outcome) == 0);
	wait_for("c goes 1234\n");
	check(end(SIGTERM) == 128 + SIGTERM);
}

int main(int argc, char **argv)
{
	char command[128];
	int failed;

	if (!getenv("UNIT_SUPERVISE") && (!mkdtemp(folder) || setenv("UNIT_SUPERVISE", folder, 1)))
		return 1;
	path_of(outcome, "outcome");
	path_of(config, "config");
	path_of(program, "program");
	if (argc == 6 && !strcmp(argv[1], "run"))
		return fake_run(atoi(argv[5]));
	if (argc > 1 && !strcmp(argv[1], "serve"))
		return serve(argc, argv);
	failed = unit_run((const struct unit_case[]){
		CASE(a_new_run_takes_over_at_the_time_that_the_old_one_says),
		CASE(a_new_run_that_dies_changes_nothing),
		CASE(of_an_old_run_that_dies_everything_is_told_that_the_new_one_saw),
		CASE(a_service_ends_with_its_run),
		CASE(a_supervisor_of_another_version_puts_itself_in_its_place),
		{},
	});
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) || failed;
}
