// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A close look at one bucket: whose connections its chain holds. For the few longest, after a walk. */
#include "walk.bpf.h"
#include "flow.bpf.h"

struct ct_walk_look look;

static struct {
	__u64 at;
} place;

/* Not in .bss, which the user side maps whole. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CT_LOOK_NODES);
	__type(key, __u32);
	__type(value, struct ct_chain_node);
} looked SEC(".maps");

static __always_inline void keep(struct ct_chain_node *node)
{
	struct nf_conn *ct = (struct nf_conn *)(place.at - ORIGINAL_NODE_OFFSET);

	node->reply = walk_entry->tuplehash[1].tuple.dst.dir;
	if (node->reply)
		ct = (struct nf_conn *)(place.at - REPLY_NODE_OFFSET);
	read_flow(&node->flow, &ct->tuplehash[0].tuple, BPF_CORE_READ(ct, zone.id),
		  BPF_CORE_READ(ct, ct_net.net, ns.inum));
}

/* One node; 1 at the end. A chain that ends elsewhere moved meanwhile: the user side may look again. */
__attribute__((noinline)) int look_step(void)
{
	__u32 count = look.count;
	struct ct_chain_node *node;

	if (NODE_IS_END(place.at)) {
		look.whole = NODE_BUCKET(place.at) == look.bucket;
		return 1;
	}
	node = bpf_map_lookup_elem(&looked, &count);
	if (!node || !read_node(place.at))
		return 1;
	keep(node);
	look.count++;
	place.at = (__u64)walk_entry->tuplehash[1].hnnode.next;
	return 0;
}

SEC("raw_tp")
int walk_look(void *ctx)
{
	__u64 table = 0;
	__u32 buckets = 0;

	look.count = 0;
	look.whole = 0;
	read_kernel(&table, sizeof(table), walk_tuning.hash_at);
	read_kernel(&buckets, sizeof(buckets), walk_tuning.size_at);
	if (look.bucket >= buckets ||
	    !read_kernel(&place.at, sizeof(place.at), table + (__u64)look.bucket * sizeof(__u64)))
		return 0;
	for (__u32 i = 0; i <= CT_LOOK_NODES; i++)
		if (look_step())
			break;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
