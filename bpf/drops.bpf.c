// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Refused packets and evicted entries. Nothing here runs for a connection
 * that goes well, except the two exits that look at a return value
 * (__nf_conntrack_alloc, __nf_conntrack_confirm).
 */
#include "maps.bpf.h"
#include "compat.bpf.h"
#include "count.bpf.h"
#include "evict.bpf.h"
#include "record.bpf.h"

const volatile struct ct_tuning tuning = {};
__u64 early_drops_running;

/* --- who was hit ------------------------------------------------------- */

static __always_inline void sum_up(void *map, const void *key)
{
	static const __u64 zero;
	__u64 *sum = bpf_map_lookup_elem(map, key);

	if (!sum) {
		bpf_map_update_elem(map, key, &zero, BPF_NOEXIST);
		sum = bpf_map_lookup_elem(map, key);
	}
	if (sum)
		__sync_fetch_and_add(sum, 1);
}

static __always_inline void count_refused(__u32 netns, enum ct_counter cause)
{
	count(netns, cause, 1);
	stamp_refusal();
}

/* One refused packet: the sums see each, the ring as many as the rate allows. */
static __noinline int packet_refused(const struct nf_conntrack_tuple *tuple,
				     const struct nf_conntrack_zone *zone, __u32 netns,
				     enum ct_counter cause)
{
	struct ct_source source = { .netns = netns };
	struct ct_target target = { .netns = netns };
	struct ct_event *event;
	struct ct_flow flow;

	read_flow(&flow, tuple, zone, netns);
	__builtin_memcpy(source.src, flow.src, sizeof(source.src));
	source.family = flow.family;
	sum_up(&refused_sources, &source);
	__builtin_memcpy(target.dst, flow.dst, sizeof(target.dst));
	target.dst_id = flow.dst_id;
	target.family = flow.family;
	target.protocol = flow.protocol;
	sum_up(&refused_targets, &target);
	event = record_of(CT_EVENT_DROP, cause);
	if (event) {
		event->flow = flow;
		bpf_ringbuf_submit(event, 0);
	}
	return 0;
}

/* --- table full: early_drop found nothing to throw out ------------------ */

static __always_inline void early_drop_ends(struct net *net, __u32 netns, __u32 hash, bool evicted)
{
	struct ct_refusal_key key = { bpf_get_current_task(), (__u64)net, hash };
	__u32 cause = CT_dropped_table_full;
	__s32 victims = eviction_ends();
	struct ct_gate *at = the_gate();

	if (evicted) {
		/* No victim: it is still referenced somewhere, and freed later. Counted, not named. */
		if (victims <= 0)
			count(netns, CT_evicted, 1);
		if (victims < 0 && at)
			__sync_fetch_and_add(&at->unmarked, 1);
		return;
	}
	count_refused(netns, CT_dropped_table_full);
	bpf_map_update_elem(&refusals, &key, &cause, BPF_ANY);
}

SEC("fentry/early_drop")
int BPF_PROG(early_drop_fentry, struct net *net)
{
	eviction_begins(net);
	return 0;
}

/*
 * A program that a preempted task, or the task a softirq interrupted, stands in
 * is not entered again on that CPU: on a preemptible kernel (6.18, 7.2) a storm
 * from two tasks on one CPU lost 2 % of its refusals that way. So two programs
 * stand at this exit, and the one that comes first tells. It leaves its mark
 * when it has done: from there to the second lie some twenty instructions, so
 * one word a CPU is enough. How often each was first tells the user side what
 * neither could tell.
 */
static __always_inline void early_drop_told_once(struct net *net, __u32 hash, bool evicted, int who)
{
	__u64 id = (__u64)net + hash;
	__u32 zero = 0;
	__u64 *mark = bpf_map_lookup_elem(&told, &zero);
	struct ct_gate *at = the_gate();

	if (!mark || !at)
		return;
	if (*mark == id) {
		*mark = 0;
		return;
	}
	early_drop_ends(net, net->ns.inum, hash, evicted);
	__sync_fetch_and_add(&at->told_first[who], 1);
	*mark = id;
}

SEC("fexit/early_drop")
int BPF_PROG(early_drop_fexit, struct net *net, unsigned int hash, int ret)
{
	early_drop_told_once(net, hash, ret & 0xff, 0);
	return 0;
}

SEC("fexit/early_drop")
int BPF_PROG(early_drop_second, struct net *net, unsigned int hash, int ret)
{
	early_drop_told_once(net, hash, ret & 0xff, 1);
	return 0;
}

static __always_inline void keep_frame(struct pt_regs *ctx)
{
	struct ct_frame frame = {
		{ PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx) }, ARGUMENT_6(ctx)
	};
	__u64 key = FRAME_AT_ENTRY(ctx);

	bpf_map_update_elem(&frames, &key, &frame, BPF_ANY);
}

static __always_inline bool take_frame(struct pt_regs *ctx, struct ct_frame *frame)
{
	__u64 key = FRAME_AT_RETURN(ctx);
	struct ct_frame *kept = bpf_map_lookup_elem(&frames, &key);

	if (!kept)
		return false;
	*frame = *kept;
	bpf_map_delete_elem(&frames, &key);
	return true;
}

SEC("kprobe/early_drop")
int early_drop_kprobe(struct pt_regs *ctx)
{
	eviction_begins((struct net *)PT_REGS_PARM1(ctx));
	keep_frame(ctx);
	return 0;
}

SEC("kretprobe/early_drop")
int early_drop_kretprobe(struct pt_regs *ctx)
{
	struct ct_frame frame;
	struct net *net;

	if (!take_frame(ctx, &frame))
		return 0;
	net = (struct net *)frame.arg[0];
	early_drop_ends(net, BPF_CORE_READ(net, ns.inum), (__u32)frame.arg[1], PT_REGS_RC(ctx) & 0xff);
	return 0;
}

/* --- no memory: seen where the allocator gives up ------------------------ */

/* What memory_ran_out() leaves for allocation_failed(), if that is attached. */
static __always_inline struct ct_refusal_key memory_key(void)
{
	return (struct ct_refusal_key){ bpf_get_current_task(), 0, 0 };
}

/*
 * Runs when any of the kernel's caches is out of memory, and so costs a
 * connection nothing. It knows no namespace: those go under 0, not attributed.
 */
static __always_inline void memory_ran_out(struct kmem_cache *cache)
{
	static const char ours[] = "nf_conntrack";
	const char *name = BPF_CORE_READ(cache, name);
	struct ct_refusal_key key = memory_key();
	__u32 cause = CT_dropped_no_memory;
	char text[sizeof(ours)] = {};

	if (bpf_probe_read_kernel(text, sizeof(text), name))
		return;
	for (int i = 0; i < (int)sizeof(ours); i++)
		if (text[i] != ours[i])
			return;
	count_refused(0, CT_dropped_no_memory);
	bpf_map_update_elem(&refusals, &key, &cause, BPF_ANY);
}

SEC("fentry/slab_out_of_memory")
int BPF_PROG(no_memory_fentry, struct kmem_cache *cache)
{
	memory_ran_out(cache);
	return 0;
}

SEC("kprobe/slab_out_of_memory")
int BPF_KPROBE(no_memory_kprobe, struct kmem_cache *cache)
{
	memory_ran_out(cache);
	return 0;
}

/* --- the allocation that failed: knows the packet's tuple --------------- */

static __always_inline void allocation_failed(struct net *net, const struct nf_conntrack_zone *zone,
					      const struct nf_conntrack_tuple *tuple, __u32 hash)
{
	struct ct_refusal_key key = { bpf_get_current_task(), (__u64)net, hash }, memory = memory_key();
	__u32 *known = bpf_map_lookup_elem(&refusals, &key);
	enum ct_counter cause = CT_dropped_table_full;
	__u32 netns = BPF_CORE_READ(net, ns.inum);

	if (known) {
		bpf_map_delete_elem(&refusals, &key);
	} else if (!bpf_map_delete_elem(&refusals, &memory)) {
		/* Counted already, but without its namespace. */
		cause = CT_dropped_no_memory;
		count(0, cause, -1);
		count(netns, cause, 1);
	} else {
		/* Nobody looked whether the table was full: no guess. */
		cause = tuning.early_drop_watched ? CT_dropped_no_memory : CT_dropped_other;
		count_refused(netns, cause);
	}
	packet_refused(tuple, zone, netns, cause);
}

static __always_inline bool is_error(unsigned long pointer)
{
	return pointer >= (unsigned long)-MAX_ERRNO;
}

SEC("fexit/__nf_conntrack_alloc")
int BPF_PROG(alloc_fexit, struct net *net, const struct nf_conntrack_zone *zone,
	     const struct nf_conntrack_tuple *orig, const struct nf_conntrack_tuple *repl,
	     unsigned int gfp, __u32 hash, struct nf_conn *ret)
{
	if (is_error((unsigned long)ret))
		allocation_failed(net, zone, orig, hash);
	return 0;
}

SEC("kprobe/__nf_conntrack_alloc")
int alloc_kprobe(struct pt_regs *ctx)
{
	keep_frame(ctx);
	return 0;
}

SEC("kretprobe/__nf_conntrack_alloc")
int alloc_kretprobe(struct pt_regs *ctx)
{
	struct ct_frame frame;

	if (take_frame(ctx, &frame) && is_error(PT_REGS_RC(ctx)))
		allocation_failed((struct net *)frame.arg[0], (void *)frame.arg[1],
				  (void *)frame.arg[2], (__u32)frame.arg6);
	return 0;
}

/* --- the insertion that failed ------------------------------------------ */

static __always_inline struct ct_clash *this_clash(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&clashing, &zero);
}

static __always_inline void clash_begins(struct sk_buff *skb)
{
	struct nf_conn *ct = (struct nf_conn *)(BPF_CORE_READ(skb, _nfct) & NFCT_POINTER_MASK);
	struct ct_clash *clash = this_clash();

	if (!clash)
		return;
	clash->ct = (__u64)ct;
	clash->netns = BPF_CORE_READ(ct, ct_net.net, ns.inum);
}

/*
 * A resolved clash either merged our entry into the winner (the packet now
 * carries the winner, ours is freed: aborted) or put ours in beside it, by its
 * reply only, without __nf_conntrack_hash_insert.
 */
static __always_inline void clash_ends(struct sk_buff *skb, bool resolved)
{
	struct ct_refusal_key key = { bpf_get_current_task(), (__u64)skb, 0 };
	struct ct_clash *clash = this_clash();
	__u32 cause = CT_dropped_clash, netns;
	struct nf_conn *ct;

	if (!clash)
		return;
	ct = (struct nf_conn *)clash->ct;
	netns = (__u32)clash->netns;
	if (!resolved) {
		count_refused(netns, CT_dropped_clash);
		bpf_map_update_elem(&refusals, &key, &cause, BPF_ANY);
		packet_refused(&ct->tuplehash[0].tuple, &ct->zone, netns, CT_dropped_clash);
		return;
	}
	count(netns, CT_clash_resolved, 1);
	if (tuning.insert_at_confirm) {
		cause = CT_clash_resolved;
		bpf_map_update_elem(&refusals, &key, &cause, BPF_ANY);
	}
	if ((BPF_CORE_READ(skb, _nfct) & NFCT_POINTER_MASK) == (__u64)ct &&
	    (BPF_CORE_READ(ct, status) & IPS_NAT_CLASH))
		count(netns, CT_inserted, 1);
}

SEC("fentry/nf_ct_resolve_clash")
int BPF_PROG(clash_fentry, struct sk_buff *skb)
{
	clash_begins(skb);
	return 0;
}

SEC("fexit/nf_ct_resolve_clash")
int BPF_PROG(clash_fexit, struct sk_buff *skb, void *h, __u32 reply_hash, int ret)
{
	clash_ends(skb, ret == NF_ACCEPT);
	return 0;
}

SEC("kprobe/nf_ct_resolve_clash")
int clash_kprobe(struct pt_regs *ctx)
{
	clash_begins((struct sk_buff *)PT_REGS_PARM1(ctx));
	keep_frame(ctx);
	return 0;
}

SEC("kretprobe/nf_ct_resolve_clash")
int clash_kretprobe(struct pt_regs *ctx)
{
	struct ct_frame frame;

	if (take_frame(ctx, &frame))
		clash_ends((struct sk_buff *)frame.arg[0], (int)PT_REGS_RC(ctx) == NF_ACCEPT);
	return 0;
}

/*
 * __nf_conntrack_confirm said NF_DROP. A clash was counted where it was
 * decided. Of the rest, an entry that is dying (or that is already in the
 * table: a cloned packet) is "other"; what remains is the chain's limit, save
 * for an entry whose helper's module was unloaded this very moment.
 */
static __noinline int confirm_refused(struct sk_buff *skb)
{
	struct ct_refusal_key key = { bpf_get_current_task(), (__u64)skb, 0 };
	enum ct_counter cause = CT_dropped_other;
	struct nf_conn *ct;
	__u32 netns;

	if (!bpf_map_delete_elem(&refusals, &key))
		return 0;
	ct = (struct nf_conn *)(BPF_CORE_READ(skb, _nfct) & NFCT_POINTER_MASK);
	if (tuning.clash_watched && kernel_limits_chains() &&
	    !(BPF_CORE_READ(ct, status) & (IPS_DYING | IPS_CONFIRMED)))
		cause = CT_dropped_chain_too_long;
	netns = BPF_CORE_READ(ct, ct_net.net, ns.inum);
	count_refused(netns, cause);
	packet_refused(&ct->tuplehash[0].tuple, &ct->zone, netns, cause);
	return 0;
}

/*
 * Where the compiler left no __nf_conntrack_hash_insert to hook: an entry that
 * is confirmed now went in, unless a clash had decided its fate.
 */
static __always_inline void confirm_accepted(struct sk_buff *skb)
{
	struct ct_refusal_key key = { bpf_get_current_task(), (__u64)skb, 0 };
	struct nf_conn *ct;

	if (!bpf_map_delete_elem(&refusals, &key))
		return;
	ct = (struct nf_conn *)(BPF_CORE_READ(skb, _nfct) & NFCT_POINTER_MASK);
	if (BPF_CORE_READ(ct, status) & IPS_CONFIRMED)
		count(BPF_CORE_READ(ct, ct_net.net, ns.inum), CT_inserted, 1);
}

static __always_inline void confirm_ends(struct sk_buff *skb, int verdict)
{
	if (verdict == NF_DROP)
		confirm_refused(skb);
	else if (tuning.insert_at_confirm)
		confirm_accepted(skb);
}

SEC("fexit/__nf_conntrack_confirm")
int BPF_PROG(confirm_fexit, struct sk_buff *skb, int ret)
{
	confirm_ends(skb, ret);
	return 0;
}

SEC("kprobe/__nf_conntrack_confirm")
int confirm_kprobe(struct pt_regs *ctx)
{
	keep_frame(ctx);
	return 0;
}

SEC("kretprobe/__nf_conntrack_confirm")
int confirm_kretprobe(struct pt_regs *ctx)
{
	struct ct_frame frame;

	if (take_frame(ctx, &frame))
		confirm_ends((struct sk_buff *)frame.arg[0], (int)PT_REGS_RC(ctx));
	return 0;
}

/* ctnetlink's own way into the table, for the same kernels. */
SEC("fexit/nf_conntrack_hash_check_insert")
int BPF_PROG(ctnetlink_fexit, struct nf_conn *ct, int ret)
{
	if (!ret)
		count(ct->ct_net.net->ns.inum, CT_inserted, 1);
	return 0;
}

SEC("kprobe/nf_conntrack_hash_check_insert")
int ctnetlink_kprobe(struct pt_regs *ctx)
{
	keep_frame(ctx);
	return 0;
}

SEC("kretprobe/nf_conntrack_hash_check_insert")
int ctnetlink_kretprobe(struct pt_regs *ctx)
{
	struct ct_frame frame;
	struct nf_conn *ct;

	if (!take_frame(ctx, &frame) || (int)PT_REGS_RC(ctx))
		return 0;
	ct = (struct nf_conn *)frame.arg[0];
	count(BPF_CORE_READ(ct, ct_net.net, ns.inum), CT_inserted, 1);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
