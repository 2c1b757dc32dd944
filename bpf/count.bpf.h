/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Counting, cheap on the hot paths and never losing a count on the seldom ones. */
#ifndef CTSCOPE_COUNT_H
#define CTSCOPE_COUNT_H

#include "maps.bpf.h"

static __always_inline struct ct_gate *the_gate(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&gate, &zero);
}

/* Several programs on all CPUs write these: atomic. */
static __always_inline void count(__u32 netns, enum ct_counter counter, __u64 n)
{
	struct ct_counts *row = bpf_map_lookup_elem(&rare, &netns);

	if (!row) {
		static const struct ct_counts none;
		struct ct_gate *at = the_gate();

		if (!bpf_map_update_elem(&rare, &netns, &none, BPF_NOEXIST) && at)
			__sync_fetch_and_add(&at->rare_rows, 1);
		row = bpf_map_lookup_elem(&rare, &netns);
	}
	if (!row) {
		__u32 zero = 0;

		row = bpf_map_lookup_elem(&unattributed, &zero);
	}
	if (row)
		__sync_fetch_and_add(&row->n[counter], n);
}

/*
 * This CPU's set of a namespace. Namespaces made one after the other have
 * inode numbers 52 or 54 apart (their files in /proc take the rest): a
 * multiplication spreads those, their low bits alone would not.
 */
static __always_inline __u32 set_of(__u32 netns)
{
	return bpf_get_smp_processor_id() * tuning.netns_sets +
	       (netns * 0x9e3779b1U >> 16 & (tuning.netns_sets - 1));
}

#endif
