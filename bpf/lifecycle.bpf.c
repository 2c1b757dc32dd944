// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Birth and death of an entry: the only programs that run for every
 * connection. What they cost is what ctscope costs (tests/bench).
 */
#include "maps.bpf.h"
#include "compat.bpf.h"
#include "count.bpf.h"
#include "evict.bpf.h"
#include "met.bpf.h"

/* The first of this namespace on this CPU takes a slot; kept out of the way of all others. */
static __noinline int first_insertion(__u32 netns)
{
	__u32 at = set_of(netns);
	struct ct_births_set *set = bpf_map_lookup_elem(&births, &at);

	for (int i = 0; set && i < CT_SLOTS_A_SET; i++) {
		struct ct_births *slot = &set->slot[i];

		if (slot->netns)
			continue;
		slot->netns = netns;
		slot->inserted = 1;
		return 0;
	}
	count(netns, CT_inserted, 1);
	return 0;
}

static __always_inline void entry_inserted(struct nf_conn *ct, __u32 netns, __u32 bucket)
{
	__u32 at = set_of(netns);
	struct ct_births_set *set = bpf_map_lookup_elem(&births, &at);

	/* The first slot by itself, for most sets have no other: the loop costs it three instructions. */
	if (set && set->slot[0].netns == netns) {
		insertion_met(ct, bucket, ++set->slot[0].inserted);
		return;
	}
#pragma unroll
	for (int i = 1; set && i < CT_SLOTS_A_SET; i++)
		if (set->slot[i].netns == netns) {
			insertion_met(ct, bucket, ++set->slot[i].inserted);
			return;
		}
	first_insertion(netns);
}

static __noinline int first_end(__u32 netns, __u32 was_in_table)
{
	__u32 at = set_of(netns);
	struct ct_deaths_set *set = bpf_map_lookup_elem(&deaths, &at);

	for (int i = 0; set && i < CT_SLOTS_A_SET; i++) {
		struct ct_deaths *slot = &set->slot[i];

		if (slot->netns)
			continue;
		slot->netns = netns;
		slot->destroyed = was_in_table;
		slot->aborted = !was_in_table;
		return 0;
	}
	count(netns, was_in_table ? CT_destroyed : CT_aborted, 1);
	return 0;
}

static __always_inline void entry_freed(__u32 netns, bool was_in_table)
{
	__u32 at = set_of(netns);
	struct ct_deaths_set *set = bpf_map_lookup_elem(&deaths, &at);

#pragma unroll
	for (int i = 0; set && i < CT_SLOTS_A_SET; i++)
		if (set->slot[i].netns == netns) {
			if (was_in_table)
				set->slot[i].destroyed++;
			else
				set->slot[i].aborted++;
			return;
		}
	first_end(netns, was_in_table);
}

SEC("fentry/__nf_conntrack_hash_insert")
int BPF_PROG(inserted_fentry, struct nf_conn *ct, __u32 bucket)
{
	entry_inserted(ct, ct->ct_net.net->ns.inum, bucket);
	return 0;
}

SEC("kprobe/__nf_conntrack_hash_insert")
int BPF_KPROBE(inserted_kprobe, struct nf_conn *ct, __u32 bucket)
{
	entry_inserted(ct, BPF_CORE_READ(ct, ct_net.net, ns.inum), bucket);
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
