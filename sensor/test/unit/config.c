/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <unistd.h>

#include "src/config.h"
#include "test/unit/unit.h"

static char problem[256];

static int parse(const char *text, size_t length, struct config *config)
{
	char *bytes = malloc(length + 1);

	memcpy(bytes, text, length);
	bytes[length] = '\0';
	problem[0] = '\0';
	return config_parse("sensor.conf", bytes, length, config, problem, sizeof(problem));
}

static void a_line_is_an_option(void)
{
	static const char text[] = "# what to watch\n\nall\n  output \t file:/var/log/a b \r\n\tstate /x\nverbose";
	static const char *const expected[] = { "sensor.conf", "--all", "--output=file:/var/log/a b", "--state=/x", "--verbose" };
	struct config config;

	check(parse(text, strlen(text), &config) == 0);
	check(config.count == 5);
	for (int i = 0; i < config.count && i < 5; i++)
		check_text(config.arguments[i], strlen(config.arguments[i]), expected[i]);
	check(config.arguments[config.count] == NULL);
	config_free(&config);
}

static void a_value_is_never_another_option(void)
{
	static const char text[] = "state --all\n";
	struct config config;

	check(parse(text, strlen(text), &config) == 0 && config.count == 2);
	check_text(config.arguments[1], strlen(config.arguments[1]), "--state=--all");
	config_free(&config);
}

static void what_is_no_option_is_told_with_its_line(void)
{
	static const char *const wrong[] = { "\n--all\n", "\nAll\n", "\n=\n", "\nall=1\n" };
	struct config config;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		check(parse(wrong[i], strlen(wrong[i]), &config) < 0);
		check(!strncmp(problem, "sensor.conf:2: ", 15));
		config_free(&config);
	}
	check(parse("all\0x", 5, &config) < 0 && strstr(problem, "no text"));
	config_free(&config);
}

static void a_file_that_others_may_write_is_refused(void)
{
	char folder[] = "/tmp/detpack-config-XXXXXX", path[64];
	struct config config;
	FILE *file;

	if (geteuid() != 0) {
		unit_skip("not root");
		return;
	}
	check(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/conf", folder);
	file = fopen(path, "w");
	check(file && fputs("all\n", file) >= 0 && fclose(file) == 0);
	check(config_read(path, &config, problem, sizeof(problem)) == 0 && config.count == 2);
	config_free(&config);
	check(chmod(path, 0666) == 0 && config_read(path, &config, problem, sizeof(problem)) < 0);
	config_free(&config);
	unlink(path);
	check(config_read(path, &config, problem, sizeof(problem)) < 0);
	config_free(&config);
	rmdir(folder);
}

static void any_bytes_are_read_or_refused(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		static const char some[] = "abz- \t\n\r#=\0A";
		char text[64];
		size_t length = unit_below(sizeof(text));
		struct config config;

		for (size_t i = 0; i < length; i++)
			text[i] = some[unit_below(sizeof(some) - 1)];
		if (parse(text, length, &config) == 0)
			for (int i = 1; i < config.count; i++)
				check(!strncmp(config.arguments[i], "--", 2));
		config_free(&config);
	}
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(a_line_is_an_option),
		CASE(a_value_is_never_another_option),
		CASE(what_is_no_option_is_told_with_its_line),
		CASE(a_file_that_others_may_write_is_refused),
		CASE(any_bytes_are_read_or_refused),
		{},
	});
}
