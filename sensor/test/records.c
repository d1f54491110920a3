/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records [-c LEAF] [-o FILE] COMMAND [ARGUMENT...]: what comes over the rings while a command runs, one line a record,
 * and then the counters. For looking at the kernel half without the rest; LEAF is a file name of class 1, which is
 * followed. FILE gets the records as they are, as a capture for the tests of the user half; they are not printed then.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/action.h"
#include "src/capture.h"
#include "src/clock.h"
#include "src/host.h"
#include "src/load.h"
#include "src/rings.h"

/* Components come leaf first; everything that is not plain text is shown as `?`. */
static void print_text(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		putchar(bytes[i] == '\0' ? '<' : bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '?');
}

static void print_end(const struct dp_socket *socket, const __u8 *address, unsigned int port)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(socket->family, address, text, sizeof(text));
	printf("%s:%u", text, port);
}

static void print_socket(const struct dp_socket *socket)
{
	printf("=%u/%u/%u ", socket->family, socket->type, socket->protocol);
	if (socket->family == AF_INET || socket->family == AF_INET6) {
		print_end(socket, socket->local, socket->local_port);
		printf("->");
		print_end(socket, socket->remote, socket->remote_port);
	}
	if (socket->peer.pid)
		printf(" peer %u%s(%.16s)", socket->peer.pid, socket->peer.start ? "" : "?", socket->peer_name);
	if (socket->peer_object.inode)
		printf(" of inode %llu", socket->peer_object.inode);
	if (socket->address_identity)
		printf(" said=%u", socket->address_identity);
}

/* Times are left out: they differ from run to run. */
static void print_part(const struct dp_part *part)
{
	const void *bytes = part + 1;

	if (part->kind <= DP_PART_NAME) {
		putchar('=');
		print_text(bytes, part->length);
	} else if (part->kind == DP_PART_FLOW) {
		printf("=%zu", part->length / sizeof(struct dp_flow));
	} else if (part->kind == DP_PART_NUMBERS) {
		const __u64 *numbers = bytes;

		for (size_t i = 0; i < part->length / sizeof(*numbers); i++)
			printf("%c%" PRIi64, i ? ',' : '=', (int64_t)numbers[i]);
	} else if (part->kind == DP_PART_TARGET) {
		const struct dp_target *target = bytes;

		printf("=%u%s(%.16s) uid=%u", target->process.pid, target->process.start ? "" : "?", target->name,
		       target->uid);
	} else if (part->kind == DP_PART_PARENT) {
		const struct dp_relatives *of = bytes;

		printf("=parent %u%s(%.16s) session %u%s(%.16s) child %u%s/%u clone %x", of->parent.pid,
		       of->parent.start ? "" : "?", of->parent_name, of->session.pid, of->session.start ? "" : "?",
		       of->session_name, of->child.pid, of->child.start ? "" : "?", of->child_thread, of->child_flags);
	} else if (part->kind == DP_PART_CREDENTIALS) {
		const struct dp_credentials *has = bytes;

		printf("=uid %u,%u,%u,%u gid %u,%u,%u,%u caps %llx,%llx,%llx,%llx,%llx", has->uid, has->euid, has->suid,
		       has->fsuid, has->gid, has->egid, has->sgid, has->fsgid, has->effective, has->permitted,
		       has->inheritable, has->ambient, has->bounding);
	} else if (part->kind == DP_PART_SOCKET) {
		print_socket(bytes);
	} else if (part->kind == DP_PART_SOCKET_PATH) {
		putchar('=');
		print_text(bytes, part->length);
	} else if (part->kind == DP_PART_CANDIDATE) {
		const struct dp_object *object = bytes;

		printf("=inode %llu class %u", object->key.inode, object->class);
	} else if (part->kind == DP_PART_SOURCE) {
		const struct dp_source *source = bytes;

		printf("=fd %d of=%llx inode=%llu", source->number, source->description, source->object.key.inode);
	}
}

static int take_record(void *context, const struct dp_use *use)
{
	if (context)
		return capture_add(context, use);
	printf("%" PRIu64 " %s %u/%u image=%u uid=%u label=%u call=%u.%u result=%" PRId64 " bytes=%" PRIu64 " count=%u class=%u kind=%u.%u inode=%" PRIu64
	       " fd=%d of=%" PRIx64 " origin=%u flags=%x",
	       (uint64_t)use->time, action_name(use->action), use->process.pid, use->thread, use->image, use->uid, use->label, use->syscall, use->route,
	       (int64_t)use->result,
	       (uint64_t)use->bytes, use->count, use->object.class, use->object.kind, use->object.identity, (uint64_t)use->object.key.inode,
	       use->descriptor.number, (uint64_t)use->descriptor.description, use->descriptor.origin, use->flags);
	if (use->descriptor.from.pid)
		printf(" from=%u", use->descriptor.from.pid);
	for (const struct dp_part *part = part_after(use, NULL); part; part = part_after(use, part)) {
		printf(" part%u", part->kind);
		print_part(part);
	}
	putchar('\n');
	return 0;
}

/* Stopped before its first instruction, so that nothing of it is missed. */
static pid_t start_stopped(char **command)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		raise(SIGSTOP);
		execvp(command[0], command);
		_exit(127);
	}
	if (child > 0 && (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status)))
		return -1;
	return child;
}

static void print_counts(const struct loaded *loaded)
{
	for (int action = 1; action < DP_ACTIONS; action++)
		for (int class_number = 0; class_number < DP_CLASSES; class_number++) {
			uint64_t counts[DP_COUNTS];

			load_counts(loaded, action, class_number, counts);
			if (counts[DP_MADE])
				printf("count %d class %d: made %" PRIu64 " told %" PRIu64 " dropped %" PRIu64 " folded %" PRIu64 "\n",
				       action, class_number, counts[DP_MADE], counts[DP_SENT], counts[DP_DROPPED],
				       counts[DP_FOLDED_IN]);
		}
	if (load_missed(loaded))
		printf("missed: %" PRIu64 "\n", load_missed(loaded));
	for (int i = 0; i < DP_TROUBLES; i++)
		if (load_trouble(loaded, i))
			printf("trouble %d: %" PRIu64 "\n", i, load_trouble(loaded, i));
}

int main(int argc, char **argv)
{
	struct load_options options = { .verbose = 0 };
	struct loaded loaded;
	struct rings *rings;
	char problem[512] = "";
	char *leaf = NULL;
	struct host host;
	FILE *capture = NULL;
	int option, status = 0;
	uint64_t seen;
	pid_t child;

	while ((option = getopt(argc, argv, "+c:o:v")) != -1) {
		if (option == 'c')
			leaf = optarg;
		else if (option == 'o')
			capture = fopen(optarg, "we");
		else if (option == 'v')
			options.verbose++;
		else
			return 2;
		if (option == 'o' && (!capture || host_read(&host) || capture_begin(capture, &host, clock_offset_now()))) {
			fprintf(stderr, "records: %s cannot be written: %s\n", optarg, strerror(errno));
			return 1;
		}
	}
	if (optind == argc)
		return 2;
	if (leaf) {
		options.class_count = 1;
		options.followed_classes = 1u << 1;
	}
	if (load_open(&loaded, &options, problem, sizeof(problem))) {
		fprintf(stderr, "records: %s\n", problem);
		load_close(&loaded);
		return 1;
	}
	for (size_t i = 0; i < loaded.coverage_count; i++)
		if (!loaded.coverage[i].seen)
			printf("not seen: %s: %s\n", loaded.coverage[i].name, loaded.coverage[i].why);
	if (leaf)
		load_class_name(&loaded, 0, leaf, strlen(leaf), 1u << 1);
	rings = rings_open(&loaded, take_record, capture);
	child = start_stopped(argv + optind);
	if (!rings || child < 0 || load_mark(&loaded, (uint32_t)child, 7)) {
		fprintf(stderr, "records: cannot start: %s\n", strerror(errno));
		if (child > 0)
			kill(child, SIGKILL);
		rings_close(rings);
		load_close(&loaded);
		return 1;
	}
	load_list_open(&loaded);
	kill(child, SIGCONT);
	while (waitpid(child, &status, WNOHANG) == 0) {
		int got = rings_read(rings, 50, -1, &seen);

		if (got < 0 && got != -EINTR) {
			fprintf(stderr, "records: reading: %s\n", strerror(-got));
			break;
		}
		load_collect(&loaded, seen);
	}
	load_collect(&loaded, UINT64_MAX);
	while (rings_read(rings, 0, -1, &seen) > 0)
		;
	print_counts(&loaded);
	rings_close(rings);
	load_close(&loaded);
	if (capture && fclose(capture)) {
		fprintf(stderr, "records: the capture is not whole: %s\n", strerror(errno));
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
