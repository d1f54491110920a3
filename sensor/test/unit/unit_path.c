/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "src/unit_path.h"
#include "test/unit/unit.h"

static void check_path(const char *name, const char *expected)
{
	char path[192] = "";

	check(unit_path(name, path, sizeof(path)) == 0);
	check_text(path, strlen(path), expected);
}

static void a_unit_lies_where_systemd_puts_it(void)
{
	check_path("nginx", "/system.slice/nginx.service");
	check_path("nginx.service", "/system.slice/nginx.service");
	check_path("docker-0a.scope", "/system.slice/docker-0a.scope");
	check_path("getty@tty1.service", "/system.slice/system-getty.slice/getty@tty1.service");
	check_path("openvpn-server@a-b", "/system.slice/system-openvpn\\x2dserver.slice/openvpn-server@a-b.service");
	check_path("init.scope", "/init.scope");
}

static void what_is_no_name_of_a_unit_is_refused(void)
{
	static const char *const wrong[] = { "", "a/b", "../x.service", "a b", ".service", "a.txt", "a\n", "x.service/.." };
	char path[192], longest[300], small[20];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check(unit_path(wrong[i], path, sizeof(path)) == -EINVAL);
	memset(longest, 'a', sizeof(longest));
	longest[250] = '\0';
	check(unit_path(longest, path, sizeof(path)) == -ENAMETOOLONG);
	memset(longest, '-', 250);
	longest[200] = '@';
	check(unit_path(longest, path, sizeof(path)) == -ENAMETOOLONG);
	check(unit_path("a-longer-name", small, sizeof(small)) == -ENAMETOOLONG);
}

int main(void)
{
	return unit_run((const struct unit_case[]){ CASE(a_unit_lies_where_systemd_puts_it),
						    CASE(what_is_no_name_of_a_unit_is_refused), {} });
}
