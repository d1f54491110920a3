// SPDX-License-Identifier: Apache-2.0
/* The classed objects whose data or descriptor a process holds, and how they travel from process to process. */
#define _GNU_SOURCE
#include "endpoint.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char buffer[64];
static struct stat secret_status;
static uint64_t read_before; /* boot time, microseconds: before the read */

/* What the process holds is the secret alone, and this is how long. */
static void say_flow(struct statement *s)
{
	uint64_t now = boot_time();
	say_list(s, "detpack.flow.object.class", (const char *[]){ "credential", NULL });
	say_object_ids(s, "detpack.flow.object.id", secret_status.st_dev, secret_status.st_ino);
	say_range(s, "detpack.flow.age", 0, (long long)(now - read_before + 1) * 1000);
}

static void say_no_flow(struct statement *s)
{
	say_absent(s, "detpack.flow.object.class");
	say_absent(s, "detpack.flow.object.id");
	say_absent(s, "detpack.flow.age");
}

static struct held read_secret(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->secret, O_RDONLY, "secret");
	fstat(held.number, &secret_status);
	read_before = boot_time();
	long bytes = must(stage, call(SYS_read, held.number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &held, stage->secret);
	say_flow(&s);
	told(&s);
	return held;
}

static void prepare_server(struct stage *stage)
{
	union address address;
	socklen_t length = loopback(&address, AF_INET);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, &address.any, length) || listen(fd, 8))
		skip(stage, "no loopback device: %s", errno_name(errno));
	getsockname(fd, &address.any, &length);
	memcpy(stage->path[0], &address, sizeof(address));
}

static void connect_and_send(struct stage *stage, void (*say)(struct statement *s))
{
	struct statement s;
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	long result = must(stage, call(SYS_connect, held.number, stage->path[0], sizeof(struct sockaddr_in)), "connect");
	saw(&s, stage, "network_connect", "connect");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	say(&s);
	told(&s);
	long bytes = must(stage, call(SYS_sendto, held.number, buffer, 20, MSG_NOSIGNAL, NULL, 0), "sendto");
	saw(&s, stage, "network_send", "sendto");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	say(&s);
	told(&s);
}

static void play_flow_send(struct stage *stage)
{
	read_secret(stage);
	connect_and_send(stage, say_flow);
}

/* Closed again, but read: the data stays. */
static void play_flow_closed(struct stage *stage)
{
	struct held held = read_secret(stage);
	close(held.number);
	connect_and_send(stage, say_flow);
}

/* Opened and closed without a read: nothing is held. */
static void play_flow_unread(struct stage *stage)
{
	struct held held = open_said(stage, stage->secret, O_RDONLY, "secret");
	close(held.number);
	connect_and_send(stage, say_no_flow);
}

static void play_flow_map(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->secret, O_RDONLY, "secret");
	fstat(held.number, &secret_status);
	read_before = boot_time();
	long address = call(SYS_mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, held.number, 0);
	if (address < 0 && address > -4096)
		must(stage, address, "mmap");
	saw(&s, stage, "file_map", "mmap");
	say_held(&s, &held, stage->secret);
	say_flow(&s);
	told(&s);
	close(held.number);
	connect_and_send(stage, say_flow);
}

static void play_flow_plain(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDONLY, "plain");
	long bytes = call(SYS_read, held.number, buffer, 20);
	moved_said(stage, "file_read", "read", &held, bytes);
	connect_and_send(stage, say_no_flow);
}

static void play_flow_fork(struct stage *stage)
{
	read_secret(stage);
	pid_t child = fork_said(stage);
	if (child == 0) {
		connect_and_send(stage, say_flow);
		leave(stage, 0);
	}
	waitpid(child, NULL, 0);
}

/* In memory of both: says that the writer's call has ended. */
static atomic_bool *written;

/*
 * The child is made before the read, and has it from the pipe. `waits`: its call waits for the data, and may end before
 * the writer's does, which is when the data is known to carry something. So the call itself may not say what it brought;
 * what comes after it does.
 */
static void through(struct stage *stage, int type, bool named, bool waits)
{
	struct held ends[2];
	union address address;
	socklen_t length = 0;
	if (named) {
		/* Not connected: each datagram says where it goes. */
		length = unix_name(stage, &address, true, "reader");
		ends[0] = socket_said(stage, AF_UNIX, type, "one");
		ends[1] = socket_said(stage, AF_UNIX, type, "other");
		bind_said(stage, &ends[1], &address, length);
	} else if (type)
		socketpair_said(stage, type, ends, "one", "other");
	else
		pipe_said(stage, ends, "other", "one");
	struct held from = ends[type ? 1 : 0], to = ends[type ? 0 : 1];
	pid_t parent = getpid();
	read_before = boot_time();
	stat(stage->secret, &secret_status);
	written = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (written == MAP_FAILED)
		must(stage, -errno, "mmap");
	pid_t child = fork_said(stage);
	if (child == 0) {
		struct statement s;
		while (!waits && !*written)
			usleep(100);
		struct held own = hold_again(&from, from.number, "inherited", parent);
		long bytes = must(stage, call(SYS_read, own.number, buffer, 20), "read");
		saw(&s, stage, type ? "network_receive" : "file_read", "read");
		say_moved(&s, bytes);
		say_held(&s, &own, NULL);
		if (!waits)
			say_flow(&s);
		told(&s);
		connect_and_send(stage, say_flow);
		leave(stage, 0);
	}
	uint64_t before = read_before;
	read_secret(stage);
	read_before = before;
	struct statement s;
	long bytes = named ? call(SYS_sendto, to.number, buffer, 20, 0, &address, length)
			   : call(SYS_write, to.number, buffer, 20);
	*written = true;
	must(stage, bytes, "write");
	saw(&s, stage, type ? "network_send" : "file_write", named ? "sendto" : "write");
	say_moved(&s, bytes);
	say_held(&s, &to, NULL);
	say_flow(&s);
	told(&s);
	waitpid(child, NULL, 0);
}

static void play_flow_pipe(struct stage *stage)
{
	through(stage, 0, false, false);
}

static void play_flow_pipe_waiting(struct stage *stage)
{
	through(stage, 0, false, true);
}

static void play_flow_unix_waiting(struct stage *stage)
{
	through(stage, SOCK_STREAM, false, true);
}

static void play_flow_unix(struct stage *stage)
{
	through(stage, SOCK_STREAM, false, false);
}

static void play_flow_dgram(struct stage *stage)
{
	through(stage, SOCK_DGRAM, false, false);
}

static void play_flow_named(struct stage *stage)
{
	through(stage, SOCK_DGRAM, true, false);
}

/* Copied to a file with a harmless name; another process reads the copy. */
static void play_flow_copy(struct stage *stage)
{
	struct statement s;
	read_secret(stage);
	struct held to = open_said(stage, stage->plain, O_WRONLY, "copy");
	long bytes = must(stage, call(SYS_write, to.number, buffer, 20), "write");
	saw(&s, stage, "file_write", "write");
	say_moved(&s, bytes);
	say_held(&s, &to, stage->plain);
	say_flow(&s);
	told(&s);
}

static void play_flow_copied(struct stage *stage)
{
	struct statement s;
	stat(stage->secret, &secret_status);
	read_before = boot_time();
	/* The first process ends before the second reads; the second never had the secret. */
	pid_t writer = fork_said(stage);
	if (writer == 0) {
		play_flow_copy(stage);
		leave(stage, 0);
	}
	waitpid(writer, NULL, 0);
	struct held copy = open_said(stage, stage->plain, O_RDONLY, "again");
	long bytes = must(stage, call(SYS_read, copy.number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &copy, stage->plain);
	say_flow(&s);
	told(&s);
}

/* What is written to a device is not what is read from it: neither who opens it nor who reads has the secret. */
static void play_flow_device(struct stage *stage)
{
	struct statement s;
	pid_t writer = fork_said(stage);
	if (writer == 0) {
		read_secret(stage);
		struct held to = open_said(stage, "/dev/zero", O_WRONLY, "sink");
		long bytes = must(stage, call(SYS_write, to.number, buffer, 20), "write");
		saw(&s, stage, "file_write", "write");
		say_moved(&s, bytes);
		say_held(&s, &to, "/dev/zero");
		say_flow(&s);
		told(&s);
		leave(stage, 0);
	}
	waitpid(writer, NULL, 0);
	struct held from = open_said(stage, "/dev/zero", O_RDONLY, "source");
	connect_and_send(stage, say_no_flow);
	long bytes = must(stage, call(SYS_read, from.number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &from, "/dev/zero");
	say_no_flow(&s);
	told(&s);
}

/* Files called as credentials are elsewhere, read by who holds one: they take no place of it. */
static const char *const decoys[] = { "config",	     "credentials",	 "hosts.yml", "shadow",	 "config.json",
				      "settings.xml", "credentials.toml", "auth.json", "id.json", "gradle.properties" };
#define DECOYS (sizeof(decoys) / sizeof(decoys[0]))

static void decoy_at(const struct stage *stage, size_t at, char path[PATH_SIZE])
{
	char folder[PATH_SIZE];
	join(folder, stage->directory, "decoys");
	join(path, folder, decoys[at]);
}

static void prepare_decoys(struct stage *stage)
{
	char path[PATH_SIZE];
	prepare_server(stage);
	join(path, stage->directory, "decoys");
	if (mkdir(path, 0755))
		fail(stage, "mkdir: %s", errno_name(errno));
	for (size_t i = 0; i < DECOYS; i++) {
		decoy_at(stage, i, path);
		make_file(stage, path, 64, 0644);
	}
}

static void say_flow_alone(struct statement *s)
{
	say_flow(s);
	say_absent(s, "detpack.flow.overflow");
}

static void read_decoy(struct stage *stage, const char *path, const char *name)
{
	struct statement s;
	struct held held = open_said(stage, path, O_RDONLY, name);
	long bytes = must(stage, call(SYS_read, held.number, buffer, 20), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &held, path);
	say_absent(&s, "detpack.object.class");
	say_flow_alone(&s);
	told(&s);
}

static void play_flow_decoys(struct stage *stage)
{
	char path[PATH_SIZE];
	read_secret(stage);
	for (size_t i = 0; i < DECOYS; i++) {
		decoy_at(stage, i, path);
		read_decoy(stage, path, decoys[i]);
	}
	connect_and_send(stage, say_flow_alone);
}

/* And by who gives them other names first, which is when the kernel half looks at those they had. */
static void play_flow_decoys_renamed(struct stage *stage)
{
	char from[PATH_SIZE], to[PATH_SIZE];
	struct statement s;
	read_secret(stage);
	for (size_t i = 0; i < DECOYS; i++) {
		decoy_at(stage, i, from);
		snprintf(to, sizeof(to), "%.400s.old", from);
		long result = must(stage, call(SYS_rename, from, to), "rename");
		saw(&s, stage, "file_rename", "rename");
		say_result(&s, result);
		say_path(&s, to);
		say_absent(&s, "detpack.object.class");
		told(&s);
		read_decoy(stage, to, decoys[i]);
	}
	connect_and_send(stage, say_flow_alone);
}

const struct act flow_acts[] = {
	{ "flow-send", prepare_server, play_flow_send, NULL },
	{ "flow-closed", prepare_server, play_flow_closed, NULL },
	{ "flow-unread", prepare_server, play_flow_unread, NULL },
	{ "flow-map", prepare_server, play_flow_map, NULL },
	{ "flow-plain", prepare_server, play_flow_plain, NULL },
	{ "flow-fork", prepare_server, play_flow_fork, NULL },
	{ "flow-pipe", prepare_server, play_flow_pipe, NULL },
	{ "flow-pipe-waiting", prepare_server, play_flow_pipe_waiting, NULL },
	{ "flow-unix-waiting", prepare_server, play_flow_unix_waiting, NULL },
	{ "flow-unix", prepare_server, play_flow_unix, NULL },
	{ "flow-dgram", prepare_server, play_flow_dgram, NULL },
	{ "flow-dgram-named", prepare_server, play_flow_named, NULL },
	{ "flow-copy", NULL, play_flow_copy, NULL },
	{ "flow-copied", NULL, play_flow_copied, NULL },
	{ "flow-device", prepare_server, play_flow_device, NULL },
	{ "flow-decoys", prepare_decoys, play_flow_decoys, NULL },
	{ "flow-decoys-renamed", prepare_decoys, play_flow_decoys_renamed, NULL },
	{ 0 },
};
