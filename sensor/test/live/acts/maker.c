// SPDX-License-Identifier: Apache-2.0
/* Every call that makes a descriptor which is no file of the file system. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_fsopen
#define SYS_fsopen 430
#endif
#ifndef SYS_fspick
#define SYS_fspick 433
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

static void made(struct stage *stage, const char *name, long fd, const char *kind)
{
	struct statement s;
	must(stage, fd, name);
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "descriptor_create", name);
	say_result(&s, fd);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", kind);
	told(&s);
}

static void pair(struct stage *stage, const char *name, const int *ends)
{
	struct statement s;
	for (int i = 0; i < 2; i++) {
		struct held held = hold(ends[i], i ? "second" : "first");
		saw(&s, stage, "descriptor_create", name);
		say_held(&s, &held, NULL);
		told(&s);
	}
}

static void play_pipe(struct stage *stage)
{
	int ends[2];
	must(stage, call(SYS_pipe, ends), "pipe");
	pair(stage, "pipe", ends);
}

static void play_pipe2(struct stage *stage)
{
	int ends[2];
	must(stage, call(SYS_pipe2, ends, O_CLOEXEC | O_NONBLOCK), "pipe2");
	pair(stage, "pipe2", ends);
}

static void play_socketpair(struct stage *stage)
{
	int ends[2];
	must(stage, call(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
	pair(stage, "socketpair", ends);
}

static void play_eventfd(struct stage *stage)
{
	made(stage, "eventfd", call(SYS_eventfd, 0), "other");
}

static void play_eventfd2(struct stage *stage)
{
	made(stage, "eventfd2", call(SYS_eventfd2, 0, EFD_CLOEXEC), "other");
}

static void play_epoll_create(struct stage *stage)
{
	made(stage, "epoll_create", call(SYS_epoll_create, 1), "other");
}

static void play_epoll_create1(struct stage *stage)
{
	made(stage, "epoll_create1", call(SYS_epoll_create1, EPOLL_CLOEXEC), "other");
}

static const uint64_t no_signals = 1u << (SIGUSR1 - 1);

static void play_signalfd(struct stage *stage)
{
	made(stage, "signalfd", call(SYS_signalfd, -1, &no_signals, 8), "other");
}

static void play_signalfd4(struct stage *stage)
{
	made(stage, "signalfd4", call(SYS_signalfd4, -1, &no_signals, 8, SFD_CLOEXEC), "other");
}

static void play_timerfd_create(struct stage *stage)
{
	made(stage, "timerfd_create", call(SYS_timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC), "other");
}

static void memfd(struct stage *stage, const char *name, long fd)
{
	struct statement s;
	struct stat status;
	must(stage, fd, name);
	struct held held = hold((int)fd, "it");
	if (fstat(held.number, &status))
		fail(stage, "fstat of a memfd");
	saw(&s, stage, "descriptor_create", name);
	say_result(&s, fd);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "memfd");
	say_object_id(&s, "detpack.object.id", status.st_dev, status.st_ino);
	told(&s);
}

static void play_memfd_create(struct stage *stage)
{
	memfd(stage, "memfd_create", call(SYS_memfd_create, "notes", MFD_CLOEXEC));
}

static void play_memfd_transfer(struct stage *stage)
{
	struct statement s;
	long fd = must(stage, call(SYS_memfd_create, "notes", 0), "memfd_create");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "descriptor_create", "memfd_create");
	say_result(&s, fd);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "memfd");
	told(&s);
	long bytes = must(stage, call(SYS_write, fd, "some bytes", 10), "write");
	saw(&s, stage, "file_write", "write");
	say_moved(&s, bytes);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "memfd");
	told(&s);
}

static void play_memfd_secret(struct stage *stage)
{
	made(stage, "memfd_secret", call(SYS_memfd_secret, 0), "memfd");
}

static void play_pidfd_open(struct stage *stage)
{
	struct statement s;
	long fd = must(stage, call(SYS_pidfd_open, getpid(), 0), "pidfd_open");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "descriptor_create", "pidfd_open");
	say_result(&s, fd);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.object.kind", "process");
	say_number(&s, "detpack.object.process.pid", getpid());
	told(&s);
}

static void play_inotify_init(struct stage *stage)
{
	made(stage, "inotify_init", call(SYS_inotify_init), "other");
}

static void play_inotify_init1(struct stage *stage)
{
	made(stage, "inotify_init1", call(SYS_inotify_init1, IN_CLOEXEC), "other");
}

static void play_fanotify_init(struct stage *stage)
{
	made(stage, "fanotify_init", call(SYS_fanotify_init, FAN_CLOEXEC | FAN_CLASS_NOTIF, O_RDONLY), "other");
}

static void play_perf_event_open(struct stage *stage)
{
	struct perf_event_attr attributes = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attributes),
					      .config = PERF_COUNT_SW_CPU_CLOCK, .disabled = 1 };
	long fd = call(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	made(stage, "perf_event_open", fd, "other");
}

static void play_io_uring_setup(struct stage *stage)
{
	static char parameters[120];
	made(stage, "io_uring_setup", call(SYS_io_uring_setup, 4, parameters), "other");
}

static void play_open_by_handle_at(struct stage *stage)
{
	struct {
		struct file_handle handle;
		unsigned char bytes[128];
	} wanted = { .handle = { .handle_bytes = 128 } };
	struct statement s;
	int mount;
	if (name_to_handle_at(AT_FDCWD, stage->plain, &wanted.handle, &mount, 0))
		skip(stage, "no file handles here: %s", errno_name(errno));
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	long fd = must(stage, call(SYS_open_by_handle_at, directory.number, &wanted, O_RDONLY), "open_by_handle_at");
	struct held held = hold((int)fd, "it");
	struct stat status;
	if (fstat(held.number, &status))
		fail(stage, "fstat of a handle");
	saw(&s, stage, "file_open", "open_by_handle_at");
	say_result(&s, fd);
	say_descriptor(&s, &held);
	say_stat(&s, &status, NULL);
	told(&s);
}

static void play_fsopen(struct stage *stage)
{
	made(stage, "fsopen", call(SYS_fsopen, "tmpfs", 1), "other");
}

static void play_userfaultfd(struct stage *stage)
{
	made(stage, "userfaultfd", call(SYS_userfaultfd, O_CLOEXEC), "other");
}

static void play_landlock_create_ruleset(struct stage *stage)
{
	uint64_t handled = 1;
	long fd = call(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	made(stage, "landlock_create_ruleset", fd, "other");
}

/* The number that a call gives where it makes nothing is of another descriptor, which stays what it is. */
static struct held secret_at(struct stage *stage, int number)
{
	struct statement s;
	struct held held = open_said(stage, stage->secret, O_RDONLY, "secret");
	if (held.number == number)
		return held;
	must(stage, call(SYS_dup2, held.number, number), "dup2");
	struct held copy = hold_again(&held, number, "duplicated", 0);
	saw(&s, stage, "descriptor_duplicate", "dup2");
	say_held(&s, &copy, stage->secret);
	told(&s);
	return copy;
}

static void still_secret(struct stage *stage, const struct held *held)
{
	struct statement s;
	char bytes[20];
	long count = must(stage, call(SYS_read, held->number, bytes, sizeof(bytes)), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, count);
	say_held(&s, held, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

#define LANDLOCK_ASK_VERSION 1u /* LANDLOCK_CREATE_RULESET_VERSION */

static void play_landlock_version(struct stage *stage)
{
	long version = must(stage, call(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_ASK_VERSION), "landlock");
	struct held held = secret_at(stage, (int)version);
	if (call(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_ASK_VERSION) != version)
		fail(stage, "another version than before");
	still_secret(stage, &held);
}

#ifndef IORING_SETUP_NO_MMAP
#define IORING_SETUP_NO_MMAP (1u << 14)
#endif
#ifndef IORING_SETUP_REGISTERED_FD_ONLY
#define IORING_SETUP_REGISTERED_FD_ONLY (1u << 15)
#endif

/* A ring that has a place among the rings of the thread and no descriptor. */
static void play_ring_without_descriptor(struct stage *stage)
{
	static char pages[2][4096] __attribute__((aligned(4096)));
	struct io_uring_params parameters = { .flags = IORING_SETUP_NO_MMAP | IORING_SETUP_REGISTERED_FD_ONLY };
	uint64_t rings = (uintptr_t)pages[0], entries = (uintptr_t)pages[1];
	/* cq_off.user_addr and sq_off.user_addr, which older headers call resv2. */
	memcpy((char *)&parameters.cq_off + 32, &rings, sizeof(rings));
	memcpy((char *)&parameters.sq_off + 32, &entries, sizeof(entries));
	memset(pages, 0, sizeof(pages));
	struct held held = secret_at(stage, 0);
	long place = call(SYS_io_uring_setup, 4, &parameters);
	if (place == -EINVAL || place == -ENOMEM)
		skip(stage, "no rings without a descriptor here: %s", errno_name((int)-place));
	if (must(stage, place, "io_uring_setup") != 0)
		fail(stage, "the first ring has another place than the first");
	still_secret(stage, &held);
}

static void play_fspick(struct stage *stage)
{
	made(stage, "fspick", call(SYS_fspick, AT_FDCWD, "/proc", 1), "other");
}

static void play_mq_open(struct stage *stage)
{
	struct statement s;
	char name[32];
	snprintf(name, sizeof(name), "acts-%d", getpid());
	long fd = must(stage, call(SYS_mq_open, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600, NULL), "mq_open");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "descriptor_create", "mq_open");
	say_result(&s, fd);
	say_held(&s, &held, NULL);
	told(&s);
	call(SYS_mq_unlink, name);
}

static void socket_made(struct stage *stage, int family, int type, const char *family_name, const char *type_name)
{
	struct statement s;
	long fd = must(stage, call(SYS_socket, family, type, 0), "socket");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "descriptor_create", "socket");
	say_result(&s, fd);
	say_held(&s, &held, NULL);
	say_text(&s, "detpack.socket.family", family_name);
	say_text(&s, "detpack.socket.type", type_name);
	told(&s);
}

static void play_socket(struct stage *stage)
{
	socket_made(stage, AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, "inet", "stream");
}

static void play_socket_dgram6(struct stage *stage)
{
	socket_made(stage, AF_INET6, SOCK_DGRAM, "inet6", "dgram");
}

static void play_socket_unix(struct stage *stage)
{
	socket_made(stage, AF_UNIX, SOCK_SEQPACKET, "unix", "seqpacket");
}

static void play_socket_netlink(struct stage *stage)
{
	socket_made(stage, AF_NETLINK, SOCK_RAW, "netlink", "raw");
}

static void play_socket_packet(struct stage *stage)
{
	socket_made(stage, AF_PACKET, SOCK_DGRAM, "packet", "dgram");
}

static void play_socket_refused(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_socket, AF_INET, 77, 0);
	if (result != -EINVAL)
		fail(stage, "a socket of no type gave %ld", result);
	saw(&s, stage, "descriptor_create", "socket");
	say_result(&s, result);
	told(&s);
}

const struct act maker_acts[] = {
	{ "pipe", NULL, play_pipe, NULL },
	{ "pipe2", NULL, play_pipe2, NULL },
	{ "socketpair", NULL, play_socketpair, NULL },
	{ "eventfd", NULL, play_eventfd, NULL },
	{ "eventfd2", NULL, play_eventfd2, NULL },
	{ "epoll-create", NULL, play_epoll_create, NULL },
	{ "epoll-create1", NULL, play_epoll_create1, NULL },
	{ "signalfd", NULL, play_signalfd, NULL },
	{ "signalfd4", NULL, play_signalfd4, NULL },
	{ "timerfd-create", NULL, play_timerfd_create, NULL },
	{ "memfd-create", NULL, play_memfd_create, NULL },
	{ "memfd-transfer", NULL, play_memfd_transfer, NULL },
	{ "memfd-secret", NULL, play_memfd_secret, NULL },
	{ "pidfd-open", NULL, play_pidfd_open, NULL },
	{ "inotify-init", NULL, play_inotify_init, NULL },
	{ "inotify-init1", NULL, play_inotify_init1, NULL },
	{ "fanotify-init", NULL, play_fanotify_init, NULL },
	{ "perf-event-open", NULL, play_perf_event_open, NULL },
	{ "io-uring-setup", NULL, play_io_uring_setup, NULL },
	{ "open-by-handle-at", NULL, play_open_by_handle_at, NULL },
	{ "fsopen", NULL, play_fsopen, NULL },
	{ "userfaultfd", NULL, play_userfaultfd, NULL },
	{ "landlock-create-ruleset", NULL, play_landlock_create_ruleset, NULL },
	{ "landlock-version", NULL, play_landlock_version, NULL },
	{ "ring-without-descriptor", NULL, play_ring_without_descriptor, NULL },
	{ "fspick", NULL, play_fspick, NULL },
	{ "mq-open", NULL, play_mq_open, NULL },
	{ "socket", NULL, play_socket, NULL },
	{ "socket-dgram6", NULL, play_socket_dgram6, NULL },
	{ "socket-unix", NULL, play_socket_unix, NULL },
	{ "socket-netlink", NULL, play_socket_netlink, NULL },
	{ "socket-packet", NULL, play_socket_packet, NULL },
	{ "socket-refused", NULL, play_socket_refused, NULL },
	{ 0 },
};
