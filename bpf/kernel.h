/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel types we read, with only the fields we read. Offsets come from
 * the running kernel's BTF (CO-RE), so neither layout nor completeness
 * matters here and no build depends on the build host's kernel.
 */
#ifndef CTSCOPE_KERNEL_H
#define CTSCOPE_KERNEL_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
	struct net_generic *gen;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct hlist_nulls_node {
	struct hlist_nulls_node *next, **pprev;
};

union nf_inet_addr {
	__u32 all[4];
};

struct nf_conntrack_man {
	union nf_inet_addr u3;
	union {
		__be16 all;
	} u;
	__u16 l3num;
};

struct nf_conntrack_tuple {
	struct nf_conntrack_man src;
	struct {
		union nf_inet_addr u3;
		union {
			__be16 all;
		} u;
		__u8 protonum;
		__u8 dir;
	} dst;
};

struct nf_conntrack_tuple_hash {
	struct hlist_nulls_node hnnode;
	struct nf_conntrack_tuple tuple;
};

struct nf_conntrack_zone {
	__u16 id;
	__u8 flags;
	__u8 dir;
};

struct ip_ct_tcp {
	__u8 state;
};

union nf_conntrack_proto {
	struct ip_ct_tcp tcp;
};

struct nf_conn {
	__u32 timeout;
	struct nf_conntrack_zone zone;
	struct nf_conntrack_tuple_hash tuplehash[2];
	unsigned long status;
	possible_net_t ct_net;
	__u32 mark;
	union nf_conntrack_proto proto;
};

struct sk_buff {
	unsigned long _nfct;
};

struct ip_conntrack_stat {
	unsigned int chaintoolong;
};

/* struct net_generic begins with an array of per-module pointers; see compat.bpf.h. */
struct net_generic {
	void *ptr[0];
};

#pragma clang attribute pop

/* include/uapi/linux/netfilter.h and nf_conntrack_common.h: fixed since long before 5.10. */
enum { NF_DROP = 0, NF_ACCEPT = 1 };

enum {
	IPS_ASSURED = 1 << 2,
	IPS_CONFIRMED = 1 << 3,
	IPS_DYING = 1 << 9,
	IPS_NAT_CLASH = 1 << 12,
};

/* skb->_nfct carries the packet's direction and state in its low three bits. */
#define NFCT_POINTER_MASK (~7UL)

#define MAX_ERRNO 4095

#endif
