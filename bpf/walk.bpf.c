// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The walk: every node of every bucket, a slice a call, by BPF_PROG_TEST_RUN.
 * A call runs under rcu_read_lock with preemption off, so neither the array
 * nor the memory of an entry goes away beneath it; entries may still be freed
 * and used again elsewhere (SLAB_TYPESAFE_BY_RCU), which the number in a
 * chain's end marker gives away.
 *
 * One way for all kernels since 5.10: walk_step() is a global function, so the
 * verifier checks it once, and not for every turn of the loop that calls it.
 * The position lives in .bss, because such a function takes no pointers.
 */
#include "walk.bpf.h"
#include "chain.bpf.h"
#include "compat.bpf.h"

#define HEADS 64		/* read at once; table sizes are multiples of 512 */
#define MOVED_MAX 8		/* tries for a chain that does not hold still */

const volatile struct ct_walk_tuning walk_tuning = {};
struct ct_walk_state walk;
__u64 walk_met_words[8];
__u64 walk_entry_words[WALK_ENTRY_WORDS];

static struct {
	__u64 at;		/* a node's address, or an end marker */
	__u32 length;		/* nodes of this chain so far */
	__u32 looked_into;	/* of them by the census, in earlier tries too */
	__u32 tries;
	__u64 heads[HEADS];
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
	}
	return table && buckets && !(generation & 1) && table == walk.table &&
	       buckets == walk.buckets && generation == walk.generation;
}

/* Heads are read many at a time: a read costs some 60 instructions, each further word 4. */
static __always_inline void enter_bucket(void)
{
	__u32 bucket = walk.bucket;

	if (!(bucket % HEADS))
		read_kernel(position.heads, sizeof(position.heads),
			    walk.table + (__u64)bucket * sizeof(__u64));
	position.at = position.heads[bucket % HEADS];
	position.length = 0;
	position.looked_into = 0;
	position.tries = 0;
}

static __always_inline int leave_bucket(__u32 flags)
{
	__u32 bucket = walk.bucket++;

	walk.nodes += position.length;
	if (walk_tuning.chains)
		chain_seen(bucket, position.length | flags);
	if (walk.bucket >= walk.buckets || walk.steps >= walk_tuning.enough)
		return 1;
	enter_bucket();
	return 0;
}

/* A node was taken out, or into another chain, while we stood on it. */
static __always_inline int begin_again(void)
{
	walk.moved++;
	if (++position.tries > MOVED_MAX) {
		walk.unsettled++;
		return leave_bucket(0);
	}
	position.length = 0;
	read_kernel(&position.at, sizeof(position.at),
		    walk.table + (__u64)walk.bucket * sizeof(__u64));
	return 0;
}

/*
 * The whole node, and its entry when this is where it is counted: at its
 * original node, or at its reply node when that is the only one in the table.
 * A chain that is begun again has its first nodes skipped, so that an entry
 * is not counted twice but for those that moved.
 */
static __always_inline bool look_into(__u64 at)
{
	bool new = position.length >= position.looked_into;

	if (looks_original(at) && read_entry(at - ORIGINAL_NODE_OFFSET) &&
	    !walk_entry->tuplehash[0].tuple.dst.dir) {
		position.at = (__u64)walk_entry->tuplehash[0].hnnode.next;
		if (new) {
			position.looked_into = position.length + 1;
			census_entry();
		}
		return true;
	}
	if (!read_kernel(walk_met_words, sizeof(walk_met_words), at))
		return false;
	position.at = (__u64)walk_met->hash.hnnode.next;
	if (!new)
		return true;
	position.looked_into = position.length + 1;
	if (!walk_met->hash.tuple.dst.dir ? read_entry(at - ORIGINAL_NODE_OFFSET) :
	    has_reply_node_only(at) && read_entry(at - REPLY_NODE_OFFSET))
		census_entry();
	return true;
}

static __always_inline bool read_next(__u64 at)
{
	return read_kernel(&position.at, sizeof(position.at), at);
}

/* One node, or the end of one chain; 1 ends the slice. */
static __always_inline int walk_step(void)
{
	__u64 at = position.at;

	walk.steps++;
	if (NODE_IS_END(at))
		return NODE_BUCKET(at) == walk.bucket ? leave_bucket(0) : begin_again();
	if (position.length >= walk_tuning.steps - walk_tuning.enough) {
		walk.cut++;
		return leave_bucket(CT_CHAIN_CUT);
	}
	if (!(walk_tuning.census ? look_into(at) : read_next(at)) || !position.at)
		return begin_again();
	position.length++;
	return 0;
}

/* The verifier follows at most 8192 jumps in a row, hence a loop in a loop. */
__attribute__((noinline)) int walk_some(void)
{
	for (__u32 i = 0; i < CT_WALK_TURN; i++)
		if (walk_step())
			return 1;
	return 0;
}

SEC("raw_tp")
int walk_slice(void *ctx)
{
	walk.steps = 0;
	walk.limits_chains = kernel_limits_chains();
	walk.outcome = CT_WALK_RESIZED;
	if (!table_is_the_same())
		return 0;
	read_kernel(position.heads, sizeof(position.heads),
		    walk.table + (__u64)(walk.bucket / HEADS * HEADS) * sizeof(__u64));
	enter_bucket();
	for (__u32 i = 0; i < CT_WALK_STEPS_MAX; i += CT_WALK_TURN)
		if (i >= walk_tuning.steps || walk_some())
			break;
	if (table_is_the_same())
		walk.outcome = walk.bucket >= walk.buckets ? CT_WALK_DONE : CT_WALK_MORE;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
