// SPDX-License-Identifier: Apache-2.0
/* Files in memory, and memory that becomes executable. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

static void mapped(struct stage *stage, const struct held *held, int protection, int flags, const char *const *names)
{
	struct statement s;
	long address = call(SYS_mmap, NULL, 4096L, (long)protection, (long)flags, (long)held->number, 0L);
	if (address < 0 && address > -4096)
		must(stage, address, "mmap");
	saw(&s, stage, "file_map", "mmap");
	say_result(&s, 0);
	say_held(&s, held, NULL);
	say_text(&s, "detpack.route", "mmap");
	say_list(&s, "detpack.memory.protection", names);
	if (flags & MAP_SHARED)
		say_flag(&s, "detpack.memory.shared", true);
	else
		say_absent(&s, "detpack.memory.shared");
	say_number(&s, "detpack.use.bytes", 4096);
	told(&s);
}

static const char *const read_only[] = { "read", NULL };
static const char *const read_write[] = { "read", "write", NULL };
static const char *const read_execute[] = { "read", "exec", NULL };
static const char *const all[] = { "read", "write", "exec", NULL };

static void play_mmap_read(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	mapped(stage, &held, PROT_READ, MAP_PRIVATE, read_only);
}

static void play_mmap_shared(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDWR, "it");
	mapped(stage, &held, PROT_READ | PROT_WRITE, MAP_SHARED, read_write);
}

static void play_mmap_execute(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	mapped(stage, &held, PROT_READ | PROT_EXEC, MAP_PRIVATE, read_execute);
}

static void play_mmap_refused(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->plain, O_WRONLY, "it");
	long result = call(SYS_mmap, NULL, 4096L, (long)PROT_READ, (long)MAP_PRIVATE, (long)held.number, 0L);
	if (result != -EACCES)
		fail(stage, "mmap of a descriptor for writing gave %ld", result);
	saw(&s, stage, "file_map", "mmap");
	say_result(&s, result);
	say_held(&s, &held, NULL);
	told(&s);
}

/* Anonymous memory is no use of a file; it is one of memory only when it can be executed. */
static void play_mmap_anonymous(struct stage *stage)
{
	long flags = MAP_PRIVATE | MAP_ANONYMOUS;
	long address = call(SYS_mmap, NULL, 4096L, (long)(PROT_READ | PROT_WRITE), flags, -1L, 0L);
	if (address < 0 && address > -4096)
		must(stage, address, "mmap");
}

static void play_mmap_anonymous_execute(struct stage *stage)
{
	struct statement s;
	long flags = MAP_PRIVATE | MAP_ANONYMOUS;
	long address = call(SYS_mmap, NULL, 4096L, (long)(PROT_READ | PROT_WRITE | PROT_EXEC), flags, -1L, 0L);
	if (address < 0 && address > -4096)
		must(stage, address, "mmap");
	saw(&s, stage, "memory_exec", "mmap");
	say_result(&s, 0);
	say_list(&s, "detpack.memory.protection", all);
	say_absent(&s, "file.path");
	told(&s);
}

static void play_mprotect(struct stage *stage)
{
	struct statement s;
	long flags = MAP_PRIVATE | MAP_ANONYMOUS;
	long address = call(SYS_mmap, NULL, 4096L, (long)(PROT_READ | PROT_WRITE), flags, -1L, 0L);
	long result = must(stage, call(SYS_mprotect, address, 4096L, (long)(PROT_READ | PROT_EXEC)), "mprotect");
	saw(&s, stage, "memory_exec", "mprotect");
	say_result(&s, result);
	say_list(&s, "detpack.memory.protection", read_execute);
	told(&s);
	must(stage, call(SYS_mprotect, address, 4096L, (long)PROT_READ), "mprotect");
}

static void play_pkey_mprotect(struct stage *stage)
{
	struct statement s;
	long flags = MAP_PRIVATE | MAP_ANONYMOUS;
	long address = call(SYS_mmap, NULL, 4096L, (long)(PROT_READ | PROT_WRITE), flags, -1L, 0L);
	long protection = PROT_READ | PROT_EXEC;
	long result = must(stage, call(SYS_pkey_mprotect, address, 4096L, protection, -1L), "pkey_mprotect");
	saw(&s, stage, "memory_exec", "pkey_mprotect");
	say_result(&s, result);
	say_list(&s, "detpack.memory.protection", read_execute);
	told(&s);
}

/* From now on all memory that can be read can be executed, without a call that says so. */
static void play_personality(struct stage *stage)
{
	struct statement s;
	long before = must(stage, call(SYS_personality, 0xffffffffL), "personality");
	must(stage, call(SYS_personality, before | READ_IMPLIES_EXEC), "personality");
	saw(&s, stage, "memory_exec", "personality");
	say_list(&s, "detpack.memory.protection", read_execute);
	told(&s);
	must(stage, call(SYS_personality, before), "personality");
}

static void play_shmat_execute(struct stage *stage)
{
	struct statement s;
	long id = must(stage, call(SYS_shmget, (long)IPC_PRIVATE, 4096L, 0600L), "shmget");
	long address = call(SYS_shmat, id, NULL, (long)SHM_EXEC);
	call(SYS_shmctl, id, (long)IPC_RMID, NULL);
	must(stage, address, "shmat");
	saw(&s, stage, "memory_exec", "shmat");
	say_result(&s, 0);
	say_list(&s, "detpack.memory.protection", all);
	told(&s);
}

const struct act map_acts[] = {
	{ "mmap-read", NULL, play_mmap_read, NULL },
	{ "mmap-shared", NULL, play_mmap_shared, NULL },
	{ "mmap-execute", NULL, play_mmap_execute, NULL },
	{ "mmap-refused", NULL, play_mmap_refused, NULL },
	{ "mmap-anonymous", NULL, play_mmap_anonymous, NULL },
	{ "mmap-anonymous-execute", NULL, play_mmap_anonymous_execute, NULL },
	{ "mprotect", NULL, play_mprotect, NULL },
	{ "pkey-mprotect", NULL, play_pkey_mprotect, NULL },
	{ "personality", NULL, play_personality, NULL },
	{ "shmat-execute", NULL, play_shmat_execute, NULL },
	{ 0 },
};
