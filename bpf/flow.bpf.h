/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One direction of a connection, copied out of the kernel's structs. */
#ifndef CTSCOPE_FLOW_BPF_H
#define CTSCOPE_FLOW_BPF_H

#include "kernel.h"
#include "ctscope/flow.h"

/* One read of the whole tuple: each costs as much as ten loads. */
static __always_inline void read_flow(struct ct_flow *flow, const struct nf_conntrack_tuple *from,
				      __u16 zone, __u32 netns)
{
	struct nf_conntrack_tuple tuple = {};

	bpf_core_read(&tuple, sizeof(tuple), from);
	__builtin_memcpy(flow->src, &tuple.src.u3, sizeof(flow->src));
	__builtin_memcpy(flow->dst, &tuple.dst.u3, sizeof(flow->dst));
	flow->src_id = tuple.src.u.all;
	flow->dst_id = tuple.dst.u.all;
	flow->family = (__u8)tuple.src.l3num;
	flow->protocol = tuple.dst.protonum;
	flow->zone = zone;
	flow->netns = netns;
}

#endif
