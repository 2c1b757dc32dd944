/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One direction of a connection, and the counters of one namespace. */
#ifndef CTSCOPE_FLOW_H
#define CTSCOPE_FLOW_H

#include <linux/types.h>

/*
 * A tuple as conntrack keeps it. src_id and dst_id are ports in network
 * order where the protocol has ports; for ICMP src_id is the id and the two
 * bytes of dst_id are type and code; for GRE they are the keys.
 * IPv4 addresses fill the first four bytes, the rest is zero.
 */
struct ct_flow {
	__u8 src[16];
	__u8 dst[16];
	__be16 src_id;
	__be16 dst_id;
	__u8 family;	/* 2 = IPv4, 10 = IPv6, as in AF_INET and AF_INET6 */
	__u8 protocol;	/* IPPROTO_* */
	__u16 zone;
	__u32 netns;	/* inode number of the network namespace */
};

_Static_assert(sizeof(struct ct_flow) == 44, "ct_flow is shared with the kernel side");
_Static_assert(__builtin_offsetof(struct ct_flow, src_id) == 32, "ct_flow.src_id");
_Static_assert(__builtin_offsetof(struct ct_flow, netns) == 40, "ct_flow.netns");

/*
 * What one CPU saw of one namespace on the two hot paths: a slot. Each is
 * taken and counted in by one program only, and a program cannot nest in itself,
 * so the fields need no atomic update (bpf/README.md). A namespace may take any free
 * slot of its set; CT_SLOTS_A_SET of them lie side by side.
 */
#define CT_SLOTS_A_SET 4

/* Rows of the map for everything seldom, one a namespace. */
#define CT_RARE_ROWS 4096

struct ct_births {
	__u32 netns;	/* 0: slot not taken yet */
	__u32 unused;
	__u64 inserted;
	__u64 refused;	/* by a full table; two programs write it, atomically */
};

struct ct_deaths {
	__u32 netns;
	__u32 unused;
	__u64 destroyed;
	__u64 aborted;
};

_Static_assert(sizeof(struct ct_births) == 24, "ct_births is shared with the kernel side");
_Static_assert(sizeof(struct ct_deaths) == 24, "ct_deaths is shared with the kernel side");

#endif
