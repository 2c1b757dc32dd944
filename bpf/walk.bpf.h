/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the parts of the walk share. walk.bpf.c goes from node to node; a
 * part that looks into entries has its own file and is called for each node.
 */
#ifndef CTSCOPE_WALK_BPF_H
#define CTSCOPE_WALK_BPF_H

#include "kernel.h"
#include "ctscope/walk.h"

extern const volatile struct ct_walk_tuning walk_tuning;

/*
 * The node just met, for whoever looks into its entry: the whole tuple hash,
 * and the word behind it. nf_conn's status stands right behind the reply's
 * tuple hash, so the same read tells whether a reply node is alone.
 */
struct walk_node {
	struct nf_conntrack_tuple_hash hash;
	__u64 behind;
};

/*
 * The entry at hand, whole, for the census: its original node and what stands
 * around it come in one read, at their offsets in this kernel's struct nf_conn.
 */
#define WALK_ENTRY_WORDS 64
extern __u64 walk_entry_words[WALK_ENTRY_WORDS];
#define walk_entry ((const struct nf_conn *)walk_entry_words)

/* In .bss, as words: the skeleton shows .bss to the user side, which has no kernel types. */
extern __u64 walk_met_words[8];
#define walk_met ((const struct walk_node *)walk_met_words)

_Static_assert(sizeof(struct walk_node) == sizeof(walk_met_words), "walk_met holds a node");

/* Called once for each entry, which walk_entry holds. Global, so that it is verified once. */
int census_entry(void);

#define OFFSET_OF(type, field) \
	__builtin_preserve_field_info(((type *)0)->field, BPF_FIELD_BYTE_OFFSET)
#define ORIGINAL_NODE_OFFSET OFFSET_OF(struct nf_conn, tuplehash)
#define REPLY_NODE_OFFSET (ORIGINAL_NODE_OFFSET + sizeof(struct nf_conntrack_tuple_hash))

#define NODE_IS_END(at) ((at) & 1)
#define NODE_BUCKET(at) ((__u32)((at) >> 1))

static __always_inline bool read_kernel(void *to, __u32 size, __u64 from)
{
	return !bpf_probe_read_kernel(to, size, (const void *)from);
}

/* As the kernel's own: odd while a resize is under way, another one after it. */
extern volatile struct ct_walk_resizes resizes;

static __always_inline __u32 generation_now(void)
{
	__u32 generation = 0;

	if (walk_tuning.generation_at)
		read_kernel(&generation, sizeof(generation), walk_tuning.generation_at);
	else
		generation = 2 * resizes.begun | (resizes.begun != resizes.ended);
	return generation;
}

/* From the time-out, which stands before the nodes, to the end of the protocol's own data. */
static __always_inline bool read_entry(__u64 entry)
{
	const __u32 from = OFFSET_OF(struct nf_conn, timeout);
	const __u32 end = OFFSET_OF(struct nf_conn, proto) + bpf_core_field_size(walk_entry->proto);

	return read_kernel((char *)walk_entry_words + from, end - from, entry + from);
}

/*
 * Entries are aligned to a cache line (SLAB_HWCACHE_ALIGN), so an address
 * tells which node it is; the node itself says whether that was true.
 */
static __always_inline bool looks_original(__u64 node)
{
	return !((node - ORIGINAL_NODE_OFFSET) & 63);
}

/* Entries put in beside a clashing one are hashed by their reply only. */
static __always_inline bool has_reply_node_only(__u64 reply_node)
{
	__u64 status = walk_met->behind;

	if (OFFSET_OF(struct nf_conn, status) !=
	    REPLY_NODE_OFFSET + sizeof(struct nf_conntrack_tuple_hash))
		read_kernel(&status, sizeof(status),
			    reply_node - REPLY_NODE_OFFSET + OFFSET_OF(struct nf_conn, status));
	return status & IPS_NAT_CLASH;
}

#endif
