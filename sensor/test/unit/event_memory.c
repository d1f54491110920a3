/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered from one record for the next: processes and their relatives, classes of objects, flow. */
#include <unistd.h>

#include "test/unit/event_frame.h"
#include "test/unit/record_examples.h"

#define SECRET "/home/agent/.ssh/id_ed25519"

static struct frame frame;
static struct made made;

/* A use by another process than `worker`. */
static struct made *by(struct made *by_whom, struct dp_process process, const char *name, uint8_t action)
{
	make_use(by_whom, action);
	by_whom->use.process = process;
	memset(by_whom->use.name, 0, sizeof(by_whom->use.name));
	memcpy(by_whom->use.name, name, strlen(name));
	return by_whom;
}

static const char *exec_of(struct dp_process process, const char *name, const char *path, struct dp_relatives relatives)
{
	by(&made, process, name, DP_PROCESS_EXEC)->use.object = file_object(60);
	make_path(&made, DP_PART_PATH, path);
	make_part(&made, DP_PART_PARENT, &relatives, sizeof(relatives));
	return frame_line(&frame, &made.use);
}

static const char *fork_of(struct dp_process process, const char *name, struct dp_process child,
			   struct dp_relatives relatives)
{
	relatives.child = child;
	by(&made, process, name, DP_PROCESS_FORK);
	make_part(&made, DP_PART_PARENT, &relatives, sizeof(relatives));
	return frame_line(&frame, &made.use);
}

static const char *use_of(struct dp_process process, const char *name)
{
	return frame_line(&frame, &by(&made, process, name, DP_FILE_READ)->use);
}

static void entity(const struct dp_process *process, const char *key, char out[128])
{
	char id[ENTITY_SIZE];

	host_entity(&frame.host, process, id);
	snprintf(out, 128, "\"%s\":{\"entity_id\":\"%s\",", key, id);
}

static void a_program_is_known_from_its_exec_on(void)
{
	frame_open(&frame);
	check_lacks(use_of(worker, "worker"), "\"executable\"");
	check_has(exec_of(worker, "worker", "/usr/bin/worker", worker_relatives()), "\"executable\":\"/usr/bin/worker\"");
	check_has(use_of(worker, "worker"), "\"name\":\"worker\",\"executable\":\"/usr/bin/worker\"");
	check_has(exec_of(worker, "next", "/usr/bin/next", worker_relatives()), "\"executable\":\"/usr/bin/next\"");
	check_has(use_of(worker, "next"), "\"name\":\"next\",\"executable\":\"/usr/bin/next\"");
	/* Another process with the same number is another process. */
	check_lacks(use_of((struct dp_process){ .pid = worker.pid, .start = 180 * SECOND }, "x"), "executable");
	frame_close(&frame);
}

static void a_child_begins_as_its_parent(void)
{
	char parent[128];

	frame_open(&frame);
	exec_of(worker, "worker", "/usr/bin/worker", worker_relatives());
	check_has(fork_of(worker, "worker", other, worker_relatives()), "\"pid\":501,\"name\":\"worker\",\"executable\":\"/usr/bin/worker\"");
	entity(&worker, "parent", parent);
	check_has(use_of(other, "worker"), "\"name\":\"worker\",\"executable\":\"/usr/bin/worker\"");
	check_has(frame.line.bytes, parent);
	frame_close(&frame);
}

/* Whatever is written of a process is of now, also after it was written once. */
static void a_parent_is_told_as_it_is_now(void)
{
	frame_open(&frame);
	exec_of(worker, "worker", "/usr/bin/worker", worker_relatives());
	fork_of(worker, "worker", other, worker_relatives());
	check_has(use_of(other, "worker"), "\"pid\":500,\"name\":\"worker\",\"executable\":\"/usr/bin/worker\"");
	exec_of(worker, "next", "/usr/bin/next", worker_relatives());
	check_has(use_of(other, "worker"), "\"pid\":500,\"name\":\"next\",\"executable\":\"/usr/bin/next\"");
	use_of(worker, "renamed");
	check_has(use_of(other, "worker"), "\"pid\":500,\"name\":\"renamed\",\"executable\":\"/usr/bin/next\"");
	frame_close(&frame);
}

/* The kernel half tells the number of the session's leader: who that is, the relatives say. */
static void the_session_is_the_leaders(void)
{
	char leader[128];
	struct dp_relatives own = worker_relatives();

	frame_open(&frame);
	entity(&shell, "session_leader", leader);
	check_has(exec_of(worker, "worker", "/usr/bin/worker", worker_relatives()), leader);
	check_has(use_of(worker, "worker"), leader);
	fork_of(worker, "worker", other, worker_relatives());
	check_has(use_of(other, "worker"), leader);
	own.session.pid = other.pid;
	own.parent = worker;
	entity(&other, "session_leader", leader);
	check_has(exec_of(other, "daemon", "/usr/bin/daemon", own), leader);
	own.session.pid = 77;
	check_lacks(exec_of(other, "daemon", "/usr/bin/daemon", own), "session_leader");
	frame_close(&frame);
}

static void the_entry_leader_is_below_what_starts_logins(void)
{
	const struct dp_process daemon = { .pid = 300, .start = 50 * SECOND };
	struct dp_relatives relatives = { .parent = daemon, .parent_name = "sshd" };
	char leader[128];

	frame_open(&frame);
	exec_of(shell, "bash", "/bin/bash", relatives);
	exec_of(worker, "worker", "/usr/bin/worker", worker_relatives());
	entity(&shell, "entry_leader", leader);
	check_has(use_of(worker, "worker"), leader);
	relatives.parent = first_process;
	memcpy(relatives.parent_name, "systemd", 8);
	entity(&other, "entry_leader", leader);
	check_has(exec_of(other, "service", "/usr/bin/service", relatives), leader);
	frame_close(&frame);
}

/* Of processes that nobody watches the kernel half tells who they are, and no more. */
static void those_above_are_known_from_being_told_of(void)
{
	const struct dp_process daemon = { .pid = 300, .start = 50 * SECOND };
	struct dp_relatives relatives = { .parent = daemon, .parent_name = "sshd", .session = shell };
	char leader[128];

	frame_open(&frame);
	by(&made, shell, "bash", DP_PROCESS_EXEC)->use.flags = DP_SEEN | DP_NO_RESULT;
	make_part(&made, DP_PART_PARENT, &relatives, sizeof(relatives));
	events_learn(frame.events, &made.use);
	exec_of(worker, "worker", "/usr/bin/worker", worker_relatives());
	entity(&shell, "entry_leader", leader);
	check_has(use_of(worker, "worker"), leader);
	entity(&shell, "session_leader", leader);
	check_has(frame.line.bytes, leader);
	frame_close(&frame);
}

static void ids_of_users_are_those_of_the_use(void)
{
	frame_open(&frame);
	check_has(use_of(worker, "worker"), "\"user\":{\"id\":\"1000\"},\"group\":{\"id\":\"1001\"}");
	by(&made, worker, "worker", DP_FILE_READ)->use.uid = 0;
	check_has(frame_line(&frame, &made.use), "\"user\":{\"id\":\"0\"},\"group\":{\"id\":\"1001\"}");
	frame_close(&frame);
}

/* Only /proc knows of it, and only as long as the number is that process's. */
static void what_ran_before_is_asked_for_in_a_live_run(void)
{
	struct host host;
	struct dp_process self;
	char own[4096], expected[4200];
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);

	check(length > 0 && host_read(&host) == 0);
	snprintf(expected, sizeof(expected), "\"executable\":\"%.*s\"", (int)length, own);
	self = host.self;
	frame_open_with(&frame, NULL, true);
	check_has(use_of(self, "self"), expected);
	self.start += SECOND;
	check_lacks(use_of(self, "self"), "executable");
	frame_close(&frame);
	frame_open(&frame);
	check_lacks(use_of(host.self, "self"), "executable");
	frame_close(&frame);
}

static void many_processes_do_not_fill_the_memory(void)
{
	frame_open(&frame);
	for (uint32_t pid = 1000; pid < 12000; pid++)
		fork_of(worker, "worker", (struct dp_process){ .pid = pid, .start = 150 * SECOND }, worker_relatives());
	/* The one that goes on is not forgotten for them, one of long ago is. */
	check_has(use_of(worker, "worker"), "\"parent\"");
	check_lacks(use_of((struct dp_process){ .pid = 1000, .start = 150 * SECOND }, "x"), "\"parent\"");
	check_has(use_of((struct dp_process){ .pid = 11999, .start = 150 * SECOND }, "x"), "\"parent\"");
	frame_close(&frame);
}

/* ---- classes ---- */

static const char *file_use(uint8_t action, uint64_t inode, uint8_t told, const char *path, const char *before)
{
	make_use(&made, action)->use.object = file_object(inode);
	made.use.object.class = told;
	if (path)
		make_path(&made, DP_PART_PATH, path);
	if (before)
		make_path(&made, DP_PART_PATH_BEFORE, before);
	return frame_line(&frame, &made.use);
}

static const char credential[] = "\"class\":\"credential\"";

static void the_whole_path_decides(void)
{
	frame_open(&frame);
	check_has(file_use(DP_FILE_OPEN, 70, 1, SECRET, NULL), credential);
	/* The kernel half sees .ssh and the name, but not the exception. */
	check_lacks(file_use(DP_FILE_OPEN, 71, 1, "/home/agent/.ssh/known_hosts", NULL), credential);
	check_lacks(file_use(DP_FILE_OPEN, 72, 1, "/srv/.ssh/config", NULL), credential);
	/* It told nothing: a pattern that it has no room for. */
	check_has(file_use(DP_FILE_OPEN, 73, 0, "/home/agent/.ssh/config", NULL), credential);
	frame_close(&frame);
}

static void a_credential_stays_one_under_any_name(void)
{
	frame_open(&frame);
	file_use(DP_FILE_OPEN, 70, 1, SECRET, NULL);
	check_has(file_use(DP_FILE_RENAME, 70, 1, "/tmp/harmless", SECRET), credential);
	check_has(file_use(DP_FILE_OPEN, 70, 1, "/tmp/harmless", NULL), credential);
	/* Linked without having been seen before. */
	check_has(file_use(DP_FILE_CREATE, 74, 1, "/tmp/linked", SECRET), credential);
	check_has(file_use(DP_FILE_OPEN, 74, 1, "/tmp/linked", NULL), credential);
	/* A symbolic link is another object than what it leads to. */
	make_use(&made, DP_FILE_CREATE)->use.object = file_object(75);
	made.use.object.mode = 0120777;
	make_path(&made, DP_PART_PATH, "/tmp/symbolic");
	make_text(&made, DP_PART_STRING_BEFORE, SECRET);
	check_lacks(frame_line(&frame, &made.use), credential);
	frame_close(&frame);
}

static void a_class_that_is_not_followed_stays_with_the_path(void)
{
	frame_open(&frame);
	check_has(file_use(DP_FILE_OPEN, 70, 2, "/var/log/auth.log", NULL), "\"class\":\"audit-log\"");
	check_lacks(file_use(DP_FILE_RENAME, 70, 2, "/tmp/auth.log", "/var/log/auth.log"), "\"class\"");
	frame_close(&frame);
}

/* Our memory is smaller than the kernel half's. */
static void what_the_kernel_half_alone_remembers_is_kept(void)
{
	frame_open(&frame);
	check_has(file_use(DP_FILE_OPEN, 70, 1, "/tmp/harmless", NULL), credential);
	check_has(file_use(DP_FILE_READ, 71, 1, NULL, NULL), credential);
	/* Decided without a number; then one comes that this path cannot give. */
	check_lacks(file_use(DP_FILE_OPEN, 72, 0, "/tmp/harmless", NULL), credential);
	check_has(file_use(DP_FILE_OPEN, 72, 1, "/tmp/harmless", NULL), credential);
	frame_close(&frame);
}

static void a_bind_mount_does_not_hide_a_class(void)
{
	frame_open(&frame);
	make_use(&made, DP_FILE_OPEN)->use.object = file_object(70);
	make_path(&made, DP_PART_PATH, "/mnt/x/y");
	make_path(&made, DP_PART_PATH_INSIDE, SECRET);
	check_has(frame_line(&frame, &made.use), credential);
	check_has(frame.line.bytes, "\"path\":\"/mnt/x/y\"");
	frame_close(&frame);
}

/* The kernel half tells nothing by one name of a pattern that ends with two: it saw the other where no path shows it. */
static void a_pair_that_is_on_no_path_is_kept(void)
{
	frame_open(&frame);
	check_has(file_use(DP_FILE_OPEN, 70, 1, "/mnt/point/config", NULL), credential);
	check_lacks(file_use(DP_FILE_OPEN, 71, 1, "/srv/.kube/config", NULL), credential);
	check_lacks(file_use(DP_FILE_OPEN, 72, 1, "/srv/sso/cache/x", NULL), credential);
	check_has(file_use(DP_FILE_OPEN, 73, 1, "/srv/cache/x", NULL), credential);
	frame_close(&frame);
}

/* At the root of a file system it may be of one name, where it looks at what a rename or a link is about. */
static void a_name_of_a_pair_at_the_root_of_a_file_system_is_no_class(void)
{
	frame_open(&frame);
	check_lacks(file_use(DP_FILE_RENAME, 70, 1, "/mnt/stick/old", "/mnt/stick/config"), credential);
	check_lacks(file_use(DP_FILE_OPEN, 70, 1, "/mnt/stick/old", NULL), credential);
	check_lacks(file_use(DP_FILE_CREATE, 71, 1, "/mnt/stick/linked", "/mnt/stick/config"), credential);
	check_has(file_use(DP_FILE_RENAME, 72, 1, "/mnt/stick/other", "/home/agent/.kube/config"), credential);
	frame_close(&frame);
}

static void a_path_that_a_caller_wrote_has_its_class(void)
{
	frame_open(&frame);
	make_use(&made, DP_FILE_OPEN)->use.result = -EACCES;
	made.use.object.identity = DP_BY_STRING;
	make_text(&made, DP_PART_STRING, SECRET);
	check_has(frame_line(&frame, &made.use), credential);
	frame_close(&frame);
}

/* ---- flow ---- */

static const char *with_flow(const struct dp_flow *held, size_t count, uint32_t overflow)
{
	make_use(&made, DP_NETWORK_SEND)->use.flow_overflow = overflow;
	make_part(&made, DP_PART_FLOW, held, count * sizeof(*held));
	return frame_line(&frame, &made.use);
}

static void what_a_process_holds_is_told_youngest_first(void)
{
	const struct dp_flow held[DP_FLOW_SLOTS] = {
		{ .object = file_object(70).key, .since = 120 * SECOND, .class = 1, .data = 1 },
		{ .class = 0 },
		{ .object = file_object(71).key, .since = 130 * SECOND, .class = 1 },
	};

	frame_open(&frame);
	check_has(with_flow(held, DP_FLOW_SLOTS, 3), "-fe00001-71-ab\",\"");
	check_has(frame.line.bytes, "-fe00001-70-ab\"],\"class\":[\"credential\"]},\"age\":70000000000,\"overflow\":3}");
	frame_close(&frame);
}

static void what_turned_out_to_have_no_class_is_not_held(void)
{
	const struct dp_flow held[] = { { .object = file_object(71).key, .since = 130 * SECOND, .class = 1 } };

	frame_open(&frame);
	check_has(with_flow(held, 1, 0), "\"flow\":{\"object\":{\"id\":[");
	file_use(DP_FILE_OPEN, 71, 1, "/home/agent/.ssh/known_hosts", NULL);
	check_lacks(with_flow(held, 1, 0), "\"flow\"");
	frame_close(&frame);
}

/* ---- bounds ---- */

static void the_paths_of_many_descriptions_are_remembered(void)
{
	char path[256];

	frame_open(&frame);
	for (uint64_t i = 1; i <= 60000; i++) {
		make_use(&made, DP_FILE_OPEN)->use.object = file_object(1000 + i);
		made.use.descriptor = open_descriptor(3, i);
		/* Every third one longer than what has room beside the others. */
		snprintf(path, sizeof(path), "/%llu/%0*d", (unsigned long long)i, i % 3 ? 4 : 150, 7);
		make_path(&made, DP_PART_PATH, path);
		frame_line(&frame, &made.use);
	}
	make_use(&made, DP_FILE_READ)->use.object = file_object(1);
	made.use.descriptor = open_descriptor(3, 60000 - 20000);
	check_has(frame_line(&frame, &made.use), "\"path\":\"/40000/0007\"");
	made.use.descriptor.description = 39999;
	check_has(frame_line(&frame, &made.use), "\"path\":\"/39999/0000000000");
	made.use.descriptor.description = 1;
	check_lacks(frame_line(&frame, &made.use), "\"path\"");
	frame_close(&frame);
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(a_program_is_known_from_its_exec_on),
		CASE(a_child_begins_as_its_parent),
		CASE(a_parent_is_told_as_it_is_now),
		CASE(the_session_is_the_leaders),
		CASE(the_entry_leader_is_below_what_starts_logins),
		CASE(those_above_are_known_from_being_told_of),
		CASE(ids_of_users_are_those_of_the_use),
		CASE(what_ran_before_is_asked_for_in_a_live_run),
		CASE(many_processes_do_not_fill_the_memory),
		CASE(the_whole_path_decides),
		CASE(a_credential_stays_one_under_any_name),
		CASE(a_class_that_is_not_followed_stays_with_the_path),
		CASE(what_the_kernel_half_alone_remembers_is_kept),
		CASE(a_bind_mount_does_not_hide_a_class),
		CASE(a_pair_that_is_on_no_path_is_kept),
		CASE(a_name_of_a_pair_at_the_root_of_a_file_system_is_no_class),
		CASE(a_path_that_a_caller_wrote_has_its_class),
		CASE(what_a_process_holds_is_told_youngest_first),
		CASE(what_turned_out_to_have_no_class_is_not_held),
		CASE(the_paths_of_many_descriptions_are_remembered),
		{},
	});
}
