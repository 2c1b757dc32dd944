/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One direction of a connection, copied out of the kernel's structs. */
#ifndef CTSCOPE_FLOW_BPF_H
#define CTSCOPE_FLOW_BPF_H

#include "kernel.h"
#include "ctscope/flow.h"

static __always_inline void read_flow(struct ct_flow *flow, const struct nf_conntrack_tuple *from,
				      const struct nf_conntrack_zone *zone, __u32 netns)
{
	struct nf_conntrack_man src = {};
	__u8 family;

	__builtin_memset(flow, 0, sizeof(*flow));
	family = (__u8)BPF_CORE_READ(from, src.l3num);
	flow->family = family;
	flow->protocol = BPF_CORE_READ(from, dst.protonum);
	flow->src_id = BPF_CORE_READ(from, src.u.all);
	flow->dst_id = BPF_CORE_READ(from, dst.u.all);
	bpf_core_read(&src.u3, sizeof(src.u3), &from->src.u3);
	__builtin_memcpy(flow->src, &src.u3, sizeof(flow->src));
	bpf_core_read(&src.u3, sizeof(src.u3), &from->dst.u3);
	__builtin_memcpy(flow->dst, &src.u3, sizeof(flow->dst));
	flow->zone = BPF_CORE_READ(zone, id);
	flow->netns = netns;
}

#endif
