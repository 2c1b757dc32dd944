// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Birth and death of an entry: the only programs that run for every
 * connection. What they cost is what ctscope costs (tests/bench).
 */
#include "maps.bpf.h"
#include "compat.bpf.h"
#include "count.bpf.h"
#include "evict.bpf.h"

static __always_inline void entry_inserted(__u32 netns)
{
	__u32 slot = slot_of(netns);
	struct ct_births *births_here = bpf_map_lookup_elem(&births, &slot);

	if (births_here) {
		if (!births_here->netns)
			births_here->netns = netns;
		if (births_here->netns == netns) {
			births_here->inserted++;
			return;
		}
	}
	count(netns, CT_inserted, 1);
}

static __always_inline void entry_freed(__u32 netns, bool was_in_table)
{
	__u32 slot = slot_of(netns);
	struct ct_deaths *deaths_here = bpf_map_lookup_elem(&deaths, &slot);

	if (deaths_here) {
		if (!deaths_here->netns)
			deaths_here->netns = netns;
		if (deaths_here->netns == netns) {
			if (was_in_table)
				deaths_here->destroyed++;
			else
				deaths_here->aborted++;
			return;
		}
	}
	count(netns, was_in_table ? CT_destroyed : CT_aborted, 1);
}

SEC("fentry/__nf_conntrack_hash_insert")
int BPF_PROG(inserted_fentry, struct nf_conn *ct)
{
	entry_inserted(ct->ct_net.net->ns.inum);
	return 0;
}

SEC("kprobe/__nf_conntrack_hash_insert")
int BPF_KPROBE(inserted_kprobe, struct nf_conn *ct)
{
	entry_inserted(BPF_CORE_READ(ct, ct_net.net, ns.inum));
	return 0;
}

SEC("fentry/nf_conntrack_free")
int BPF_PROG(freed_fentry, struct nf_conn *ct)
{
	if (inside_early_drop())
		victim_freed(ct);
	entry_freed(ct->ct_net.net->ns.inum, WAS_IN_TABLE(ct->tuplehash[1].hnnode.pprev));
	return 0;
}

SEC("kprobe/nf_conntrack_free")
int BPF_KPROBE(freed_kprobe, struct nf_conn *ct)
{
	if (inside_early_drop())
		victim_freed(ct);
	entry_freed(BPF_CORE_READ(ct, ct_net.net, ns.inum),
		    WAS_IN_TABLE(BPF_CORE_READ(ct, tuplehash[1].hnnode.pprev)));
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
