/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Numbers of include/uapi and include/linux that are the same in every kernel. */
#ifndef DETPACK_NUMBER_H
#define DETPACK_NUMBER_H

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFLNK 0120000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define TS_COMPAT 2
#define PF_IO_WORKER 0x00000010
#define PF_KTHREAD 0x00200000
#define TMPFS_MAGIC 0x01021994
#define PIPEFS_MAGIC 0x50495045
#define SOCKFS_MAGIC 0x534F434B
#define ANON_INODE_FS_MAGIC 0x09041934
#define NSFS_MAGIC 0x6e736673
#define PID_FS_MAGIC 0x50494446
#define PROC_SUPER_MAGIC 0x9fa0
#define CLONE_NEWTIME 0x00000080
#define CLONE_NEWNS 0x00020000
#define CLONE_NEWCGROUP 0x02000000
#define CLONE_NEWUTS 0x04000000
#define CLONE_NEWIPC 0x08000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define CLONE_NAMESPACES                                                                                               \
	(CLONE_NEWTIME | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |  \
	 CLONE_NEWNET)
#define CLONE_VM 0x00000100
#define CLONE_FILES 0x00000400
#define CLONE_PIDFD 0x00001000
#define CLONE_THREAD 0x00010000
#define O_WRONLY 01
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NOCTTY 0400
#define O_TRUNC 01000
#define O_CLOEXEC 02000000
#define O_NAMELESS 020000000 /* the bit that O_TMPFILE has and no other flag */
#define O_PATH 010000000
#define AT_FDCWD -100

#define SIGNAL_GROUP_EXIT 4

#define EAGAIN 11
#define EINPROGRESS 115
#define EINTR 4
#define EBADF 9
#define EPERM 1
#define EOPNOTSUPP 95
#define EALREADY 114
#define ECANCELED 125
#define EISCONN 106
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define IPPROTO_TCP 6
#define IPPROTO_MPTCP 262
#define MSG_FASTOPEN 0x20000000
#define TCP_SYN_SENT 2
#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define NETLINK_AUDIT 9

#endif
