/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and names against the headers of the machine that builds, which go less far than ours. */
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "src/names.h"
#include "test/unit/unit.h"

#define NAMED(of, number, name) check_text(of(number), of(number) ? strlen(of(number)) : 0, name)
#define CALL(name) NAMED(name_of_call, SYS_##name, #name)
#define SAME(of, name) NAMED(of, name, #name)

static void calls_are_named_as_in_the_kernel(void)
{
	CALL(read);
	CALL(open);
	CALL(pread64);
	CALL(socketpair);
	CALL(execve);
	CALL(umount2);
	CALL(init_module);
	CALL(sendmmsg);
	CALL(finit_module);
	CALL(renameat2);
	CALL(bpf);
	CALL(preadv2);
	CALL(io_uring_setup);
	CALL(pidfd_open);
	CALL(openat2);
	CALL(pidfd_getfd);
	CALL(mount_setattr);
	CALL(memfd_secret);
	NAMED(name_of_call, 452, "fchmodat2");
	check(name_of_call(335) == NULL); /* none of x86-64: the numbers have a hole there */
	check(name_of_call(400) == NULL);
	check(name_of_call(100000) == NULL);
}

static void operations_of_io_uring_are_named(void)
{
	SAME(name_of_operation, IORING_OP_NOP);
	SAME(name_of_operation, IORING_OP_SENDMSG);
	SAME(name_of_operation, IORING_OP_CONNECT);
	SAME(name_of_operation, IORING_OP_OPENAT);
	SAME(name_of_operation, IORING_OP_READ);
	SAME(name_of_operation, IORING_OP_RECV);
	SAME(name_of_operation, IORING_OP_SPLICE);
	SAME(name_of_operation, IORING_OP_UNLINKAT);
	SAME(name_of_operation, IORING_OP_LINKAT);
	SAME(name_of_operation, IORING_OP_SOCKET);
	SAME(name_of_operation, IORING_OP_SENDMSG_ZC);
	check(name_of_operation(255) == NULL);
}

static void capabilities_are_named(void)
{
	SAME(name_of_capability, CAP_CHOWN);
	SAME(name_of_capability, CAP_NET_RAW);
	SAME(name_of_capability, CAP_SYS_ADMIN);
	SAME(name_of_capability, CAP_SYS_RESOURCE);
	SAME(name_of_capability, CAP_AUDIT_CONTROL);
	SAME(name_of_capability, CAP_BPF);
	SAME(name_of_capability, CAP_CHECKPOINT_RESTORE);
	check(name_of_capability(CAP_LAST_CAP) && !name_of_capability(64));
}

static void commands_and_types_of_bpf_are_named(void)
{
	SAME(name_of_bpf_command, BPF_MAP_CREATE);
	SAME(name_of_bpf_command, BPF_PROG_LOAD);
	SAME(name_of_bpf_command, BPF_RAW_TRACEPOINT_OPEN);
	SAME(name_of_bpf_command, BPF_LINK_CREATE);
	SAME(name_of_bpf_command, BPF_PROG_BIND_MAP);
	SAME(name_of_bpf_map, BPF_MAP_TYPE_HASH);
	SAME(name_of_bpf_map, BPF_MAP_TYPE_CGROUP_STORAGE);
	SAME(name_of_bpf_map, BPF_MAP_TYPE_RINGBUF);
	SAME(name_of_bpf_map, BPF_MAP_TYPE_TASK_STORAGE);
	SAME(name_of_bpf_program, BPF_PROG_TYPE_KPROBE);
	SAME(name_of_bpf_program, BPF_PROG_TYPE_RAW_TRACEPOINT);
	SAME(name_of_bpf_program, BPF_PROG_TYPE_LSM);
	SAME(name_of_bpf_program, BPF_PROG_TYPE_SYSCALL);
}

static void changes_of_auditing_are_named(void)
{
	SAME(name_of_audit_message, AUDIT_SET);
	SAME(name_of_audit_message, AUDIT_ADD_RULE);
	SAME(name_of_audit_message, AUDIT_SET_FEATURE);
	check(name_of_audit_message(AUDIT_GET) == NULL);
}

static const char *signal_name(unsigned int number)
{
	static char text[16];

	return name_of_signal(number, text);
}

static void signals_are_named(void)
{
	SAME(signal_name, SIGKILL);
	SAME(signal_name, SIGUSR1);
	SAME(signal_name, SIGCHLD);
	SAME(signal_name, SIGSYS);
	NAMED(signal_name, 34, "SIGRTMIN+2"); /* as the kernel counts, not the C library */
	NAMED(signal_name, 64, "SIGRTMIN+32");
	check(!signal_name(0) && !signal_name(65));
}

static void errors_are_named(void)
{
	SAME(name_of_errno, EPERM);
	SAME(name_of_errno, EAGAIN);
	SAME(name_of_errno, EOPNOTSUPP);
	SAME(name_of_errno, EDEADLK);
	SAME(name_of_errno, EHWPOISON);
	check(name_of_errno(4000) == NULL);
}

static void families_and_types_of_sockets_are_named(void)
{
	NAMED(name_of_family, AF_UNIX, "unix");
	NAMED(name_of_family, AF_INET6, "inet6");
	NAMED(name_of_family, AF_VSOCK, "vsock");
	check(name_of_family(9999) == NULL);
	NAMED(name_of_socket_type, SOCK_SEQPACKET, "seqpacket");
	check(name_of_socket_type(99) == NULL);
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(calls_are_named_as_in_the_kernel),
		CASE(operations_of_io_uring_are_named),
		CASE(capabilities_are_named),
		CASE(commands_and_types_of_bpf_are_named),
		CASE(changes_of_auditing_are_named),
		CASE(signals_are_named),
		CASE(errors_are_named),
		CASE(families_and_types_of_sockets_are_named),
		{},
	});
}
