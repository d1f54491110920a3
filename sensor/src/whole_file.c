/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/whole_file.h"

int whole_file_write(const char *path, const char *bytes, size_t length, mode_t mode)
{
	char fresh[4096];
	int failed = 0, file;

	if ((size_t)snprintf(fresh, sizeof(fresh), "%s.new", path) >= sizeof(fresh))
		return -ENAMETOOLONG;
	/* One that a run left behind when it was killed. */
	unlink(fresh);
	file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		return -errno;
	if (write(file, bytes, length) != (ssize_t)length || fchmod(file, mode) || fsync(file))
		failed = errno ? -errno : -EIO;
	if (close(file) && !failed)
		failed = -errno;
	if (!failed && rename(fresh, path))
		failed = -errno;
	if (failed)
		unlink(fresh);
	return failed;
}
