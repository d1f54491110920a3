// SPDX-License-Identifier: Apache-2.0
/* The 32-bit way into the kernel, int 0x80, from a 64-bit process: other numbers for the same uses. */
#define _GNU_SOURCE
#include "endpoint.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers of the 32-bit table. */
#define OPEN_32 5
#define READ_32 3
#define WRITE_32 4
#define DUP2_32 63
#define SOCKETCALL_32 102
#define CONNECT_CALL 3

/* The program is linked to low addresses, so static memory can be named with 32 bits. */
static char path[PATH_SIZE];
static char buffer[256];
static union address remote;
static unsigned int arguments[6];
static sigjmp_buf refused;

static long call32(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

static void no_gate(int signal)
{
	(void)signal;
	siglongjmp(refused, 1);
}

/* A kernel without IA32_EMULATION answers with SIGSEGV. */
static void try_gate(struct stage *stage)
{
	struct sigaction action = { .sa_handler = no_gate };
	sigaction(SIGSEGV, &action, NULL);
	if (sigsetjmp(refused, 1))
		skip(stage, "no 32-bit calls here");
	if (call32(20 /* getpid */, 0, 0, 0) != getpid())
		skip(stage, "no 32-bit calls here");
	if ((uintptr_t)buffer >> 32)
		fail(stage, "the program is not linked to low addresses");
}

static struct held open_32(struct stage *stage, const char *file, int flags)
{
	struct statement s;
	strcpy(path, file);
	long fd = must(stage, call32(OPEN_32, (long)(uintptr_t)path, flags, 0), "open");
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "file_open", "open");
	say_result(&s, fd);
	say_held(&s, &held, file);
	say_text(&s, "detpack.route", "compat");
	told(&s);
	return held;
}

static void play_open(struct stage *stage)
{
	try_gate(stage);
	open_32(stage, stage->plain, O_RDONLY | O_CLOEXEC);
}

static void moved(struct stage *stage, const char *action, const char *name, const struct held *held, long bytes)
{
	struct statement s;
	must(stage, bytes, name);
	saw(&s, stage, action, name);
	say_moved(&s, bytes);
	say_held(&s, held, NULL);
	say_text(&s, "detpack.route", "compat");
	told(&s);
}

static void play_read(struct stage *stage)
{
	try_gate(stage);
	struct held held = open_32(stage, stage->secret, O_RDONLY);
	moved(stage, "file_read", "read", &held, call32(READ_32, held.number, (long)(uintptr_t)buffer, 90));
}

static void play_write(struct stage *stage)
{
	try_gate(stage);
	struct held held = open_32(stage, stage->plain, O_WRONLY);
	moved(stage, "file_write", "write", &held, call32(WRITE_32, held.number, (long)(uintptr_t)buffer, 90));
}

static void play_missing(struct stage *stage)
{
	struct statement s;
	try_gate(stage);
	join(path, stage->directory, "missing");
	long result = call32(OPEN_32, (long)(uintptr_t)path, O_RDONLY, 0);
	if (result != -ENOENT)
		fail(stage, "open of nothing gave %ld", result);
	saw(&s, stage, "file_open", "open");
	say_result(&s, result);
	say_by_string(&s, path);
	say_text(&s, "detpack.route", "compat");
	told(&s);
}

static void play_dup2(struct stage *stage)
{
	struct statement s;
	try_gate(stage);
	struct held held = open_32(stage, stage->plain, O_RDONLY);
	long fd = must(stage, call32(DUP2_32, held.number, 60, 0), "dup2");
	struct held copy = hold_again(&held, (int)fd, "duplicated", 0);
	saw(&s, stage, "descriptor_duplicate", "dup2");
	say_held(&s, &copy, NULL);
	say_text(&s, "detpack.route", "compat");
	told(&s);
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

static void play_connect(struct stage *stage)
{
	struct statement s;
	try_gate(stage);
	memcpy(&remote, stage->path[0], sizeof(remote));
	struct held held = socket_said(stage, AF_INET, SOCK_STREAM, "client");
	arguments[0] = (unsigned int)held.number;
	arguments[1] = (unsigned int)(uintptr_t)&remote;
	arguments[2] = sizeof(remote.v4);
	long result = must(stage, call32(SOCKETCALL_32, CONNECT_CALL, (long)(uintptr_t)arguments, 0), "connect");
	saw(&s, stage, "network_connect", NULL);
	say_result(&s, result);
	say_held(&s, &held, NULL);
	say_end(&s, true, &remote, sizeof(remote.v4));
	say_transport(&s, "tcp", "ipv4");
	say_text(&s, "detpack.route", "compat");
	told(&s);
}

#define SOCKETPAIR_CALL 8
#define RECVMSG_CALL 17
#define SENDMSG_32 370

/* A message and its control data as a 32-bit program lays them out. */
struct message32 {
	unsigned int name, name_length, vector, vector_length, control, control_length, flags;
};

static struct {
	unsigned int length, level, type;
	int numbers[2];
} control;
static struct message32 message;
static unsigned int vector[2];
static int pair[2];

static void pack(size_t numbers)
{
	vector[0] = (unsigned int)(uintptr_t)buffer;
	vector[1] = 1;
	control.length = (unsigned int)(12 + numbers * sizeof(int));
	control.level = SOL_SOCKET;
	control.type = SCM_RIGHTS;
	message = (struct message32){ .vector = (unsigned int)(uintptr_t)vector, .vector_length = 1,
				      .control = (unsigned int)(uintptr_t)&control, .control_length = control.length };
}

/* Two descriptors, sent by a call of its own and received by socketcall(2). */
static void play_pass(struct stage *stage)
{
	struct statement s;
	struct held ends[2], passed[2];
	try_gate(stage);
	passed[0] = open_said(stage, stage->plain, O_RDONLY, "plain");
	passed[1] = open_said(stage, stage->secret, O_RDONLY, "secret");
	arguments[0] = AF_UNIX;
	arguments[1] = SOCK_STREAM;
	arguments[2] = 0;
	arguments[3] = (unsigned int)(uintptr_t)pair;
	must(stage, call32(SOCKETCALL_32, SOCKETPAIR_CALL, (long)(uintptr_t)arguments, 0), "socketpair");
	for (int i = 0; i < 2; i++) {
		ends[i] = hold(pair[i], i ? "other" : "one");
		saw(&s, stage, "descriptor_create", "socketpair");
		say_held(&s, &ends[i], NULL);
		say_text(&s, "detpack.route", "compat");
		told(&s);
	}
	pack(2);
	control.numbers[0] = passed[0].number;
	control.numbers[1] = passed[1].number;
	moved(stage, "network_send", "sendmsg", &ends[0],
	      call32(SENDMSG_32, ends[0].number, (long)(uintptr_t)&message, 0));
	for (int i = 0; i < 2; i++) {
		saw(&s, stage, "descriptor_send", "sendmsg");
		say_held(&s, &passed[i], NULL);
		say_text(&s, "detpack.route", "compat");
		told(&s);
	}
	pack(2);
	control.numbers[0] = control.numbers[1] = -1;
	arguments[0] = (unsigned int)ends[1].number;
	arguments[1] = (unsigned int)(uintptr_t)&message;
	arguments[2] = 0;
	moved(stage, "network_receive", "recvmsg", &ends[1],
	      call32(SOCKETCALL_32, RECVMSG_CALL, (long)(uintptr_t)arguments, 0));
	for (int i = 0; i < 2; i++) {
		struct held held = hold_again(&passed[i], control.numbers[i], "received", getpid());
		saw(&s, stage, "descriptor_receive", "recvmsg");
		say_held(&s, &held, NULL);
		say_text(&s, "detpack.route", "compat");
		told(&s);
	}
}

const struct act compat32_acts[] = {
	{ "compat-open", NULL, play_open, NULL },
	{ "compat-read", NULL, play_read, NULL },
	{ "compat-write", NULL, play_write, NULL },
	{ "compat-missing", NULL, play_missing, NULL },
	{ "compat-dup2", NULL, play_dup2, NULL },
	{ "compat-connect", prepare_server, play_connect, NULL },
	{ "compat-pass", NULL, play_pass, NULL },
	{ 0 },
};
