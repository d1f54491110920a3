/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <unistd.h>

#include "src/memory_limit.h"
#include "test/unit/unit.h"

static char root[] = "/tmp/unit-memory-XXXXXX";
static char made[32][160];
static unsigned int count;

static void folder(const char *name)
{
	char *path = made[count++];

	snprintf(path, sizeof(made[0]), "%s/%s", root, name);
	check(mkdir(path, 0700) == 0);
}

static void put(const char *name, const char *text)
{
	char *path = made[count++];
	FILE *file;

	snprintf(path, sizeof(made[0]), "%s/%s", root, name);
	file = fopen(path, "we");
	check(file && fputs(text, file) >= 0);
	fclose(file);
}

static void the_least_of_a_cgroup_and_those_above_it_counts(void)
{
	folder("a.slice");
	folder("a.slice/b.service");
	put("a.slice/memory.max", "50000000\n");
	put("a.slice/b.service/memory.max", "max\n");
	check(memory_limit_of("0::/a.slice/b.service\n", root) == 50000000);
	check(memory_limit_of("0::/a.slice\n", root) == 50000000);
	check(memory_limit_of("0::/\n", root) == UINT64_MAX);
	check(memory_limit_of("0::/nowhere/at/all", root) == UINT64_MAX);
}

static void the_older_hierarchies_count_too(void)
{
	folder("memory");
	folder("memory/box");
	put("memory/memory.limit_in_bytes", "9223372036854771712\n");
	put("memory/box/memory.limit_in_bytes", "41943040\n");
	check(memory_limit_of("9:name=systemd:/\n4:memory:/box\n0::/\n", root) == 41943040);
	check(memory_limit_of("4:hugetlb,memory:/box\n", root) == 41943040);
	check(memory_limit_of("4:memoryless:/box\n", root) == UINT64_MAX);
	check(memory_limit_of("4:memory:/\n", root) == UINT64_MAX);
}

static void any_text_is_read_to_its_end(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		static const char letters[] = ":/,\n0m a.";
		char text[200];
		size_t length = unit_below(sizeof(text));

		for (size_t i = 0; i < length; i++)
			text[i] = letters[unit_below(sizeof(letters) - 1)];
		text[length ? length - 1 : 0] = '\0';
		check(memory_limit_of(text, root) > 0);
	}
}

static void this_process_has_a_limit_or_none(void)
{
	check(memory_limit() > MEMORY_LEAST);
}

int main(void)
{
	int result;

	if (!mkdtemp(root))
		return 1;
	result = unit_run((const struct unit_case[]){ CASE(the_least_of_a_cgroup_and_those_above_it_counts),
						      CASE(the_older_hierarchies_count_too),
						      CASE(any_text_is_read_to_its_end),
						      CASE(this_process_has_a_limit_or_none),
						      {} });
	while (count)
		remove(made[--count]);
	rmdir(root);
	return result;
}
