/* SPDX-License-Identifier: Apache-2.0 */
/* Records in a file: what was put in comes out, and what is broken is said to be. */
#include <unistd.h>

#include "src/capture.h"
#include "src/host.h"
#include "test/unit/record_make.h"
#include "test/unit/unit.h"

static char path[] = "/tmp/unit-capture-XXXXXX";
static const struct host host = { .id = "11112222333344445555666677778888", .name = "web-1",
				  .boot = "99990000999900009999000099990000",
				  .run = "0123456789abcdef0123456789abcdef" };

static void put(const void *bytes, size_t length)
{
	FILE *file = fopen(path, "we");

	check(file && (!length || fwrite(bytes, length, 1, file) == 1));
	if (file)
		fclose(file);
}

/* A capture of three records of different lengths; how many bytes. */
static size_t write_three(void)
{
	static const char *const paths[] = { "/etc/passwd", "/a", "/srv/www/index.html" };
	FILE *file = fopen(path, "we");
	long length;

	check(file && capture_begin(file, &host, 1767225600000000) == 0);
	for (int i = 0; i < 3; i++) {
		static struct made made;

		make_use(&made, DP_FILE_OPEN);
		make_path(&made, DP_PART_PATH, paths[i]);
		made.use.time += (uint64_t)i;
		check(capture_add(file, &made.use) == 0);
	}
	length = ftell(file);
	fclose(file);
	return (size_t)length;
}

static void what_was_kept_is_read_again_with_its_host(void)
{
	char problem[128] = "";
	struct host read;
	int64_t offset;
	const struct dp_use *use;
	struct capture *capture;

	write_three();
	capture = capture_open(path, &read, &offset, problem, sizeof(problem));
	check(capture && offset == 1767225600000000 && !strcmp(read.id, host.id) && !strcmp(read.name, host.name) &&
	      !strcmp(read.boot, host.boot) && !strcmp(read.run, host.run));
	for (uint64_t i = 0; i < 3; i++)
		check(capture_next(capture, &use) == 1 && use->time == 200 * SECOND + i && use->parts == 1);
	check(capture_next(capture, &use) == 0);
	capture_close(capture);
}

static void what_is_no_capture_is_refused(void)
{
	char problem[128] = "";
	struct host read;
	int64_t offset;

	put("", 0);
	check(!capture_open(path, &read, &offset, problem, sizeof(problem)) && strstr(problem, "no capture"));
	put("dprecord\2\0\0\0\0\0\0\0\0\0\0\0", 20);
	check(!capture_open(path, &read, &offset, problem, sizeof(problem)));
	check(!capture_open("/nowhere/at/all", &read, &offset, problem, sizeof(problem)) && strstr(problem, "No such file"));
}

/* All records that a file gives; a negative errno when it is broken. */
static int read_all(unsigned int *count)
{
	char problem[128] = "";
	struct host read;
	int64_t offset;
	const struct dp_use *use;
	struct capture *capture = capture_open(path, &read, &offset, problem, sizeof(problem));
	int got;

	*count = 0;
	if (!capture)
		return -ENOENT;
	while ((got = capture_next(capture, &use)) == 1) {
		unsigned int parts = 0;

		for (const struct dp_part *part = part_after(use, NULL); part; part = part_after(use, part))
			parts++;
		check(parts == use->parts);
		++*count;
	}
	capture_close(capture);
	return got;
}

static void a_capture_that_ends_in_the_middle_is_broken_there(void)
{
	char bytes[65536];
	size_t length = write_three();
	FILE *file = fopen(path, "re");
	unsigned int count;

	check(file && fread(bytes, length, 1, file) == 1);
	fclose(file);
	put(bytes, length - 1);
	check(read_all(&count) == -EBADMSG && count == 2);
	put(bytes, length);
	check(read_all(&count) == 0 && count == 3);
}

static void no_change_of_a_capture_makes_it_more_than_broken(void)
{
	static char bytes[65536], changed[65536];
	size_t length = write_three();
	FILE *file = fopen(path, "re");

	check(file && fread(bytes, length, 1, file) == 1);
	fclose(file);
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		unsigned int count;

		memcpy(changed, bytes, length);
		for (size_t times = 1 + unit_below(4); times; times--)
			changed[unit_below(length)] = (char)unit_random();
		put(changed, unit_below(4) ? length : unit_below(length));
		read_all(&count);
		check(count <= 600);
	}
}

int main(void)
{
	int file = mkstemp(path), result;

	if (file < 0)
		return 1;
	close(file);
	result = unit_run((const struct unit_case[]){ CASE(what_was_kept_is_read_again_with_its_host),
						      CASE(what_is_no_capture_is_refused),
						      CASE(a_capture_that_ends_in_the_middle_is_broken_there),
						      CASE(no_change_of_a_capture_makes_it_more_than_broken),
						      {} });
	unlink(path);
	return result;
}
