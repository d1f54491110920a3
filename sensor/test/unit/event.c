/* SPDX-License-Identifier: Apache-2.0 */
/* From records to lines: what each action says, and what is remembered from one record for the next. */
#include <unistd.h>

#include "src/parts.h"
#include "test/unit/event_frame.h"
#include "test/unit/json_check.h"
#include "test/unit/record_examples.h"

static struct frame frame;
static struct made made;

static const char *example(uint8_t action)
{
	return frame_line(&frame, &make_example(&made, action)->use);
}

static void every_action_gives_a_line_of_json(void)
{
	frame_open(&frame);
	for (uint8_t action = 1; action < DP_ACTIONS; action++) {
		const char *line = example(action);

		check(record_is_whole(&made, made.use.size));
		check(line[0] && json_is_valid(line, strlen(line)));
		check_has(line, "\"host\":{\"id\":\"11112222333344445555666677778888\",\"name\":\"web-1\"");
		check_has(line, "\"provider\":\"sensor\"");
	}
	frame_close(&frame);
}

static void the_head_has_time_number_and_outcome(void)
{
	struct stamp stamp = { .sequence = 41, .lost = 3, .late = true };

	frame_open(&frame);
	make_example(&made, DP_FILE_READ);
	check(events_write(frame.events, &made.use, &stamp, &frame.line));
	frame.line.bytes[frame.line.length - 1] = '\0';
	check_has(frame.line.bytes, "{\"@timestamp\":\"2026-01-01T00:03:20.000000Z\",\"ecs\":{\"version\":\"9.5.0\"},"
				    "\"event\":{\"id\":\"" RUN "-41\",\"sequence\":41,\"kind\":\"event\","
				    "\"dataset\":\"detpack.use\",\"provider\":\"sensor\",\"action\":\"file_read\","
				    "\"category\":[\"file\"],\"type\":[\"access\"],\"outcome\":\"success\"},");
	check_has(frame.line.bytes, "\"detpack\":{\"sensor\":{\"run\":\"" RUN "\"},\"late\":true,\"lost\":3,"
				    "\"time\":{\"boot\":200000000},\"clock\":{\"epoch\":0}");
	frame_close(&frame);
}

static void a_failure_has_the_name_of_its_error(void)
{
	frame_open(&frame);
	make_use(&made, DP_FILE_OPEN)->use.result = -EACCES;
	check_has(frame_line(&frame, &made.use), "\"outcome\":\"failure\",\"reason\":\"EACCES\"");
	made.use.result = -EINPROGRESS;
	check_has(frame_line(&frame, &made.use), "\"outcome\":\"unknown\",\"reason\":\"EINPROGRESS\"");
	made.use.result = -EOPNOTSUPP;
	check_has(frame_line(&frame, &made.use), "\"reason\":\"EOPNOTSUPP\"");
	/* What mmap gives is an address, not an error. */
	made.use.result = -5000;
	check_has(frame_line(&frame, &made.use), "\"outcome\":\"success\"}");
	made.use.result = 0;
	made.use.flags = DP_IN_PROGRESS;
	check_has(frame_line(&frame, &made.use), "\"outcome\":\"unknown\"}");
	frame_close(&frame);
}

static void a_fold_tells_when_it_began_and_how_many_it_is(void)
{
	frame_open(&frame);
	make_plain_file(make_use(&made, DP_FILE_READ));
	made.use.flags = DP_FOLDED;
	made.use.first -= SECOND / 2;
	made.use.count = 9;
	made.use.bytes = 90;
	check_has(frame_line(&frame, &made.use), "\"start\":\"2026-01-01T00:03:19.500000Z\"");
	check_has(frame_line(&frame, &made.use), "\"use\":{\"count\":9,\"bytes\":90}");
	frame_close(&frame);
}

static void bytes_are_told_where_data_moves_and_did(void)
{
	frame_open(&frame);
	make_plain_file(make_use(&made, DP_FILE_READ));
	check_has(frame_line(&frame, &made.use), "\"use\":{\"count\":1,\"bytes\":0}");
	made.use.result = -EBADF;
	check_has(frame_line(&frame, &made.use), "\"use\":{\"count\":1}");
	check_has(example(DP_FILE_MAP), "\"bytes\":411");
	make_plain_file(make_use(&made, DP_FILE_MAP));
	make_numbers(&made, 1, 2, 8192);
	check_has(frame_line(&frame, &made.use), "\"use\":{\"count\":1,\"bytes\":8192}");
	frame_close(&frame);
}

static void a_file_is_told_with_all_its_parts(void)
{
	frame_open(&frame);
	check_has(example(DP_FILE_OPEN),
		  "\"file\":{\"path\":\"/home/agent/notes.txt\",\"name\":\"notes.txt\",\"directory\":\"/home/agent\","
		  "\"extension\":\"txt\",\"type\":\"file\",\"inode\":\"77\",\"device\":\"254:1\",\"mode\":\"0640\","
		  "\"uid\":\"1000\",\"gid\":\"100\",\"size\":4096}");
	check_has(frame.line.bytes, "\"object\":{\"id\":\"");
	check_has(frame.line.bytes, "-fe00001-77-ab\",\"kind\":\"file\",\"identity\":\"kernel\"}");
	check_has(frame.line.bytes, "\"description\":{\"id\":\"" RUN "-d11\"},\"descriptor\":{\"number\":3,"
				    "\"flags\":[\"O_RDWR\"],\"origin\":\"opened\",\"opened_by\":\"");
	check_has(frame.line.bytes, "\"opened_at\":\"2026-01-01T00:02:30.000000Z\"}");
	frame_close(&frame);
}

static void names_of_paths_are_cut_like_everywhere(void)
{
	static const struct {
		const char *path, *expected;
	} cases[] = {
		{ "/", "\"path\":\"/\",\"directory\":\"/\",\"type\"" },
		{ "/tmp", "\"path\":\"/tmp\",\"name\":\"tmp\",\"directory\":\"/\",\"type\"" },
		{ "/a/.bashrc", "\"name\":\".bashrc\",\"directory\":\"/a\",\"type\"" },
		{ "/a/b.", "\"name\":\"b.\",\"directory\":\"/a\",\"type\"" },
		{ "/a/b.tar.gz", "\"name\":\"b.tar.gz\",\"directory\":\"/a\",\"extension\":\"gz\"" },
		{ "/a/\xff", "\"path\":\"/a/\xef\xbf\xbd\",\"name\":\"\xef\xbf\xbd\"" },
	};

	frame_open(&frame);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make_use(&made, DP_FILE_OPEN)->use.object = file_object(77);
		make_path(&made, DP_PART_PATH, cases[i].path);
		check_has(frame_line(&frame, &made.use), cases[i].expected);
	}
	frame_close(&frame);
}

static void the_path_of_a_description_is_remembered(void)
{
	frame_open(&frame);
	example(DP_FILE_OPEN);
	make_use(&made, DP_FILE_READ)->use.object = file_object(77);
	made.use.descriptor = open_descriptor(3, 11);
	check_has(frame_line(&frame, &made.use), "\"path\":\"/home/agent/notes.txt\"");
	made.use.descriptor.description = 99;
	check_lacks(frame_line(&frame, &made.use), "\"path\"");
	frame_close(&frame);
}

static void what_a_caller_wrote_is_resolved_and_said_to_be_a_string(void)
{
	static const struct {
		const char *base, *text, *path;
	} cases[] = {
		{ "/home/agent", "../other/./x", "\"path\":\"/home/other/x\"" },
		{ "/home", "/etc//passwd", "\"path\":\"/etc/passwd\"" },
		{ NULL, "x/y", "\"path\":\"x/y\"" },
		{ "/a", "../../..", "\"path\":\"/\"" },
	};

	frame_open(&frame);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make_use(&made, DP_FILE_OPEN)->use.result = -ENOENT;
		made.use.object.identity = DP_BY_STRING;
		make_text(&made, DP_PART_STRING, cases[i].text);
		if (cases[i].base)
			make_path(&made, DP_PART_STRING_BASE, cases[i].base);
		check_has(frame_line(&frame, &made.use), cases[i].path);
		check_has(frame.line.bytes, "\"object\":{\"identity\":\"string\"}");
		check_lacks(frame.line.bytes, "\"inode\"");
	}
	frame_close(&frame);
}

static void what_stands_in_no_tree_has_no_path(void)
{
	frame_open(&frame);
	make_use(&made, DP_FILE_WRITE)->use.object = file_object(5);
	made.use.object.kind = DP_PIPE;
	made.use.object.mode = 010600;
	make_part(&made, DP_PART_PATH, "", 1);
	check_has(frame_line(&frame, &made.use), "\"file\":{\"type\":\"fifo\",\"inode\":\"5\"");
	make_use(&made, DP_PROCESS_EXEC)->use.object = file_object(5);
	made.use.object.kind = DP_MEMFD;
	make_part(&made, DP_PART_PATH, "memfd:ghost", 12);
	check_has(frame_line(&frame, &made.use), "\"path\":\"/memfd:ghost (deleted)\"");
	frame_close(&frame);
}

static void a_file_whose_name_is_gone_is_told_so_and_keeps_its_class(void)
{
	frame_open(&frame);
	make_use(&made, DP_PROCESS_EXEC)->use.object = file_object(70);
	made.use.descriptor.description = 5;
	make_path(&made, DP_PART_PATH, "/home/agent/.ssh/id_ed25519");
	mark_path(&made, DP_DELETED);
	check_has(frame_line(&frame, &made.use), "\"path\":\"/home/agent/.ssh/id_ed25519 (deleted)\"");
	check_has(frame.line.bytes, "\"class\":\"credential\"");
	/* Also when an earlier record told it. */
	make_use(&made, DP_FILE_READ)->use.object = file_object(70);
	made.use.descriptor = open_descriptor(3, 5);
	check_has(frame_line(&frame, &made.use), "id_ed25519 (deleted)\"");
	/* Of a removal itself it goes without saying. */
	make_use(&made, DP_FILE_DELETE)->use.object = file_object(71);
	make_path(&made, DP_PART_PATH, "/tmp/x");
	mark_path(&made, DP_DELETED);
	check_has(frame_line(&frame, &made.use), "\"path\":\"/tmp/x\"");
	frame_close(&frame);
}

static void a_path_without_its_upper_end_is_not_absolute(void)
{
	frame_open(&frame);
	make_use(&made, DP_FILE_OPEN)->use.object = file_object(70);
	made.use.object.class = 1;
	make_path(&made, DP_PART_PATH, "/deep/down/config");
	mark_path(&made, DP_TRUNCATED);
	check_has(frame_line(&frame, &made.use), "\"path\":\".../deep/down/config\",\"name\":\"config\",\"directory\":\".../deep/down\"");
	/* What is missing may be what gave it the class. */
	check_has(frame.line.bytes, "\"class\":\"credential\"");
	frame_close(&frame);
}

static void rename_and_link_tell_the_other_name(void)
{
	frame_open(&frame);
	check_has(example(DP_FILE_RENAME), "\"file\":{\"previous_path\":\"/home/agent/before.txt\"}");
	check_lacks(frame.line.bytes, "target_path");
	check_has(example(DP_FILE_CREATE), "\"target_path\":\"/home/agent/linked.txt\"");
	/* Of a symbolic link what was written, also when it leads nowhere. */
	make_use(&made, DP_FILE_CREATE)->use.object = file_object(5);
	made.use.object.mode = 0120777;
	make_path(&made, DP_PART_PATH, "/home/agent/link");
	make_text(&made, DP_PART_STRING_BEFORE, "../../x");
	check_has(frame_line(&frame, &made.use), "\"target_path\":\"../../x\",\"type\":\"symlink\"");
	frame_close(&frame);
}

static void moved_data_tells_where_it_came_from(void)
{
	frame_open(&frame);
	check_has(example(DP_FILE_WRITE), "\"class\":\"credential\",\"path\":\"/home/agent/.ssh/id_ed25519\"},"
					  "\"description\":{\"id\":\"" RUN "-d9\"},\"descriptor\":{\"number\":7}}");
	check_has(frame.line.bytes, "\"route\":\"sendfile\",\"syscall\":\"sendfile\"");
	frame_close(&frame);
}

static void a_raced_slot_names_all_candidates(void)
{
	const struct dp_object secret = file_object(70);

	frame_open(&frame);
	make_plain_file(make_use(&made, DP_FILE_READ));
	made.use.flags = DP_RACED;
	made.use.object.class = 1;
	make_part(&made, DP_PART_CANDIDATE, &(struct dp_object){ .key = secret.key, .kind = DP_FILE, .class = 1 },
		  sizeof(secret));
	check_has(frame_line(&frame, &made.use), "\"identity\":\"candidate\",\"class\":\"credential\"");
	check_has(frame.line.bytes, "\"raced\":true,\"candidates\":[");
	check_has(frame.line.bytes, "-fe00001-77-ab\",\"");
	check_has(frame.line.bytes, "-fe00001-70-ab\"]");
	/* The object itself did not become a credential by that. */
	make_plain_file(make_use(&made, DP_FILE_READ));
	check_lacks(frame_line(&frame, &made.use), "credential");
	frame_close(&frame);
}

static void a_raced_source_has_the_highest_class_that_it_may_have(void)
{
	struct dp_source source = { .object = file_object(80), .number = 7 };
	const struct dp_object secret = file_object(70);

	frame_open(&frame);
	make_plain_file(make_use(&made, DP_FILE_WRITE));
	made.use.flags = DP_RACED;
	make_part(&made, DP_PART_CANDIDATE, &(struct dp_object){ .key = secret.key, .kind = DP_FILE, .class = 1 },
		  sizeof(secret));
	((struct dp_part *)(void *)(made.bytes + made.use.size - sizeof(secret)) - 1)->flags = DP_OF_SOURCE;
	source.object.class = 1;
	make_part(&made, DP_PART_SOURCE, &source, sizeof(source));
	check_lacks(frame_line(&frame, &made.use), "\"identity\":\"candidate\",\"class\"");
	check_has(frame.line.bytes, "-fe00001-80-ab\",\"kind\":\"file\",\"class\":\"credential\"");
	check_has(frame.line.bytes, "\"raced\":true,\"candidates\":[\"");
	check_has(frame.line.bytes, "-fe00001-80-ab\",\"");
	check_has(frame.line.bytes, "-fe00001-70-ab\"]");
	frame_close(&frame);
}

static void a_passed_descriptor_is_told_as_what_it_is(void)
{
	frame_open(&frame);
	check_has(example(DP_DESCRIPTOR_RECEIVE), "\"file\":{\"path\":\"/home/agent/notes.txt\"");
	check_has(frame.line.bytes, "\"kind\":\"file\"");
	check_has(frame.line.bytes, "\"descriptor\":{\"number\":5,\"flags\":[\"O_RDWR\"],\"origin\":\"received\",\"from\":\"");
	check_has(frame.line.bytes, "\"network\":{\"transport\":\"unix\",\"type\":\"unix\",\"direction\":\"internal\"}");
	check_lacks(frame.line.bytes, "truncated");
	made.use.flags |= DP_TRUNCATED;
	check_has(frame_line(&frame, &made.use), "\"truncated\":253");
	frame_close(&frame);
}

static void the_other_process_is_told(void)
{
	frame_open(&frame);
	check_has(example(DP_PROCESS_SIGNAL), "\"kind\":\"process\",\"identity\":\"kernel\",\"process\":{\"entity_id\":\"");
	check_has(frame.line.bytes, "\"pid\":501,\"name\":\"target\"}");
	check_has(frame.line.bytes, "\"signal\":\"SIGKILL\"");
	/* One that the kernel did not find is what the caller called it. */
	make_use(&made, DP_PROCESS_SIGNAL)->use.result = -ESRCH;
	make_target(&made, &(struct dp_process){ .pid = 4000000 });
	made.use.object.identity = DP_BY_STRING;
	check_has(frame_line(&frame, &made.use),
		  "\"object\":{\"kind\":\"process\",\"identity\":\"string\",\"process\":{\"pid\":4000000,\"name\":\"target\"}}");
	/* A descriptor that was taken is a file, and the process is whose it was. */
	check_has(example(DP_DESCRIPTOR_TAKE), "\"kind\":\"file\"");
	check_has(frame.line.bytes, "\"pid\":501,\"name\":\"other\"");
	frame_close(&frame);
}

static void credentials_are_told_by_name(void)
{
	frame_open(&frame);
	check_has(example(DP_PRIVILEGE_CHANGE), "\"user\":{\"id\":\"1000\",\"effective\":{\"id\":\"0\"},\"changes\":{\"id\":\"1000\"}}");
	check_has(frame.line.bytes, "\"capabilities\":{\"effective\":[\"CAP_CHOWN\",\"CAP_NET_RAW\"],"
				    "\"permitted\":[\"CAP_CHOWN\",\"CAP_DAC_OVERRIDE\"]}");
	check_has(example(DP_PRIVILEGE_USE), "\"linux_capability\":\"CAP_SYS_ADMIN\",\"granted\":true");
	make_use(&made, DP_PRIVILEGE_USE);
	make_numbers(&made, 7, 0, 0);
	check_has(frame_line(&frame, &made.use), "\"linux_capability\":\"CAP_SETUID\",\"granted\":false");
	frame_close(&frame);
}

static void system_uses_are_told_by_name(void)
{
	frame_open(&frame);
	check_has(example(DP_MEMORY_EXEC), "\"memory\":{\"protection\":[\"read\",\"write\",\"exec\"]}");
	check_has(example(DP_FILE_MAP), "\"memory\":{\"protection\":[\"read\",\"exec\"],\"shared\":true}");
	check_has(example(DP_NAMESPACE_CHANGE), "\"namespace\":{\"kind\":[\"uts\"],\"id\":\"uts:[4026531838]\"}");
	check_has(example(DP_MOUNT), "\"mount\":{\"source\":\"none\",\"type\":\"tmpfs\",\"flags\":[\"MS_RDONLY\",\"MS_NOSUID\"]}");
	check_has(example(DP_MODULE_LOAD), "\"module\":{\"name\":\"kvm\"}");
	check_has(example(DP_BPF_USE), "\"bpf\":{\"command\":\"BPF_MAP_CREATE\",\"program\":\"act_map\","
				       "\"type\":\"BPF_MAP_TYPE_ARRAY\"}");
	check_has(example(DP_AUDIT_CHANGE), "\"audit\":{\"change\":\"AUDIT_SET\"}");
	check_has(frame.line.bytes, "\"network\":{\"transport\":\"netlink\",\"direction\":\"internal\"}");
	make_example(&made, DP_PROCESS_EXIT)->use.thread = 777;
	check_has(frame_line(&frame, &made.use), "\"exit_code\":3,\"thread\":{\"id\":500}");
	check_has(example(DP_PROCESS_EXIT), "\"end\":\"2026-01-01T00:03:20.000000Z\",\"exit_code\":3");
	make_use(&made, DP_PROCESS_EXIT);
	make_numbers(&made, 9 | 0x80, 0, 0);
	check_has(frame_line(&frame, &made.use), "\"exit_code\":137");
	/* Without the inode the mode that was asked for is what is known. */
	make_use(&made, DP_FILE_ATTRIBUTE);
	make_text(&made, DP_PART_STRING, "/home/agent/x");
	make_numbers(&made, 1, 04755, 0);
	check_has(frame_line(&frame, &made.use), "\"mode\":\"4755\"");
	frame_close(&frame);
}

static void routes_and_calls_have_names(void)
{
	frame_open(&frame);
	make_plain_file(make_use(&made, DP_FILE_READ));
	check_has(frame_line(&frame, &made.use), "\"route\":\"syscall\",\"syscall\":\"read\"");
	made.use.route = DP_COMPAT;
	made.use.syscall = 17;
	check_has(frame_line(&frame, &made.use), "\"route\":\"compat\",\"syscall\":\"pread64\"");
	made.use.route = DP_IO_URING;
	made.use.syscall = 22;
	check_has(frame_line(&frame, &made.use), "\"route\":\"io_uring\",\"syscall\":\"IORING_OP_READ\"");
	check_lacks(example(DP_PROCESS_EXIT), "\"syscall\":");
	frame_close(&frame);
}

static void a_program_is_told_with_its_arguments(void)
{
	frame_open(&frame);
	check_has(example(DP_PROCESS_EXEC),
		  "\"args\":[\"worker\",\"--fast\",\"two words\"],\"args_count\":3,"
		  "\"command_line\":\"worker --fast two words\",\"working_directory\":\"/home/agent\"");
	make_use(&made, DP_PROCESS_EXEC);
	make_part(&made, DP_PART_ARGUMENTS, "curl\0--password\0hunter2", 24);
	check_lacks(frame_line(&frame, &made.use), "hunter2");
	frame_close(&frame);
}

static struct redaction *redaction_of(const char *text)
{
	char path[] = "/tmp/event-redaction-XXXXXX", problem[256] = "";
	int number = mkstemp(path);
	struct redaction *redaction = NULL;

	check(number >= 0 && write(number, text, strlen(text)) == (ssize_t)strlen(text));
	if (number >= 0) {
		redaction = redaction_new(path, problem, sizeof(problem));
		close(number);
		unlink(path);
	}
	check(redaction && !problem[0]);
	return redaction;
}

static void paths_and_people_are_written_as_the_configuration_wants(void)
{
	struct redaction *redaction = redaction_of("paths digest\nuser digest\n");

	frame_open_with(&frame, redaction, false);
	check_has(example(DP_FILE_RENAME), "\"file\":{\"path\":\"redacted:");
	check_lacks(frame.line.bytes, "/home");
	check_lacks(frame.line.bytes, "notes");
	check_has(frame.line.bytes, "\"user\":{\"id\":\"redacted:");
	check_has(frame.line.bytes, "\"gid\":\"100\"");
	check_has(example(DP_FILE_WRITE), "\"class\":\"credential\",\"path\":\"redacted:");
	check_lacks(frame.line.bytes, "id_ed25519");
	check_has(example(DP_NETWORK_ACCEPT), "\"address\":\"redacted:");
	check_has(example(DP_PRIVILEGE_CHANGE), "\"effective\":{\"id\":\"0\"},\"changes\":{\"id\":\"redacted:");
	/* Programs are told. */
	check_has(example(DP_PROCESS_EXEC), "\"file\":{\"path\":\"/usr/bin/worker\",\"name\":\"worker\"");
	check_has(frame.line.bytes, "\"executable\":\"/usr/bin/worker\"");
	check_has(frame.line.bytes, "\"working_directory\":\"redacted:");
	frame_close(&frame);
	redaction_free(redaction);
	redaction = redaction_of("paths class\n");
	frame_open_with(&frame, redaction, false);
	check_lacks(example(DP_FILE_WRITE), "\"path\"");
	check_has(frame.line.bytes, "\"class\":\"credential\"");
	check_has(frame.line.bytes, "\"user\":{\"id\":\"1000\"}");
	frame_close(&frame);
	redaction_free(redaction);
}

static void a_labelled_use_names_its_task(void)
{
	frame_open(&frame);
	make_example(&made, DP_FILE_READ)->use.label = 7;
	check_has(frame_line(&frame, &made.use), "\"task\":{\"id\":\"summarize\",\"name\":\"summarize\",\"run\":\"" RUN
						 "\",\"source\":\"launcher\"}");
	check_has(frame.line.bytes, "\"gen_ai\":{\"agent\":{\"name\":\"notes-agent\"}}");
	made.use.label = 8;
	check_lacks(frame_line(&frame, &made.use), "\"task\"");
	frame_close(&frame);
}

static void what_does_not_fit_a_name_is_left_out(void)
{
	frame_open(&frame);
	make_plain_file(make_use(&made, DP_FILE_READ));
	made.use.route = 99;
	made.use.syscall = 100000;
	made.use.object.kind = 99;
	made.use.object.identity = 77;
	made.use.descriptor.origin = 50;
	check_lacks(frame_line(&frame, &made.use), "\"route\"");
	check(json_is_valid(frame.line.bytes, frame.line.length - 1));
	check_lacks(frame.line.bytes, "\"kind\":\"file\"");
	check_lacks(frame.line.bytes, "\"origin\"");
	/* Numbers that no reader of JSON holds. */
	made.use.bytes = made.use.object.size = made.use.time = UINT64_MAX;
	check_has(frame_line(&frame, &made.use), "\"bytes\":9007199254740991");
	check_has(frame.line.bytes, "\"boot\":9007199254740991");
	frame_close(&frame);
}

static void a_record_that_is_no_use_is_no_event(void)
{
	const struct stamp stamp = { .sequence = 1 };

	frame_open(&frame);
	make_example(&made, DP_PROCESS_EXEC)->use.flags |= DP_SEEN;
	check(!events_write(frame.events, &made.use, &stamp, &frame.line));
	made.use.flags = 0;
	made.use.action = DP_ACTIONS;
	check(!events_write(frame.events, &made.use, &stamp, &frame.line));
	frame_close(&frame);
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(every_action_gives_a_line_of_json),
		CASE(the_head_has_time_number_and_outcome),
		CASE(a_failure_has_the_name_of_its_error),
		CASE(a_fold_tells_when_it_began_and_how_many_it_is),
		CASE(bytes_are_told_where_data_moves_and_did),
		CASE(a_file_is_told_with_all_its_parts),
		CASE(names_of_paths_are_cut_like_everywhere),
		CASE(the_path_of_a_description_is_remembered),
		CASE(what_a_caller_wrote_is_resolved_and_said_to_be_a_string),
		CASE(what_stands_in_no_tree_has_no_path),
		CASE(a_file_whose_name_is_gone_is_told_so_and_keeps_its_class),
		CASE(a_path_without_its_upper_end_is_not_absolute),
		CASE(rename_and_link_tell_the_other_name),
		CASE(moved_data_tells_where_it_came_from),
		CASE(a_raced_slot_names_all_candidates),
		CASE(a_raced_source_has_the_highest_class_that_it_may_have),
		CASE(a_passed_descriptor_is_told_as_what_it_is),
		CASE(the_other_process_is_told),
		CASE(credentials_are_told_by_name),
		CASE(system_uses_are_told_by_name),
		CASE(routes_and_calls_have_names),
		CASE(a_program_is_told_with_its_arguments),
		CASE(paths_and_people_are_written_as_the_configuration_wants),
		CASE(a_labelled_use_names_its_task),
		CASE(what_does_not_fit_a_name_is_left_out),
		CASE(a_record_that_is_no_use_is_no_event),
		{},
	});
}
