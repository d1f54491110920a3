/* SPDX-License-Identifier: Apache-2.0 */
#include "src/check.h"
#include "src/json.h"
#include "src/load.h"

static void print_json(const struct loaded *loaded, const char *problem, FILE *out)
{
	struct text text = {};
	size_t outer = json_begin(&text, NULL, '{'), rows;

	json_text(&text, "kernel", loaded->kernel.release);
	if (problem)
		json_text(&text, "obstacle", problem);
	else
		json_null(&text, "obstacle");
	rows = json_begin(&text, "rows", '[');
	for (size_t i = 0; i < loaded->coverage_count; i++) {
		size_t row = json_begin(&text, NULL, '{');

		json_text(&text, "name", loaded->coverage[i].name);
		if (loaded->coverage[i].seen)
			json_true(&text, "seen");
		else
			json_false(&text, "seen");
		json_text(&text, "why", loaded->coverage[i].why);
		json_end(&text, row, '{');
	}
	if (!loaded->coverage_count)
		text_add(&text, "]", 1);
	else
		json_end(&text, rows, '[');
	json_end(&text, outer, '{');
	text_add(&text, "\n", 1);
	fwrite(text.bytes, 1, text.length, out);
	text_free(&text);
}

static void print_table(const struct loaded *loaded, const char *problem, FILE *out)
{
	fprintf(out, "kernel %s\n", loaded->kernel.release);
	if (problem) {
		fprintf(out, "the sensor does not work here: %s\n", problem);
		return;
	}
	for (size_t i = 0; i < loaded->coverage_count; i++) {
		const struct coverage *row = &loaded->coverage[i];

		fprintf(out, "  %-4s%-50s%s\n", row->seen ? "yes" : "no", row->name, row->why);
	}
}

int check_host(bool json, FILE *out)
{
	struct load_options options = { .class_count = 1, .followed_classes = 2, .cgroups_wanted = true };
	char problem[512] = "";
	struct loaded loaded;
	int failed = load_open(&loaded, &options, problem, sizeof(problem));

	(json ? print_json : print_table)(&loaded, failed ? problem : NULL, out);
	load_close(&loaded);
	return failed || fflush(out) ? 1 : 0;
}
