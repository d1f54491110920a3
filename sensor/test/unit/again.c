/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "src/again.h"
#include "test/unit/unit.h"

static void a_name_tells_which_program_stands_there_again(void)
{
	check(again_of("on_exec_last") == strlen("on_exec"));
	check(again_of("on_sys_exit_second") == strlen("on_sys_exit"));
	check(again_of("on_sys_exit_third") == strlen("on_sys_exit"));
}

static void a_program_that_stands_alone_or_first_is_none(void)
{
	check(again_of("on_exec") == 0);
	check(again_of("on_sys_exit") == 0);
	check(again_of("_last") == 0);
	check(again_of("") == 0);
}

static void only_one_is_the_last(void)
{
	check(again_is_last("on_exec_last"));
	check(!again_is_last("on_sys_exit_second"));
	check(!again_is_last("on_sys_exit"));
}

static void those_of_one_tracepoint_are_known_by_their_names(void)
{
	check(again_is_same("on_exec", "on_exec_last"));
	check(again_is_same("on_sys_exit_second", "on_sys_exit_last"));
	check(again_is_same("on_exec", "on_exec"));
	check(!again_is_same("on_exec", "on_exit_last"));
	check(!again_is_same("on_exec", "on_execve"));
}

int main(void)
{
	return unit_run((const struct unit_case[]){ CASE(a_name_tells_which_program_stands_there_again),
						    CASE(a_program_that_stands_alone_or_first_is_none),
						    CASE(only_one_is_the_last),
						    CASE(those_of_one_tracepoint_are_known_by_their_names),
						    {} });
}
