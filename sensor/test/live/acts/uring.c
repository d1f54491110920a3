// SPDX-License-Identifier: Apache-2.0
/* io_uring on files: read, written, opened, in worker threads, linked, silent, with fixed files. */
#define _GNU_SOURCE
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct ring ring;
static char buffer[256];

static void fill_read(struct io_uring_sqe *entry, int number, unsigned int length)
{
	entry->fd = number;
	entry->addr = (uint64_t)(uintptr_t)buffer;
	entry->len = length;
}

static void read_seen(struct stage *stage, const struct held *held, long bytes)
{
	struct statement s;
	saw_operation(&s, stage, "file_read", "IORING_OP_READ");
	say_moved(&s, bytes);
	say_held(&s, held, NULL);
	told(&s);
}

static struct held reader(struct stage *stage)
{
	return open_said(stage, stage->plain, O_RDONLY, "it");
}

static void read_with(struct stage *stage, unsigned int setup, unsigned char flags)
{
	struct held held = reader(stage);
	ring_open(stage, &ring, setup);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_READ);
	fill_read(entry, held.number, 100);
	entry->flags = flags;
	read_seen(stage, &held, must(stage, ring_do(stage, &ring), "IORING_OP_READ"));
}

static void play_read(struct stage *stage)
{
	read_with(stage, 0, 0);
}

static void play_read_async(struct stage *stage)
{
	read_with(stage, 0, IOSQE_ASYNC);
}

static void play_read_sqpoll(struct stage *stage)
{
	read_with(stage, IORING_SETUP_SQPOLL, 0);
}

static void play_read_secret(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->secret, O_RDONLY, "it");
	ring_open(stage, &ring, 0);
	fill_read(ring_next(&ring, IORING_OP_READ), held.number, 100);
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_READ");
	saw_operation(&s, stage, "file_read", "IORING_OP_READ");
	say_moved(&s, bytes);
	say_held(&s, &held, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

static void play_readv(struct stage *stage)
{
	struct statement s;
	struct iovec { void *base; size_t length; } piece = { buffer, 80 };
	struct held held = reader(stage);
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_READV);
	entry->fd = held.number;
	entry->addr = (uint64_t)(uintptr_t)&piece;
	entry->len = 1;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_READV");
	saw_operation(&s, stage, "file_read", "IORING_OP_READV");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	told(&s);
}

static void play_write(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->plain, O_RDWR, "it");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_WRITE);
	fill_read(entry, held.number, 60);
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_WRITE");
	saw_operation(&s, stage, "file_write", "IORING_OP_WRITE");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	told(&s);
}

static void play_openat(struct stage *stage)
{
	struct statement s;
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_OPENAT);
	entry->fd = AT_FDCWD;
	entry->addr = (uint64_t)(uintptr_t)stage->plain;
	entry->open_flags = O_RDWR | O_CREAT | O_CLOEXEC;
	long fd = must(stage, ring_do(stage, &ring), "IORING_OP_OPENAT");
	struct held held = hold((int)fd, "it");
	held.asked = O_CREAT;
	saw_operation(&s, stage, "file_open", "IORING_OP_OPENAT");
	say_result(&s, fd);
	say_held(&s, &held, stage->plain);
	told(&s);
	held.asked = 0;
	long bytes = must(stage, call(SYS_read, fd, buffer, 10), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &held, stage->plain);
	told(&s);
}

static void play_openat_missing(struct stage *stage)
{
	struct statement s;
	char path[PATH_SIZE];
	join(path, stage->directory, "missing");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_OPENAT);
	entry->fd = AT_FDCWD;
	entry->addr = (uint64_t)(uintptr_t)path;
	entry->open_flags = O_RDONLY;
	long result = ring_do(stage, &ring);
	if (result != -ENOENT)
		fail(stage, "IORING_OP_OPENAT of nothing gave %ld", result);
	saw_operation(&s, stage, "file_open", "IORING_OP_OPENAT");
	say_result(&s, result);
	say_path(&s, path);
	told(&s);
}

/* Opened into the ring's own table: there is no number, and the lineage still holds. */
static void play_open_fixed(struct stage *stage)
{
	struct statement s;
	const int none[4] = { -1, -1, -1, -1 };
	ring_open(stage, &ring, 0);
	ring_register(stage, &ring, none, 4);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_OPENAT);
	entry->fd = AT_FDCWD;
	entry->addr = (uint64_t)(uintptr_t)stage->secret;
	entry->open_flags = O_RDONLY;
	entry->file_index = 2;
	long result = ring_do(stage, &ring);
	if (result == -EINVAL)
		skip(stage, "no direct descriptors here");
	must(stage, result, "IORING_OP_OPENAT");
	saw_operation(&s, stage, "file_open", "IORING_OP_OPENAT");
	say_result(&s, result);
	say_path(&s, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
	entry = ring_next(&ring, IORING_OP_READ);
	fill_read(entry, 1, 40);
	entry->flags = IOSQE_FIXED_FILE;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_READ");
	saw_operation(&s, stage, "file_read", "IORING_OP_READ");
	say_moved(&s, bytes);
	say_path(&s, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

static void play_fixed_file(struct stage *stage)
{
	struct statement s;
	struct stat status;
	struct held held = open_said(stage, stage->secret, O_RDONLY, "it");
	ring_open(stage, &ring, 0);
	ring_register(stage, &ring, &held.number, 1);
	fstat(held.number, &status);
	close(held.number);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_READ);
	fill_read(entry, 0, 40);
	entry->flags = IOSQE_FIXED_FILE;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_READ");
	saw_operation(&s, stage, "file_read", "IORING_OP_READ");
	say_moved(&s, bytes);
	say_stat(&s, &status, stage->secret);
	say_same(&s, "detpack.description.id", "it");
	say_entity(&s, "detpack.descriptor.opened_by", getpid());
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
}

static void play_splice(struct stage *stage)
{
	struct statement s;
	struct held ends[2];
	struct held held = reader(stage);
	pipe_said(stage, ends, "read end", "write end");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_SPLICE);
	entry->fd = ends[1].number;
	entry->splice_fd_in = held.number;
	entry->splice_off_in = 0;
	entry->off = (uint64_t)-1;
	entry->len = 700;
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_SPLICE");
	saw_operation(&s, stage, "file_write", "IORING_OP_SPLICE");
	say_moved(&s, bytes);
	say_held(&s, &ends[1], NULL);
	say_source(&s, &held, stage->plain);
	told(&s);
}

/* A completion that nobody asked for: the submission must be enough to see it. */
static void play_skip(struct stage *stage)
{
	struct held held = reader(stage);
	struct held other = open_said(stage, stage->secret, O_RDONLY, "other");
	struct statement s;
	ring_open(stage, &ring, 0);
	if (!(ring.parameters.features & IORING_FEAT_CQE_SKIP))
		skip(stage, "no silent completions here");
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_READ);
	fill_read(entry, other.number, 40);
	entry->flags = IOSQE_CQE_SKIP_SUCCESS;
	fill_read(ring_next(&ring, IORING_OP_READ), held.number, 30);
	long bytes = must(stage, ring_do(stage, &ring), "IORING_OP_READ");
	saw_operation(&s, stage, "file_read", "IORING_OP_READ");
	say_held(&s, &other, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	told(&s);
	read_seen(stage, &held, bytes);
}

/*
 * The memory of a request that ended without a word is taken by one of another kind, which fails: it is no failed read. The
 * kernel gives what was freed last first.
 */
static void play_skip_then_cancel(struct stage *stage)
{
	static const char *const names[] = { "first", "second", "third", "fourth" };
	struct statement s;
	ring_open(stage, &ring, 0);
	if (!(ring.parameters.features & IORING_FEAT_CQE_SKIP))
		skip(stage, "no silent completions here");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct held held = open_said(stage, stage->plain, O_RDONLY, names[i]);
		struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_READ);
		fill_read(entry, held.number, 40);
		entry->flags = IOSQE_CQE_SKIP_SUCCESS;
		ring_submit(stage, &ring, 0);
		saw_operation(&s, stage, "file_read", "IORING_OP_READ");
		say_held(&s, &held, stage->plain);
		told(&s);
		ring_next(&ring, IORING_OP_ASYNC_CANCEL)->addr = 1; /* nothing is called so */
		long result = ring_do(stage, &ring);
		if (result != -ENOENT)
			fail(stage, "a cancellation of nothing gave %ld", result);
	}
}

static void play_linked(struct stage *stage)
{
	struct statement s;
	struct held held = reader(stage);
	struct held to = open_said(stage, stage->secret, O_RDWR, "to");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_READ);
	fill_read(entry, held.number, 50);
	entry->flags = IOSQE_IO_LINK;
	fill_read(ring_next(&ring, IORING_OP_WRITE), to.number, 50);
	ring_submit(stage, &ring, 2);
	read_seen(stage, &held, must(stage, ring_take(stage, &ring), "IORING_OP_READ"));
	long bytes = must(stage, ring_take(stage, &ring), "IORING_OP_WRITE");
	saw_operation(&s, stage, "file_write", "IORING_OP_WRITE");
	say_moved(&s, bytes);
	say_held(&s, &to, stage->secret);
	told(&s);
}

/* What is linked to something that fails is given up and no use; what was told when it was submitted is taken back. */
static void play_link_broken(struct stage *stage)
{
	struct statement s;
	struct held held = reader(stage);
	struct held other = open_said(stage, stage->secret, O_RDONLY, "other");
	ring_open(stage, &ring, 0);
	if (!(ring.parameters.features & IORING_FEAT_CQE_SKIP))
		skip(stage, "no silent completions here");
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_READ);
	fill_read(entry, -1, 50);
	entry->flags = IOSQE_IO_LINK;
	entry = ring_next(&ring, IORING_OP_READ);
	fill_read(entry, held.number, 50);
	entry->flags = IOSQE_IO_LINK;
	entry = ring_next(&ring, IORING_OP_READ);
	fill_read(entry, other.number, 40);
	entry->flags = IOSQE_CQE_SKIP_SUCCESS;
	ring_submit(stage, &ring, 3);
	long results[3] = { ring_take(stage, &ring), ring_take(stage, &ring), ring_take(stage, &ring) };
	if (results[0] != -EBADF || results[1] != -ECANCELED || results[2] != -ECANCELED)
		fail(stage, "a broken link gave %ld, %ld and %ld", results[0], results[1], results[2]);
	for (int i = 0; i < 2; i++) {
		saw_operation(&s, stage, "file_read", "IORING_OP_READ");
		say_text(&s, "event.outcome", i ? "failure" : "success");
		say_held(&s, &other, stage->secret);
		say_text(&s, "detpack.object.class", "credential");
		told(&s);
	}
}

static void play_close(struct stage *stage)
{
	struct held held = reader(stage);
	ring_open(stage, &ring, 0);
	ring_next(&ring, IORING_OP_CLOSE)->fd = held.number;
	must(stage, ring_do(stage, &ring), "IORING_OP_CLOSE");
	struct held again = open_said(stage, stage->secret, O_RDONLY, "again");
	if (again.number != held.number)
		fail(stage, "the number was not used again");
	struct statement s;
	long bytes = must(stage, call(SYS_read, again.number, buffer, 10), "read");
	saw(&s, stage, "file_read", "read");
	say_moved(&s, bytes);
	say_held(&s, &again, stage->secret);
	told(&s);
}

static void play_unlinkat(struct stage *stage)
{
	struct statement s;
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_UNLINKAT);
	entry->fd = AT_FDCWD;
	entry->addr = (uint64_t)(uintptr_t)stage->plain;
	long result = ring_do(stage, &ring);
	if (result == -EINVAL)
		skip(stage, "no IORING_OP_UNLINKAT here");
	must(stage, result, "IORING_OP_UNLINKAT");
	saw_operation(&s, stage, "file_delete", "IORING_OP_UNLINKAT");
	say_result(&s, result);
	say_path(&s, stage->plain);
	told(&s);
}

static void play_renameat(struct stage *stage)
{
	struct statement s;
	char to[PATH_SIZE];
	join(to, stage->directory, "renamed");
	ring_open(stage, &ring, 0);
	struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_RENAMEAT);
	entry->fd = AT_FDCWD;
	entry->addr = (uint64_t)(uintptr_t)stage->plain;
	entry->len = (unsigned int)AT_FDCWD;
	entry->addr2 = (uint64_t)(uintptr_t)to;
	long result = ring_do(stage, &ring);
	if (result == -EINVAL)
		skip(stage, "no IORING_OP_RENAMEAT here");
	must(stage, result, "IORING_OP_RENAMEAT");
	saw_operation(&s, stage, "file_rename", "IORING_OP_RENAMEAT");
	say_result(&s, result);
	say_path(&s, to);
	say_text(&s, "detpack.file.previous_path", stage->plain);
	told(&s);
}

/* What is linked is what the descriptor stands for: one by an empty path, one by the descriptor's name in /proc. */
static void play_linkat(struct stage *stage)
{
	struct statement s;
	char to[PATH_SIZE], link[64];
	struct held held = reader(stage);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", held.number);
	ring_open(stage, &ring, 0);
	for (int i = 0; i < 2; i++) {
		join(to, stage->directory, i ? "linked" : "also");
		struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_LINKAT);
		entry->fd = i ? AT_FDCWD : held.number;
		entry->addr = (uint64_t)(uintptr_t)(i ? link : "");
		entry->len = (unsigned int)AT_FDCWD;
		entry->addr2 = (uint64_t)(uintptr_t)to;
		entry->hardlink_flags = i ? AT_SYMLINK_FOLLOW : AT_EMPTY_PATH;
		long result = ring_do(stage, &ring);
		if (result == -EINVAL)
			skip(stage, "no IORING_OP_LINKAT here");
		must(stage, result, "IORING_OP_LINKAT");
		saw_operation(&s, stage, "file_create", "IORING_OP_LINKAT");
		say_result(&s, result);
		say_path(&s, to);
		say_text(&s, "file.target_path", stage->plain);
		told(&s);
	}
}

const struct act uring_acts[] = {
	{ "uring-read", NULL, play_read, NULL },
	{ "uring-read-async", NULL, play_read_async, NULL },
	{ "uring-read-sqpoll", NULL, play_read_sqpoll, NULL },
	{ "uring-read-secret", NULL, play_read_secret, NULL },
	{ "uring-readv", NULL, play_readv, NULL },
	{ "uring-write", NULL, play_write, NULL },
	{ "uring-openat", NULL, play_openat, NULL },
	{ "uring-openat-missing", NULL, play_openat_missing, NULL },
	{ "uring-open-fixed", NULL, play_open_fixed, NULL },
	{ "uring-fixed-file", NULL, play_fixed_file, NULL },
	{ "uring-splice", NULL, play_splice, NULL },
	{ "uring-skip", NULL, play_skip, NULL },
	{ "uring-skip-then-cancel", NULL, play_skip_then_cancel, NULL },
	{ "uring-linked", NULL, play_linked, NULL },
	{ "uring-link-broken", NULL, play_link_broken, NULL },
	{ "uring-close", NULL, play_close, NULL },
	{ "uring-unlinkat", NULL, play_unlinkat, NULL },
	{ "uring-renameat", NULL, play_renameat, NULL },
	{ "uring-linkat", NULL, play_linkat, NULL },
	{ 0 },
};
