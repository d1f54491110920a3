/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <linux/audit.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "src/names.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define O_LARGE_TMPFILE 020000000

static const char *const calls[] = {
#include "src/call_names.h"
};

/* include/uapi/linux/io_uring.h, enum io_uring_op, to 6.18. */
static const char *const operations[] = {
	"IORING_OP_NOP", "IORING_OP_READV", "IORING_OP_WRITEV", "IORING_OP_FSYNC", "IORING_OP_READ_FIXED",
	"IORING_OP_WRITE_FIXED", "IORING_OP_POLL_ADD", "IORING_OP_POLL_REMOVE", "IORING_OP_SYNC_FILE_RANGE",
	"IORING_OP_SENDMSG", "IORING_OP_RECVMSG", "IORING_OP_TIMEOUT", "IORING_OP_TIMEOUT_REMOVE", "IORING_OP_ACCEPT",
	"IORING_OP_ASYNC_CANCEL", "IORING_OP_LINK_TIMEOUT", "IORING_OP_CONNECT", "IORING_OP_FALLOCATE",
	"IORING_OP_OPENAT", "IORING_OP_CLOSE", "IORING_OP_FILES_UPDATE", "IORING_OP_STATX", "IORING_OP_READ",
	"IORING_OP_WRITE", "IORING_OP_FADVISE", "IORING_OP_MADVISE", "IORING_OP_SEND", "IORING_OP_RECV",
	"IORING_OP_OPENAT2", "IORING_OP_EPOLL_CTL", "IORING_OP_SPLICE", "IORING_OP_PROVIDE_BUFFERS",
	"IORING_OP_REMOVE_BUFFERS", "IORING_OP_TEE", "IORING_OP_SHUTDOWN", "IORING_OP_RENAMEAT", "IORING_OP_UNLINKAT",
	"IORING_OP_MKDIRAT", "IORING_OP_SYMLINKAT", "IORING_OP_LINKAT", "IORING_OP_MSG_RING", "IORING_OP_FSETXATTR",
	"IORING_OP_SETXATTR", "IORING_OP_FGETXATTR", "IORING_OP_GETXATTR", "IORING_OP_SOCKET", "IORING_OP_URING_CMD",
	"IORING_OP_SEND_ZC", "IORING_OP_SENDMSG_ZC", "IORING_OP_READ_MULTISHOT", "IORING_OP_WAITID",
	"IORING_OP_FUTEX_WAIT", "IORING_OP_FUTEX_WAKE", "IORING_OP_FUTEX_WAITV", "IORING_OP_FIXED_FD_INSTALL",
	"IORING_OP_FTRUNCATE", "IORING_OP_BIND", "IORING_OP_LISTEN", "IORING_OP_RECV_ZC", "IORING_OP_EPOLL_WAIT",
	"IORING_OP_READV_FIXED", "IORING_OP_WRITEV_FIXED", "IORING_OP_PIPE",
};

/* include/uapi/linux/capability.h */
static const char *const capabilities[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
	"CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
	"CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
	"CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
};

/* include/uapi/linux/bpf.h: enum bpf_cmd, bpf_map_type, bpf_prog_type. */
static const char *const bpf_commands[] = {
	"BPF_MAP_CREATE", "BPF_MAP_LOOKUP_ELEM", "BPF_MAP_UPDATE_ELEM", "BPF_MAP_DELETE_ELEM", "BPF_MAP_GET_NEXT_KEY",
	"BPF_PROG_LOAD", "BPF_OBJ_PIN", "BPF_OBJ_GET", "BPF_PROG_ATTACH", "BPF_PROG_DETACH", "BPF_PROG_TEST_RUN",
	"BPF_PROG_GET_NEXT_ID", "BPF_MAP_GET_NEXT_ID", "BPF_PROG_GET_FD_BY_ID", "BPF_MAP_GET_FD_BY_ID",
	"BPF_OBJ_GET_INFO_BY_FD", "BPF_PROG_QUERY", "BPF_RAW_TRACEPOINT_OPEN", "BPF_BTF_LOAD", "BPF_BTF_GET_FD_BY_ID",
	"BPF_TASK_FD_QUERY", "BPF_MAP_LOOKUP_AND_DELETE_ELEM", "BPF_MAP_FREEZE", "BPF_BTF_GET_NEXT_ID",
	"BPF_MAP_LOOKUP_BATCH", "BPF_MAP_LOOKUP_AND_DELETE_BATCH", "BPF_MAP_UPDATE_BATCH", "BPF_MAP_DELETE_BATCH",
	"BPF_LINK_CREATE", "BPF_LINK_UPDATE", "BPF_LINK_GET_FD_BY_ID", "BPF_LINK_GET_NEXT_ID", "BPF_ENABLE_STATS",
	"BPF_ITER_CREATE", "BPF_LINK_DETACH", "BPF_PROG_BIND_MAP", "BPF_TOKEN_CREATE", "BPF_PROG_STREAM_READ_BY_FD",
};
static const char *const bpf_maps[] = {
	"BPF_MAP_TYPE_UNSPEC", "BPF_MAP_TYPE_HASH", "BPF_MAP_TYPE_ARRAY", "BPF_MAP_TYPE_PROG_ARRAY",
	"BPF_MAP_TYPE_PERF_EVENT_ARRAY", "BPF_MAP_TYPE_PERCPU_HASH", "BPF_MAP_TYPE_PERCPU_ARRAY",
	"BPF_MAP_TYPE_STACK_TRACE", "BPF_MAP_TYPE_CGROUP_ARRAY", "BPF_MAP_TYPE_LRU_HASH", "BPF_MAP_TYPE_LRU_PERCPU_HASH",
	"BPF_MAP_TYPE_LPM_TRIE", "BPF_MAP_TYPE_ARRAY_OF_MAPS", "BPF_MAP_TYPE_HASH_OF_MAPS", "BPF_MAP_TYPE_DEVMAP",
	"BPF_MAP_TYPE_SOCKMAP", "BPF_MAP_TYPE_CPUMAP", "BPF_MAP_TYPE_XSKMAP", "BPF_MAP_TYPE_SOCKHASH",
	"BPF_MAP_TYPE_CGROUP_STORAGE", "BPF_MAP_TYPE_REUSEPORT_SOCKARRAY", "BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE",
	"BPF_MAP_TYPE_QUEUE", "BPF_MAP_TYPE_STACK", "BPF_MAP_TYPE_SK_STORAGE", "BPF_MAP_TYPE_DEVMAP_HASH",
	"BPF_MAP_TYPE_STRUCT_OPS", "BPF_MAP_TYPE_RINGBUF", "BPF_MAP_TYPE_INODE_STORAGE", "BPF_MAP_TYPE_TASK_STORAGE",
	"BPF_MAP_TYPE_BLOOM_FILTER", "BPF_MAP_TYPE_USER_RINGBUF", "BPF_MAP_TYPE_CGRP_STORAGE", "BPF_MAP_TYPE_ARENA",
	"BPF_MAP_TYPE_INSN_ARRAY",
};
static const char *const bpf_programs[] = {
	"BPF_PROG_TYPE_UNSPEC", "BPF_PROG_TYPE_SOCKET_FILTER", "BPF_PROG_TYPE_KPROBE", "BPF_PROG_TYPE_SCHED_CLS",
	"BPF_PROG_TYPE_SCHED_ACT", "BPF_PROG_TYPE_TRACEPOINT", "BPF_PROG_TYPE_XDP", "BPF_PROG_TYPE_PERF_EVENT",
	"BPF_PROG_TYPE_CGROUP_SKB", "BPF_PROG_TYPE_CGROUP_SOCK", "BPF_PROG_TYPE_LWT_IN", "BPF_PROG_TYPE_LWT_OUT",
	"BPF_PROG_TYPE_LWT_XMIT", "BPF_PROG_TYPE_SOCK_OPS", "BPF_PROG_TYPE_SK_SKB", "BPF_PROG_TYPE_CGROUP_DEVICE",
	"BPF_PROG_TYPE_SK_MSG", "BPF_PROG_TYPE_RAW_TRACEPOINT", "BPF_PROG_TYPE_CGROUP_SOCK_ADDR",
	"BPF_PROG_TYPE_LWT_SEG6LOCAL", "BPF_PROG_TYPE_LIRC_MODE2", "BPF_PROG_TYPE_SK_REUSEPORT",
	"BPF_PROG_TYPE_FLOW_DISSECTOR", "BPF_PROG_TYPE_CGROUP_SYSCTL", "BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE",
	"BPF_PROG_TYPE_CGROUP_SOCKOPT", "BPF_PROG_TYPE_TRACING", "BPF_PROG_TYPE_STRUCT_OPS", "BPF_PROG_TYPE_EXT",
	"BPF_PROG_TYPE_LSM", "BPF_PROG_TYPE_SK_LOOKUP", "BPF_PROG_TYPE_SYSCALL", "BPF_PROG_TYPE_NETFILTER",
};

static const char *const families[] = {
	[AF_UNIX] = "unix",	    [AF_INET] = "inet",	      [AF_INET6] = "inet6",	[AF_NETLINK] = "netlink",
	[AF_PACKET] = "packet",	    [AF_VSOCK] = "vsock",     [AF_BLUETOOTH] = "bluetooth", [AF_CAN] = "can",
	[AF_TIPC] = "tipc",	    [AF_ALG] = "alg",	      [AF_KCM] = "kcm",		[AF_QIPCRTR] = "qipcrtr",
	[AF_SMC] = "smc",	    [AF_XDP] = "xdp",	      [AF_RDS] = "rds",		[AF_NFC] = "nfc",
	[AF_KEY] = "key",	    [AF_PPPOX] = "pppox",
};

static const char *const socket_types[] = {
	[SOCK_STREAM] = "stream", [SOCK_DGRAM] = "dgram", [SOCK_RAW] = "raw", [SOCK_RDM] = "rdm",
	[SOCK_SEQPACKET] = "seqpacket", [SOCK_DCCP] = "dccp", [SOCK_PACKET] = "packet",
};

const struct bit_name open_flag_names[] = {
	{ O_CREAT, "O_CREAT" },	  { O_EXCL, "O_EXCL" },		{ O_NOCTTY, "O_NOCTTY" }, { O_TRUNC, "O_TRUNC" },
	{ O_APPEND, "O_APPEND" }, { O_NONBLOCK, "O_NONBLOCK" }, { O_DSYNC, "O_DSYNC" }, { O_SYNC, "O_SYNC" },
	{ O_ASYNC, "O_ASYNC" },	  { O_DIRECT, "O_DIRECT" },	{ O_DIRECTORY, "O_DIRECTORY" },
	{ O_NOFOLLOW, "O_NOFOLLOW" }, { O_NOATIME, "O_NOATIME" }, { O_CLOEXEC, "O_CLOEXEC" }, { O_PATH, "O_PATH" },
	{ O_LARGE_TMPFILE | O_DIRECTORY, "O_TMPFILE" }, { 0, NULL },
};

/* mount(2); MS_REC and MS_SILENT too, which say how. */
const struct bit_name mount_flag_names[] = {
	{ MS_RDONLY, "MS_RDONLY" },	  { MS_NOSUID, "MS_NOSUID" },	  { MS_NODEV, "MS_NODEV" },
	{ MS_NOEXEC, "MS_NOEXEC" },	  { MS_SYNCHRONOUS, "MS_SYNCHRONOUS" }, { MS_REMOUNT, "MS_REMOUNT" },
	{ MS_MANDLOCK, "MS_MANDLOCK" },	  { MS_DIRSYNC, "MS_DIRSYNC" },	  { 256, "MS_NOSYMFOLLOW" },
	{ MS_NOATIME, "MS_NOATIME" },	  { MS_NODIRATIME, "MS_NODIRATIME" }, { MS_BIND, "MS_BIND" },
	{ MS_MOVE, "MS_MOVE" },		  { MS_REC, "MS_REC" },		  { MS_SILENT, "MS_SILENT" },
	{ MS_UNBINDABLE, "MS_UNBINDABLE" }, { MS_PRIVATE, "MS_PRIVATE" }, { MS_SLAVE, "MS_SLAVE" },
	{ MS_SHARED, "MS_SHARED" },	  { MS_RELATIME, "MS_RELATIME" }, { MS_STRICTATIME, "MS_STRICTATIME" },
	{ MS_LAZYTIME, "MS_LAZYTIME" },	  { 0, NULL },
};

const struct bit_name namespace_names[] = {
	{ CLONE_NEWNS, "mnt" },	  { CLONE_NEWNET, "net" }, { CLONE_NEWPID, "pid" },	  { CLONE_NEWUSER, "user" },
	{ CLONE_NEWUTS, "uts" },  { CLONE_NEWIPC, "ipc" }, { CLONE_NEWCGROUP, "cgroup" }, { 0x80, "time" },
	{ 0, NULL },
};

static const char *at(const char *const list[], size_t count, unsigned int number)
{
	return number < count ? list[number] : NULL;
}

const char *name_of_errno(unsigned int number)
{
	return strerrorname_np((int)number);
}

const char *name_of_call(unsigned int number)
{
	return at(calls, COUNT(calls), number);
}

const char *name_of_operation(unsigned int number)
{
	return at(operations, COUNT(operations), number);
}

const char *name_of_capability(unsigned int number)
{
	return at(capabilities, COUNT(capabilities), number);
}

const char *name_of_bpf_command(unsigned int number)
{
	return at(bpf_commands, COUNT(bpf_commands), number);
}

const char *name_of_bpf_map(unsigned int number)
{
	return at(bpf_maps, COUNT(bpf_maps), number);
}

const char *name_of_bpf_program(unsigned int number)
{
	return at(bpf_programs, COUNT(bpf_programs), number);
}

const char *name_of_audit_message(unsigned int number)
{
	switch (number) {
	case AUDIT_SET:
		return "AUDIT_SET";
	case AUDIT_ADD:
		return "AUDIT_ADD";
	case AUDIT_DEL:
		return "AUDIT_DEL";
	case AUDIT_ADD_RULE:
		return "AUDIT_ADD_RULE";
	case AUDIT_DEL_RULE:
		return "AUDIT_DEL_RULE";
	case AUDIT_TRIM:
		return "AUDIT_TRIM";
	case AUDIT_MAKE_EQUIV:
		return "AUDIT_MAKE_EQUIV";
	case AUDIT_TTY_SET:
		return "AUDIT_TTY_SET";
	case AUDIT_SET_FEATURE:
		return "AUDIT_SET_FEATURE";
	default:
		return NULL;
	}
}

const char *name_of_family(unsigned int number)
{
	return at(families, COUNT(families), number);
}

const char *name_of_socket_type(unsigned int number)
{
	return at(socket_types, COUNT(socket_types), number);
}

const char *name_of_signal(unsigned int number, char out[16])
{
	const char *short_name = sigabbrev_np((int)number);

	if (short_name)
		snprintf(out, 16, "SIG%s", short_name);
	else if (number >= 32 && number <= 64)
		snprintf(out, 16, "SIGRTMIN+%u", number - 32);
	else
		return NULL;
	return out;
}
