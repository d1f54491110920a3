/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/last_run.h"
#include "test/unit/unit.h"

static char folder[] = "/tmp/detpack-last-run-XXXXXX";
static char path[64], beside[64];

static const struct last_run example = { .run = "0123456789abcdef0123456789abcdef",
					 .seen = 1767225600000190,
					 .reason = "signal 15" };

static void put(const char *text, size_t length)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	check(file >= 0 && write(file, text, length) == (ssize_t)length);
	close(file);
}

static void what_was_written_is_read_again(void)
{
	struct last_run last;
	struct stat status;

	check(last_run_write(path, &example) == 0);
	check(last_run_read(path, &last) == 1);
	check(!strcmp(last.run, example.run) && last.seen == example.seen && !strcmp(last.reason, example.reason));
	check(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
	check(access(beside, F_OK) != 0);
}

static void a_run_that_did_not_end_has_no_reason(void)
{
	struct last_run running = example, last;

	running.reason[0] = 0;
	check(last_run_write(path, &running) == 0);
	check(last_run_read(path, &last) == 1 && last.reason[0] == 0);
}

static void no_file_is_no_run_before(void)
{
	struct last_run last;

	unlink(path);
	check(last_run_read(path, &last) == 0);
}

static void a_file_that_is_none_of_ours_is_said_to_be_so(void)
{
	static const char *const wrong[] = {
		"", "detpack-state\t2\n", "detpack-state\t1\n", "detpack-state\t1\nrun\t0123\nseen\t1\nreason\t\n",
		"detpack-state\t1\nrun\t0123456789abcdef0123456789abcdef\nseen\t-1\nreason\t\n",
		"detpack-state\t1\nrun\t0123456789abcdef0123456789abcdef\nseen\t1\nreason\tx",
		"detpack-state\t1\nrun\t0123456789abcdef0123456789abcdef\nseen\t1\nreason\t\x1b[2J\n",
		"detpack-state\t1\nrun\t0123456789abcdef0123456789abcdef\nseen\t1\nreason\tx\nmore\n",
	};
	struct last_run last;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		put(wrong[i], strlen(wrong[i]));
		check(last_run_read(path, &last) == -EBADMSG);
	}
	put("detpack-state\t1\nrun\0", 20);
	check(last_run_read(path, &last) == -EBADMSG);
}

static void any_change_of_a_byte_is_read_or_refused(void)
{
	char text[256];
	struct last_run last;
	int file;
	ssize_t length;

	check(last_run_write(path, &example) == 0);
	file = open(path, O_RDONLY);
	length = read(file, text, sizeof(text));
	close(file);
	for (ssize_t i = 0; i < length; i++)
		for (int with = 0; with < 256; with += 5) {
			char was = text[i];
			int got;

			text[i] = (char)with;
			put(text, (size_t)length);
			got = last_run_read(path, &last);
			check(got == 1 || got == -EBADMSG);
			text[i] = was;
		}
}

static void a_link_is_not_followed_and_a_full_name_is_refused(void)
{
	char name[5000];
	struct last_run last;

	unlink(path);
	check(symlink("/etc/hostname", path) == 0);
	check(last_run_read(path, &last) == -ELOOP);
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = 0;
	check(last_run_write(name, &example) == -ENAMETOOLONG);
}

static void a_folder_that_is_missing_is_an_error_and_leaves_nothing(void)
{
	check(last_run_write("/nowhere/at/all", &example) == -ENOENT);
}

int main(void)
{
	int result;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/state", folder);
	snprintf(beside, sizeof(beside), "%s/state.new", folder);
	result = unit_run((const struct unit_case[]){ CASE(what_was_written_is_read_again),
						      CASE(a_run_that_did_not_end_has_no_reason),
						      CASE(no_file_is_no_run_before),
						      CASE(a_file_that_is_none_of_ours_is_said_to_be_so),
						      CASE(any_change_of_a_byte_is_read_or_refused),
						      CASE(a_link_is_not_followed_and_a_full_name_is_refused),
						      CASE(a_folder_that_is_missing_is_an_error_and_leaves_nothing),
						      {} });
	unlink(path);
	rmdir(folder);
	return result;
}
