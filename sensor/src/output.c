/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "src/json.h"
#include "src/output.h"

#define BUFFER_ENOUGH (256u << 10)
#define PIPE_WANTED (1 << 20)
#define RETRY 1000000000ull /* ns */

struct output {
	struct output_options options;
	int fd; /* -1: not open, which is tried again */
	bool is_socket;
	struct text waiting;
	size_t written;	   /* of `waiting` */
	size_t line_begun; /* of `waiting`: where the line that is being written begins */
	uint64_t file_size;
	int trouble;	   /* negative errno of the last attempt, 0: none */
	uint64_t retry_at; /* boot time, ns */
};

static const char *name_of(const struct output_options *options)
{
	return options->path ? options->path : "standard output";
}

/*
 * Standard output may be shared with others, who would not thank us for making it non-blocking. A pipe, file or terminal
 * can be opened once more with flags of its own; a socket cannot, but has MSG_DONTWAIT.
 */
static int open_standard(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL), fd;

	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_APPEND);
	if (fd >= 0)
		fcntl(fd, F_SETPIPE_SZ, PIPE_WANTED);
	return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

static int open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, failed;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		failed = -errno;
		close(fd);
		return failed;
	}
	return fd;
}

/* A file that ends within a line, since its writer was killed, gets a line end first. */
static int open_file(struct output *output)
{
	int fd = open(output->options.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	struct stat found;
	char last = '\n';

	if (fd < 0)
		return -errno;
	if (fstat(fd, &found) || !S_ISREG(found.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	output->file_size = (uint64_t)found.st_size;
	if (found.st_size && output->line_begun == output->written && pread(fd, &last, 1, found.st_size - 1) == 1 &&
	    last != '\n' && write(fd, "\n", 1) == 1)
		output->file_size++;
	return fd;
}

static int open_again(struct output *output)
{
	struct stat found;
	int fd;

	switch (output->options.kind) {
	case OUTPUT_STANDARD:
		fd = open_standard();
		break;
	case OUTPUT_FILE:
		fd = open_file(output);
		break;
	default:
		fd = open_socket(output->options.path);
		/* Another reader: it gets the line from its beginning. */
		output->written = output->line_begun;
	}
	output->fd = fd < 0 ? -1 : fd;
	output->is_socket = fd >= 0 && fstat(fd, &found) == 0 && S_ISSOCK(found.st_mode);
	return fd < 0 ? fd : 0;
}

/* Someone else writes to it still, and may rename it before our first line. */
static int look_at(const struct output_options *options)
{
	struct stat found;
	int fd, failed;

	if (options->kind != OUTPUT_FILE)
		return 0;
	fd = open(options->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd < 0)
		return -errno;
	failed = fstat(fd, &found) || !S_ISREG(found.st_mode) ? -EINVAL : 0;
	close(fd);
	return failed;
}

struct output *output_open(const struct output_options *options, char *problem, size_t size)
{
	struct output *output = calloc(1, sizeof(*output));
	int failed;

	if (!output) {
		snprintf(problem, size, "no memory");
		return NULL;
	}
	output->options = *options;
	output->fd = -1;
	failed = options->later ? look_at(options) : open_again(output);
	if (failed && options->kind != OUTPUT_SOCKET) {
		snprintf(problem, size, "%s cannot be written: %s", name_of(options),
			 failed == -EINVAL ? "not a regular file" : strerror(-failed));
		free(output);
		return NULL;
	}
	output->trouble = failed;
	return output;
}

const char *output_name(const struct output *output)
{
	return name_of(&output->options);
}

bool output_has_room(const struct output *output)
{
	return output->waiting.length - output->written < BUFFER_ENOUGH;
}

bool output_is_gone(const struct output *output)
{
	struct pollfd state = { .fd = output->fd };

	return output->options.kind == OUTPUT_STANDARD && output->fd >= 0 && poll(&state, 1, 0) == 1 &&
	       (state.revents & (POLLERR | POLLHUP));
}

size_t output_waiting(const struct output *output)
{
	return output->waiting.length - output->written;
}

int output_room(const struct output *output)
{
	return output->is_socket && !output->trouble && output_waiting(output) ? output->fd : -1;
}

void output_add(struct output *output, const struct text *lines)
{
	size_t done = output->line_begun;

	if (done && (done == output->waiting.length || done >= BUFFER_ENOUGH)) {
		memmove(output->waiting.bytes, output->waiting.bytes + done, output->waiting.length - done);
		output->waiting.length -= done;
		output->written -= done;
		output->line_begun = 0;
	}
	text_add(&output->waiting, lines->bytes, lines->length);
}

static void older_name(char *name, size_t size, const char *path, unsigned int age)
{
	if (age)
		snprintf(name, size, "%s.%u", path, age);
	else
		snprintf(name, size, "%s", path);
}

/* path -> path.1 -> path.2 ...; the last one is replaced. */
static int rotate(struct output *output)
{
	char from[4096], to[4096];
	int failed = 0;

	for (unsigned int age = output->options.rotate_keep; age > 0; age--) {
		older_name(from, sizeof(from), output->options.path, age - 1);
		older_name(to, sizeof(to), output->options.path, age);
		if (rename(from, to) && errno != ENOENT)
			failed = -errno;
	}
	if (!output->options.rotate_keep && unlink(output->options.path))
		failed = -errno;
	if (failed)
		return failed;
	close(output->fd);
	output->fd = -1;
	return open_again(output);
}

/* How much may be written in one go: to the end of the last line that fits into the file before it is to be rotated. */
static size_t piece(struct output *output)
{
	size_t left = output->waiting.length - output->written;
	const char *from = output->waiting.bytes + output->written, *end;
	uint64_t limit = output->options.rotate_bytes;

	if (output->options.kind != OUTPUT_FILE || !limit || output->file_size + left <= limit)
		return left;
	end = output->file_size < limit ? memrchr(from, '\n', (size_t)(limit - output->file_size)) : NULL;
	if (end)
		return (size_t)(end - from) + 1;
	/* A line that was begun is completed; a new one begins a new file, unless it is too long for any. */
	if (output->written == output->line_begun && output->file_size && rotate(output) == 0)
		return piece(output);
	end = memchr(from, '\n', left);
	return end ? (size_t)(end - from) + 1 : left;
}

static ssize_t write_some(struct output *output, size_t length)
{
	const char *from = output->waiting.bytes + output->written;

	if (output->is_socket)
		return send(output->fd, from, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(output->fd, from, length);
}

static int keep_trouble(struct output *output, int failed, uint64_t now)
{
	output->trouble = failed;
	output->retry_at = now + RETRY;
	return failed;
}

int output_flush(struct output *output, uint64_t now)
{
	if (output->trouble && now < output->retry_at)
		return output->trouble;
	if (output->fd < 0) {
		int failed = open_again(output);

		if (failed)
			return keep_trouble(output, failed, now);
	}
	output->trouble = 0;
	while (output->written < output->waiting.length) {
		size_t length = piece(output);
		const char *line_end;
		ssize_t done;

		if (output->fd < 0)
			return keep_trouble(output, -EIO, now);
		done = write_some(output, length);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (done < 0) {
			int failed = -errno;

			if (output->options.kind == OUTPUT_SOCKET) {
				close(output->fd);
				output->fd = -1;
			}
			return keep_trouble(output, failed, now);
		}
		output->written += (size_t)done;
		output->file_size += (uint64_t)done;
		line_end = memrchr(output->waiting.bytes + output->line_begun, '\n',
				   output->written - output->line_begun);
		if (line_end)
			output->line_begun = (size_t)(line_end - output->waiting.bytes) + 1;
	}
	return 0;
}

int output_reopen(struct output *output)
{
	if (output->options.kind != OUTPUT_FILE)
		return 0;
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
	return open_again(output);
}

size_t output_close(struct output *output)
{
	size_t left;

	if (!output)
		return 0;
	left = output_waiting(output);
	if (output->fd >= 0)
		close(output->fd);
	text_free(&output->waiting);
	free(output);
	return left;
}
