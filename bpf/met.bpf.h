/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The chain an insertion meets, looked at now and then. At the hook the entry
 * is not in its chain yet, and a hook behind the insertion would cost every
 * connection 180 instructions more. So one of tuning.insertions_a_look is
 * remembered, and followed to its chain's end at the next insertion on this
 * CPU. An entry that is gone by then, or elsewhere, gives itself away: its
 * chain does not end with its bucket's number.
 */
#ifndef CTSCOPE_MET_H
#define CTSCOPE_MET_H

#include "chain.bpf.h"
#include "maps.bpf.h"

/* One a CPU, set before loading; the program that writes it cannot nest in itself. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_met);
} met SEC(".maps") __weak;

static __always_inline void met_is(__u32 bucket, __u32 length)
{
	struct ct_chains *around = chains_around(bucket);

	if (around)
		chain_seen(&around->of[bucket % CT_CHAINS_BLOCK], length);
}

static __always_inline void follow(struct ct_met *here)
{
	__u64 at = here->node;

	here->node = 0;
	for (__u32 length = 0; length <= CT_MET_LONGEST; length++) {
		if (bpf_probe_read_kernel(&at, sizeof(at), (void *)at))
			return;
		if (!(at & 1))
			continue;
		if ((__u32)(at >> 1) != here->bucket)
			return;
		here->lengths[length]++;
		met_is(here->bucket, length + 1);
		return;
	}
	here->lengths[CT_MET_LONGEST]++;
	met_is(here->bucket, (CT_MET_LONGEST + 1) | CT_CHAIN_CUT);
}

static __noinline int look_at_chain(struct nf_conn *ct, __u32 bucket, bool remember)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct ct_met *here = bpf_map_lookup_elem(&met, &cpu);

	if (!here || !tuning.insertions_a_look)
		return 0;
	if (here->node)
		follow(here);
	if (remember) {
		here->node = (__u64)ct + bpf_core_field_offset(struct nf_conn, tuplehash);
		here->bucket = bucket;
	}
	return 0;
}

/* The nth insertion of its namespace on this CPU. Whether to look at all is asked in the one that does. */
static __always_inline void insertion_met(struct nf_conn *ct, __u32 bucket, __u64 n)
{
	__u64 turn = n & (tuning.insertions_a_look - 1);

	if (turn <= 1)
		look_at_chain(ct, bucket, turn == 0);
}

#endif
