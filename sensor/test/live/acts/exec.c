// SPDX-License-Identifier: Apache-2.0
/*
 * Programs that are started. The new program is `acts --image N` (see main.c): it ends at once, so that what it does
 * is known. The statements are made before, since nothing of the old image is left to make them.
 */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void prepare_working_directory(struct stage *stage)
{
	if (chdir(stage->directory))
		fail(stage, "chdir: %s", errno_name(errno));
}

/* What the image will be: its exec, and its exit with that status. */
static void exec_said(struct stage *stage, const char *name, const char *program, const char *const *args,
		      const char *as)
{
	struct statement s;
	char line[1024] = "";
	int count = 0;
	for (; args[count]; count++) {
		if (count)
			strncat(line, " ", sizeof(line) - strlen(line) - 1);
		strncat(line, args[count], sizeof(line) - strlen(line) - 1);
	}
	saw(&s, stage, "process_exec", name);
	say_text(&s, "event.outcome", "success");
	if (program) {
		say_text(&s, "process.executable", program);
		say_path(&s, program);
	}
	/* Of a program run by its descriptor, kernels differ in the name. */
	if (as)
		say_text(&s, "process.name", as);
	say_list(&s, "process.args", args);
	say_number(&s, "process.args_count", count);
	say_text(&s, "process.command_line", line);
	say_text(&s, "process.working_directory", stage->directory);
	say_number(&s, "detpack.process.image", 1);
	say_later(&s);
	told(&s);
}

static void image_exit_said(struct stage *stage, int status)
{
	struct statement s;
	saw(&s, stage, "process_exit", NULL);
	say_number(&s, "process.exit_code", status);
	say_number(&s, "detpack.process.image", 1);
	say_later(&s);
	told(&s);
}

static void play_execve(struct stage *stage)
{
	const char *args[] = { "an-act", "--image", "4", NULL };
	exec_said(stage, "execve", stage->program, args, "acts");
	image_exit_said(stage, 4);
	call(SYS_execve, stage->program, args, args + 3);
	fail(stage, "execve failed");
}

static void play_execveat(struct stage *stage)
{
	const char *args[] = { "acts", "--image", "0", NULL };
	char program[PATH_SIZE];
	struct held directory;
	snprintf(program, sizeof(program), "%s", stage->program);
	char *slash = strrchr(program, '/');
	*slash = 0;
	directory = open_said(stage, program, O_RDONLY | O_DIRECTORY, "directory");
	exec_said(stage, "execveat", stage->program, args, "acts");
	image_exit_said(stage, 0);
	call(SYS_execveat, directory.number, slash + 1, args, args + 3, 0);
	fail(stage, "execveat failed");
}

static void play_exec_descriptor(struct stage *stage)
{
	const char *args[] = { "by-descriptor", "--image", "0", NULL };
	struct held program = open_said(stage, stage->program, O_PATH | O_CLOEXEC, "program");
	exec_said(stage, "execveat", stage->program, args, NULL);
	image_exit_said(stage, 0);
	call(SYS_execveat, program.number, "", args, args + 3, AT_EMPTY_PATH);
	fail(stage, "execveat failed");
}

static void copy_into(struct stage *stage, int to)
{
	int from = open(stage->program, O_RDONLY | O_CLOEXEC);
	char block[65536];
	ssize_t some;
	while ((some = read(from, block, sizeof(block))) > 0)
		if (write(to, block, (size_t)some) != some)
			fail(stage, "the copy failed");
	close(from);
}

/* The copy is made by the stage process: only the exec is the actor's. */
static void prepare_memfd(struct stage *stage)
{
	prepare_working_directory(stage);
	stage->number[0] = (int)call(SYS_memfd_create, "ghost", 0);
	if (stage->number[0] < 0)
		fail(stage, "memfd_create");
	copy_into(stage, stage->number[0]);
}

static void play_exec_memfd(struct stage *stage)
{
	const char *args[] = { "ghost", "--image", "0", NULL };
	struct statement s;
	struct stat status;
	if (fstat(stage->number[0], &status))
		fail(stage, "fstat");
	saw(&s, stage, "process_exec", "execveat");
	say_text(&s, "detpack.object.kind", "memfd");
	say_object_id(&s, "detpack.object.id", status.st_dev, status.st_ino);
	say_text(&s, "process.executable", "/memfd:ghost (deleted)");
	say_list(&s, "process.args", args);
	say_later(&s);
	told(&s);
	image_exit_said(stage, 0);
	call(SYS_execveat, stage->number[0], "", args, args + 3, AT_EMPTY_PATH);
	fail(stage, "execveat failed");
}

static void prepare_script(struct stage *stage)
{
	char text[PATH_SIZE + 32];
	prepare_working_directory(stage);
	join(stage->path[0], stage->directory, "script.sh");
	int fd = open(stage->path[0], O_WRONLY | O_CREAT, 0755);
	/* The kernel passes the rest of the line as one argument, then the script's own path. */
	int length = snprintf(text, sizeof(text), "#!%s --image-script\n", stage->program);
	if (fd < 0 || write(fd, text, (size_t)length) != length)
		fail(stage, "cannot write a script");
	close(fd);
}

static void play_exec_script(struct stage *stage)
{
	const char *args[] = { "script.sh", "one", NULL };
	const char *seen[] = { stage->program, "--image-script", stage->path[0], "one", NULL };
	exec_said(stage, "execve", stage->program, seen, "script.sh");
	image_exit_said(stage, 5);
	call(SYS_execve, stage->path[0], args, args + 2);
	fail(stage, "execve failed");
}

/* Kept over exec: the new image reads what the old one opened. The one with O_CLOEXEC is gone. */
static void play_exec_keeps(struct stage *stage)
{
	const char *args[] = { "acts", "--image-read", "3", NULL };
	struct statement s;
	struct held kept = open_said(stage, stage->secret, O_RDONLY, "kept");
	if (kept.number != 3)
		fail(stage, "the descriptor is not 3");
	open_said(stage, stage->plain, O_RDONLY | O_CLOEXEC, "closed");
	exec_said(stage, "execve", stage->program, args, "acts");
	saw(&s, stage, "file_read", "read");
	say_result(&s, 0);
	say_number(&s, "detpack.use.bytes", 33);
	say_held(&s, &kept, stage->secret);
	say_text(&s, "detpack.object.class", "credential");
	say_number(&s, "detpack.process.image", 1);
	say_later(&s);
	told(&s);
	image_exit_said(stage, 0);
	call(SYS_execve, stage->program, args, args + 3);
	fail(stage, "execve failed");
}

/* A program of root's that any user runs as root; the stage process, and so the actor, is nobody. */
static void prepare_set_id(struct stage *stage)
{
	prepare_working_directory(stage);
	join(stage->path[0], stage->directory, "set-id");
	int fd = open(stage->path[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (fd < 0)
		fail(stage, "cannot write a program");
	copy_into(stage, fd);
	if (fchmod(fd, 04755) || close(fd))
		fail(stage, "fchmod: %s", errno_name(errno));
	if (setgid(65534) || setuid(65534))
		skip(stage, "needs root");
}

static void play_exec_set_id(struct stage *stage)
{
	const char *args[] = { "set-id", "--image", "0", NULL };
	struct statement s;
	saw(&s, stage, "process_exec", "execve");
	say_user(&s, 0, 65534);
	say_path(&s, stage->path[0]);
	say_text(&s, "process.executable", stage->path[0]);
	say_list(&s, "process.args", args);
	say_number(&s, "detpack.process.image", 1);
	say_later(&s);
	told(&s);
	saw(&s, stage, "privilege_change", NULL);
	say_user(&s, 0, 65534);
	say_text(&s, "event.outcome", "success");
	say_text(&s, "user.effective.id", "0");
	say_text(&s, "user.changes.id", "65534");
	say_number(&s, "detpack.process.image", 1);
	say_later(&s);
	told(&s);
	saw(&s, stage, "process_exit", NULL);
	say_user(&s, 0, 65534);
	say_number(&s, "process.exit_code", 0);
	say_number(&s, "detpack.process.image", 1);
	say_later(&s);
	told(&s);
	if (call(SYS_execve, stage->path[0], args, args + 3) == -EACCES)
		skip(stage, "nobody may not come to the stage's directory");
	fail(stage, "execve failed");
}

static void play_exec_missing(struct stage *stage)
{
	struct statement s;
	const char *args[] = { "missing", NULL };
	char path[PATH_SIZE];
	join(path, stage->directory, "missing");
	long result = call(SYS_execve, path, args, args + 1);
	if (result != -ENOENT)
		fail(stage, "execve of nothing gave %ld", result);
	saw(&s, stage, "process_exec", "execve");
	say_result(&s, result);
	say_by_string(&s, path);
	say_text(&s, "process.name", "acts");
	told(&s);
}

static void play_exec_denied(struct stage *stage)
{
	struct statement s;
	const char *args[] = { "plain", NULL };
	long result = call(SYS_execve, stage->plain, args, args + 1);
	if (result != -EACCES)
		fail(stage, "execve of a file that is no program gave %ld", result);
	saw(&s, stage, "process_exec", "execve");
	say_result(&s, result);
	say_by_string(&s, stage->plain);
	told(&s);
}

static void capability_said(struct stage *stage, bool of_the_image)
{
	struct statement s;
	saw(&s, stage, "privilege_use", "chroot");
	say_text(&s, "detpack.linux_capability", "CAP_SYS_CHROOT");
	say_flag(&s, "detpack.granted", true);
	if (of_the_image)
		say_number(&s, "detpack.process.image", 1);
	say_maybe(&s, "kernels before 6.14 do not tell the use of Linux capabilities");
	say_later(&s);
	told(&s);
}

/* Told once for each program that runs, however often it is used. */
static void play_exec_capability(struct stage *stage)
{
	const char *args[] = { "acts", "--image-chroot", NULL };
	for (int i = 0; i < 3; i++)
		must(stage, call(SYS_chroot, "/"), "chroot");
	capability_said(stage, false);
	exec_said(stage, "execve", stage->program, args, "acts");
	capability_said(stage, true);
	image_exit_said(stage, 0);
	call(SYS_execve, stage->program, args, args + 2);
	fail(stage, "execve failed");
}

static void play_execveat_missing(struct stage *stage)
{
	struct statement s;
	char path[PATH_SIZE];
	const char *args[] = { "missing", NULL };
	struct held directory = open_said(stage, stage->directory, O_RDONLY | O_DIRECTORY, "directory");
	join(path, stage->directory, "missing");
	long result = call(SYS_execveat, directory.number, "missing", args, args + 1, 0);
	if (result != -ENOENT)
		fail(stage, "exec of nothing gave %ld", result);
	saw(&s, stage, "process_exec", "execveat");
	say_result(&s, result);
	say_by_string(&s, path);
	told(&s);
}

const struct act exec_acts[] = {
	{ "execve", prepare_working_directory, play_execve, NULL },
	{ "execveat", prepare_working_directory, play_execveat, NULL },
	{ "exec-descriptor", prepare_working_directory, play_exec_descriptor, NULL },
	{ "exec-memfd", prepare_memfd, play_exec_memfd, NULL },
	{ "exec-script", prepare_script, play_exec_script, NULL },
	{ "exec-keeps", prepare_working_directory, play_exec_keeps, NULL },
	{ "exec-set-id", prepare_set_id, play_exec_set_id, NULL },
	{ "exec-capability", prepare_working_directory, play_exec_capability, NULL },
	{ "exec-missing", NULL, play_exec_missing, NULL },
	{ "execveat-missing", NULL, play_execveat_missing, NULL },
	{ "exec-denied", NULL, play_exec_denied, NULL },
	{ 0 },
};
