/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * io_uring. What a request is is taken down when it is submitted, where its operation is still whole; when it completes
 * it is put into the words of the system call that does the same, and goes to the handler of that call. So a use by a
 * ring is seen as any other, with another route. Completions run in a thread of the owner (the submitter, a worker, the
 * one that polls the queue), which all have its table of descriptors and its state from their birth.
 *
 * A request whose success nobody wants to hear of (IOSQE_CQE_SKIP_SUCCESS) is told when it is submitted: its bytes and
 * what it made are not known then. If it fails its completion tells that too.
 *
 * A request that was cancelled (by the owner, with its end, or since one that it was linked to failed) did nothing: it is
 * counted and not told. Two are told: one that was told when it was submitted, and a connection, whose first packet went
 * out before it had to wait.
 */
#ifndef DETPACK_URING_BPF_H
#define DETPACK_URING_BPF_H

#include "maker.bpf.h"

const volatile bool uring_has_cqe = false; /* the completion passes its entry (6.13 and later), not its members */

/* Numbers of include/uapi/linux/io_uring.h; the first flags of a request are those of its submission. */
enum {
	OP_READV = 1, OP_WRITEV = 2, OP_READ_FIXED = 4, OP_WRITE_FIXED = 5, OP_SENDMSG = 9, OP_RECVMSG = 10, OP_ACCEPT = 13,
	OP_CONNECT = 16, OP_FALLOCATE = 17, OP_OPENAT = 18, OP_CLOSE = 19, OP_READ = 22, OP_WRITE = 23, OP_SEND = 26, OP_RECV = 27,
	OP_OPENAT2 = 28, OP_SPLICE = 30, OP_TEE = 33, OP_RENAMEAT = 35, OP_UNLINKAT = 36, OP_MKDIRAT = 37,
	OP_SYMLINKAT = 38, OP_LINKAT = 39, OP_MSG_RING = 40, OP_FSETXATTR = 41, OP_SETXATTR = 42, OP_SOCKET = 45, OP_SEND_ZC = 47,
	OP_SENDMSG_ZC = 48, OP_READ_MULTISHOT = 49, OP_FIXED_FD_INSTALL = 54, OP_FTRUNCATE = 55, OP_BIND = 56,
	OP_LISTEN = 57, OP_RECV_ZC = 58, OP_READV_FIXED = 60, OP_WRITEV_FIXED = 61, OP_PIPE = 62,
};
#define REQUEST_FIXED_FILE 1u
#define REQUEST_CQE_SKIP (1u << 6)
#define CQE_MORE 2u
#define SPLICE_FD_IN_FIXED (1u << 31)
#define MESSAGE_SENDS_FILE 1 /* IORING_MSG_SEND_FD */

/* The system calls of x86-64 that do the same. */
enum {
	AS_READ = 0, AS_WRITE = 1, AS_CLOSE = 3, AS_READV = 19, AS_WRITEV = 20, AS_SOCKET = 41, AS_CONNECT = 42, AS_SENDTO = 44,
	AS_DUP = 32, AS_RECVFROM = 45, AS_SENDMSG = 46, AS_RECVMSG = 47, AS_BIND = 49, AS_LISTEN = 50, AS_FTRUNCATE = 77, AS_SETXATTR = 188,
	AS_FSETXATTR = 190, AS_OPENAT = 257, AS_MKDIRAT = 258, AS_UNLINKAT = 263, AS_LINKAT = 265, AS_SYMLINKAT = 266,
	AS_SPLICE = 275, AS_TEE = 276, AS_FALLOCATE = 285, AS_ACCEPT4 = 288, AS_PIPE2 = 293, AS_RENAMEAT2 = 316,
	AS_RING_PASS = 401, /* no call does that; see src/calls.c */
	AS_NOTHING = ~0u,
};

struct request {
	u64 argument[6];
	u64 source; /* address of the other file, that the ring keeps */
	u64 at; /* boot time of its submission, ns */
	u32 number; /* of the call that does the same */
	u32 operation;
	u8 fixed; /* its file has no number */
	u8 direct;
	u8 told; /* with its submission */
	u8 pad[5];
};

/* By the address of the kernel's request, from submission to completion. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 2048);
	__type(key, u64);
	__type(value, struct request);
} requests SEC(".maps");

/*
 * A request that completes many times (multishot: accept, receive, read) is named by its own completions only by what the
 * caller calls it. Several that the caller calls the same cannot be told apart: then the last is taken, and the use says
 * that it may be another's, as where a slot was changed.
 */
struct shot_key {
	u64 ring;
	u64 called;
};

struct shot {
	u64 request;
	u64 several;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct shot_key);
	__type(value, struct shot);
} shots SEC(".maps");

inline_always bool may_repeat(u32 operation)
{
	switch (operation) {
	case OP_ACCEPT:
	case OP_RECV:
	case OP_RECVMSG:
	case OP_READ_MULTISHOT:
	case OP_RECV_ZC:
		return true;
	}
	return false;
}

/* The request is one of this ring that may complete again, and not of another that had its address before. */
inline_always bool is_open(u64 ring, u64 request)
{
	struct request *known = bpf_map_lookup_elem(&requests, &request);
	u64 *made = bpf_map_lookup_elem(&rings_made, &ring);

	return known && may_repeat(known->operation) && (!made || known->at > *made);
}

/* From 5.19 on; before that there is no such request. */
static __noinline void shot_submitted(u64 req)
{
	struct io_kiocb *kiocb = (void *)req;
	struct shot shot = { .request = req };
	struct shot_key key;
	struct shot *other;

	if (!bpf_core_field_exists(kiocb->cqe.user_data))
		return;
	key.ring = (u64)BPF_CORE_READ(kiocb, ctx);
	key.called = BPF_CORE_READ(kiocb, cqe.user_data);
	other = bpf_map_lookup_elem(&shots, &key);
	if (other && other->request != req)
		shot.several = is_open(key.ring, other->request);
	bpf_map_update_elem(&shots, &key, &shot, BPF_ANY);
}

/* The request of a completion that names none; 0: not known. */
static __noinline u64 shot_of(u64 ring, u64 called, u8 *several)
{
	struct shot_key key = { .ring = ring, .called = called };
	struct shot *shot = bpf_map_lookup_elem(&shots, &key);

	if (!shot)
		return 0;
	*several = shot->several;
	return shot->request;
}

/*
 * What it received by itself: a message comes with a head and with room for a name and control messages before it (struct
 * io_uring_recvmsg_out), of the sizes that the caller asked for. Where these came to lie is not looked for.
 */
static __noinline void shot_received(struct request *as, s32 *result)
{
	u32 name_length = 0;
	u64 control_length = 0;

	if (as->number != AS_RECVMSG)
		return;
	if (bpf_probe_read_user(&name_length, sizeof(name_length), (void *)(as->argument[1] + 8)) ||
	    bpf_probe_read_user(&control_length, sizeof(control_length), (void *)(as->argument[1] + 40)))
		trouble(DP_UNREAD);
	else if (*result > 0)
		*result = *result > 16 + (s64)name_length + (s64)control_length ?
				  *result - 16 - (s32)name_length - (s32)control_length :
				  0;
	as->argument[1] = 0;
}

#define read_of(type, req, member)                                                                                     \
	({                                                                                                             \
		struct type *own_ = (void *)(req);                                                                     \
		bpf_core_field_exists(own_->member) ? (u64)BPF_CORE_READ(own_, member) : 0;                            \
	})

/* The caller's own text: the kernel's copy is gone when the request completes. */
#define path_of_request(type, req, member)                                                                             \
	({                                                                                                             \
		struct type *own_ = (void *)(req);                                                                     \
		bpf_core_field_exists(own_->member) ? (u64)BPF_CORE_READ(own_, member, uptr) : 0;                      \
	})

/* What the request would be as a system call: its number and arguments, but for the descriptor that most begin with. */
static __noinline u32 arguments_of(u64 req, u32 operation, struct request *as)
{
	u64 *argument = as->argument;

	switch (operation) {
	case OP_READ:
	case OP_READ_FIXED:
	case OP_READ_MULTISHOT:
		return AS_READ;
	case OP_READV:
	case OP_READV_FIXED:
		return AS_READV;
	case OP_WRITE:
	case OP_WRITE_FIXED:
		argument[1] = read_of(io_rw, req, addr);
		return AS_WRITE;
	case OP_WRITEV:
	case OP_WRITEV_FIXED:
		return AS_WRITEV;
	case OP_SEND:
	case OP_SEND_ZC:
		argument[1] = read_of(io_sr_msg, req, umsg);
		argument[3] = read_of(io_sr_msg, req, msg_flags);
		return AS_SENDTO;
	case OP_RECV:
	case OP_RECV_ZC:
		return AS_RECVFROM;
	case OP_SENDMSG:
	case OP_SENDMSG_ZC:
		argument[1] = read_of(io_sr_msg, req, umsg);
		argument[2] = read_of(io_sr_msg, req, msg_flags);
		return AS_SENDMSG;
	case OP_RECVMSG:
		argument[1] = read_of(io_sr_msg, req, umsg);
		return AS_RECVMSG;
	case OP_CONNECT:
		argument[1] = read_of(io_connect, req, addr);
		argument[2] = (u32)read_of(io_connect, req, addr_len);
		return AS_CONNECT;
	case OP_ACCEPT:
		as->direct = read_of(io_accept, req, file_slot) != 0;
		return AS_ACCEPT4;
	case OP_BIND:
		return AS_BIND;
	case OP_LISTEN:
		argument[1] = (u32)read_of(io_listen, req, backlog);
		return AS_LISTEN;
	case OP_FTRUNCATE:
		argument[1] = read_of(io_ftrunc, req, len);
		return AS_FTRUNCATE;
	case OP_FALLOCATE:
		argument[1] = (u32)read_of(io_sync, req, mode);
		argument[2] = read_of(io_sync, req, off);
		argument[3] = read_of(io_sync, req, len);
		return AS_FALLOCATE;
	case OP_FSETXATTR:
		return AS_FSETXATTR;
	case OP_FIXED_FD_INSTALL:
		return AS_DUP;
	case OP_PIPE:
		as->direct = read_of(io_pipe, req, file_slot) != 0;
		argument[0] = read_of(io_pipe, req, fds);
		return AS_PIPE2;
	case OP_SOCKET:
		as->direct = read_of(io_socket, req, file_slot) != 0;
		argument[0] = (u32)read_of(io_socket, req, domain);
		argument[1] = (u32)read_of(io_socket, req, type);
		argument[2] = (u32)read_of(io_socket, req, protocol);
		return AS_SOCKET;
	case OP_CLOSE:
		argument[0] = (u32)read_of(io_close, req, fd);
		return AS_CLOSE;
	default:
		return AS_NOTHING;
	}
}

/* The same for those that name files by their paths. */
static __noinline u32 names_of(u64 req, u32 operation, struct request *as)
{
	u64 *argument = as->argument;

	switch (operation) {
	case OP_OPENAT:
	case OP_OPENAT2:
		as->direct = read_of(io_open, req, file_slot) != 0;
		argument[0] = (u32)read_of(io_open, req, dfd);
		argument[1] = path_of_request(io_open, req, filename);
		argument[2] = read_of(io_open, req, how.flags);
		argument[4] = read_of(io_open, req, how.resolve);
		return AS_OPENAT;
	case OP_UNLINKAT:
		argument[0] = (u32)read_of(io_unlink, req, dfd);
		argument[1] = path_of_request(io_unlink, req, filename);
		return AS_UNLINKAT;
	case OP_MKDIRAT:
		argument[0] = (u32)read_of(io_mkdir, req, dfd);
		argument[1] = path_of_request(io_mkdir, req, filename);
		return AS_MKDIRAT;
	case OP_RENAMEAT:
		argument[0] = (u32)read_of(io_rename, req, old_dfd);
		argument[1] = path_of_request(io_rename, req, oldpath);
		argument[2] = (u32)read_of(io_rename, req, new_dfd);
		argument[3] = path_of_request(io_rename, req, newpath);
		argument[4] = (u32)read_of(io_rename, req, flags);
		return AS_RENAMEAT2;
	case OP_LINKAT:
		argument[0] = (u32)read_of(io_link, req, old_dfd);
		argument[1] = path_of_request(io_link, req, oldpath);
		argument[2] = (u32)read_of(io_link, req, new_dfd);
		argument[3] = path_of_request(io_link, req, newpath);
		argument[4] = read_of(io_link, req, flags);
		return AS_LINKAT;
	case OP_SYMLINKAT:
		argument[0] = path_of_request(io_link, req, oldpath);
		argument[1] = (u32)read_of(io_link, req, new_dfd);
		argument[2] = path_of_request(io_link, req, newpath);
		return AS_SYMLINKAT;
	case OP_SETXATTR:
		argument[0] = path_of_request(io_xattr, req, filename);
		return AS_SETXATTR;
	default:
		return AS_NOTHING;
	}
}

/* The file that the ring keeps at a place; 0: none, or a kernel before 5.19, which keeps them in other ways. */
static __noinline u64 kept_file(u64 req, u32 at)
{
	struct io_kiocb *kiocb = (void *)req;
	struct io_ring_ctx *ring = BPF_CORE_READ(kiocb, ctx);
	unsigned long file = 0;

	if (!bpf_core_field_exists(kiocb->cqe))
		return 0;
	if (bpf_core_field_exists(ring->file_table.data)) {
		struct io_rsrc_node **nodes = BPF_CORE_READ(ring, file_table.data.nodes), *node = NULL;

		if (at >= BPF_CORE_READ(ring, file_table.data.nr) ||
		    bpf_probe_read_kernel(&node, sizeof(node), nodes + at) || !node)
			return 0;
		file = BPF_CORE_READ(node, file_ptr);
	} else if (bpf_core_field_exists(ring->file_table.files)) {
		struct io_fixed_file *files = BPF_CORE_READ(ring, file_table.files);

		if (at >= BPF_CORE_READ(ring, nr_user_files) ||
		    bpf_probe_read_kernel(&file, sizeof(file), files + at))
			return 0;
	}
	return file & ~7ul;
}

/* Splice has two descriptors; that of the request is where it goes to. */
static __noinline u32 splice_of(u64 req, u32 operation, struct request *as)
{
	u32 from = (u32)read_of(io_splice, req, splice_fd_in);

	if (read_of(io_splice, req, flags) & SPLICE_FD_IN_FIXED) {
		as->source = kept_file(req, from);
		from = (u32)RING_SOURCE;
	}
	as->argument[operation == OP_SPLICE ? 2 : 1] = as->argument[0];
	as->argument[0] = from;
	return operation == OP_SPLICE ? AS_SPLICE : AS_TEE;
}

/* One ring gives a file that it keeps to another, which may be of another process. */
static __noinline u32 message_of(u64 req, struct request *as)
{
	if (read_of(io_msg, req, cmd) != MESSAGE_SENDS_FILE)
		return AS_NOTHING;
	as->source = kept_file(req, (u32)read_of(io_msg, req, src_fd));
	return AS_RING_PASS;
}

/* `over`: it is complete, and what it names and its descriptor are not in the kernel's memory any more; its file is. */
static __noinline bool request_of(u64 req, struct request *as, bool over)
{
	struct io_kiocb *kiocb = (void *)req;
	u32 operation = BPF_CORE_READ(kiocb, opcode);

	__builtin_memset(as, 0, sizeof(*as));
	as->operation = operation;
	as->at = bpf_ktime_get_boot_ns();
	as->fixed = BPF_CORE_READ(kiocb, flags) & REQUEST_FIXED_FILE;
	if (as->fixed || over)
		as->argument[0] = (u32)RING_FILE;
	else if (bpf_core_field_exists(kiocb->cqe))
		as->argument[0] = (u32)BPF_CORE_READ(kiocb, cqe.fd);
	if (operation == OP_SPLICE || operation == OP_TEE)
		as->number = splice_of(req, operation, as);
	else if (operation == OP_MSG_RING)
		as->number = message_of(req, as);
	else
		as->number = arguments_of(req, operation, as);
	if (as->number == AS_NOTHING)
		as->number = names_of(req, operation, as);
	return as->number != AS_NOTHING;
}

/*
 * A request that was not seen when it was submitted, since the sensor was not there yet, or that so many others came after
 * that it was forgotten.
 */
static __noinline bool request_again(u64 req, struct request *as)
{
	if (!request_of(req, as, true))
		return false;
	switch (as->number) {
	case AS_OPENAT:
	case AS_UNLINKAT:
	case AS_MKDIRAT:
	case AS_RENAMEAT2:
	case AS_LINKAT:
	case AS_SYMLINKAT:
	case AS_SETXATTR:
		__builtin_memset(as->argument, 0, sizeof(as->argument));
	}
	return true;
}

/* Puts the request into the words of a call, as if it had just ended. */
static __noinline bool call_of(struct task_state *state, u64 req, const struct request *as, s64 result)
{
	struct io_kiocb *kiocb = (void *)req;
	struct call *call = &state->call;

	call->number = as->number;
	__builtin_memcpy(call->argument, as->argument, sizeof(call->argument));
	call->result = result;
	call->now = bpf_ktime_get_boot_ns();
	call->route = DP_IO_URING;
	call->operation = as->operation;
	call->direct = as->direct;
	call->rooted = 0;
	call->file = (u64)BPF_CORE_READ(kiocb, file);
	call->source = as->source;
	/* A slot that another thread changed since the submission may have been another file's when it was used. */
	state->before_that = as->at;
	return true;
}

/*
 * The request at its submission, prepared and not yet done. The file of one that its ring keeps is not known until it is
 * done: one that is told here already has none, and is told without.
 */
inline_always int submitted(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state = current_state();
	u64 req = ctx->args[0];
	struct request as;
	struct io_kiocb *kiocb = (void *)req;

	if (!state)
		return 0;
	if (!request_of(req, &as, false)) {
		/* The one that had this address before may have ended unseen, with its process: this is not its completion. */
		bpf_map_delete_elem(&requests, &req);
		return 0;
	}
	as.told = !!(BPF_CORE_READ(kiocb, flags) & REQUEST_CQE_SKIP);
	bpf_map_update_elem(&requests, &req, &as, BPF_ANY);
	if (may_repeat(as.operation))
		shot_submitted(req);
	if (!as.told)
		return 0;
	as.direct = 1;
	call_of(state, req, &as, 0);
	bpf_tail_call(ctx, &handlers, as.number);
	return 0;
}

SEC("raw_tp/io_uring_submit_req")
int on_uring_submit(struct bpf_raw_tracepoint_args *ctx)
{
	return submitted(ctx);
}

/* Its name before 6.4. */
SEC("raw_tp/io_uring_submit_sqe")
int on_uring_submit_old(struct bpf_raw_tracepoint_args *ctx)
{
	return submitted(ctx);
}

/* (ring, request, entry) or, before 6.13, (ring, request, user data, result, flags, ...). */
SEC("raw_tp/io_uring_complete")
int on_uring_complete(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state = current_state();
	u64 req = ctx->args[1];
	struct request *known, as;
	u64 called;
	s32 result;
	u32 flags;
	u8 several = 0;

	if (!state)
		return 0;
	if (uring_has_cqe) {
		struct io_uring_cqe *cqe = (void *)ctx->args[2];

		called = BPF_CORE_READ(cqe, user_data);
		result = BPF_CORE_READ(cqe, res);
		flags = BPF_CORE_READ(cqe, flags);
	} else {
		called = ctx->args[2];
		result = (s32)ctx->args[3];
		flags = (u32)ctx->args[4];
	}
	state->call.several = 0;
	if (!req) {
		/* Of a request that goes on; what another ring leaves here (MSG_RING) names none either. */
		if (!(flags & CQE_MORE))
			return 0;
		req = shot_of(ctx->args[0], called, &several);
		known = bpf_map_lookup_elem(&requests, &req);
		/* Another request may be where that one was. */
		if (!known || !may_repeat(known->operation))
			return 0;
		as = *known;
		shot_received(&as, &result);
		call_of(state, req, &as, result);
		state->call.several = several;
		bpf_tail_call(ctx, &handlers, as.number);
		return 0;
	}
	known = bpf_map_lookup_elem(&requests, &req);
	if (known) {
		as = *known;
		if (!(flags & CQE_MORE))
			bpf_map_delete_elem(&requests, &req);
	} else if (!request_again(req, &as)) {
		return 0;
	}
	if (result == -ECANCELED && !as.told && as.number != AS_CONNECT) {
		trouble(DP_CANCELLED);
		return 0;
	}
	call_of(state, req, &as, result);
	bpf_tail_call(ctx, &handlers, as.number);
	return 0;
}

#endif
