/* SPDX-License-Identifier: Apache-2.0 */
#include "src/json.h"
#include "test/unit/json_check.h"
#include "test/unit/unit.h"

static void check_string(const char *value, size_t length, const char *expected)
{
	struct text text = {};

	json_string(&text, NULL, value, length);
	check_text(text.bytes, text.length, expected);
	text_free(&text);
}

static void escapes_what_json_forbids(void)
{
	check_string("a\"b\\c", 5, "\"a\\\"b\\\\c\"");
	check_string("\n\t\r\x01\x1f\x7f", 6, "\"\\n\\t\\r\\u0001\\u001f\\u007f\"");
	check_string("a\0b", 3, "\"a\\u0000b\"");
	check_string("", 0, "\"\"");
}

static void keeps_utf8_and_replaces_what_is_none(void)
{
	check_string("\xc3\xa9", 2, "\"\xc3\xa9\"");
	check_string("\xf0\x9f\x94\x91", 4, "\"\xf0\x9f\x94\x91\"");
	check_string("\xf4\x8f\xbf\xbf", 4, "\"\xf4\x8f\xbf\xbf\"");
	/* a lone byte; cut short; overlong; a surrogate; above U+10FFFF */
	check_string("x\xffy", 3, "\"x\xef\xbf\xbdy\"");
	check_string("\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	check_string("\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	check_string("\xe0\x80\xaf", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	check_string("\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	check_string("\xf4\x90\x80\x80", 4, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void takes_back_what_stayed_empty(void)
{
	struct text text = {};
	size_t all = json_begin(&text, NULL, '{'), outer, inner;

	json_unsigned(&text, "first", 1);
	outer = json_begin(&text, "gone", '{');
	inner = json_begin(&text, "list", '[');
	json_end(&text, inner, '[');
	json_end(&text, outer, '{');
	outer = json_begin(&text, "stays", '{');
	inner = json_begin(&text, "list", '[');
	json_text(&text, NULL, "{");
	json_end(&text, inner, '[');
	json_end(&text, outer, '{');
	json_text(&text, "missing", NULL);
	json_end(&text, all, '{');
	check_text(text.bytes, text.length, "{\"first\":1,\"stays\":{\"list\":[\"{\"]}}");
	text_free(&text);
}

static void keeps_an_outermost_that_is_empty(void)
{
	struct text text = {};
	size_t begun = json_begin(&text, NULL, '{');

	json_end(&text, begun, '{');
	text_add(&text, "\n", 1);
	begun = json_begin(&text, NULL, '[');
	json_end(&text, begun, '[');
	check_text(text.bytes, text.length, "{}\n[]");
	text_free(&text);
}

static void writes_numbers_whole(void)
{
	struct text text = {};
	size_t list = json_begin(&text, NULL, '[');

	json_unsigned(&text, NULL, 0);
	json_unsigned(&text, NULL, UINT64_MAX);
	json_signed(&text, NULL, INT64_MIN);
	json_signed(&text, NULL, INT64_MAX);
	json_signed(&text, NULL, -1);
	json_true(&text, NULL);
	json_false(&text, NULL);
	json_null(&text, NULL);
	json_end(&text, list, '[');
	check_text(text.bytes, text.length,
		   "[0,18446744073709551615,-9223372036854775808,9223372036854775807,-1,true,false,null]");
	text_free(&text);
}

static void check_time(int64_t micros, const char *expected)
{
	char out[28];

	time_text(out, micros);
	check_text(out, 27, expected);
	check(out[27] == '\0');
}

static void tells_known_times(void)
{
	check_time(0, "1970-01-01T00:00:00.000000Z");
	check_time(951782399999999, "2000-02-28T23:59:59.999999Z");
	check_time(951782400000000, "2000-02-29T00:00:00.000000Z");
	check_time(4107542400000000, "2100-03-01T00:00:00.000000Z"); /* 2100 has no leap day */
	check_time(1767225600000190, "2026-01-01T00:00:00.000190Z");
	check_time(253402300799999999, "9999-12-31T23:59:59.999999Z");
	check_time(-5, "1970-01-01T00:00:00.000000Z");
}

/* Against the C library, on random times of the years that are allowed. */
static void tells_times_as_gmtime_does(void)
{
	unit_state = 11;
	for (int i = 0; i < 20000; i++) {
		int64_t micros = (int64_t)(unit_random() % 253402300800000000ull);
		time_t seconds = (time_t)(micros / 1000000);
		struct tm at;
		char expected[64], day[32];

		gmtime_r(&seconds, &at);
		strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &at);
		snprintf(expected, sizeof(expected), "%s.%06lldZ", day, (long long)(micros % 1000000));
		check_time(micros, expected);
	}
}

static void fails_for_good_when_it_would_be_too_long(void)
{
	static char much[1 << 20];
	struct text text = {};

	memset(much, 'a', sizeof(much));
	for (int i = 0; i < 5; i++)
		text_add(&text, much, sizeof(much));
	check(text.failed);
	check(text.length <= TEXT_MOST);
	json_text(&text, NULL, "more");
	json_end(&text, 3, '{');
	check(text.failed);
	text_clear(&text);
	json_text(&text, NULL, "again");
	check(!text.failed);
	check_text(text.bytes, text.length, "\"again\"");
	text_free(&text);
}

/* Whatever the bytes and the nesting, what comes out is one JSON value in UTF-8. */
static void random_bytes_always_give_valid_json(void)
{
	struct text text = {};

	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		struct {
			size_t begun;
			char bracket;
		} open[16];
		size_t depth = 1;

		text_clear(&text);
		open[0].bracket = '{';
		open[0].begun = json_begin(&text, NULL, '{');
		for (size_t step = unit_below(40); step; step--) {
			bool list = open[depth - 1].bracket == '[';
			const char *key = list ? NULL : "key";
			char bytes[24];
			size_t length = unit_below(sizeof(bytes) + 1);

			unit_fill(bytes, length);
			switch (unit_below(5)) {
			case 0:
				if (depth == 16)
					break;
				open[depth].bracket = unit_below(2) ? '{' : '[';
				open[depth].begun = json_begin(&text, key, open[depth].bracket);
				depth++;
				break;
			case 1:
				if (depth == 1)
					break;
				depth--;
				json_end(&text, open[depth].begun, open[depth].bracket);
				break;
			case 2:
				json_signed(&text, key, (int64_t)unit_random());
				break;
			default:
				json_string(&text, key, bytes, length);
			}
		}
		while (depth--)
			json_end(&text, open[depth].begun, open[depth].bracket);
		check(json_is_valid(text.bytes, text.length));
	}
	text_free(&text);
}

static void the_checker_itself_refuses(void)
{
	static const char *const wrong[] = { "", "{", "{}}", "{\"a\":1,}", "[1 2]", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\n\"",
					     "{\"a\"}", "01", "\"\\x\"", "nul", "[1]]", "{1:2}", "-", "\"a" };
	static const char *const right[] = { "{}", "[]", "[1,-2,\"\xc3\xa9\\u00e9\",{\"a\":[null,true,false]}]", "0" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check(!json_is_valid(wrong[i], strlen(wrong[i])));
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		check(json_is_valid(right[i], strlen(right[i])));
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(escapes_what_json_forbids), CASE(keeps_utf8_and_replaces_what_is_none),
		CASE(takes_back_what_stayed_empty), CASE(keeps_an_outermost_that_is_empty), CASE(writes_numbers_whole),
		CASE(tells_known_times), CASE(tells_times_as_gmtime_does), CASE(fails_for_good_when_it_would_be_too_long),
		CASE(the_checker_itself_refuses), CASE(random_bytes_always_give_valid_json), {} });
}
