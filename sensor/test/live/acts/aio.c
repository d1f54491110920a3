// SPDX-License-Identifier: Apache-2.0
/* The older asynchronous I/O: what is submitted is a use, though its end is told to nobody but the caller. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char buffer[512];
static struct iovec pieces[1] = { { buffer, 70 } };

static void submitted(struct stage *stage, struct iocb *wanted, const char *action, const struct held *held,
		      const char *path, long bytes)
{
	struct statement s;
	aio_context_t context = 0;
	struct iocb *list[1] = { wanted };
	long result = call(SYS_io_setup, 4, &context);
	must(stage, result, "io_setup");
	must(stage, call(SYS_io_submit, context, 1, list), "io_submit");
	saw(&s, stage, action, "io_submit");
	say_text(&s, "event.outcome", "unknown");
	say_number(&s, "detpack.use.bytes", bytes);
	say_held(&s, held, path);
	told(&s);
}

static struct iocb operation(int number, unsigned short what, const void *from, unsigned long length)
{
	return (struct iocb){ .aio_fildes = (unsigned int)number, .aio_lio_opcode = what,
			      .aio_buf = (uintptr_t)from, .aio_nbytes = length };
}

static void play_read(struct stage *stage)
{
	struct held held = open_said(stage, stage->secret, O_RDONLY, "it");
	struct iocb wanted = operation(held.number, IOCB_CMD_PREAD, buffer, 100);
	submitted(stage, &wanted, "file_read", &held, stage->secret, 100);
}

static void play_readv(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	struct iocb wanted = operation(held.number, IOCB_CMD_PREADV, pieces, 1);
	submitted(stage, &wanted, "file_read", &held, stage->plain, 70);
}

static void play_write(struct stage *stage)
{
	struct held held = open_said(stage, stage->plain, O_RDWR, "it");
	struct iocb wanted = operation(held.number, IOCB_CMD_PWRITE, buffer, 30);
	submitted(stage, &wanted, "file_write", &held, stage->plain, 30);
}

const struct act aio_acts[] = {
	{ "aio-read", NULL, play_read, NULL },
	{ "aio-readv", NULL, play_readv, NULL },
	{ "aio-write", NULL, play_write, NULL },
	{ 0 },
};
