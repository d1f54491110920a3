/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The two ends of a socket: from the kernel's own socket where it knows them, from the caller's memory where only the
 * caller names them (a datagram without connect), which the record then says.
 */
#ifndef DETPACK_ENDPOINT_BPF_H
#define DETPACK_ENDPOINT_BPF_H

#include "target.bpf.h"

struct endpoint {
	struct dp_socket socket;
	u64 sock;	/* address of the kernel's socket */
	u64 peer_sock;	/* UNIX: of the other end; 0: none */
	u32 connected; /* by the kernel's socket, not by what the caller wrote */
	u32 pad;
	u32 path_length;
	u32 raw_length;
	u8 path[SUN_PATH + 4];
	u8 raw[SUN_PATH + 4];	/* a sockaddr as the caller wrote it */
	u8 other[SUN_PATH + 4]; /* another one, to be compared with it */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct endpoint);
} endpoints SEC(".maps");

inline_always struct endpoint *this_endpoint(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&endpoints, &zero);
}

/* The object of a UNIX socket that belongs to a file; false for one that was not accepted yet. */
inline_always bool object_of_sock(struct sock *sk, struct dp_object_key *key)
{
	struct socket *socket = sk ? BPF_CORE_READ(sk, sk_socket) : NULL;
	struct inode *inode;

	if (!socket)
		return false;
	inode = (void *)socket + bpf_core_field_offset(struct socket_alloc, vfs_inode);
	key->inode = BPF_CORE_READ(inode, i_ino);
	key->device = BPF_CORE_READ(inode, i_sb, s_dev);
	key->generation = BPF_CORE_READ(inode, i_generation);
	return true;
}

/*
 * Where data is kept that has no socket with a file to be kept under; no device has such a number. `waiting`: for one that
 * is not accepted yet. `outgoing`: from one that sends datagrams to names, since only the receiver sees where they went.
 */
#define DEVICE_WAITING 0xffffffffu
#define DEVICE_OUTGOING 0xfffffffeu

inline_always void key_of_sock(u64 sock, u32 device, struct dp_object_key *key)
{
	key->inode = sock;
	key->device = device;
	key->generation = 0;
}

/* Drops what was kept for a socket that had the address before. */
static __noinline void forget_sock(u64 sock)
{
	struct dp_object_key key;

	if (!flows_used || !sock)
		return;
	key_of_sock(sock, DEVICE_WAITING, &key);
	bpf_map_delete_elem(&objects, &key);
	key_of_sock(sock, DEVICE_OUTGOING, &key);
	bpf_map_delete_elem(&objects, &key);
}

inline_always void forget_kept(const struct endpoint *end)
{
	if (end && end->socket.family == AF_UNIX)
		forget_sock(end->sock);
}

inline_always void path_of_sock(struct endpoint *end, struct sock *sk)
{
	struct unix_sock *named = (void *)sk;
	struct unix_address *address = sk ? BPF_CORE_READ(named, addr) : NULL;
	u32 length;

	end->path_length = 0;
	if (!address)
		return;
	length = (u32)BPF_CORE_READ(address, len) - 2;
	if (length > SUN_PATH)
		return;
	if (bpf_probe_read_kernel(end->path, length & 127,
				  (void *)address + bpf_core_field_offset(struct unix_address, name) + 2))
		trouble(DP_UNREAD);
	else
		end->path_length = length;
}

inline_always void peer_of_sock(struct endpoint *end, struct sock *sk, bool outward)
{
	struct unix_sock *named = (void *)sk;
	struct sock *peer = BPF_CORE_READ(named, peer);
	struct pid *pid = BPF_CORE_READ(sk, sk_peer_pid);
	struct task_struct *task = task_of_pid((u64)pid);

	end->peer_sock = (u64)peer;
	object_of_sock(peer, &end->socket.peer_object);
	if (task) {
		process_of(task, &end->socket.peer);
		BPF_CORE_READ_STR_INTO(&end->socket.peer_name, task, group_leader, comm);
	} else if (pid) {
		end->socket.peer.pid = (u32)BPF_CORE_READ(pid, numbers[0].nr); /* it has ended */
	}
	/* The name that others call: the peer's for what goes there, one's own for what comes. */
	path_of_sock(end, outward ? peer : sk);
}

/* Fills the ends of the socket behind a file. False: it is none. */
static __noinline bool endpoint_of(struct endpoint *end, struct file *file, bool outward)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = BPF_CORE_READ(socket, sk);
	struct dp_socket *to = &end->socket;

	__builtin_memset(to, 0, sizeof(*to));
	end->path_length = 0;
	end->raw_length = 0;
	end->connected = 0;
	end->peer_sock = 0;
	end->sock = (u64)sk;
	if (!sk)
		return false;
	to->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	to->type = BPF_CORE_READ(sk, sk_type);
	to->protocol = BPF_CORE_READ(sk, sk_protocol);
	switch (to->family) {
	case AF_INET:
		*(u32 *)to->local = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		*(u32 *)to->remote = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		break;
	case AF_INET6:
		BPF_CORE_READ_INTO(&to->local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&to->remote, sk, __sk_common.skc_v6_daddr);
		break;
	case AF_UNIX:
		peer_of_sock(end, sk, outward);
		end->connected = end->peer_sock != 0;
		return true;
	default:
		return true;
	}
	/* A raw socket has its protocol there. A connection that was reset has given its port back, and still says which. */
	if (to->type != SOCK_RAW)
		to->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	if (to->type != SOCK_RAW && to->local_port == 0)
		to->local_port = __builtin_bswap16(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
	to->remote_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	end->connected = to->remote_port != 0;
	return true;
}

/*
 * The other end as the caller wrote it. Only where the kernel's socket has none: what a connected socket is given besides
 * is refused by the kernel or counts for one message.
 */
static __noinline void endpoint_named(struct endpoint *end, u64 address, u64 length)
{
	u16 family;

	if (!address || length < 2)
		return;
	if (length > SUN_PATH + 2)
		length = SUN_PATH + 2;
	end->raw_length = (u32)length;
	__builtin_memset(end->raw, 0, sizeof(end->raw));
	if (bpf_probe_read_user(end->raw, length & 127, (void *)address)) {
		trouble(DP_UNREAD);
		return;
	}
	family = *(u16 *)end->raw;
	if (family == AF_INET && length >= 8) {
		end->socket.remote_port = __builtin_bswap16(*(u16 *)(end->raw + 2));
		__builtin_memset(end->socket.remote, 0, 16);
		if (end->socket.family == AF_INET6) {
			end->socket.remote[10] = 0xff;
			end->socket.remote[11] = 0xff;
			__builtin_memcpy(end->socket.remote + 12, end->raw + 4, 4);
		} else {
			__builtin_memcpy(end->socket.remote, end->raw + 4, 4);
		}
	} else if (family == AF_INET6 && length >= 24) {
		end->socket.remote_port = __builtin_bswap16(*(u16 *)(end->raw + 2));
		__builtin_memcpy(end->socket.remote, end->raw + 8, 16);
	} else if (family == AF_UNIX) {
		__builtin_memcpy(end->path, end->raw + 2, SUN_PATH);
		end->path_length = (u32)length - 2;
	} else {
		return;
	}
	end->socket.address_identity = DP_BY_STRING;
}

/* Whether the caller's name is the one that the endpoint has from it; a name of no bytes is none. */
static __noinline bool same_name(struct endpoint *end, u64 address, u64 length)
{
	const u64 *a = (const u64 *)end->raw, *b = (const u64 *)end->other;
	u32 i;

	if (!address || length < 2)
		return !end->raw_length;
	if (length > SUN_PATH + 2)
		length = SUN_PATH + 2;
	if (length != end->raw_length)
		return false;
	__builtin_memset(end->other, 0, sizeof(end->other));
	bpf_probe_read_user(end->other, length & 127, (void *)address);
	for (i = 0; i < sizeof(end->raw) / 8; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* Appends both ends to a record. */
static __noinline void part_endpoint(struct scratch *s, struct endpoint *end)
{
	part_struct(s, DP_PART_SOCKET, end->socket);
	part_socket_path(s, end->path, end->path_length);
}

/* What tells datagrams to different places apart in a fold. */
static __noinline u64 endpoint_mark(const struct endpoint *end)
{
	const u64 *remote = (const u64 *)end->socket.remote;
	u64 mark = remote[0] ^ (remote[1] * 0x9e3779b97f4a7c15ull) ^ ((u64)end->socket.remote_port << 48);
	const u64 *path = (const u64 *)end->path;
	u32 i;

	if (end->socket.family == AF_UNIX && end->path_length)
		for (i = 0; i < SUN_PATH / 8; i++)
			mark = (mark ^ path[i]) * 0x9e3779b97f4a7c15ull;
	return mark;
}

#endif
