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

/* Time-outs, in ticks, by the protocol's own states. */
struct nf_generic_net {
	unsigned int timeout;
};

struct nf_tcp_net {
	unsigned int timeouts[14];
	int tcp_max_retrans;	/* a byte since 5.16 */
};

struct nf_udp_net {
	unsigned int timeouts[2];
};

struct nf_icmp_net {
	unsigned int timeout;
};

struct nf_dccp_net {
	unsigned int dccp_timeout[10];
};

struct nf_sctp_net {
	unsigned int timeouts[10];
};

struct nf_ip_net {
	struct nf_generic_net generic;
	struct nf_tcp_net tcp;
	struct nf_udp_net udp;
	struct nf_icmp_net icmp, icmpv6;
	struct nf_dccp_net dccp;
	struct nf_sctp_net sctp;
};

struct netns_ct {
	struct nf_ip_net nf_ct_proto;
};

struct net {
	struct ns_common ns;
	struct net_generic *gen;
	struct netns_ct ct;
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

struct ip_ct_tcp_state {
	__u32 td_maxwin;
	__u8 flags;
};

struct ip_ct_tcp {
	struct ip_ct_tcp_state seen[2];
	__u8 state;
	__u8 retrans;
	__u16 last_win;
};

enum sctp_conntrack {
	SCTP_CONNTRACK_NONE = 0,
};

struct ip_ct_sctp {
	enum sctp_conntrack state;
};

struct nf_ct_dccp {
	__u8 state;
};

struct nf_ct_gre {
	unsigned int stream_timeout;
	unsigned int timeout;
};

union nf_conntrack_proto {
	struct ip_ct_tcp tcp;
	struct ip_ct_sctp sctp;
	struct nf_ct_dccp dccp;
	struct nf_ct_gre gre;
};

enum nf_ct_ext_id {
	NF_CT_EXT_ACCT = 3,
	NF_CT_EXT_TIMEOUT = 6,
};

/* Where an extension begins, from the beginning of this struct; 0: it is not there. */
struct nf_ct_ext {
	__u8 offset[9];
};

struct nf_conn {
	__u32 timeout;
	struct nf_conntrack_zone zone;
	struct nf_conntrack_tuple_hash tuplehash[2];
	unsigned long status;
	possible_net_t ct_net;
	__u32 mark;
	struct nf_ct_ext *ext;
	union nf_conntrack_proto proto;
};

struct kmem_cache {
	const char *name;
};

struct sk_buff {
	unsigned long _nfct;
};

struct ip_conntrack_stat {
	unsigned int chaintoolong;
};

struct kernel_symbol {
	int value_offset, name_offset;
};

struct kernel_symbol___absolute {
	unsigned long value;
	const char *name;
};

struct module {
	const struct kernel_symbol *syms, *gpl_syms;
	unsigned int num_syms, num_gpl_syms;
};

/* struct net_generic begins with an array of per-module pointers; see compat.bpf.h. */
struct net_generic {
	void *ptr[0];
};

#pragma clang attribute pop

/* include/uapi/linux/netfilter.h and nf_conntrack_common.h: fixed since long before 5.10. */
enum { NF_DROP = 0, NF_ACCEPT = 1 };

enum {
	IPS_SEEN_REPLY = 1 << 1,
	IPS_ASSURED = 1 << 2,
	IPS_CONFIRMED = 1 << 3,
	IPS_DYING = 1 << 9,
	IPS_FIXED_TIMEOUT = 1 << 10,
	IPS_NAT_CLASH = 1 << 12,
	IPS_OFFLOAD = 1 << 14,
};

/* skb->_nfct carries the packet's direction and state in its low three bits. */
#define NFCT_POINTER_MASK (~7UL)

#define MAX_ERRNO 4095

#endif
