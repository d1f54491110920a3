/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "src/account.h"
#include "src/drop.h"

static int no_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = {};

	return syscall(SYS_capset, &head, none) ? -errno : 0;
}

/* What root would get back by exec; needs CAP_SETPCAP, and who has no capability cannot get one by no_new_privs. */
static int empty_bounding_set(void)
{
	int there;

	for (unsigned long each = 0; (there = prctl(PR_CAPBSET_READ, each)) >= 0; each++)
		if (there && prctl(PR_CAPBSET_DROP, each) && errno != EPERM)
			return -errno;
	return 0;
}

static int become(const struct account *account)
{
	uid_t uid = account ? account->uid : getuid();
	gid_t gid = account ? account->gid : getgid();
	uid_t real_uid, effective_uid, saved_uid;
	gid_t real_gid, effective_gid, saved_gid;

	if (account && geteuid() == 0 && setgroups((size_t)account->group_count, account->groups))
		return -errno;
	if (setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
		return -errno;
	/* Said and done are two things where user namespaces and security modules are. */
	if (getresuid(&real_uid, &effective_uid, &saved_uid) || getresgid(&real_gid, &effective_gid, &saved_gid))
		return -errno;
	return real_uid == uid && effective_uid == uid && saved_uid == uid && real_gid == gid && effective_gid == gid &&
			       saved_gid == gid ?
		       0 :
		       -EPERM;
}

int drop_for_children(const char **step)
{
	int failed;

	*step = "the bounding set of Linux capabilities";
	failed = empty_bounding_set();
	if (failed)
		return failed;
	*step = "the ambient Linux capabilities";
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) && errno != EINVAL)
		return -errno;
	*step = "no_new_privs";
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}

int drop_privileges(const struct account *account, const char **step)
{
	int failed;

	*step = "the user";
	failed = become(account);
	if (failed)
		return failed;
	*step = "the Linux capabilities";
	failed = no_capabilities();
	if (failed)
		return failed;
	*step = "no_new_privs";
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -EPERM;
}

int close_the_rest(void)
{
	DIR *open;
	struct dirent *each;

	if (!syscall(SYS_close_range, 3u, ~0u, 0u))
		return 0;
	/* before 5.9 */
	open = opendir("/proc/self/fd");
	if (!open)
		return -errno;
	while ((each = readdir(open))) {
		int fd = atoi(each->d_name);

		if (fd > 2 && fd != dirfd(open))
			close(fd);
	}
	closedir(open);
	return 0;
}
