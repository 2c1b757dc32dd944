// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The walk: every node of every bucket, a slice a call, by BPF_PROG_TEST_RUN.
 * A call runs under rcu_read_lock with preemption off, so neither the array
 * nor the memory of an entry goes away beneath it; entries may still be freed
 * and used again elsewhere (SLAB_TYPESAFE_BY_RCU), which the number in a
 * chain's end marker gives away.
 *
 * One way for all kernels since 5.10: what ends a block of buckets and what
 * looks into an entry are global functions, so the verifier checks them once,
 * and not for every turn of the loop that calls them. They take no pointers:
 * what they share lives in .bss, and only a node's address, its number and its
 * bucket in registers.
 */
#include "walk.bpf.h"
#include "chain.bpf.h"
#include "compat.bpf.h"

#define BLOCK CT_CHAINS_BLOCK	/* buckets read at once; table sizes are multiples of 512 */
#define EMPTY_MAX 16		/* empty blocks passed over in one go: some 14 000 instructions */
#define MOVED_MAX 8		/* tries for a chain that does not hold still */

const volatile struct ct_walk_tuning walk_tuning = {};
struct ct_walk_state walk;
__u64 walk_entry_words[WALK_ENTRY_WORDS];
bool walk_reads_protocol;

/* Where we stand, and the block around it. */
static struct {
	__u64 at;		/* a node's address, or an end marker */
	__u32 length;		/* nodes of this chain before it */
	__u32 unassured;	/* of this chain */
	__u32 looked_into;	/* nodes of it that the census is done with, in earlier tries */
	__u32 tries;
	__u32 first;		/* of the block that this slice came to */
	__u32 none;		/* 0, which the verifier must not know: it would follow each number from there */
	__u64 heads[BLOCK];
	__u32 lengths[BLOCK];
} position;

/* A resize changes the sequence twice, and the array's address and size in between. */
static __always_inline bool table_is_the_same(void)
{
	__u64 table = 0;
	__u32 buckets = 0, generation = generation_now();

	read_kernel(&table, sizeof(table), walk_tuning.hash_at);
	read_kernel(&buckets, sizeof(buckets), walk_tuning.size_at);
	if (!walk.table) {
		walk.table = table;
		walk.buckets = buckets;
		walk.generation = generation;
		position.looked_into = 0;
		position.tries = 0;
	}
	return table && buckets && !(generation & 1) && table == walk.table &&
	       buckets == walk.buckets && generation == walk.generation;
}

/* Heads are read many at a time: a read costs some 70 instructions, each further word 7. */
static __always_inline void enter_block(__u32 bucket)
{
	position.first = bucket % BLOCK;
	read_kernel(position.heads, sizeof(position.heads),
		    walk.table + (__u64)(bucket & ~(BLOCK - 1)) * sizeof(__u64));
}

/* Nothing but the end markers of its own chains: most of a table that is large and idle. */
static __always_inline bool block_is_empty(__u32 bucket)
{
	__u64 other = 0, end = NODE_END(bucket);

#pragma unroll
	for (int i = 0; i < BLOCK; i++, end += 2) {
		/* Else clang computes all markers before, and has no room for them but the stack. */
		asm volatile("" : "+r"(end));
		other |= position.heads[i] ^ end;
	}
	return !other;
}

static __always_inline void empty_block_seen(__u32 bucket)
{
	struct ct_chains *around = walk_tuning.chains ? chains_around(bucket) : NULL;

#pragma unroll
	for (int i = 0; around && i < BLOCK; i++)
		around->of[i].now = 0;
}

/* Into this block, or the first after it that has an entry. 1 at the table's end. */
static __always_inline int enter_next_block(__u32 bucket)
{
	for (int i = 0; i <= EMPTY_MAX; i++) {
		walk.bucket = bucket;
		if (bucket >= walk.buckets)
			return 1;
		enter_block(bucket);
		if (bucket % BLOCK || i == EMPTY_MAX || !block_is_empty(bucket))
			break;
		empty_block_seen(bucket);
		bucket += BLOCK;
	}
	return 0;
}

/* The chains before this bucket are done: those of its block, or all of the one before. As enter_next_block(). */
__attribute__((noinline)) int walk_block_over(__u32 bucket)
{
	__u32 last = bucket - 1, place = position.first, end = last % BLOCK;
	struct ct_chains *around = walk_tuning.chains ? chains_around(last) : NULL;

	for (; around; place++) {
		/* Else clang counts by addresses, and the verifier sees no bound. */
		asm volatile("" : "+r"(place));
		if (place >= BLOCK || place > end)
			break;
		chain_seen(&around->of[place], position.lengths[place]);
	}
	return enter_next_block(bucket);
}

/*
 * Not at this chain's end: in another one or nowhere, because a node was taken
 * out or put elsewhere while we stood on it, or too far. 0: it begins again;
 * else its length is `length`, with that flag.
 */
__attribute__((noinline)) __u32 walk_astray(__u64 at, __u32 length, __u32 bucket)
{
	if (at && !NODE_IS_END(at) && length >= walk_tuning.followed) {
		walk.cut++;
		return CT_CHAIN_CUT;
	}
	walk.moved++;
	if (++position.tries > MOVED_MAX) {
		walk.unsettled++;
		return 1;
	}
	if (position.looked_into < length)
		position.looked_into = length;
	read_kernel(&position.at, sizeof(position.at), walk.table + (__u64)bucket * sizeof(__u64));
	return 0;
}

/*
 * The next node, 0 when it cannot be read. An entry is counted at its reply
 * node, which every one has in the table (those put in beside a clashing one
 * have no other). A chain that is begun again has its first nodes skipped by
 * the census, so that no entry is counted twice but for those that moved.
 */
static __always_inline __u64 look_at(__u64 at, __u32 length, __u32 *unassured)
{
	__u64 next = 0;

	if (is_original(at)) {
		read_kernel(&next, sizeof(next), at);
		return next;
	}
	if (!(walk_tuning.census ? read_entry(at - REPLY_NODE_OFFSET) : read_node(at)))
		return 0;
	next = (__u64)walk_entry->tuplehash[1].hnnode.next;
	if (!walk_entry->tuplehash[1].tuple.dst.dir)
		return next;
	if (!(walk_entry->status & IPS_ASSURED))
		++*unassured;
	if (walk_tuning.census && length >= position.looked_into)
		census_entry(at - REPLY_NODE_OFFSET);
	return next;
}

/* Each read by itself: the verifier takes copies of one for the same number for ever. */
#define NONE (*(volatile __u32 *)&position.none)

static __always_inline void chain_over(__u32 bucket, __u32 length, __u32 flag, __u32 unassured)
{
	if (walk_tuning.chains)
		position.lengths[bucket % BLOCK] = length | (flag & CT_CHAIN_CUT);
	walk.nodes += length;
	walk.unassured += unassured;
}

/*
 * Some steps; 1 ends the slice, at a chain's end if this is the `last`. The
 * verifier follows at most 8192 jumps in a row, hence a loop in a loop.
 */
__attribute__((noinline)) int walk_some(__u32 last)
{
	__u32 length = position.length, bucket = walk.bucket, unassured = position.unassured;
	__u64 at = position.at, next;
	__u32 flag;
	int over = 0;

	for (int i = 0; i < CT_WALK_TURN && !over; i++) {
		if (!NODE_IS_END(at) && length < walk_tuning.followed) {
			next = look_at(at, length, &unassured);
			if (next) {
				at = next;
				length++;
				continue;
			}
		}
		flag = 0;
		if (at != NODE_END(bucket)) {
			flag = walk_astray(at, length, bucket);
			if (!flag) {
				at = position.at;
				length = NONE;
				unassured = NONE;
				continue;
			}
		}
		chain_over(bucket, length, flag, unassured);
		if (position.tries | position.looked_into) {
			position.tries = 0;
			position.looked_into = 0;
		}
		length = NONE;
		unassured = NONE;
		bucket++;
		if (last || !(bucket % BLOCK)) {
			over = walk_block_over(bucket) | last;
			bucket = walk.bucket;
		}
		at = position.heads[bucket % BLOCK];
	}
	walk.bucket = bucket;
	position.at = at;
	position.length = length;
	position.unassured = unassured;
	return over;
}

SEC("raw_tp")
int walk_slice(void *ctx)
{
	int over = 0;

	walk.limits_chains = kernel_limits_chains();
	walk.outcome = CT_WALK_RESIZED;
	if (walk_tuning.census && !walk.table)
		census_begins();
	if (!table_is_the_same())
		return 0;
	enter_block(walk.bucket);
	position.at = position.heads[walk.bucket % BLOCK];
	position.length = 0;
	position.unassured = 0;
	for (__u32 steps = 0; steps < CT_WALK_STEPS_MAX && !over; steps += CT_WALK_TURN) {
		if (steps >= walk_tuning.steps)
			break;
		over = walk_some(steps >= walk_tuning.enough);
	}
	/* In a chain, which begins again in the next slice; those before it are done. */
	if (!over && position.looked_into < position.length)
		position.looked_into = position.length;
	if (!over && walk.bucket % BLOCK > position.first)
		walk_block_over(walk.bucket);
	if (table_is_the_same())
		walk.outcome = walk.bucket >= walk.buckets ? CT_WALK_DONE : CT_WALK_MORE;
	if (walk_tuning.census && walk.outcome == CT_WALK_DONE)
		census_over();
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
