/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "src/memory_limit.h"
#include "src/probe.h"

#define CGROUP2_MAGIC 0x63677270

bool probe_tracepoint(const struct btf *btf, const char *name)
{
	char type[128];
	int length = snprintf(type, sizeof(type), "btf_trace_%s", name);

	return btf && length > 0 && (size_t)length < sizeof(type) &&
	       btf__find_by_name_kind(btf, type, BTF_KIND_TYPEDEF) > 0;
}

/* How many parameters the kernel passes to a tracepoint's programs; -1 when there is no such tracepoint. */
static int parameters_of(const struct btf *btf, const char *name)
{
	char type[128];
	const struct btf_type *found;
	int id;

	if (!btf)
		return -1;
	snprintf(type, sizeof(type), "btf_trace_%s", name);
	id = btf__find_by_name_kind(btf, type, BTF_KIND_TYPEDEF);
	if (id <= 0)
		return -1;
	found = btf__type_by_id(btf, btf__type_by_id(btf, (unsigned int)id)->type); /* typedef -> pointer */
	if (!found || !btf_is_ptr(found))
		return -1;
	found = btf__type_by_id(btf, found->type);
	if (!found || !btf_is_func_proto(found))
		return -1;
	return btf_vlen(found) - 1; /* the first one is the tracepoint's own */
}

bool probe_function(const struct btf *btf, const char *name)
{
	return btf && btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

/* How many arguments a function of the kernel has; -1 when there is no such function. */
static int arguments_of(const struct btf *btf, const char *name)
{
	int id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) : -1;
	const struct btf_type *function = id > 0 ? btf__type_by_id(btf, (unsigned int)id) : NULL;
	const struct btf_type *prototype = function ? btf__type_by_id(btf, function->type) : NULL;

	return prototype ? btf_vlen(prototype) : -1;
}

/* A program of two instructions at a function of the kernel: some kernels load it and do not let it be attached. */
static bool may_trace_functions(const struct btf *btf)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int id = btf ? btf__find_by_name_kind(btf, "security_inode_setattr", BTF_KIND_FUNC) : -1, fd, link;
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY);

	if (id <= 0)
		return false;
	options.attach_btf_id = (__u32)id;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "dp_probe", "GPL", program, sizeof(program) / sizeof(program[0]), &options);
	if (fd < 0)
		return false;
	link = bpf_link_create(fd, 0, BPF_TRACE_FENTRY, NULL);
	close(fd);
	if (link < 0)
		return false;
	close(link);
	return true;
}

/* `lock xchg` in a program of three instructions: refused before 5.12. */
static bool has_fetching_atomics(void)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = 0 },
		{ .code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_10, .src_reg = BPF_REG_1, .off = -8 },
		{ .code = BPF_STX | 0xc0 | BPF_DW, .dst_reg = BPF_REG_10, .src_reg = BPF_REG_1, .off = -8, .imm = 0xe1 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "dp_probe", "GPL", program,
			       sizeof(program) / sizeof(program[0]), NULL);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/*
 * Whether programs of tracepoints may be preempted, the kernel does not say. They may since tracepoints are protected by
 * the fast kind of SRCU: from 7.0 on. That kind is of 6.15 (struct srcu_ctr), and its data for tracepoints is a variable of
 * each CPU; the slow kind had one of the same name long before.
 */
static void probe_preemption(struct kernel *kernel, const struct btf *btf)
{
	int hold = btf ? btf__find_by_name_kind(btf, "bpf_preempt_disable", BTF_KIND_FUNC) : -1;
	int leave = btf ? btf__find_by_name_kind(btf, "bpf_preempt_enable", BTF_KIND_FUNC) : -1;

	kernel->preemptible = hold > 0 && leave > 0 && btf__find_by_name_kind(btf, "srcu_ctr", BTF_KIND_STRUCT) > 0 &&
			      btf__find_by_name_kind(btf, "tracepoint_srcu_srcu_data", BTF_KIND_VAR) > 0;
	if (kernel->preemptible)
		kernel->held_cpu = (struct held_cpu){ .hold = (uint32_t)hold, .leave = (uint32_t)leave };
}

static uint32_t cast_of(const struct btf *btf)
{
	int id = btf ? btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) : -1;

	return id > 0 ? (uint32_t)id : 0;
}

static bool may_load(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};
	unsigned long long effective;

	if (syscall(SYS_capget, &header, data))
		return false;
	effective = data[0].effective | ((unsigned long long)data[1].effective << 32);
	if (effective & (1ull << CAP_SYS_ADMIN))
		return true;
	return (effective & (1ull << CAP_BPF)) && (effective & (1ull << CAP_PERFMON));
}

#define INITIAL_USERS "user:[4026531837]" /* PROC_USER_INIT_INO of the kernel; the same everywhere */

/* Linux capabilities in another user namespace are none for loading. Where that cannot be read the kernel decides. */
static bool has_initial_users(void)
{
	char space[64] = "";

	return readlink("/proc/self/ns/user", space, sizeof(space) - 1) <= 0 || !strcmp(space, INITIAL_USERS);
}

static bool locked_down(void)
{
	char state[256] = "";
	FILE *file = fopen("/sys/kernel/security/lockdown", "re");
	bool confidential;

	if (!file)
		return false;
	confidential = fgets(state, sizeof(state), file) && strstr(state, "[confidentiality]");
	fclose(file);
	return confidential;
}

static bool has_member(const struct btf *btf, const char *structure, const char *name)
{
	int id = btf ? btf__find_by_name_kind(btf, structure, BTF_KIND_STRUCT) : -1;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;

	for (__u16 i = 0; type && i < btf_vlen(type); i++) {
		const char *member = btf__name_by_offset(btf, btf_members(type)[i].name_off);

		if (member && !strcmp(member, name))
			return true;
	}
	return false;
}

static bool has_cgroup_v2(void)
{
	struct statfs at;

	return statfs("/sys/fs/cgroup", &at) == 0 && at.f_type == CGROUP2_MAGIC;
}

void probe_kernel(struct kernel *kernel, const struct btf *btf)
{
	struct utsname name;

	memset(kernel, 0, sizeof(*kernel));
	if (uname(&name) == 0) {
		snprintf(kernel->release, sizeof(kernel->release), "%s", name.release);
		kernel->x86_64 = strcmp(name.machine, "x86_64") == 0;
	}
	kernel->root = may_load();
	kernel->initial_users = has_initial_users();
	kernel->memory = memory_limit() >= MEMORY_LEAST;
	kernel->btf = btf != NULL;
	kernel->lockdown = locked_down();
	kernel->cgroup_v2 = has_cgroup_v2();
	kernel->cap_capable = probe_tracepoint(btf, "cap_capable");
	kernel->io_uring_submit = probe_tracepoint(btf, "io_uring_submit_req");
	kernel->io_uring_submit_old = parameters_of(btf, "io_uring_submit_sqe") == 2;
	kernel->io_uring_complete = parameters_of(btf, "io_uring_complete") == 3 || parameters_of(btf, "io_uring_complete") > 4;
	kernel->io_uring_complete_cqe = parameters_of(btf, "io_uring_complete") == 3;
	kernel->caller_names = has_member(btf, "filename", "uptr");
	probe_preemption(kernel, btf);
	kernel->cast = cast_of(btf);
	kernel->skb_copy_datagram = probe_tracepoint(btf, "skb_copy_datagram_iovec");
	kernel->task_iterator = btf && btf__find_by_name_kind(btf, "bpf_iter__task", BTF_KIND_STRUCT) > 0;
	kernel->attribute_has_map = arguments_of(btf, "security_inode_setattr") > 2;
	kernel->xattr_has_map = arguments_of(btf, "security_inode_removexattr") > 2;
	if (!kernel->root || !kernel->initial_users)
		return;
	kernel->traced_functions = may_trace_functions(btf);
	kernel->ring_buffer = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) > 0;
	kernel->task_storage =
		libbpf_probe_bpf_map_type(BPF_MAP_TYPE_TASK_STORAGE, NULL) > 0 &&
		libbpf_probe_bpf_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_task_storage_get, NULL) > 0;
	kernel->task_registers = libbpf_probe_bpf_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_task_pt_regs, NULL) > 0;
	kernel->fetching_atomics = has_fetching_atomics();
}

const char *probe_obstacle(const struct kernel *kernel)
{
	if (!kernel->x86_64)
		return "this machine is not x86-64, the only one supported; import its audit log instead (detpack import)";
	if (!kernel->root)
		return "loading needs root, or the Linux capabilities CAP_BPF, CAP_PERFMON and CAP_SYS_RESOURCE; run it with sudo";
	if (!kernel->initial_users)
		return "root of a user namespace may load nothing: run it as root of the host, outside of containers with users of their own";
	if (!kernel->memory)
		return "less than 48 MiB of memory are allowed here: raise the limit (MemoryMax= of the unit, --memory of a container, ulimit -v)";
	if (!kernel->btf)
		return "the kernel has no BTF (/sys/kernel/btf/vmlinux): boot one built with CONFIG_DEBUG_INFO_BTF, as Debian's are";
	if (kernel->lockdown)
		return "the kernel is locked down to confidentiality, which forbids BPF to read it; boot with lockdown=integrity";
	if (!kernel->ring_buffer)
		return "the kernel has no BPF ring buffer: 5.8 or newer is needed, 5.10 is the oldest that is tested";
	return NULL;
}
