/* SPDX-License-Identifier: Apache-2.0 */
/* The command line. Exit status: 0 it worked, 1 it did not, 2 the command line is wrong. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/check.h"
#include "src/complain.h"
#include "src/config.h"
#include "src/launch.h"
#include "src/report.h"
#include "src/run.h"
#include "src/supervise.h"

static const char usage[] =
	"detpack-sensor: reports each use of a capability by the processes it watches, one JSON object a line\n"
	"\n"
	"usage: detpack-sensor run SCOPE... [OPTION]...\n"
	"       detpack-sensor serve --config FILE [--outcome FILE]\n"
	"       detpack-sensor reload --outcome FILE PID\n"
	"       detpack-sensor check [--json]\n"
	"       detpack-sensor decode [--classes FILE] [--redact FILE] CAPTURE\n"
	"       detpack-sensor launch --task NAME [--bind NAME=VALUE]... [--agent NAME] [--user USER] [--allow-root]\n"
	"                             [--control PATH] -- COMMAND...\n"
	"       detpack-sensor --version | --help\n"
	"\n"
	"run: what to watch, at least one of\n"
	"  --all              every process of the host\n"
	"  --tree PID         a process and all below it\n"
	"  --cgroup PATH      what runs in a cgroup, by its path below the cgroup root or its directory, and in those below\n"
	"                     it, from now on or once it is made\n"
	"  --unit NAME        a systemd unit, from now on or from its start\n"
	"  --task             what was started with a declared task\n"
	"run: what to write, and where\n"
	"  --output WHERE     stdout (default), file:PATH, or unix:PATH of a socket that someone listens on\n"
	"  --rotate-bytes N   a new file before the old one is longer; --rotate-keep N of the old ones stay (default 4)\n"
	"  --watermarks       lines that say up to which time all is written, for `detpack watch`\n"
	"  --classes FILE     table of classes of objects (`detpack sensor run` makes it)\n"
	"  --tasks FILE       table of tasks; --control PATH: the socket on which they are asked for\n"
	"  --redact FILE      further secrets in arguments\n"
	"  --capture FILE     also keep the records as they came from the kernel, for `decode`\n"
	"  --state FILE       remembers how a run ended, for the next one to tell\n"
	"  --metrics FILE     counters for Prometheus, every 10 s\n"
	"  --config FILE      further options, one a line, without dashes; root's file. None may be given twice but those\n"
	"                     of what to watch\n"
	"  --syscalls         every minute also which system calls are made in each cgroup, for `detpack harden propose`\n"
	"  --ring-bytes N     room for what the kernel half has not handed over yet (default 4 MiB)\n"
	"  --verbose          what the kernel says about loading\n"
	"\n"
	"serve: a run as a service, with the options of a file. SIGHUP starts another one, of the program and the file as\n"
	"they are then; it takes over when it watches, and when it cannot the one before goes on. `reload` asks for that\n"
	"and waits; --outcome names the file by which the two know of each other.\n"
	"\n"
	"SIGINT and SIGTERM end it, SIGHUP opens the output file of `run` again. It needs root, or CAP_BPF, CAP_PERFMON and\n"
	"CAP_SYS_RESOURCE, and a kernel with BTF.\n";

static int wrong(const char *what, const char *which)
{
	complain("%s%s%s; see detpack-sensor --help", what, which ? " " : "", which ? which : "");
	return 2;
}

static int wrong_option(const char *option, const char *what)
{
	complain("--%s %s; see detpack-sensor --help", option, what);
	return 2;
}

static int wrong_value(const char *option, const char *value)
{
	complain("--%s does not take `%s'; see detpack-sensor --help", option, value);
	return 2;
}

static bool number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno && *value >= least && *value <= most;
}

/* 0, or an exit status. */
static int add_scope(struct scope *scope, enum scope_kind kind, const char *text)
{
	char problem[512];

	if (!scope_can_name(kind, text, problem, sizeof(problem)))
		return wrong(problem, NULL);
	if (scope->count == SCOPE_MOST)
		return wrong("too many things to watch; watch what is above them, or --all. This one is left:", text);
	scope->items[scope->count++] = (struct scope_item){ .kind = kind, .text = text };
	return 0;
}

static bool parse_output(const char *text, struct output_options *output)
{
	if (!strcmp(text, "stdout")) {
		output->kind = OUTPUT_STANDARD;
		output->path = NULL;
	} else if (!strncmp(text, "file:", 5) && text[5]) {
		output->kind = OUTPUT_FILE;
		output->path = text + 5;
	} else if (!strncmp(text, "unix:", 5) && text[5]) {
		output->kind = OUTPUT_SOCKET;
		output->path = text + 5;
	} else {
		return false;
	}
	return true;
}

enum { ALL = 256, TREE, CGROUP, UNIT, TASK, OUTPUT, ROTATE_BYTES, ROTATE_KEEP, WATERMARKS, CLASSES, TASKS, CONTROL, REDACT,
       CAPTURE, STATE, METRICS, CONFIG, SUPERVISOR, OUTCOME, ADOPT, RELOADS, RING_BYTES, SMALL_STATE, SYSCALLS, VERBOSE, JSON,
       AGENT, BIND,       USER, ALLOW_ROOT };

/* What each of these says twice is not the same, and nobody would know which counts. */
static bool may_repeat(int option)
{
	return option == TREE || option == CGROUP || option == UNIT;
}

/* 0, or an exit status: options that go together only, of the command line and the file. */
static int check_run(const struct run_options *options, bool keeps)
{
	const struct scope *scope = &options->scope;

	if (!scope->all && !scope->tasks && !scope->count)
		return wrong("nothing to watch: give --all, --tree, --cgroup, --unit or --task", NULL);
	if (scope->tasks && !options->tasks)
		return wrong("--task needs --tasks: without a table of tasks there is nothing to watch", NULL);
	if (options->control && !options->tasks)
		return wrong("--control needs --tasks: without a table of tasks none can be started", NULL);
	if (options->output.rotate_bytes && options->output.kind != OUTPUT_FILE)
		return wrong("--rotate-bytes needs --output file:PATH: nothing else has an old file", NULL);
	if (keeps && !options->output.rotate_bytes)
		return wrong("--rotate-keep needs --rotate-bytes: without it there are no old files", NULL);
	return 0;
}

/*
 * 0, or an exit status. `config`: where --config is noted; NULL: it is not allowed. `given`: bit n of the options that were
 * given so far, from ALL on.
 */
static int parse_run(int argc, char **argv, struct run_options *into, const char **config, uint64_t *given)
{
	static const struct option known[] = {
		{ "all", no_argument, NULL, ALL },
		{ "tree", required_argument, NULL, TREE },
		{ "cgroup", required_argument, NULL, CGROUP },
		{ "unit", required_argument, NULL, UNIT },
		{ "task", no_argument, NULL, TASK },
		{ "output", required_argument, NULL, OUTPUT },
		{ "rotate-bytes", required_argument, NULL, ROTATE_BYTES },
		{ "rotate-keep", required_argument, NULL, ROTATE_KEEP },
		{ "watermarks", no_argument, NULL, WATERMARKS },
		{ "classes", required_argument, NULL, CLASSES },
		{ "tasks", required_argument, NULL, TASKS },
		{ "control", required_argument, NULL, CONTROL },
		{ "redact", required_argument, NULL, REDACT },
		{ "capture", required_argument, NULL, CAPTURE },
		{ "state", required_argument, NULL, STATE },
		{ "metrics", required_argument, NULL, METRICS },
		{ "config", required_argument, NULL, CONFIG },
		{ "supervisor", required_argument, NULL, SUPERVISOR },
		{ "ring-bytes", required_argument, NULL, RING_BYTES },
		{ "small-state", required_argument, NULL, SMALL_STATE },
		{ "syscalls", no_argument, NULL, SYSCALLS },
		{ "verbose", no_argument, NULL, VERBOSE },
		{},
	};
	struct run_options options = *into;
	uint64_t value = 0;
	int option, at, status = 0;

	while ((option = getopt_long(argc, argv, "", known, &at)) != -1) {
		bool right = true;

		if (option < ALL)
			return 2; /* getopt has said why */
		if (known[at].has_arg && !may_repeat(option) && (*given >> (option - ALL)) & 1)
			return wrong_option(known[at].name, "is given twice");
		if (known[at].has_arg && !*optarg)
			return wrong_option(known[at].name, "needs a value");
		*given |= 1ull << (option - ALL);
		switch (option) {
		case ALL:
			options.scope.all = true;
			break;
		case TREE:
			status = add_scope(&options.scope, SCOPE_TREE, optarg);
			break;
		case CGROUP:
			status = add_scope(&options.scope, SCOPE_CGROUP, optarg);
			break;
		case UNIT:
			status = add_scope(&options.scope, SCOPE_UNIT, optarg);
			break;
		case TASK:
			options.scope.tasks = true;
			break;
		case OUTPUT:
			right = parse_output(optarg, &options.output);
			break;
		case ROTATE_BYTES:
			right = number(optarg, 1 << 16, UINT64_MAX, &options.output.rotate_bytes);
			break;
		case ROTATE_KEEP:
			right = number(optarg, 0, 10000, &value);
			options.output.rotate_keep = (unsigned int)value;
			break;
		case WATERMARKS:
			options.watermarks = true;
			break;
		case CLASSES:
			options.classes = optarg;
			break;
		case TASKS:
			options.tasks = optarg;
			break;
		case CONTROL:
			options.control = optarg;
			break;
		case REDACT:
			options.redaction = optarg;
			break;
		case CAPTURE:
			options.capture = optarg;
			break;
		case STATE:
			options.state = optarg;
			break;
		case METRICS:
			options.metrics = optarg;
			break;
		case CONFIG:
			right = config != NULL;
			if (config)
				*config = optarg;
			break;
		case SUPERVISOR:
			right = config && number(optarg, 3, 1 << 20, &value);
			options.supervisor = (int)value;
			break;
		case RING_BYTES:
			right = number(optarg, 4096, 1 << 30, &value);
			options.ring_bytes = (uint32_t)value;
			break;
		case SMALL_STATE:
			right = number(optarg, 1, 1 << 20, &value);
			options.small_state = (uint32_t)value;
			break;
		case SYSCALLS:
			options.syscalls = true;
			break;
		case VERBOSE:
			options.verbose = true;
			break;
		default:
			return 2;
		}
		if (status)
			return status;
		if (!right)
			return wrong_value(known[at].name, optarg);
	}
	if (optind < argc)
		return wrong("no argument is expected here:", argv[optind]);
	*into = options;
	return 0;
}

static int command_run(int argc, char **argv)
{
	struct run_options options = { .output = { .kind = OUTPUT_STANDARD, .rotate_keep = 4 }, .supervisor = -1 };
	const char *path = NULL;
	struct config config = {};
	char problem[512];
	uint64_t given = 0;
	int status = parse_run(argc, argv, &options, &path, &given);

	if (!status && path) {
		if (config_read(path, &config, problem, sizeof(problem))) {
			complain("%s", problem);
			config_free(&config);
			return 2;
		}
		optind = 0; /* from the beginning, as GNU's getopt wants it said */
		status = parse_run(config.count, config.arguments, &options, NULL, &given);
	}
	if (!status)
		status = check_run(&options, (given >> (ROTATE_KEEP - ALL)) & 1);
	if (!status)
		status = run_sensor(&options);
	config_free(&config);
	return status;
}

/* The program as it is on disk when it is started next: an absolute path, which an upgrade does not move. */
static const char *own_program(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);

	if (length <= 0)
		return NULL;
	path[length] = '\0';
	return path;
}

static int command_serve(int argc, char **argv)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, CONFIG }, { "outcome", required_argument, NULL, OUTCOME },
		{ "adopt", required_argument, NULL, ADOPT },   { "reloads", required_argument, NULL, RELOADS }, {},
	};
	struct supervise_options options = {};
	char program[4096];
	uint64_t value = 0;
	int option, adopted;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case CONFIG:
			options.config = optarg;
			break;
		case OUTCOME:
			options.outcome = optarg;
			break;
		case ADOPT:
			if (sscanf(optarg, "%d:%d", &adopted, &options.adopted_fd) != 2 || adopted <= 0)
				return wrong("this value does not go:", optarg);
			options.adopted = adopted;
			break;
		case RELOADS:
			if (!number(optarg, 0, UINT32_MAX, &value))
				return wrong("this value does not go:", optarg);
			options.reloads = (uint32_t)value;
			break;
		default:
			return 2;
		}
	}
	options.program = own_program(program, sizeof(program));
	if (optind < argc || !options.config || !options.program)
		return wrong("serve needs --config FILE, and no argument", NULL);
	return supervise(&options);
}

static int command_reload(int argc, char **argv)
{
	static const struct option known[] = { { "outcome", required_argument, NULL, OUTCOME }, {} };
	const char *outcome = NULL;
	uint64_t pid;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option != OUTCOME)
			return 2;
		outcome = optarg;
	}
	if (!outcome || optind + 1 != argc || !number(argv[optind], 2, 1 << 22, &pid))
		return wrong("reload needs --outcome FILE and the number of the supervisor's process", NULL);
	return reload((pid_t)pid, outcome);
}

static int command_check(int argc, char **argv)
{
	static const struct option known[] = { { "json", no_argument, NULL, JSON }, {} };
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option != JSON)
			return 2;
		json = true;
	}
	if (optind < argc)
		return wrong("no argument is expected here:", argv[optind]);
	return check_host(json, stdout);
}

static int command_decode(int argc, char **argv)
{
	static const struct option known[] = {
		{ "classes", required_argument, NULL, CLASSES },
		{ "redact", required_argument, NULL, REDACT },
		{},
	};
	const char *classes = NULL, *redaction = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == CLASSES)
			classes = optarg;
		else if (option == REDACT)
			redaction = optarg;
		else
			return 2;
	}
	if (optind + 1 != argc)
		return wrong("decode takes one capture", NULL);
	return run_decode(argv[optind], classes, redaction);
}

static int command_launch(int argc, char **argv)
{
	static const struct option known[] = {
		{ "task", required_argument, NULL, TASK },     { "agent", required_argument, NULL, AGENT },
		{ "user", required_argument, NULL, USER },     { "allow-root", no_argument, NULL, ALLOW_ROOT },
		{ "control", required_argument, NULL, CONTROL }, { "bind", required_argument, NULL, BIND },
		{},
	};
	struct launch_options options = { .task = NULL };
	int option;

	/* `+`: options behind the command are the command's. */
	while ((option = getopt_long(argc, argv, "+", known, NULL)) != -1) {
		switch (option) {
		case TASK:
			options.task = optarg;
			break;
		case AGENT:
			options.agent = optarg;
			break;
		case BIND:
			/* One too many is kept, for the launcher to say so. */
			if (options.binding_count <= BINDINGS_MOST)
				options.bindings[options.binding_count++] = optarg;
			break;
		case USER:
			options.user = optarg;
			break;
		case ALLOW_ROOT:
			options.allow_root = true;
			break;
		case CONTROL:
			options.control = optarg;
			break;
		default:
			return LAUNCH_FAILED;
		}
	}
	if (!options.task || optind == argc) {
		wrong("launch needs --task NAME and a command", NULL);
		return LAUNCH_FAILED;
	}
	options.command = argv + optind;
	return launch(&options);
}

/*
 * What is opened first would take the number of one that is closed, and get what is written there. Nothing can be written to
 * what takes the place of a standard output that is closed.
 */
static void hold_standard(void)
{
	for (int number = 0; number < 3; number++)
		if (fcntl(number, F_GETFD) < 0 && open("/dev/null", number == 2 ? O_WRONLY : O_RDONLY) < 0)
			exit(1);
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : NULL;

	static char name[] = "detpack-sensor";

	hold_standard();
	if (command)
		argv[1] = name; /* getopt begins what it says of the options with it */
	if (!command)
		return wrong("a command is needed: run, serve, reload, check, decode or launch", NULL);
	if (!strcmp(command, "--help") || !strcmp(command, "help"))
		return fputs(usage, stdout) < 0 || fflush(stdout) ? 1 : 0;
	if (!strcmp(command, "--version"))
		return puts("detpack-sensor " SENSOR_VERSION) < 0 || fflush(stdout) ? 1 : 0;
	if (!strcmp(command, "run"))
		return command_run(argc - 1, argv + 1);
	if (!strcmp(command, "serve"))
		return command_serve(argc - 1, argv + 1);
	if (!strcmp(command, "reload"))
		return command_reload(argc - 1, argv + 1);
	if (!strcmp(command, "check"))
		return command_check(argc - 1, argv + 1);
	if (!strcmp(command, "decode"))
		return command_decode(argc - 1, argv + 1);
	if (!strcmp(command, "launch"))
		return command_launch(argc - 1, argv + 1);
	return wrong("there is no command", command);
}
