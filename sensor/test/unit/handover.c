/* SPDX-License-Identifier: Apache-2.0 */
/* What runs and their supervisor say to each other, and the table of labels that goes with it. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/bound.h"
#include "src/handover.h"
#include "src/json.h"
#include "src/label_table.h"
#include "test/unit/unit.h"

static int ends[2];

static void begin(void)
{
	check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
}

static void end(void)
{
	close(ends[0]);
	close(ends[1]);
}

static void a_word_comes_with_its_time(void)
{
	struct handover heard;

	begin();
	check(handover_hear(ends[1], &heard) == 0);
	check(handover_say(ends[0], HANDOVER_UNTIL, 1ull << 50) && handover_say(ends[0], HANDOVER_GO, 0));
	check(handover_hear(ends[1], &heard) == 1 && heard.word == HANDOVER_UNTIL && heard.time == 1ull << 50 && !heard.fd_count);
	check(handover_hear(ends[1], &heard) == 1 && heard.word == HANDOVER_GO && heard.time == 0);
	close(ends[0]);
	check(handover_hear(ends[1], &heard) == -1);
	close(ends[1]);
}

static void descriptors_go_with_a_word(void)
{
	int pipe[2], other[2];
	struct handover heard;
	struct stat sent, got;

	begin();
	check(pipe2(pipe, O_CLOEXEC) == 0);
	check(handover_say_with(ends[0], HANDOVER_LEAVE, pipe, 2) && !handover_say_with(ends[0], HANDOVER_LEAVE, pipe, 3));
	check(handover_hear(ends[1], &heard) == 1 && heard.word == HANDOVER_LEAVE && heard.fd_count == 2);
	memcpy(other, heard.fds, sizeof(other));
	check(fstat(pipe[0], &sent) == 0 && fstat(other[0], &got) == 0 && sent.st_ino == got.st_ino);
	check(fcntl(other[0], F_GETFD) == FD_CLOEXEC);
	handover_drop(&heard);
	check(fcntl(other[0], F_GETFD) < 0 && fcntl(other[1], F_GETFD) < 0);
	close(pipe[0]);
	close(pipe[1]);
	end();
}

static void what_is_no_word_ends_the_talk(void)
{
	struct handover heard;

	begin();
	check(send(ends[0], "short", 5, 0) == 5 && handover_hear(ends[1], &heard) == -1);
	check(send(ends[0], "longer than any word can be", 27, 0) == 27 && handover_hear(ends[1], &heard) == -1);
	end();
}

/* ---- the table ---- */

static struct bound bindings = { .count = 0 };

static const struct kept_run runs[] = {
	{ .run = { .number = 1, .task = "serve", .run = "0123456789abcdef0123456789abcdef",
		   .digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", .source = LABEL_BY_UNIT },
	  .unit = "mail.service" },
	{ .run = { .number = UINT32_MAX, .task = "read", .run = "ffffffffffffffffffffffffffffffff",
		   .digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", .agent = "an agent",
		   .source = LABEL_BY_LAUNCHER, .launcher = { .pid = 17, .start = 1ull << 60 }, .uid = 1000,
		   .bound = &bindings },
	  .began = true },
};

static void tables_are_read_as_they_were_written(void)
{
	struct label_table table;
	struct text text = {};

	label_table_begin(&text, "task unit a.service", 77);
	for (size_t i = 0; i < 2; i++)
		label_table_add(&text, &runs[i]);
	check(label_table_parse(text.bytes, text.length, &table) && table.count == 2 && table.last == 77);
	/* Bindings do not go over, and that is said. */
	check(table.bound == 1 && !table.runs[1].run.bound);
	check_text(table.scope, strlen(table.scope), "task unit a.service");
	for (size_t i = 0; i < table.count; i++) {
		const struct kept_run *got = &table.runs[i], *want = &runs[i];

		check(got->run.number == want->run.number && got->began == want->began && !strcmp(got->unit, want->unit));
		check(!strcmp(got->run.task, want->run.task) && !strcmp(got->run.run, want->run.run));
		check(!strcmp(got->run.digest, want->run.digest) && !strcmp(got->run.agent, want->run.agent));
		check(got->run.source == want->run.source && got->run.uid == want->run.uid);
		check(got->run.launcher.pid == want->run.launcher.pid && got->run.launcher.start == want->run.launcher.start);
	}
	label_table_free(&table);
	/* Less than all of it is nothing. */
	check(!label_table_parse(text.bytes, text.length - 1, &table));
	check(!label_table_parse(text.bytes, 20, &table));
	text.bytes[15] = '2';
	check(!label_table_parse(text.bytes, text.length, &table));
	text_free(&text);
}

static void any_bytes_are_a_table_or_none(void)
{
	struct text text = {};

	label_table_begin(&text, "all", 3);
	for (size_t i = 0; i < 2; i++)
		label_table_add(&text, &runs[i]);
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		char *bytes = malloc(text.length);
		size_t length = text.length - (unit_below(2) ? unit_below(text.length) : 0);
		struct label_table table;

		memcpy(bytes, text.bytes, text.length);
		for (size_t i = unit_below(4); i; i--)
			bytes[unit_below(text.length)] = (char)unit_random();
		if (label_table_parse(bytes, length, &table)) {
			for (size_t i = 0; i < table.count; i++)
				check(table.runs[i].run.number && strlen(table.runs[i].run.run) == 32);
			label_table_free(&table);
		}
		free(bytes);
	}
	text_free(&text);
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(a_word_comes_with_its_time),
		CASE(descriptors_go_with_a_word),
		CASE(what_is_no_word_ends_the_talk),
		CASE(tables_are_read_as_they_were_written),
		CASE(any_bytes_are_a_table_or_none),
		{},
	});
}
