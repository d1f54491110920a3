// SPDX-License-Identifier: Apache-2.0
/* Looking into another process: ptrace, process_vm_readv and writev, /proc/PID/mem. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* At the same address in the target, which is a fork. */
static char memory[64] = "what the other process keeps";

static void prepare_target(struct stage *stage)
{
	stage->other = fork();
	if (stage->other == 0) {
		alarm(15);
		for (;;)
			pause();
	}
}

static void finish_target(struct stage *stage)
{
	kill(stage->other, SIGKILL);
	waitpid(stage->other, NULL, 0);
}

static void inspected(struct stage *stage, const char *name, long result, bool bytes)
{
	struct statement s;
	must(stage, result, name);
	saw(&s, stage, "process_inspect", name);
	say_result(&s, result);
	if (bytes)
		say_number(&s, "detpack.use.bytes", result);
	say_text(&s, "detpack.object.kind", "process");
	say_number(&s, "detpack.object.process.pid", stage->other);
	say_entity(&s, "detpack.object.process.entity_id", stage->other);
	say_text(&s, "detpack.object.process.name", "acts");
	told(&s);
}

/* The system call for PEEK takes a place to write to, other than the library's function. */
static void play_ptrace(struct stage *stage)
{
	long word = 0;
	inspected(stage, "ptrace", call(SYS_ptrace, PTRACE_ATTACH, stage->other, NULL, NULL), false);
	call(SYS_wait4, stage->other, NULL, __WALL, NULL);
	inspected(stage, "ptrace", call(SYS_ptrace, PTRACE_PEEKDATA, stage->other, memory, &word), false);
	inspected(stage, "ptrace", call(SYS_ptrace, PTRACE_POKEDATA, stage->other, memory, word), false);
	must(stage, call(SYS_ptrace, PTRACE_DETACH, stage->other, NULL, NULL), "PTRACE_DETACH");
}

static void play_ptrace_seize(struct stage *stage)
{
	inspected(stage, "ptrace", call(SYS_ptrace, PTRACE_SEIZE, stage->other, NULL, NULL), false);
}

static void play_ptrace_refused(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_ptrace, PTRACE_ATTACH, 4000000, NULL, NULL);
	if (result != -ESRCH)
		fail(stage, "ptrace of nobody gave %ld", result);
	saw(&s, stage, "process_inspect", "ptrace");
	say_result(&s, result);
	say_number(&s, "detpack.object.process.pid", 4000000);
	told(&s);
}

static void play_process_vm_readv(struct stage *stage)
{
	static char copy[64];
	struct iovec local = { copy, 28 }, remote = { memory, 28 };
	inspected(stage, "process_vm_readv", call(SYS_process_vm_readv, stage->other, &local, 1, &remote, 1, 0), true);
}

static void play_process_vm_writev(struct stage *stage)
{
	static char other[64] = "another text";
	struct iovec local = { other, 12 }, remote = { memory, 12 };
	long bytes = call(SYS_process_vm_writev, stage->other, &local, 1, &remote, 1, 0);
	inspected(stage, "process_vm_writev", bytes, true);
}

static struct held open_memory(struct stage *stage, const char *path)
{
	struct statement s;
	long fd = must(stage, call(SYS_open, path, O_RDWR), "open");
	struct held held = hold((int)fd, "memory");
	saw(&s, stage, "file_open", "open");
	say_descriptor(&s, &held);
	say_path(&s, path);
	told(&s);
	return held;
}

static void play_memory_file(struct stage *stage)
{
	char path[64];
	static char copy[64];
	snprintf(path, sizeof(path), "/proc/%d/mem", stage->other);
	struct held held = open_memory(stage, path);
	inspected(stage, "pread64", call(SYS_pread64, held.number, copy, 20, memory), true);
}

static void play_memory_file_write(struct stage *stage)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/mem", stage->other);
	struct held held = open_memory(stage, path);
	inspected(stage, "pwrite64", call(SYS_pwrite64, held.number, "other text", 10, memory), true);
}

const struct act inspect_acts[] = {
	{ "ptrace", prepare_target, play_ptrace, finish_target },
	{ "ptrace-seize", prepare_target, play_ptrace_seize, finish_target },
	{ "ptrace-refused", NULL, play_ptrace_refused, NULL },
	{ "process-vm-readv", prepare_target, play_process_vm_readv, finish_target },
	{ "process-vm-writev", prepare_target, play_process_vm_writev, finish_target },
	{ "memory-file", prepare_target, play_memory_file, finish_target },
	{ "memory-file-write", prepare_target, play_memory_file_write, finish_target },
	{ 0 },
};
