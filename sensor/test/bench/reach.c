/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reach: by which kinds of programs this kernel could be watched, and where it refuses which. An empty program of each kind
 * is loaded and attached; a line each, with the call that failed and its errno. Nothing stays.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct bpf_insn empty[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static void say(const char *kind, const char *call, int failed)
{
	if (failed < 0)
		printf("%-44s no: %s gives %s (errno %d)\n", kind, call, strerror(-failed), -failed);
	else
		printf("%-44s yes\n", kind);
}

static int load(enum bpf_prog_type type, enum bpf_attach_type how, int of)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = how, .attach_btf_id = (__u32)(of > 0 ? of : 0));
	int fd = bpf_prog_load(type, "dp_reach", "GPL", empty, sizeof(empty) / sizeof(empty[0]), &options);

	return fd < 0 ? -errno : fd;
}

static void try_typed(const struct btf *kernel, const char *kind, enum bpf_prog_type type, enum bpf_attach_type how,
		      const char *of, int what)
{
	int id = btf__find_by_name_kind(kernel, of, (__u32)what), fd, link;

	if (id < 0) {
		say(kind, "the name in the kernel's BTF", id);
		return;
	}
	fd = load(type, how, id);
	if (fd < 0) {
		say(kind, "BPF_PROG_LOAD", fd);
		return;
	}
	link = bpf_link_create(fd, 0, how, NULL);
	say(kind, "BPF_LINK_CREATE", link < 0 ? -errno : 0);
	if (link >= 0)
		close(link);
	close(fd);
}

static void try_raw(const char *kind, const char *of)
{
	int fd = load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0), link = fd < 0 ? fd : bpf_raw_tracepoint_open(of, fd);

	say(kind, fd < 0 ? "BPF_PROG_LOAD" : "BPF_RAW_TRACEPOINT_OPEN", link < 0 ? -errno : 0);
	if (link >= 0)
		close(link);
	if (fd >= 0)
		close(fd);
}

static void try_many(const char *kind, const char *of)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .kprobe_multi.syms = &of, .kprobe_multi.cnt = 1);
	int fd = load(BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI, 0);
	int link = fd < 0 ? fd : bpf_link_create(fd, 0, BPF_TRACE_KPROBE_MULTI, &options);

	say(kind, fd < 0 ? "BPF_PROG_LOAD" : "BPF_LINK_CREATE", link < 0 ? -errno : 0);
	if (link >= 0)
		close(link);
	if (fd >= 0)
		close(fd);
}

/* Through perf, which wants a number that stands in a folder of tracefs or a file of sysfs. */
static void try_file(const char *kind, const char *path)
{
	say(kind, path, access(path, R_OK) ? -errno : 0);
}

int main(void)
{
	struct btf *kernel = btf__load_vmlinux_btf();

	if (!kernel) {
		perror("no BTF of the kernel");
		return 1;
	}
	libbpf_set_print(NULL);
	try_raw("raw tracepoint, sys_exit", "sys_exit");
	try_raw("raw tracepoint of one call, sys_exit_openat", "sys_exit_openat");
	try_typed(kernel, "typed tracepoint, sys_exit", BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, "btf_trace_sys_exit",
		  BTF_KIND_TYPEDEF);
	try_typed(kernel, "fentry, do_sys_openat2", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, "do_sys_openat2", BTF_KIND_FUNC);
	try_typed(kernel, "fexit, do_sys_openat2", BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, "do_sys_openat2", BTF_KIND_FUNC);
	try_typed(kernel, "fentry, security_file_open", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, "security_file_open",
		  BTF_KIND_FUNC);
	try_typed(kernel, "security module, file_open", BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_file_open", BTF_KIND_FUNC);
	try_many("kprobe.multi, do_sys_openat2", "do_sys_openat2");
	try_file("kprobe (perf)", "/sys/bus/event_source/devices/kprobe/type");
	try_file("tracepoint of one call (perf), tracefs", "/sys/kernel/tracing/events/syscalls/sys_exit_openat/id");
	btf__free(kernel);
	return 0;
}
