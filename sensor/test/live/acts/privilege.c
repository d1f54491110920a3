// SPDX-License-Identifier: Apache-2.0
/* Users, groups and Linux capabilities that a process changes of itself. What is said of them is what it has after. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#endif

static const char *const names[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
	"CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
	"CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
	"CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
};

static void say_set(struct statement *s, const char *field, uint64_t set)
{
	const char *list[64];
	size_t used = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (set >> i & 1)
			list[used++] = names[i];
	list[used] = NULL;
	if (used)
		say_list(s, field, list);
}

static void say_credentials(struct statement *s)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };
	char text[16];
	uid_t real, effective, saved;

	getresuid(&real, &effective, &saved);
	snprintf(text, sizeof(text), "%u", effective);
	say_text(s, "user.effective.id", text);
	snprintf(text, sizeof(text), "%u", real);
	say_text(s, "user.changes.id", text);
	if (syscall(SYS_capget, &head, data))
		return;
	say_set(s, "process.thread.capabilities.effective", data[0].effective | (uint64_t)data[1].effective << 32);
	say_set(s, "process.thread.capabilities.permitted", data[0].permitted | (uint64_t)data[1].permitted << 32);
}

static void changed(struct stage *stage, const char *name, long result)
{
	struct statement s;
	must(stage, result, name);
	saw(&s, stage, "privilege_change", name);
	say_result(&s, result < 0 ? result : 0);
	say_credentials(&s);
	told(&s);
}

static void play_setuid(struct stage *stage)
{
	changed(stage, "setuid", call(SYS_setuid, 1234));
}

static void play_setreuid(struct stage *stage)
{
	changed(stage, "setreuid", call(SYS_setreuid, 1234, 0));
}

static void play_setresuid(struct stage *stage)
{
	changed(stage, "setresuid", call(SYS_setresuid, 1, 2, 3));
}

/* Gives the old one, not an outcome. */
static void play_setfsuid(struct stage *stage)
{
	changed(stage, "setfsuid", call(SYS_setfsuid, 1234));
}

static void play_setgid(struct stage *stage)
{
	changed(stage, "setgid", call(SYS_setgid, 1234));
}

static void play_setregid(struct stage *stage)
{
	changed(stage, "setregid", call(SYS_setregid, 1234, 1235));
}

static void play_setresgid(struct stage *stage)
{
	changed(stage, "setresgid", call(SYS_setresgid, 1, 2, 3));
}

static void play_setfsgid(struct stage *stage)
{
	changed(stage, "setfsgid", call(SYS_setfsgid, 1234));
}

static void play_setgroups(struct stage *stage)
{
	gid_t groups[2] = { 5, 6 };
	changed(stage, "setgroups", call(SYS_setgroups, 2, groups));
}

static void play_capset(struct stage *stage)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };
	syscall(SYS_capget, &head, data);
	data[0].effective &= ~(1u << CAP_NET_RAW);
	data[0].permitted &= ~(1u << CAP_NET_RAW);
	changed(stage, "capset", call(SYS_capset, &head, data));
}

static void play_ambient(struct stage *stage)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };
	syscall(SYS_capget, &head, data);
	data[0].inheritable |= 1u << CAP_NET_RAW;
	changed(stage, "capset", call(SYS_capset, &head, data));
	changed(stage, "prctl", call(SYS_prctl, PR_CAP_AMBIENT, 2 /* PR_CAP_AMBIENT_RAISE */, CAP_NET_RAW, 0, 0));
}

static void play_bounding(struct stage *stage)
{
	changed(stage, "prctl", call(SYS_prctl, PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0));
}

static void play_keep(struct stage *stage)
{
	changed(stage, "prctl", call(SYS_prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0));
}

static void play_securebits(struct stage *stage)
{
	changed(stage, "prctl", call(SYS_prctl, PR_SET_SECUREBITS, 1 /* SECBIT_NOROOT */, 0, 0, 0));
}

static void play_no_new_privileges(struct stage *stage)
{
	changed(stage, "prctl", call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

/* Asking and naming oneself change nothing. */
static void play_prctl_harmless(struct stage *stage)
{
	must(stage, call(SYS_prctl, PR_GET_KEEPCAPS, 0, 0, 0, 0), "PR_GET_KEEPCAPS");
	must(stage, call(SYS_prctl, PR_SET_TIMERSLACK, 50000, 0, 0, 0), "PR_SET_TIMERSLACK");
}

static void prepare_nobody(struct stage *stage)
{
	if (setgid(65534) || setuid(65534))
		skip(stage, "needs root");
}

static void play_setuid_refused(struct stage *stage)
{
	struct statement s;
	long result = call(SYS_setuid, 0);
	if (result != -EPERM)
		fail(stage, "setuid gave %ld", result);
	/* The check of CAP_SETUID comes first, and is an event where the kernel has the tracepoint. */
	saw(&s, stage, "privilege_use", "setuid");
	say_result(&s, result);
	say_text(&s, "detpack.linux_capability", "CAP_SETUID");
	say_flag(&s, "detpack.granted", false);
	say_maybe(&s, "kernels before 6.14 do not tell the use of Linux capabilities");
	told(&s);
	saw(&s, stage, "privilege_change", "setuid");
	say_result(&s, result);
	told(&s);
}

const struct act privilege_acts[] = {
	{ "setuid", NULL, play_setuid, NULL },
	{ "setreuid", NULL, play_setreuid, NULL },
	{ "setresuid", NULL, play_setresuid, NULL },
	{ "setfsuid", NULL, play_setfsuid, NULL },
	{ "setgid", NULL, play_setgid, NULL },
	{ "setregid", NULL, play_setregid, NULL },
	{ "setresgid", NULL, play_setresgid, NULL },
	{ "setfsgid", NULL, play_setfsgid, NULL },
	{ "setgroups", NULL, play_setgroups, NULL },
	{ "setuid-refused", prepare_nobody, play_setuid_refused, NULL },
	{ "capset", NULL, play_capset, NULL },
	{ "prctl-ambient", NULL, play_ambient, NULL },
	{ "prctl-bounding", NULL, play_bounding, NULL },
	{ "prctl-keep", NULL, play_keep, NULL },
	{ "prctl-securebits", NULL, play_securebits, NULL },
	{ "prctl-no-new-privileges", NULL, play_no_new_privileges, NULL },
	{ "prctl-harmless", NULL, play_prctl_harmless, NULL },
	{ 0 },
};
