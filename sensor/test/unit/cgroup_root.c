/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "src/cgroup_root.h"
#include "test/unit/unit.h"

static void check_below(const char *text, const char *expected)
{
	char path[64] = "";

	check(cgroup_below("/sys/fs/cgroup", text, path, sizeof(path)) == 0);
	check_text(path, strlen(path), expected);
}

static void a_cgroup_is_named_by_its_path_or_its_directory(void)
{
	check_below("work", "/work");
	check_below("/work", "/work");
	check_below("/sys/fs/cgroup/work/inner", "/work/inner");
	check_below("//work//inner/", "/work/inner");
	check_below("work/a..b", "/work/a..b");
	check_below("/sys/fs/cgroups", "/sys/fs/cgroups");
}

static void what_names_none_is_refused(void)
{
	static const char *const wrong[] = { "", "/", "///", "/sys/fs/cgroup", "/sys/fs/cgroup/", "..", "a/../b", "a/.", "./a" };
	char path[64], small[8];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check(cgroup_below("/sys/fs/cgroup", wrong[i], path, sizeof(path)) == -EINVAL);
	check(cgroup_below("/sys/fs/cgroup", "abcdef", small, sizeof(small)) == 0);
	check_text(small, strlen(small), "/abcdef");
	check(cgroup_below("/sys/fs/cgroup", "abcdefg", small, sizeof(small)) == -ENAMETOOLONG);
}

int main(void)
{
	return unit_run((const struct unit_case[]){ CASE(a_cgroup_is_named_by_its_path_or_its_directory),
						    CASE(what_names_none_is_refused), {} });
}
