/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The few kernel types that are read, written down by hand with the members that are read and no others. The loader
 * puts the real offsets of the running kernel in (CO-RE), so no kernel header and no BTF is needed to build.
 * A member that is not in every kernel from 5.10 on is read only behind bpf_core_field_exists.
 */
#ifndef DETPACK_KERNEL_H
#define DETPACK_KERNEL_H

#include <asm/unistd_64.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "number.h"

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)
#define __noinline __attribute__((noinline))
#define inline_always static __always_inline

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

typedef struct {
	int counter;
} atomic_t;

struct qstr {
	union {
		struct {
			u32 hash;
			u32 len;
		};
		u64 hash_len;
	};
	const unsigned char *name;
};

struct super_block {
	u32 s_dev;
	unsigned long s_magic;
	struct dentry *s_root;
};

typedef struct {
	u32 val;
} kuid_t;
typedef struct {
	u32 val;
} kgid_t;

struct inode {
	u16 i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
	u32 i_rdev;
	s64 i_size;
	u32 i_generation;
	void *i_private;
	const void *i_fop;
};

/* A number of eight bytes first: what number_at takes all memory for. */
struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

union shortname_store {
	unsigned char string[40];
};

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	unsigned char d_iname[32];	   /* a short name itself, as long as d_name.name points to it; 6.15 renames it: */
	union shortname_store d_shortname;
	struct super_block *d_sb;
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

/* Before 6.13 a file has f_count, later f_ref, which is one less and negative when the file is gone. */
typedef struct {
	s64 counter;
} atomic64_t;
typedef struct {
	atomic64_t refcnt;
} file_ref_t;

struct file {
	atomic64_t f_count;
	file_ref_t f_ref;
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;
	unsigned int f_mode;
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
	unsigned long *close_on_exec;
	unsigned long *open_fds;
};

struct files_struct {
	atomic_t count;
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root;
	struct path pwd;
};

/* Before 6.3 a capability set is two words, the lower first: the same bytes. */
typedef struct {
	u64 val;
} kernel_cap_t;

struct user_namespace {
	int level;
};

struct cred {
	kuid_t uid, suid, euid, fsuid;
	kgid_t gid, sgid, egid, fsgid;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_bset, cap_ambient;
	struct user_namespace *user_ns;
};

struct proc_ns_operations {
	int type; /* CLONE_NEW*; since 6.18 in ns_common */
};
struct ns_common {
	u32 ns_type;
	const struct proc_ns_operations *ops;
	unsigned int inum;
};
struct mnt_namespace {
	struct ns_common ns;
};
struct nsproxy {
	struct mnt_namespace *mnt_ns;
};

struct mm_struct {
	unsigned long arg_start, arg_end;
	struct file *exe_file;
};

struct hlist_node {
	struct hlist_node *next;
};
struct hlist_head {
	struct hlist_node *first;
};

struct xarray {
	void *xa_head;
};
struct xa_node {
	unsigned char shift;
	void *slots[64];
};
struct idr {
	struct xarray idr_rt;
};
struct pid_namespace {
	struct idr idr; /* struct pid by number */
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};
struct pid {
	unsigned int level;
	struct hlist_head tasks[4]; /* PIDTYPE_PID, TGID, PGID, SID */
	struct upid numbers[1];
};

struct proc_inode {
	struct pid *pid;
	struct inode vfs_inode;
};

struct kernel_siginfo {
	int si_code;
};

struct signal_struct {
	atomic_t live;
	int nr_threads;
	int group_exit_code;
	unsigned int flags;
	struct pid *pids[4]; /* PIDTYPE_PID, TGID, PGID, SID */
};

struct thread_info {
	u32 status;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int exit_code;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct hlist_node pid_links[4];
	struct signal_struct *signal;
	u64 start_boottime;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct mm_struct *mm;
	struct css_set *cgroups;
};

struct in6_addr {
	union {
		u8 u6_addr8[16];
	} in6_u;
};

struct sock_common {
	u32 skc_daddr, skc_rcv_saddr;
	u16 skc_dport, skc_num;
	u16 skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};

struct socket;
struct sock {
	struct sock_common __sk_common;
	u16 sk_type, sk_protocol;
	struct pid *sk_peer_pid;
	struct socket *sk_socket;
};

struct inet_sock {
	struct sock sk;
	u16 inet_sport;
};

struct socket {
	struct sock *sk;
};

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};

struct sockaddr_un {
	u16 sun_family;
	char sun_path[108];
};

struct unix_address {
	int len; /* of the name */
	struct sockaddr_un name[0];
};

struct unix_sock {
	struct sock sk;
	struct unix_address *addr;
	struct sock *peer;
};

struct scm_fp_list {
	short count;
	struct file *fp[253];
};

/* What a message over a UNIX socket has in sk_buff.cb. */
struct unix_skb_parms {
	struct pid *pid;
	struct scm_fp_list *fp;
};

struct sk_buff {
	struct sock *sk;
	char cb[48];
};

struct bpf_map {
	enum bpf_map_type map_type;
	char name[16];
};
struct bpf_prog_aux {
	char name[16];
};
struct bpf_prog {
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
};

struct module {
	char name[56];
};

/* io_uring. Each operation's own structure lies where the request begins. */
struct io_cqe {
	u64 user_data;
	int fd;
};

/* Files that a ring keeps: 6.13 and later nodes, before that an array; the lowest bits of an address are flags. */
struct io_rsrc_node {
	unsigned long file_ptr;
};

struct io_rsrc_data {
	unsigned int nr;
	struct io_rsrc_node **nodes;
};

struct io_fixed_file {
	unsigned long file_ptr;
};

struct io_file_table {
	struct io_rsrc_data data;
	struct io_fixed_file *files;
};

struct io_ring_ctx {
	struct io_file_table file_table;
	unsigned int nr_user_files;
};

struct io_kiocb {
	struct file *file;
	u8 opcode;
	u32 flags;
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
};

struct io_uring_cqe {
	u64 user_data;
	s32 res;
	u32 flags;
};

struct filename {
	const char *uptr;
};

struct io_rw {
	u64 addr;
	u32 len;
};

struct open_how {
	u64 flags;
	u64 resolve;
};

struct io_open {
	int dfd;
	u32 file_slot;
	struct filename *filename;
	struct open_how how;
};

struct io_close {
	int fd;
};

struct io_rename {
	int old_dfd, new_dfd;
	struct filename *oldpath, *newpath;
	int flags;
};

struct io_link {
	int old_dfd, new_dfd;
	struct filename *oldpath, *newpath;
	int flags;
};

struct io_unlink {
	int dfd;
	struct filename *filename;
};

struct io_mkdir {
	int dfd;
	struct filename *filename;
};

struct io_splice {
	int splice_fd_in;
	u32 flags;
};

struct io_ftrunc {
	s64 len;
};

struct io_sync {
	s64 len, off;
	int mode;
};

struct io_msg {
	u32 cmd;
	u32 src_fd;
};

struct io_pipe {
	int *fds;
	int file_slot;
};

struct io_xattr {
	struct filename *filename;
};

struct io_accept {
	u32 file_slot;
};

struct io_socket {
	int domain, type, protocol;
	u32 file_slot;
};

struct io_connect {
	void *addr;
	int addr_len;
};

struct io_listen {
	int backlog;
};

struct io_sr_msg {
	void *umsg;
	int len;
	unsigned int msg_flags;
};

struct kernfs_node {
	u64 id;
};

struct cgroup_root {
	int hierarchy_id; /* 0: the unified one */
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct css_set {
	struct cgroup *dfl_cgrp; /* in the unified hierarchy */
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct linux_binprm {
	struct file *file;
	struct file *executable;
	struct cred *cred;
	const char *filename;
	const char *interp;
	int argc;
	unsigned int secureexec : 1;
};

struct bpf_iter_meta;
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	u32 fd;
	struct file *file;
};

#pragma clang attribute pop

#endif
