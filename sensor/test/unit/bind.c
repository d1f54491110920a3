/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters from what a launcher is told to what events say. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/bind.h"
#include "src/parts.h"
#include "src/request.h"
#include "src/task.h"
#include "test/unit/event_frame.h"
#include "test/unit/json_check.h"
#include "test/unit/record_examples.h"

#define D "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char table[] = "detpack-tasks\t1\n"
			    "task\tsummarize\t" D "\t-\n"
			    "parameter\tsummarize\tdocument\tfile\tneeded\n"
			    "parameter\tsummarize\tfolder\tdirectory\toptional\n"
			    "parameter\tsummarize\tapi\thost\toptional\n"
			    "parameter\tsummarize\ttopic\ttext\toptional\n"
			    "task\tother\t" D "\t-\n";

static char folder[] = "/tmp/unit-bind-XXXXXX", file[64], missing[64];
static struct tasks *tasks;

static void write_file(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	check(fd >= 0);
	close(fd);
}

/* What the sensor makes of what a launcher was told, over the bytes that go between them. */
static const char *bind_all(const char *task, const char *const *written, struct bound **bound)
{
	struct request asked = { .task = "x" }, got;
	char bytes[REQUEST_MOST], problem[300] = "";
	int fds[BINDINGS_MOST];
	const char *why;
	size_t count = 0;

	*bound = NULL;
	for (; *written; written++)
		if (!bind_ask(&asked, *written, problem, sizeof(problem))) {
			bind_close(&asked);
			return "not asked";
		}
	if (!request_parse(bytes, request_write(&asked, bytes), &got)) {
		bind_close(&asked);
		return "not written";
	}
	for (size_t i = 0; i < asked.asked_count; i++)
		if (asked.asked[i].fd >= 0)
			fds[count++] = asked.asked[i].fd;
	check(request_take_fds(&got, fds, count));
	check(!count || !request_take_fds(&got, fds, count - 1));
	why = bind_run(tasks, tasks_find(tasks, task), &got, bound);
	bind_close(&asked);
	return why;
}

#define BIND(task, bound, ...) bind_all(task, (const char *const[]){ __VA_ARGS__, NULL }, bound)

static const char *of(const char *name, const char *value)
{
	static char text[4][2 * BINDING_VALUE];
	static int next;
	char *into = text[next++ % 4];

	snprintf(into, sizeof(text[0]), "%s=%s", name, value);
	return into;
}

static void what_the_task_declares_is_bound(void)
{
	struct bound *bound;
	const char *why = BIND("summarize", &bound, of("topic", "a=b c"), of("document", file), of("api", "192.0.2.10:443"),
			       of("folder", folder));
	struct stat found;

	check(!why && bound && bound->count == 4);
	if (!bound)
		return;
	check(!strcmp(bound->each[0].name, "api") && bound->each[0].port == 443 && bound->each[0].bits == 128);
	check(!strcmp(bound->each[1].name, "document") && !strcmp(bound->each[1].value, file));
	check(stat(file, &found) == 0 && bound->each[1].file.inode == found.st_ino && !bound->each[1].seen);
	check(!strcmp(bound->each[2].name, "folder") && !strcmp(bound->each[3].value, "a=b c"));
	bound_free(bound);
	check(!BIND("other", &bound, NULL) && !bound);
}

static void what_it_does_not_is_refused(void)
{
	char longest[BINDING_VALUE + 1], name[80] = "document=";
	struct bound *bound;

#define REFUSED(expected, ...)                                              \
	do {                                                                \
		const char *why = BIND("summarize", &bound, __VA_ARGS__);   \
		check(!bound && why && strstr(why, expected));              \
		if (why && !strstr(why, expected))                          \
			fprintf(stderr, "\tgot %s\n", why);                  \
	} while (0)

	REFUSED("the task has no parameter dokument", of("dokument", file));
	REFUSED("the task needs its parameter document", of("topic", "x"));
	REFUSED("document: there is no such file", of("document", missing));
	REFUSED("document: this is no file", of("document", folder));
	REFUSED("folder: this is no directory", of("document", file), of("folder", file));
	REFUSED("folder: there is no such directory", of("document", file), of("folder", missing));
	REFUSED("api: this is no address", of("document", file), of("api", "api.example.org"));
	REFUSED("not asked", "document");
	REFUSED("not asked", "=x");
	REFUSED("not asked", "document=");
	REFUSED("not written", of("document", "a\tb"));
	REFUSED("not written", of("topic", "\x1b[2J"));
	memset(longest, 'a', sizeof(longest));
	longest[BINDING_VALUE] = '\0';
	REFUSED("not asked", of("topic", longest));
	longest[BINDING_VALUE - 1] = '\0';
	check(!BIND("summarize", &bound, of("document", file), of("topic", longest)) && bound);
	bound_free(bound);
	memset(name, 'n', 70);
	snprintf(name + 70, sizeof(name) - 70, "=x");
	REFUSED("not asked", name);
	REFUSED("not asked", "topic=1", "topic=2", "topic=3", "topic=4", "topic=5", "topic=6", "topic=7", "topic=8", "topic=9");
}

static void hosts_are_addresses_and_networks(void)
{
	static const struct {
		const char *text, *address;
		uint16_t port;
		bool is;
	} cases[] = {
		{ "192.0.2.10", "::ffff:192.0.2.10", 1, true },	    { "192.0.2.10", "::ffff:192.0.2.11", 1, false },
		{ "192.0.2.0/24:443", "::ffff:192.0.2.9", 443, true }, { "192.0.2.0/24:443", "::ffff:192.0.2.9", 80, false },
		{ "192.0.2.128/25", "::ffff:192.0.2.127", 1, false }, { "0.0.0.0/0", "::ffff:203.0.113.9", 1, true },
		{ "0.0.0.0/0", "2001:db8::1", 1, false },	    { "2001:db8::1", "2001:db8::1", 1, true },
		{ "[2001:db8::1]:443", "2001:db8::1", 443, true },  { "[2001:db8::1]:443", "2001:db8::1", 80, false },
		{ "2001:db8::/32", "2001:db8:5::1", 1, true },	    { "[2001:db8::]/33:9", "2001:db8:8000::1", 9, false },
	};
	static const char *const none[] = { "",		  "a.b",	"192.0.2",    "192.0.2.10:",  "192.0.2.10:0", "192.0.2.10:65536",
					    "192.0.2.1/33", "192.0.2.1/", "[::1",	    "[192.0.2.1]", "[::1]x",	    "::1/129",
					    "fe80::1%eth0", "::ffff:192.0.2.1", "192.0.2.1:4:4", "192.0.2.1/24/4" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bound bound = { .count = 1, .each = { { .kind = PARAMETER_HOST } } };
		uint8_t address[16];

		check(bound_host(cases[i].text, &bound.each[0]) && inet_pton(AF_INET6, cases[i].address, address) == 1);
		if (bound_destination(&bound, address, cases[i].port) != cases[i].is)
			unit_failed(__FILE__, __LINE__, cases[i].text);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct binding binding = {};

		if (bound_host(none[i], &binding))
			unit_failed(__FILE__, __LINE__, none[i]);
		check(true);
	}
}

static void a_file_is_its_inode_and_not_its_path(void)
{
	char document[] = "/srv/report.txt", at[] = "/srv/notes";
	struct bound bound = { .count = 2,
			       .each = { { .name = "document", .kind = PARAMETER_FILE, .value = document, .length = 15,
					   .file = { .inode = 70, .device = 8 << 20 | 1 } },
					 { .name = "folder", .kind = PARAMETER_DIRECTORY, .value = at, .length = 10 } } };
	struct dp_object_key key = { .inode = 70, .device = 8 << 20 | 1, .generation = 5 };

#define IS(path) bound_object(&bound, &key, path, sizeof(path) - 1)
	key.device++;
	check(IS("/srv/report.txt") == 0); /* of another file system */
	key.device--;
	check(IS("/tmp/other name") == 1 && bound.each[0].seen);
	key.generation++;
	check(IS("/srv/report.txt") == 0); /* the number is used again */
	key.inode++;
	check(IS("/srv/report.txt") == 0);
	check(IS("/srv/notes") == 2 && IS("/srv/notes/a/b") == 2 && IS("/srv/notes2") == 0 && IS("/srv") == 0 && IS("") == 0);
	bound.each[1].length = 1;
	check(IS("/") == 2 && IS("/etc/passwd") == 2 && IS(".../etc") == 0);
	/* btrfs, overlayfs */
	bound.each[0].seen = false;
	bound.each[0].file = (struct dp_object_key){ .inode = 70, .device = 40 };
	bound.count = 1;
	key = (struct dp_object_key){ .inode = 70, .device = 31, .generation = 9 };
	check(IS("/srv/other") == 0 && IS("/srv/report.txt") == 1 && IS("/srv/moved") == 1);
	key.device = 40;
	check(IS("/srv/report.txt") == 0);
}

static void events_say_what_is_bound(void)
{
	struct frame frame;
	struct made made;
	char document[] = "/home/agent/notes.txt";
	struct bound bound = { .count = 3,
			       .each = { { .name = "api", .kind = PARAMETER_HOST },
					 { .name = "document", .kind = PARAMETER_FILE, .value = document, .length = 21 },
					 { .name = "document", .kind = PARAMETER_FILE, .value = document, .length = 21 } } };
	const char *line;

	frame_open(&frame);
	make_example(&made, DP_FILE_READ);
	check(bound_host("203.0.113.9:443", &bound.each[0]));
	bound.each[1].file = bound.each[2].file = made.use.object.key;
	made.use.label = 7;
	check_lacks(frame_line(&frame, &made.use), "\"binding\"");
	all_labels.run.bound = &bound;
	line = frame_line(&frame, &made.use);
	check(json_is_valid(line, strlen(line)));
	check_has(line, "\"binding\":[\"document\"]");
	made.use.result = -EACCES;
	check_lacks(frame_line(&frame, &made.use), "\"binding\"");
	make_example(&made, DP_NETWORK_SEND)->use.label = 7;
	line = frame_line(&frame, &made.use);
	check(json_is_valid(line, strlen(line)));
	check_has(line, "\"destination\":{\"binding\":[\"api\"]}");
	made.use.label = 8;
	check_lacks(frame_line(&frame, &made.use), "\"binding\"");
	all_labels.run.bound = NULL;
	frame_close(&frame);
}

static void the_start_tells_it_without_secrets(void)
{
	char problem[200] = "", rules[] = "/tmp/unit-bind-rules-XXXXXX", document[] = "/home/a/b", token[] = "ghp_0123456789";
	struct bound bound = { .count = 2,
			       .each = { { .name = "document", .kind = PARAMETER_FILE, .value = document, .length = 9 },
					 { .name = "api-token", .kind = PARAMETER_TEXT, .value = token, .length = 14 } } };
	struct redaction *redaction = redaction_new(NULL, problem, sizeof(problem));
	struct text line = {};
	int fd = mkstemp(rules);

	json_begin(&line, NULL, '{');
	bound_report(&bound, redaction, &line);
	text_add(&line, "}", 2);
	check(json_is_valid(line.bytes, line.length - 1));
	check_has(line.bytes, "\"document=/home/a/b\"");
	check_lacks(line.bytes, "ghp_");
	redaction_free(redaction);
	check(write(fd, "paths digest\n", 13) == 13);
	redaction = redaction_new(rules, problem, sizeof(problem));
	text_clear(&line);
	json_begin(&line, NULL, '{');
	bound_report(&bound, redaction, &line);
	text_add(&line, "}", 2);
	check(redaction != NULL);
	check_has(line.bytes, "document=redacted:");
	check_lacks(line.bytes, "/home");
	redaction_free(redaction);
	text_free(&line);
	close(fd);
	unlink(rules);
}

static void random_fields_are_survived(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		char bytes[200] = "detpack-launch\t1\tsummarize\t-\t=topic=x\t=api=[2001:db8::1]/64:443\t@document=/a", host[40] = "";
		size_t length = unit_below(3) ? strlen(bytes) : unit_below(sizeof(bytes));
		struct request request;
		struct binding binding = {};
		struct bound *bound = NULL;

		for (size_t i = unit_below(5); i; i--)
			bytes[unit_below(length ? length : 1)] = unit_below(2) ? "\t@=-:/["[unit_below(7)] : (char)unit_random();
		if (request_parse(bytes, length, &request) && request_take_fds(&request, (const int[]){ -1, -1 }, unit_below(2)) &&
		    !bind_run(tasks, tasks_find(tasks, "summarize"), &request, &bound))
			check(bound != NULL);
		bound_free(bound);
		for (size_t i = unit_below(sizeof(host)); i; i--)
			host[i - 1] = "0123456789abcdef.:/[]%"[unit_below(22)];
		if (bound_host(host, &binding))
			check(binding.bits <= 128);
	}
}

int main(void)
{
	char problem[200] = "";
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(file, sizeof(file), "%s/report.txt", folder);
	snprintf(missing, sizeof(missing), "%s/missing", folder);
	write_file(file);
	tasks = tasks_parse(table, sizeof(table) - 1, problem, sizeof(problem));
	if (!tasks)
		return 1;
	failed = unit_run((const struct unit_case[]){
		CASE(what_the_task_declares_is_bound), CASE(what_it_does_not_is_refused), CASE(hosts_are_addresses_and_networks),
		CASE(a_file_is_its_inode_and_not_its_path), CASE(events_say_what_is_bound),
		CASE(the_start_tells_it_without_secrets), CASE(random_fields_are_survived), {} });
	tasks_free(tasks);
	unlink(file);
	rmdir(folder);
	return failed;
}
