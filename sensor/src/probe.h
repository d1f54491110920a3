/* SPDX-License-Identifier: Apache-2.0 */
/* What the running kernel can do for the sensor, found out by asking it: no version numbers are compared. */
#ifndef DETPACK_PROBE_H
#define DETPACK_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/held_cpu.h"

struct btf;

struct kernel {
	char release[65];
	bool root;		/* may load tracing programs */
	bool initial_users;	/* what it may do, it may do on the host */
	bool x86_64;
	bool btf;		/* describes its own types: without that nothing loads */
	bool ring_buffer;	/* 5.8 */
	bool task_storage;	/* in tracing programs: 5.12 */
	bool task_registers;	/* bpf_task_pt_regs: 5.15 */
	uint32_t cast;		/* BTF id of bpf_rdonly_cast, which is of 6.2; 0: there is none */
	bool fetching_atomics;	/* 5.12 */
	bool task_iterator;	/* 5.8 */
	bool preemptible;	/* tracing programs, if they do not hold their CPU; and can: since 7.x, said of 6.15 too */
	struct held_cpu held_cpu; /* only then */
	bool cap_capable;	/* the tracepoint: 6.14 */
	bool io_uring_submit;	/* io_uring_submit_req: 6.4 */
	bool io_uring_submit_old; /* io_uring_submit_sqe, with the request: 6.0 to 6.3 */
	bool io_uring_complete;
	bool io_uring_complete_cqe; /* passes the completion entry; before that its members one by one */
	bool skb_copy_datagram; /* descriptors that arrive over UNIX sockets */
	bool lockdown;		/* confidentiality: the kernel's memory may not be read */
	bool caller_names;	/* what the kernel copied of a path keeps the caller's address; not from 7.0 on */
	bool cgroup_v2;		/* units and cgroups can be told */
	bool traced_functions;	/* programs may stand at functions of the kernel (fentry) */
	bool attribute_has_map, xattr_has_map; /* the hooks of security modules for these have an argument more */
	bool memory;		/* the sensor may take as much as it needs at least */
};

/* Fills `kernel`; needs no privilege, and says so in `root` when more would be needed. `btf`: of the kernel, or NULL. */
void probe_kernel(struct kernel *kernel, const struct btf *btf);

/* True when the kernel has a tracepoint of that name to which BPF programs with typed arguments can be attached. */
bool probe_tracepoint(const struct btf *btf, const char *name);

/* True when the kernel has a function of that name. */
bool probe_function(const struct btf *btf, const char *name);

/* Why nothing can be loaded here, with a way out; NULL when it can. */
const char *probe_obstacle(const struct kernel *kernel);

#endif
