/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The lengths of all chains: how they are spread, against what chance alone
 * would do, and a verdict.
 *
 *   chains_measure -> chains_look_at (for buckets somebody looked into) ... -> chains_judge
 */
#ifndef MODEL_CHAINS_H
#define MODEL_CHAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "ctscope/walk.h"

#define CHAINS_HISTOGRAM 128	/* lengths counted one by one; what is longer is summed */
#define CHAINS_TOP_MAX 64

/*
 * The kernel refuses an insertion into a chain that has 52 nodes or more, by a
 * number of its own for each attempt that is 81 at most (MIN_CHAINLEN 50 and
 * MAX_CHAINLEN 80 in net/netfilter/nf_conntrack_core.c, tested with >).
 */
#define CHAINS_LIMIT_LOW 52
#define CHAINS_LIMIT_HIGH 81

/* No chain shorter than this is called an attack: a look-up does not feel it. */
#define CHAINS_ATTACK_MIN 16
/* Chance gets the blame unless it would do this in fewer than one of a billion tables. */
#define CHAINS_CHANCE_MIN 1e-9

/* Longest chains that are looked into when nobody asked for a number. */
#define CHAINS_SUSPECTS 10

enum chains_verdict { CHAINS_EVEN, CHAINS_UNEVEN, CHAINS_ATTACK };

struct chain_top {
	uint32_t bucket;
	uint32_t length;
	bool at_least;		/* longer than the walk follows */
	/* Known when it was looked into: */
	uint32_t looked_at;	/* nodes that were, 0: not */
	uint32_t tuples;	/* different ones among them, if zones are left aside */
	uint32_t from_source;	/* nodes whose entry is of this source: */
	uint8_t source[16];
	uint8_t family;
	uint32_t netns;
};

/* How the walk went that found all this. */
struct chains_walk {
	double seconds, slowest_slice_seconds;
	uint64_t slices;
	uint32_t restarts;
	uint64_t unsettled;
};

struct chains {
	uint64_t time_ns;	/* when the walk ended, CLOCK_MONOTONIC */
	uint64_t buckets, used, nodes;
	double mean;		/* nodes a bucket */
	double usual;		/* the same without suspicious chains: what chance is measured by */
	double spread;		/* variance by mean: 1 is chance, more is uneven */
	uint32_t longest, longest_bucket;
	bool longest_at_least;
	uint32_t longest_seen;	/* by any walk or insertion since the map was made */
	uint32_t expected_longest;	/* half of all tables have a longer one, half a shorter one */
	double longest_chance;	/* that an even table has one this long or longer */
	double spread_chance;	/* that an even table has so many nodes sharing a bucket, or more */
	bool limited;		/* the kernel refuses insertions into long chains */
	enum chains_verdict verdict;
	bool redacted;		/* addresses are networks */
	bool zones;		/* the longest chains are the same connections in many zones */
	uint64_t histogram[CHAINS_HISTOGRAM];	/* buckets with so many nodes */
	size_t histogram_count;	/* the longest of them, and one more */
	uint64_t longer;	/* buckets beyond the histogram */
	uint64_t unassured;	/* entries that a full table may throw out */
	struct chain_top top[CHAINS_TOP_MAX];	/* longest first */
	size_t top_count;
	struct chains_walk walk;
};

/* Fills in everything that lengths alone tell; top_wanted is at most CHAINS_TOP_MAX. */
void chains_measure(struct chains *, const volatile struct ct_chain *, uint32_t buckets,
		    bool limited, size_t top_wanted);
/* What is in the bucket of chains->top[i]; sorts the nodes. */
void chains_look_at(struct chains *, size_t i, struct ct_chain_node *, size_t count);
/* Whether an even table would hardly have a chain of so many nodes: worth looking into. */
bool chains_suspicious(const struct chains *, uint32_t length);
void chains_judge(struct chains *);
/* Buckets that chance alone would give so many nodes: from `low` to `high`. */
double chains_expected(const struct chains *, uint32_t low, uint32_t high);

#endif
