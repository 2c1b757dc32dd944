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
 * The entry at hand, for whoever looks into it: the parts of it that were
 * read, at their offsets in this kernel's struct nf_conn. Words, because the
 * skeleton shows .bss to the user side, which has no kernel types.
 */
#define WALK_ENTRY_WORDS 64
extern __u64 walk_entry_words[WALK_ENTRY_WORDS];
extern bool walk_reads_protocol;
#define walk_entry ((const struct nf_conn *)walk_entry_words)

/* Called once for each entry, which walk_entry holds, and around a walk. Global, so that they are verified once. */
int census_entry(__u64 entry);
int census_begins(void);
int census_over(void);

#define OFFSET_OF(type, field) \
	__builtin_preserve_field_info(((type *)0)->field, BPF_FIELD_BYTE_OFFSET)
#define ORIGINAL_NODE_OFFSET OFFSET_OF(struct nf_conn, tuplehash)
#define REPLY_NODE_OFFSET (ORIGINAL_NODE_OFFSET + sizeof(struct nf_conntrack_tuple_hash))

#define NODE_IS_END(at) ((at) & 1)
#define NODE_BUCKET(at) ((__u32)((at) >> 1))
#define NODE_END(bucket) ((__u64)(bucket) << 1 | 1)

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

static __always_inline bool read_part(__u64 entry, __u32 from, __u32 end)
{
	return read_kernel((char *)walk_entry_words + from, end - from, entry + from);
}

#define PROTOCOL_END (OFFSET_OF(struct nf_conn, proto) + bpf_core_field_size(walk_entry->proto))

/*
 * From the time-out, which stands before the nodes, to the extensions; and, if
 * the entry before this one needed it, the protocol's own data behind them:
 * each read costs as much as ten words.
 */
static __always_inline bool read_entry(__u64 entry)
{
	__u32 from = OFFSET_OF(struct nf_conn, timeout);

	if (walk_reads_protocol)
		return read_part(entry, from, PROTOCOL_END);
	return read_part(entry, from, OFFSET_OF(struct nf_conn, ext) + sizeof(__u64));
}

/*
 * Any node, as if it were its entry's reply node: tuplehash[1] of the entry at
 * hand, which tells whether that was true. The status stands right behind.
 */
static __always_inline bool read_node(__u64 node)
{
	return read_part(node - REPLY_NODE_OFFSET, REPLY_NODE_OFFSET,
			 OFFSET_OF(struct nf_conn, status) + bpf_core_field_size(walk_entry->status));
}

/*
 * Entries are aligned to a cache line (SLAB_HWCACHE_ALIGN, in every kernel),
 * so an address tells an original node from a reply node.
 */
static __always_inline bool is_original(__u64 node)
{
	return !((node - ORIGINAL_NODE_OFFSET) & 63);
}

#endif
