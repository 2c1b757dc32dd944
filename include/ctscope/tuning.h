/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the user side decides before the programs are loaded. */
#ifndef CTSCOPE_TUNING_H
#define CTSCOPE_TUNING_H

#include <linux/types.h>

/*
 * Lives in .rodata: a feature that is off is pruned by the verifier and
 * costs nothing.
 */
struct ct_tuning {
	__u32 netns_sets;	/* sets of slots a CPU, a power of two */
	__u32 cpus;		/* possible CPUs */
	__u8 insert_at_confirm;	/* __nf_conntrack_hash_insert is not there */
	__u8 records;		/* write drop and evict records */
	__u8 clash_watched;	/* clashes are told where they are decided */
	__u8 early_drop_watched;	/* and full tables likewise */
	__u32 records_per_second;	/* of each kind; the first in a second always passes */
	__u32 quiet_ms;		/* a refusal after so long a pause begins anew */
	__u32 hz;		/* ticks a second, for time-outs */
	__u32 insertions_a_look;	/* one of so many has its chain followed: a power of two; 0: none */
	__u32 twice;		/* bit per enum ct_twice: two programs stand there */
};

_Static_assert(sizeof(struct ct_tuning) == 32, "ct_tuning is shared with the kernel side");

#endif
