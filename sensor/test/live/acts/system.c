// SPDX-License-Identifier: Apache-2.0
/* Modules that are not loaded, BPF objects that do nothing, and audit messages that change nothing. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void refused(struct stage *stage, const char *name, long result)
{
	struct statement s;
	if (result >= 0)
		fail(stage, "%s was not refused", name);
	saw(&s, stage, "module_load", name);
	say_result(&s, result);
	told(&s);
}

static void play_init_module(struct stage *stage)
{
	static char image[64] = "this is no module";
	refused(stage, "init_module", call(SYS_init_module, image, sizeof(image), ""));
}

static void play_finit_module(struct stage *stage)
{
	struct statement s;
	struct held held = open_said(stage, stage->plain, O_RDONLY, "it");
	long result = call(SYS_finit_module, held.number, "", 0);
	if (result >= 0)
		fail(stage, "finit_module was not refused");
	saw(&s, stage, "module_load", "finit_module");
	say_result(&s, result);
	say_path(&s, stage->plain);
	told(&s);
}

/* Before 5.11 maps and programs count as locked memory, of which little is allowed. */
static void prepare_bpf(struct stage *stage)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	(void)stage;
	setrlimit(RLIMIT_MEMLOCK, &all);
}

static void bpf_made(struct stage *stage, long fd, const char *command, const char *name, const char *type)
{
	struct statement s;
	must(stage, fd, command);
	struct held held = hold((int)fd, "it");
	saw(&s, stage, "bpf_use", "bpf");
	say_result(&s, fd);
	say_descriptor(&s, &held);
	say_text(&s, "detpack.bpf.command", command);
	say_text(&s, "detpack.bpf.program", name);
	say_text(&s, "detpack.bpf.type", type);
	told(&s);
}

static void play_map(struct stage *stage)
{
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof(attributes));
	attributes.map_type = BPF_MAP_TYPE_ARRAY;
	attributes.key_size = 4;
	attributes.value_size = 8;
	attributes.max_entries = 1;
	strcpy(attributes.map_name, "act_map");
	long fd = call(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes));
	bpf_made(stage, fd, "BPF_MAP_CREATE", "act_map", "BPF_MAP_TYPE_ARRAY");
}

static void play_program(struct stage *stage)
{
	static const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attributes.insns = (uint64_t)(uintptr_t)code;
	attributes.insn_cnt = 2;
	attributes.license = (uint64_t)(uintptr_t)"Apache-2.0";
	strcpy(attributes.prog_name, "act_program");
	long fd = call(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof(attributes));
	bpf_made(stage, fd, "BPF_PROG_LOAD", "act_program", "BPF_PROG_TYPE_SOCKET_FILTER");
}

static void play_bpf_refused(struct stage *stage)
{
	struct statement s;
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof(attributes));
	attributes.map_type = BPF_MAP_TYPE_ARRAY;
	long result = call(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes));
	if (result != -EINVAL)
		fail(stage, "a map of nothing gave %ld", result);
	saw(&s, stage, "bpf_use", "bpf");
	say_result(&s, result);
	say_text(&s, "detpack.bpf.command", "BPF_MAP_CREATE");
	told(&s);
}

static struct held audit_socket(struct stage *stage)
{
	struct statement s;
	long fd = must(stage, call(SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT), "socket");
	struct held held = hold((int)fd, "audit");
	saw(&s, stage, "descriptor_create", "socket");
	say_held(&s, &held, NULL);
	say_text(&s, "detpack.socket.family", "netlink");
	told(&s);
	return held;
}

static long audit_send(struct stage *stage, const struct held *held, unsigned short type)
{
	struct {
		struct nlmsghdr head;
		struct audit_status status; /* no bit of the mask: nothing is set */
	} message = { .head = { .nlmsg_len = sizeof(message), .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST } };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	return must(stage, call(SYS_sendto, held->number, &message, sizeof(message), 0, &kernel, sizeof(kernel)), "sendto");
}

static void play_audit_get(struct stage *stage)
{
	struct statement s;
	struct held held = audit_socket(stage);
	long bytes = audit_send(stage, &held, AUDIT_GET);
	saw(&s, stage, "network_send", "sendto");
	say_moved(&s, bytes);
	say_held(&s, &held, NULL);
	say_text(&s, "network.transport", "netlink");
	told(&s);
}

static void play_audit_set(struct stage *stage)
{
	struct statement s;
	struct held held = audit_socket(stage);
	long bytes = audit_send(stage, &held, AUDIT_SET);
	saw(&s, stage, "audit_change", "sendto");
	say_result(&s, bytes);
	say_held(&s, &held, NULL);
	say_text(&s, "detpack.audit.change", "AUDIT_SET");
	told(&s);
}

const struct act system_acts[] = {
	{ "init-module", NULL, play_init_module, NULL },
	{ "finit-module", NULL, play_finit_module, NULL },
	{ "bpf-map", prepare_bpf, play_map, NULL },
	{ "bpf-program", prepare_bpf, play_program, NULL },
	{ "bpf-refused", NULL, play_bpf_refused, NULL },
	{ "audit-get", NULL, play_audit_get, NULL },
	{ "audit-set", NULL, play_audit_set, NULL },
	{ 0 },
};
