/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The walk of the hash table: what the user side decides before loading, the
 * state both sides share while it runs, and one slot a bucket.
 */
#ifndef CTSCOPE_WALK_H
#define CTSCOPE_WALK_H

#include <linux/bpf.h>
#include <linux/types.h>
#include "flow.h"

/*
 * Lives in .rodata. A step is one node, or the end of one chain; they are
 * counted by turns. A slice (one call) ends at the first chain's end after
 * `enough` steps and never takes more than `steps`, so a chain of up to
 * `followed` nodes is always followed to its end; a longer one is cut there.
 * Sizes are set by what a step costs.
 */
struct ct_walk_tuning {
	__u64 hash_at;		/* address of nf_conntrack_hash */
	__u64 size_at;		/* of nf_conntrack_htable_size */
	__u64 generation_at;	/* of nf_conntrack_generation; 0: resizes are watched instead */
	__u32 steps;
	__u32 enough;
	__u8 chains;		/* keep the length of every chain */
	__u8 census;		/* look into every entry */
	__u8 unused[2];
	__u32 followed;		/* steps - enough */
};

_Static_assert(sizeof(struct ct_walk_tuning) == 40, "ct_walk_tuning is shared with the kernel side");

/* What the verifier is told: most steps of a slice, in turns of so many. */
#define CT_WALK_STEPS_MAX 8192
#define CT_WALK_TURN 64

enum ct_walk_outcome {
	CT_WALK_MORE,		/* the slice is over, the table is not */
	CT_WALK_DONE,
	CT_WALK_RESIZED,	/* the table was exchanged: what was read of it is void */
};

/* Lives in .bss: the user side zeroes it before the first slice, then only reads. */
struct ct_walk_state {
	__u64 table;		/* the array this walk began with */
	__u32 buckets;		/* and its size */
	__u32 generation;
	__u32 bucket;		/* the one to go on with */
	__u32 outcome;		/* enum ct_walk_outcome of the last slice */
	__u32 steps;		/* of the last slice */
	__u32 limits_chains;	/* this kernel refuses insertions into long chains */
	__u64 nodes;		/* met, up to the last finished chain */
	__u64 moved;		/* chains begun again: a node went elsewhere while we stood on it */
	__u64 unsettled;	/* of those, given up on: their length is what was seen last */
	__u64 cut;		/* chains longer than a slice can follow */
	__u64 unassured;	/* entries that a full table may throw out */
};

_Static_assert(sizeof(struct ct_walk_state) == 72, "ct_walk_state is shared with the kernel side");

/* In .bss: the user side sets the module's address, the kernel side finds the others (0: not there). */
struct ct_walk_exports {
	__u64 module_at;	/* of nf_conntrack's struct module */
	__u64 hash_at;
	__u64 size_at;
};

_Static_assert(sizeof(struct ct_walk_exports) == 24, "ct_walk_exports is shared with the kernel side");

/* In .bss: resizes since the walker exists. */
struct ct_walk_resizes {
	__u32 begun;
	__u32 ended;
};

_Static_assert(sizeof(struct ct_walk_resizes) == 8, "ct_walk_resizes is shared with the kernel side");

/* One a bucket. */
struct ct_chain {
	__u32 now;		/* nodes when last looked at; CT_CHAIN_CUT: that many at least */
	__u32 longest;		/* ever seen, the flag likewise */
};

_Static_assert(sizeof(struct ct_chain) == 8, "ct_chain is shared with the kernel side");

#define CT_CHAIN_CUT 0x80000000U

/* The map of chains holds them by so many: empty ones are passed over without a look-up each. */
#define CT_CHAINS_BLOCK 64

struct ct_chains {
	struct ct_chain of[CT_CHAINS_BLOCK];
};

_Static_assert(sizeof(struct ct_chains) == 512, "ct_chains is shared with the kernel side");

/* BPF_F_INNER_MAP (5.10): a map of another size may take its place. */
#define CT_CHAINS_FLAGS (BPF_F_MMAPABLE | BPF_F_INNER_MAP)

/* One node of a bucket that is looked at closely. */
struct ct_chain_node {
	struct ct_flow flow;	/* its entry's original direction */
	__u32 reply;		/* hashed here by its reply */
};

_Static_assert(sizeof(struct ct_chain_node) == 48, "ct_chain_node is shared with the kernel side");

/* What a CPU knows of the chains that its insertions met: those it looked at. */
#define CT_MET_LONGEST 96	/* that many or more */

struct ct_met {
	__u64 node;		/* to be followed at the next insertion; 0: none */
	__u32 bucket;		/* it went into */
	__u32 unused;
	__u64 lengths[CT_MET_LONGEST + 1];	/* insertions that met so many nodes */
};

_Static_assert(sizeof(struct ct_met) == 792, "ct_met is shared with the kernel side");

/* Most nodes of one bucket that are looked at: some 800 instructions each. */
#define CT_LOOK_NODES 512

/* In .bss: the user side sets the bucket. */
struct ct_walk_look {
	__u32 bucket;
	__u32 count;	/* nodes that were looked at */
	__u32 whole;	/* these are all, and none of them moved meanwhile */
	__u32 unused;
};

_Static_assert(sizeof(struct ct_walk_look) == 16, "ct_walk_look is shared with the kernel side");

#endif
