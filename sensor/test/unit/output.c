/* SPDX-License-Identifier: Apache-2.0 */
/* The writer: files with rotation, sockets and standard output, with full disks and readers that go away. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/json.h"
#include "src/output.h"
#include "test/unit/unit.h"

#define SECOND 1000000000ull
#define FILE_MOST (1u << 20)
#define AGES 24 /* of the files that are kept in a run of chance */

static char folder[] = "/tmp/unit-output-XXXXXX", path[64];
static char problem[256];

static void clean(void)
{
	DIR *entries = opendir(folder);
	char name[512];

	for (struct dirent *entry; (entry = readdir(entries));) {
		snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
		unlink(name);
	}
	closedir(entries);
}

static struct output *file_output(uint64_t rotate, unsigned int keep)
{
	const struct output_options options = { .kind = OUTPUT_FILE, .path = path, .rotate_bytes = rotate, .rotate_keep = keep };
	struct output *output = output_open(&options, problem, sizeof(problem));

	check(output != NULL);
	return output;
}

static void add(struct output *output, const char *line)
{
	struct text text = {};

	text_add(&text, line, strlen(line));
	output_add(output, &text);
	text_free(&text);
}

/* What is in a file; "" when there is none. */
static const char *content(const char *name)
{
	static char bytes[FILE_MOST];
	int file = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, bytes, sizeof(bytes) - 1) : 0;

	if (file >= 0)
		close(file);
	bytes[length > 0 ? length : 0] = '\0';
	return bytes;
}

static const char *older(unsigned int age)
{
	static char name[80];

	snprintf(name, sizeof(name), "%s.%u", path, age);
	return name;
}

/* ---- files ---- */

static void lines_are_appended_for_the_owner_alone(void)
{
	struct output *output = file_output(0, 4);
	struct stat found;

	add(output, "one\n");
	check(output_flush(output, 0) == 0 && output_close(output) == 0);
	output = file_output(0, 4);
	add(output, "two\n");
	check(output_flush(output, 0) == 0 && output_close(output) == 0);
	check(!strcmp(content(path), "one\ntwo\n"));
	check(stat(path, &found) == 0 && (found.st_mode & 07777) == 0600);
}

static void a_line_that_another_writer_left_unfinished_is_ended_first(void)
{
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct output *output;

	check(write(file, "killed in the mid", 17) == 17);
	close(file);
	output = file_output(0, 4);
	add(output, "new\n");
	check(output_flush(output, 0) == 0 && output_close(output) == 0);
	check(!strcmp(content(path), "killed in the mid\nnew\n"));
}

static void links_and_what_is_no_file_are_refused(void)
{
	const struct output_options to_link = { .kind = OUTPUT_FILE, .path = path };
	const struct output_options to_device = { .kind = OUTPUT_FILE, .path = "/dev/null" };
	const struct output_options nowhere = { .kind = OUTPUT_FILE, .path = "/nowhere/events" };

	check(symlink("/etc/hostname", path) == 0);
	check(!output_open(&to_link, problem, sizeof(problem)) && strstr(problem, path));
	check(!output_open(&to_device, problem, sizeof(problem)) && strstr(problem, "not a regular file"));
	check(!output_open(&nowhere, problem, sizeof(problem)) && strstr(problem, "No such file"));
}

static void a_file_begins_anew_before_it_is_too_long_and_no_line_is_cut(void)
{
	struct output *output = file_output(10, 2);

	for (char line[] = "1234\n"; line[0] < '8'; line[0]++) {
		add(output, line);
		check(output_flush(output, 0) == 0);
	}
	check(output_close(output) == 0);
	check(!strcmp(content(path), "7234\n"));
	check(!strcmp(content(older(1)), "5234\n6234\n"));
	check(!strcmp(content(older(2)), "3234\n4234\n"));
	check(access(older(3), F_OK) != 0);
}

static void a_line_longer_than_a_file_has_one_of_its_own(void)
{
	struct output *output = file_output(8, 4);

	add(output, "short\n");
	add(output, "a line that is far too long\n");
	add(output, "again\n");
	check(output_flush(output, 0) == 0 && output_close(output) == 0);
	check(!strcmp(content(path), "again\n"));
	check(!strcmp(content(older(1)), "a line that is far too long\n"));
	check(!strcmp(content(older(2)), "short\n"));
}

static void a_file_that_someone_else_renamed_is_made_anew_when_asked(void)
{
	struct output *output = file_output(0, 4);

	add(output, "one\n");
	check(output_flush(output, 0) == 0);
	check(rename(path, older(9)) == 0);
	add(output, "two\n");
	check(output_flush(output, 0) == 0 && output_reopen(output) == 0);
	add(output, "three\n");
	check(output_flush(output, 0) == 0 && output_close(output) == 0);
	check(!strcmp(content(older(9)), "one\ntwo\n"));
	check(!strcmp(content(path), "three\n"));
}

/* A limit of the process stands for a disk that is full. */
static void file_limit(rlim_t bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes;
	check(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void a_full_disk_loses_nothing_and_a_line_that_was_begun_is_completed(void)
{
	struct output *output = file_output(0, 4);

	signal(SIGXFSZ, SIG_IGN);
	file_limit(10);
	add(output, "first\n");
	add(output, "second, which does not fit\n");
	check(output_flush(output, 0) == -EFBIG);
	check(output_waiting(output) > 0);
	check(!strcmp(content(path), "first\nseco"));
	file_limit(RLIM_INFINITY);
	/* Not asked for again at once. */
	check(output_flush(output, SECOND / 2) == -EFBIG);
	check(output_flush(output, 2 * SECOND) == 0 && output_waiting(output) == 0);
	check(output_close(output) == 0);
	check(!strcmp(content(path), "first\nsecond, which does not fit\n"));
}

static void a_line_that_was_begun_is_completed_where_it_was_begun(void)
{
	struct output *output = file_output(12, 4);

	file_limit(5);
	add(output, "too long for any file\n");
	check(output_flush(output, 0) == -EFBIG);
	file_limit(RLIM_INFINITY);
	check(output_flush(output, 2 * SECOND) == 0 && output_close(output) == 0);
	check(!strcmp(content(path), "too long for any file\n"));
	check(access(older(1), F_OK) != 0);
}

static void what_cannot_be_written_at_the_end_is_told(void)
{
	struct output *output = file_output(0, 4);

	file_limit(2);
	add(output, "lost\n");
	check(output_flush(output, 0) == -EFBIG);
	check(output_close(output) == 3);
	file_limit(RLIM_INFINITY);
}

static void any_lines_come_out_whole_and_in_order_over_all_files(void)
{
	static char all[1 << 20], got[1 << 20];

	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		uint64_t limit = 1 + unit_below(300);
		struct output *output = file_output(limit, AGES);
		size_t used = 0, taken = 0;

		for (size_t lines = unit_below(AGES); lines; lines--) {
			char line[400];
			size_t length = 1 + unit_below(unit_below(8) ? 60 : 399);

			memset(line, 'a' + (char)unit_below(26), length);
			line[length - 1] = '\n';
			memcpy(all + used, line, length);
			used += length;
			line[length < sizeof(line) ? length : sizeof(line) - 1] = '\0';
			add(output, line);
			if (unit_below(3) == 0)
				check(output_flush(output, 0) == 0);
		}
		check(output_flush(output, 0) == 0 && output_close(output) == 0);
		for (int age = AGES; age >= 0; age--) {
			const char *text = content(age ? older((unsigned int)age) : path);
			size_t length = strlen(text);

			check(length <= limit || strchr(text, '\n') == text + length - 1);
			check(!length || text[length - 1] == '\n');
			memcpy(got + taken, text, length);
			taken += length;
		}
		check(taken == used && !memcmp(all, got, used));
		clean();
	}
}

/* ---- sockets ---- */

static int server(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, path, sizeof(path));
	check(bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 1) == 0);
	return fd;
}

static struct output *socket_output(void)
{
	const struct output_options options = { .kind = OUTPUT_SOCKET, .path = path };
	struct output *output = output_open(&options, problem, sizeof(problem));

	check(output != NULL);
	return output;
}

/* What a reader got so far. */
static size_t got_at(int fd, char *bytes, size_t most)
{
	ssize_t length = read(fd, bytes, most - 1);

	bytes[length > 0 ? length : 0] = '\0';
	return length > 0 ? (size_t)length : 0;
}

static void a_socket_that_nobody_listens_on_yet_is_tried_again(void)
{
	struct output *output = socket_output();
	char bytes[64];
	int listening, reader;

	add(output, "kept\n");
	check(output_flush(output, 0) < 0);
	listening = server();
	check(output_flush(output, SECOND / 2) < 0);
	check(output_flush(output, 2 * SECOND) == 0);
	reader = accept(listening, NULL, NULL);
	got_at(reader, bytes, sizeof(bytes));
	check(!strcmp(bytes, "kept\n"));
	close(reader);
	close(listening);
	check(output_close(output) == 0);
}

static void a_new_reader_gets_the_line_that_was_begun_from_its_beginning(void)
{
	static char line[700000], bytes[1 << 20];
	int listening = server(), reader;
	struct output *output = socket_output();
	size_t first;

	reader = accept(listening, NULL, NULL);
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 2] = '\n';
	line[sizeof(line) - 1] = '\0';
	add(output, "before\n");
	check(output_flush(output, 0) == 0 && output_room(output) == -1);
	add(output, line);
	/* It does not fit into the socket, and nobody waits for the reader. */
	check(output_flush(output, 0) == 0 && output_waiting(output) > 0 && !output_has_room(output));
	check(output_room(output) >= 0);
	first = got_at(reader, bytes, sizeof(bytes));
	check(first > 7 && !memcmp(bytes, "before\n", 7));
	close(reader);
	check(output_flush(output, 1) < 0 && output_room(output) == -1);
	check(output_flush(output, 2 * SECOND) == 0);
	reader = accept(listening, NULL, NULL);
	for (size_t all = 0, some = 1; some && all < sizeof(line) - 1; all += some) {
		some = got_at(reader, bytes, sizeof(bytes));
		check(some > 0 && !memcmp(bytes, line + all, some));
		check(output_flush(output, 3 * SECOND) == 0);
	}
	check(output_waiting(output) == 0);
	close(reader);
	close(listening);
	check(output_close(output) == 0);
}

/* ---- standard output ---- */

/* In a child, whose standard output is that descriptor; gives what its flush gave, as a positive errno. */
static int flush_standard(int to, const char *line)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		const struct output_options options = { .kind = OUTPUT_STANDARD };
		struct output *output;
		int failed;

		signal(SIGPIPE, SIG_IGN);
		dup2(to, STDOUT_FILENO);
		close(to);
		output = output_open(&options, problem, sizeof(problem));
		if (!output)
			_exit(255);
		add(output, line);
		failed = output_flush(output, 0);
		output_close(output);
		_exit(-failed);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void standard_output_whose_reader_is_gone_is_gone_for_ever(void)
{
	int ends[2];
	char bytes[16];

	check(pipe2(ends, O_CLOEXEC) == 0);
	check(flush_standard(ends[1], "seen\n") == 0);
	got_at(ends[0], bytes, sizeof(bytes));
	check(!strcmp(bytes, "seen\n"));
	close(ends[0]);
	check(flush_standard(ends[1], "unseen\n") == EPIPE);
	close(ends[1]);
}

static void a_reader_that_is_gone_is_noticed_without_writing(void)
{
	const struct output_options options = { .kind = OUTPUT_STANDARD };
	struct output *output;
	int ends[2], before = dup(STDOUT_FILENO);

	check(pipe2(ends, O_CLOEXEC) == 0);
	fflush(stdout);
	dup2(ends[1], STDOUT_FILENO);
	output = output_open(&options, problem, sizeof(problem));
	dup2(before, STDOUT_FILENO);
	close(before);
	close(ends[1]);
	check(output && !output_is_gone(output));
	close(ends[0]);
	check(output && output_is_gone(output));
	output_close(output);
}

static void standard_output_on_a_full_device_says_so(void)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	check(full >= 0 && flush_standard(full, "unseen\n") == ENOSPC);
	close(full);
}

int main(void)
{
	int result;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/events", folder);
	unit.before = clean;
	result = unit_run((const struct unit_case[]){
		CASE(lines_are_appended_for_the_owner_alone),
		CASE(a_line_that_another_writer_left_unfinished_is_ended_first),
		CASE(links_and_what_is_no_file_are_refused),
		CASE(a_file_begins_anew_before_it_is_too_long_and_no_line_is_cut),
		CASE(a_line_longer_than_a_file_has_one_of_its_own),
		CASE(a_file_that_someone_else_renamed_is_made_anew_when_asked),
		CASE(a_full_disk_loses_nothing_and_a_line_that_was_begun_is_completed),
		CASE(a_line_that_was_begun_is_completed_where_it_was_begun),
		CASE(what_cannot_be_written_at_the_end_is_told),
		CASE(any_lines_come_out_whole_and_in_order_over_all_files),
		CASE(a_socket_that_nobody_listens_on_yet_is_tried_again),
		CASE(a_new_reader_gets_the_line_that_was_begun_from_its_beginning),
		CASE(standard_output_whose_reader_is_gone_is_gone_for_ever),
		CASE(a_reader_that_is_gone_is_noticed_without_writing),
		CASE(standard_output_on_a_full_device_says_so),
		{} });
	clean();
	rmdir(folder);
	return result;
}
