// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What a full table, or the allocator, refuses; and what a full table throws
 * out. Nothing here runs for a connection that goes well, except the exit of
 * __nf_conntrack_alloc, which looks at the returned value.
 */
#include "evict.bpf.h"
#include "frames.bpf.h"
#include "refused.bpf.h"

const volatile struct ct_tuning tuning = {};
__u64 early_drops_running;

/* --- table full: early_drop found nothing to throw out ------------------ */

/* Most namespaces that are refused something have had something inserted by this CPU, too. */
static __always_inline bool count_in_slot(__u32 netns)
{
	__u32 at = set_of(netns);
	struct ct_births_set *set = bpf_map_lookup_elem(&births, &at);

#pragma unroll
	for (int i = 0; set && i < CT_SLOTS_A_SET; i++)
		if (set->slot[i].netns == netns) {
			__sync_fetch_and_add(&set->slot[i].refused, 1);
			return true;
		}
	return false;
}

static __always_inline void early_drop_ended(struct ct_task *task, __u64 call, __u32 netns,
					     __s32 victims, bool evicted)
{
	if (!evicted) {
		if (!count_in_slot(netns))
			count(netns, CT_dropped_table_full, 1);
		stamp_refusal();
		refusal_begins(task, call);
	} else if (victims <= 0) {
		/* No victim: it is still referenced somewhere, and freed later. Counted, not named. */
		count(netns, CT_evicted, 1);
	}
}

SEC("fentry/early_drop")
int BPF_PROG(early_drop_fentry, struct net *net, unsigned int hash)
{
	if (eviction_begins(net, hash, true))
		told_by(CT_TWICE_EARLY_DROP_BEGINS, 0);
	return 0;
}

SEC("fentry/early_drop")
int BPF_PROG(early_begin_2, struct net *net, unsigned int hash)
{
	if (eviction_begins(net, hash, true))
		told_by(CT_TWICE_EARLY_DROP_BEGINS, 1);
	return 0;
}

/* The first program to come takes the call from the task's row, and the second finds none. */
static __always_inline void early_drop_ends(struct net *net, __u32 hash, bool evicted, int who)
{
	struct ct_task *task = this_task();
	__u64 call = call_of(net, hash);
	__s32 victims = eviction_ends(task, call);

	if (victims < 0)
		return;
	early_drop_ended(task, call, net->ns.inum, victims, evicted);
	told_by(CT_TWICE_EARLY_DROP, who);
}

SEC("fexit/early_drop")
int BPF_PROG(early_drop_fexit, struct net *net, unsigned int hash, int ret)
{
	early_drop_ends(net, hash, ret & 0xff, 0);
	return 0;
}

SEC("fexit/early_drop")
int BPF_PROG(early_drop_2, struct net *net, unsigned int hash, int ret)
{
	early_drop_ends(net, hash, ret & 0xff, 1);
	return 0;
}

SEC("kprobe/early_drop")
int early_drop_kprobe(struct pt_regs *ctx)
{
	eviction_begins((struct net *)PT_REGS_PARM1(ctx), (__u32)PT_REGS_PARM2(ctx), false);
	keep_frame(ctx);
	return 0;
}

SEC("kretprobe/early_drop")
int early_drop_kretprobe(struct pt_regs *ctx)
{
	bool evicted = PT_REGS_RC(ctx) & 0xff;
	struct ct_gate *at = the_gate();
	struct ct_frame frame;
	struct ct_task *task;
	struct net *net;
	__s32 victims;
	__u64 call;

	if (!take_frame(ctx, &frame))
		return 0;
	net = (struct net *)frame.arg[0];
	call = call_of(net, (__u32)frame.arg[1]);
	task = this_task();
	victims = eviction_ends(task, call);
	early_drop_ended(task, call, BPF_CORE_READ(net, ns.inum), victims, evicted);
	if (evicted && victims < 0 && at)
		__sync_fetch_and_add(&at->unmarked, 1);
	return 0;
}

/* --- no memory: seen where the allocator gives up ------------------------ */

/* What memory_ran_out() leaves for allocation_failed(), if that is attached. */
static __always_inline struct ct_refusal_key memory_key(void)
{
	return (struct ct_refusal_key){ bpf_get_current_task(), 0 };
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

/* The cause of a failure, counted; -1: the other program was first. */
static __always_inline int cause_of_failure(struct net *net, __u32 netns, __u32 hash)
{
	struct ct_refusal_key memory = memory_key();
	enum ct_counter cause;

	if (refusal_ends(this_task(), call_of(net, hash)))
		return CT_dropped_table_full;
	if (!bpf_map_delete_elem(&refusals, &memory)) {
		/* Counted already, but without its namespace. */
		count(0, CT_dropped_no_memory, -1);
		count(netns, CT_dropped_no_memory, 1);
		return CT_dropped_no_memory;
	}
	if (tuning.twice & 1U << CT_TWICE_ALLOC)
		return -1;
	/* Nobody looked whether the table was full: no guess. */
	cause = tuning.early_drop_watched ? CT_dropped_no_memory : CT_dropped_other;
	count_refused(netns, cause);
	return cause;
}

static __always_inline bool is_error(unsigned long pointer)
{
	return pointer >= (unsigned long)-MAX_ERRNO;
}

static __always_inline void alloc_ends(struct net *net, const struct nf_conntrack_zone *zone,
				       const struct nf_conntrack_tuple *tuple, __u32 hash,
				       struct nf_conn *ret, int who)
{
	__u32 netns;
	int cause;

	if (!is_error((unsigned long)ret))
		return;
	netns = net->ns.inum;
	cause = cause_of_failure(net, netns, hash);
	if (cause < 0)
		return;
	name_refused(tuple, zone->id, netns, cause);
	told_by(CT_TWICE_ALLOC, who);
}

SEC("fexit/__nf_conntrack_alloc")
int BPF_PROG(alloc_fexit, struct net *net, const struct nf_conntrack_zone *zone,
	     const struct nf_conntrack_tuple *orig, const struct nf_conntrack_tuple *repl,
	     unsigned int gfp, __u32 hash, struct nf_conn *ret)
{
	alloc_ends(net, zone, orig, hash, ret, 0);
	return 0;
}

SEC("fexit/__nf_conntrack_alloc")
int BPF_PROG(alloc_2, struct net *net, const struct nf_conntrack_zone *zone,
	     const struct nf_conntrack_tuple *orig, const struct nf_conntrack_tuple *repl,
	     unsigned int gfp, __u32 hash, struct nf_conn *ret)
{
	alloc_ends(net, zone, orig, hash, ret, 1);
	return 0;
}

KEEPS_FRAME(__nf_conntrack_alloc, alloc_kprobe)

SEC("kretprobe/__nf_conntrack_alloc")
int alloc_kretprobe(struct pt_regs *ctx)
{
	struct nf_conntrack_zone *zone;
	struct ct_frame frame;
	struct net *net;
	__u32 netns;
	int cause;

	if (!take_frame(ctx, &frame) || !is_error(PT_REGS_RC(ctx)))
		return 0;
	net = (struct net *)frame.arg[0];
	zone = (struct nf_conntrack_zone *)frame.arg[1];
	netns = BPF_CORE_READ(net, ns.inum);
	cause = cause_of_failure(net, netns, (__u32)frame.arg6);
	if (cause >= 0)
		name_refused((void *)frame.arg[2], BPF_CORE_READ(zone, id), netns, cause);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
