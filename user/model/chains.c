// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "chains.h"
#include "poisson.h"

#define BLOCK 64	/* buckets looked at together */

/* Keeps the longest first, equal ones by number; one that is too short falls out at the end. */
static void top_add(struct chains *chains, size_t wanted, uint32_t bucket, uint32_t length,
		    bool at_least)
{
	size_t at = chains->top_count;

	if (at == wanted) {
		if (!wanted || chains->top[at - 1].length >= length)
			return;
		at--;
	} else {
		chains->top_count++;
	}
	for (; at && chains->top[at - 1].length < length; at--)
		chains->top[at] = chains->top[at - 1];
	chains->top[at] = (struct chain_top){ .bucket = bucket, .length = length, .at_least = at_least };
}

/* One that is longer than unremarkable(). */
static void add_bucket(struct chains *chains, uint32_t bucket, uint32_t now, size_t top_wanted)
{
	uint32_t length = now & ~CT_CHAIN_CUT;

	if (length < CHAINS_HISTOGRAM) {
		chains->histogram[length]++;
	} else {
		chains->longer++;
		chains->used++;
		chains->nodes += length;
	}
	if (length > chains->longest) {
		chains->longest = length;
		chains->longest_bucket = bucket;
		chains->longest_at_least = now & CT_CHAIN_CUT;
	}
	if (length > 1)
		top_add(chains, top_wanted, bucket, length, now & CT_CHAIN_CUT);
}

/* Of chains up to this length nothing more is to be told than how many they are. */
static uint32_t unremarkable(const struct chains *chains, size_t top_wanted)
{
	uint32_t length = chains->longest;

	if (top_wanted && chains->top_count < top_wanted)
		length = length ? 1 : 0;
	else if (top_wanted)
		length = chains->top[top_wanted - 1].length;
	return length < CHAINS_HISTOGRAM ? length : CHAINS_HISTOGRAM - 1;
}

/* What the lengths that were counted one by one add up to; the pairs of nodes in them. */
static double add_up(struct chains *chains)
{
	double pairs = 0;

	for (size_t n = 0; n < CHAINS_HISTOGRAM; n++) {
		if (!chains->histogram[n])
			continue;
		chains->histogram_count = n + 1;
		chains->used += n ? chains->histogram[n] : 0;
		chains->nodes += n * chains->histogram[n];
		pairs += (double)chains->histogram[n] * (double)n * ((double)n - 1) / 2;
	}
	return pairs;
}

/* P(an even table has a chain of n or more): buckets are many and all but independent. */
static double chance_of_longest(const struct chains *chains, uint32_t n)
{
	return -expm1(-(double)chains->buckets * poisson_tail(chains->usual, n));
}

static uint32_t expected_longest(const struct chains *chains)
{
	uint32_t n = (uint32_t)chains->usual;

	while (chance_of_longest(chains, n + 1) > 0.5)
		n++;
	return n;
}

/* A few long chains in a small table would make all others look too short. */
static void leave_out_suspicious(struct chains *chains)
{
	uint64_t nodes = chains->nodes, buckets = chains->buckets;

	chains->usual = chains->mean;
	for (size_t i = 0; i < chains->top_count && buckets > 1; i++) {
		if (!chains_suspicious(chains, chains->top[i].length))
			break;
		nodes -= chains->top[i].length;
		buckets--;
		chains->usual = (double)nodes / (double)buckets;
	}
}

/* Never used since the map was made: most of a table that is large and idle, and an agent's least cost. */
static bool unused(const volatile struct ct_chain *slots)
{
	typedef uint64_t __attribute__((may_alias, aligned(4))) word;
	const word *words = (const word *)(uintptr_t)slots;
	uint64_t any = 0;

	for (size_t i = 0; i < BLOCK; i++)
		any |= words[i];
	return !any;
}

/* Counts the lengths of these buckets; the pairs of nodes in chains that the histogram does not know. */
static double count_lengths(struct chains *chains, const volatile struct ct_chain *slots, uint32_t first,
			    uint32_t end, size_t top_wanted)
{
	uint32_t common = unremarkable(chains, top_wanted);
	double pairs = 0;

	for (uint32_t b = first; b < end; b++) {
		/* Insertions write to it meanwhile: one reading for all that is made of it. */
		uint32_t now = slots[b].now, longest = slots[b].longest & ~CT_CHAIN_CUT;
		double length = now & ~CT_CHAIN_CUT;

		if (longest > chains->longest_seen)
			chains->longest_seen = longest;
		/* Nearly all of them: whoever asks for the chains pays for these lines. */
		if (now <= common) {
			chains->histogram[now]++;
			continue;
		}
		if (length >= CHAINS_HISTOGRAM)
			pairs += length * (length - 1) / 2;
		add_bucket(chains, b, now, top_wanted);
		common = unremarkable(chains, top_wanted);
	}
	return pairs;
}

void chains_measure(struct chains *chains, const volatile struct ct_chain *slots, uint32_t buckets,
		    bool limited, size_t top_wanted)
{
	double pairs = 0, nodes;

	*chains = (struct chains){ .buckets = buckets, .limited = limited };
	for (uint32_t first = 0, end; first < buckets; first = end) {
		end = buckets - first < BLOCK ? buckets : first + BLOCK;
		if (end - first == BLOCK && unused(slots + first))
			chains->histogram[0] += BLOCK;
		else
			pairs += count_lengths(chains, slots, first, end, top_wanted);
	}
	pairs += add_up(chains);
	if (!chains->nodes)
		return;
	nodes = (double)chains->nodes;
	chains->mean = nodes / buckets;
	leave_out_suspicious(chains);
	chains->expected_longest = expected_longest(chains);
	chains->longest_chance = chance_of_longest(chains, chains->longest);
	/*
	 * Any two nodes meet with probability 1/buckets, each pair independently
	 * of any other: their number has the mean and variance of a Poisson one.
	 */
	chains->spread = (2 * pairs + nodes - nodes * nodes / buckets) / nodes;
	chains->spread_chance = poisson_tail(nodes * (nodes - 1) / 2 / buckets, (uint64_t)pairs);
}

static int by_tuple(const void *a, const void *b)
{
	struct ct_chain_node x = *(const struct ct_chain_node *)a, y = *(const struct ct_chain_node *)b;

	x.flow.zone = 0;
	y.flow.zone = 0;
	return memcmp(&x, &y, sizeof(x));
}

/* Nodes sorted by tuple are sorted by source: its address comes first. */
static bool same_source(const struct ct_flow *a, const struct ct_flow *b)
{
	return !memcmp(a->src, b->src, sizeof(a->src)) && a->family == b->family;
}

void chains_look_at(struct chains *chains, size_t i, struct ct_chain_node *nodes, size_t count)
{
	struct chain_top *top = &chains->top[i];
	uint32_t run = 0;

	qsort(nodes, count, sizeof(*nodes), by_tuple);
	top->looked_at = (uint32_t)count;
	top->tuples = 0;
	top->from_source = 0;
	for (size_t n = 0; n < count; n++) {
		const struct ct_flow *flow = &nodes[n].flow;

		top->tuples += !n || by_tuple(&nodes[n - 1], &nodes[n]);
		run = n && same_source(&nodes[n - 1].flow, flow) ? run + 1 : 1;
		if (run <= top->from_source)
			continue;
		top->from_source = run;
		memcpy(top->source, flow->src, sizeof(top->source));
		top->family = flow->family;
		top->netns = flow->netns;
	}
}

bool chains_suspicious(const struct chains *chains, uint32_t length)
{
	return length >= CHAINS_ATTACK_MIN && chance_of_longest(chains, length) < CHAINS_CHANCE_MIN;
}

/*
 * Before 5.15 the hash leaves out the zone, so that one tuple in many zones is
 * one long chain by design. Counted once, it tells whether more is behind it.
 */
static uint32_t length_without_zones(const struct chain_top *top)
{
	if (!top->looked_at)
		return top->length;
	return (uint32_t)((uint64_t)top->length * top->tuples / top->looked_at);
}

void chains_judge(struct chains *chains)
{
	chains->verdict = CHAINS_EVEN;
	chains->zones = false;
	if (!chains->nodes)
		return;
	if (chains->longest_chance < CHAINS_CHANCE_MIN || chains->spread_chance < CHAINS_CHANCE_MIN)
		chains->verdict = CHAINS_UNEVEN;
	for (size_t i = 0; i < chains->top_count; i++) {
		if (!chains_suspicious(chains, chains->top[i].length))
			continue;
		if (chains_suspicious(chains, length_without_zones(&chains->top[i])))
			chains->verdict = CHAINS_ATTACK;
		else
			chains->zones = true;
	}
}

double chains_expected(const struct chains *chains, uint32_t low, uint32_t high)
{
	double buckets = (double)chains->buckets;

	if (high - low < CHAINS_HISTOGRAM) {
		double sum = 0;

		for (uint32_t n = low; n <= high; n++)
			sum += poisson(chains->usual, n);
		return buckets * sum;
	}
	return buckets * (poisson_tail(chains->usual, low) - poisson_tail(chains->usual, (uint64_t)high + 1));
}
