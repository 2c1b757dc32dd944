/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The map of chains: a slot for every bucket, written by the walk and at
 * sampled insertions. The table's size can change at any time, so it is a
 * map in a map: the user side makes one of the right size and puts it in,
 * and nothing needs to be loaded anew. Empty until then: nothing is kept.
 */
#ifndef CTSCOPE_CHAIN_H
#define CTSCOPE_CHAIN_H

#include "kernel.h"
#include "ctscope/walk.h"

/* Of the inner map only type, flags and value count; the user side maps it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(map_flags, CT_CHAINS_FLAGS);
		__uint(max_entries, 1);
		__uint(key_size, sizeof(__u32));
		__uint(value_size, sizeof(struct ct_chains));
	});
} chains SEC(".maps") __weak;

/* Those of the block this bucket is in; NULL: none are kept. */
static __always_inline struct ct_chains *chains_around(__u32 bucket)
{
	__u32 zero = 0, block = bucket / CT_CHAINS_BLOCK;
	void *blocks = bpf_map_lookup_elem(&chains, &zero);

	return blocks ? bpf_map_lookup_elem(blocks, &block) : NULL;
}

static __always_inline void chain_seen(struct ct_chain *chain, __u32 length)
{
	chain->now = length;
	if (length > chain->longest)
		chain->longest = length;
}

#endif
