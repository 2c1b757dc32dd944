/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the parts of the walk share. walk.bpf.c goes from node to node; a
 * part that looks into entries has its own file and is called for each node.
 */
#ifndef CTSCOPE_WALK_BPF_H
#define CTSCOPE_WALK_BPF_H

#include "kernel.h"
#include "ctscope/walk.h"

extern const volatile struct ct_walk_tuning walk_tuning;

/*
 * A node as read: the whole tuple hash, and the word behind it. nf_conn's
 * status stands right behind the reply's tuple hash, so one read of a reply
 * node also says whether its entry has no original node (IPS_NAT_CLASH).
 */
struct walk_node {
	struct nf_conntrack_tuple_hash hash;
	__u64 behind;
};

#define NODE_IS_END(at) ((at) & 1)
#define NODE_BUCKET(at) ((__u32)((at) >> 1))

static __always_inline bool read_kernel(void *to, __u32 size, __u64 from)
{
	return !bpf_probe_read_kernel(to, size, (const void *)from);
}

#endif
