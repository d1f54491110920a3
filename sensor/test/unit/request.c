/* SPDX-License-Identifier: Apache-2.0 */
#include "src/request.h"
#include "test/unit/unit.h"

static bool parse(const char *bytes, size_t length, struct request *request)
{
	char *exact = malloc(length ? length : 1);
	bool right;

	memcpy(exact, bytes, length);
	right = request_parse(exact, length, request);
	free(exact);
	return right;
}

#define PARSE(text, request) parse(text, sizeof(text) - 1, request)

static void a_request_is_read_as_it_was_written(void)
{
	struct request request = { .task = "summarize", .agent = "notes agent" }, again;
	char bytes[REQUEST_MOST];

	check(parse(bytes, request_write(&request, bytes), &again));
	check(!memcmp(&request, &again, sizeof(request)));
	request.agent[0] = '\0';
	check_text(bytes, request_write(&request, bytes), "detpack-launch\t1\tsummarize\t-");
	check(parse(bytes, strlen("detpack-launch\t1\tsummarize\t-"), &again) && !again.agent[0]);
	request.task[0] = '\0';
	check(request_write(&request, bytes) == 0);
	snprintf(request.task, sizeof(request.task), "a\tb");
	check(request_write(&request, bytes) == 0);
}

static void anything_else_is_refused(void)
{
	struct request request;
	char longest[300];

	check(PARSE("detpack-launch\t1\ta\t-", &request));
	check(!PARSE("", &request));
	check(!PARSE("detpack-launch\t1\t", &request));
	check(!PARSE("detpack-launch\t1\ta", &request));
	check(!PARSE("detpack-launch\t1\t\t-", &request));
	check(!PARSE("detpack-launch\t1\ta\t", &request));
	check(!PARSE("detpack-launch\t2\ta\t-", &request));
	check(!PARSE("detpack-launch\t1\ta\t-\n", &request));
	check(!PARSE("detpack-launch\t1\ta\tb\tc", &request));
	check(!PARSE("detpack-launch\t1\ta\0b\t-", &request));
	memset(longest, 'a', sizeof(longest));
	memcpy(longest, "detpack-launch\t1\t", 17);
	longest[17 + 65] = '\t';
	check(!parse(longest, 17 + 65 + 2, &request));
	longest[17 + 64] = '\t';
	longest[17 + 65] = 'a';
	check(parse(longest, 17 + 64 + 2, &request));
	check(!parse(longest, 17 + 64 + 1 + 129, &request));
}

static void an_answer_is_yes_only_when_it_says_so(void)
{
	char text[ANSWER_MOST];

	check(answer_parse("started\t00ff", 12, text) && !strcmp(text, "00ff"));
	check(!answer_parse("refused\tno such task", 20, text) && !strcmp(text, "no such task"));
	check(!answer_parse("started", 7, text) && !answer_parse("started\t", 8, text));
	check(!answer_parse("started\t\x1b[2J", 12, text) && !strstr(text, "\x1b"));
	check(!answer_parse("refused\t\x1b[2J", 12, text) && !strstr(text, "\x1b"));
	check(!answer_parse("", 0, text));
}

static void random_requests_are_survived(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		char bytes[REQUEST_MOST + 40] = "detpack-launch\t1\ttask-name\tagent", text[ANSWER_MOST];
		struct request request;
		size_t length = unit_below(2) ? 32 : unit_below(sizeof(bytes));

		for (size_t i = unit_below(5); i; i--)
			bytes[unit_below(length ? length : 1)] = (char)unit_random();
		if (parse(bytes, length, &request))
			check(request.task[0] && strlen(request.task) < sizeof(request.task));
		answer_parse(bytes, length, text);
		check(strlen(text) < sizeof(text));
	}
}

int main(void)
{
	return unit_run((const struct unit_case[]){ CASE(a_request_is_read_as_it_was_written), CASE(anything_else_is_refused),
						    CASE(an_answer_is_yes_only_when_it_says_so),
						    CASE(random_requests_are_survived), {} });
}
