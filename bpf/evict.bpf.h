/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Evictions: early_drop deletes every unassured entry of a bucket, and the
 * entry is as a rule freed before early_drop returns. A free that happens
 * meanwhile in the same task, of an entry that had not run out, is a victim.
 *
 * One of several victims of a call goes uncounted when the garbage collector
 * holds it at that very moment, and so frees it later: only after refusals,
 * and the kernel's own early_drop, beside ours in every report, has it.
 */
#ifndef CTSCOPE_EVICT_H
#define CTSCOPE_EVICT_H

#include "count.bpf.h"
#include "record.bpf.h"

/* Calls of early_drop under way on all CPUs: one load tells the hot path that it need not look. */
extern __u64 early_drops_running;

static __always_inline bool inside_early_drop(void)
{
	return early_drops_running != 0;
}

static __always_inline __u32 level_of(const struct ct_eviction *eviction)
{
	return (eviction->depth - 1) & (EVICTION_LEVELS - 1);
}

static __always_inline void eviction_begins(struct net *net)
{
	__u64 task = bpf_get_current_task(), now = bpf_ktime_get_ns();
	struct ct_eviction *eviction = bpf_map_lookup_elem(&evicting, &task);

	__sync_fetch_and_add(&early_drops_running, 1);
	if (!eviction) {
		static const struct ct_eviction none;

		bpf_map_update_elem(&evicting, &task, &none, BPF_NOEXIST);
		eviction = bpf_map_lookup_elem(&evicting, &task);
		if (!eviction)
			return;
	}
	/* Eight buckets take microseconds: what began long ago has ended without our being called. */
	if (eviction->depth && now - eviction->began_ns > NSEC_PER_SEC) {
		__sync_fetch_and_add(&early_drops_running, -(__u64)eviction->depth);
		eviction->depth = 0;
	}
	eviction->began_ns = now;
	eviction->depth++;
	eviction->net[level_of(eviction)] = (__u64)net;
	eviction->victims[level_of(eviction)] = 0;
}

/* How many victims this call had that were counted when they were freed; -1: its beginning was not seen. */
static __always_inline __s32 eviction_ends(void)
{
	__u64 task = bpf_get_current_task();
	struct ct_eviction *eviction = bpf_map_lookup_elem(&evicting, &task);
	__u32 victims;

	if (!eviction || !eviction->depth)
		return -1;
	__sync_fetch_and_add(&early_drops_running, -1);
	victims = eviction->victims[level_of(eviction)];
	if (!--eviction->depth)
		bpf_map_delete_elem(&evicting, &task);
	return victims;
}

static __noinline int victim_freed(struct nf_conn *ct)
{
	__u64 task = bpf_get_current_task();
	struct ct_eviction *eviction = bpf_map_lookup_elem(&evicting, &task);
	struct net *net = BPF_CORE_READ(ct, ct_net.net);
	__u64 status = BPF_CORE_READ(ct, status);
	__u32 netns = BPF_CORE_READ(net, ns.inum);
	struct ct_event *event;
	__s32 left;

	if (!eviction || !eviction->depth || eviction->net[level_of(eviction)] != (__u64)net)
		return 0;
	left = (__s32)(BPF_CORE_READ(ct, timeout) - (__u32)bpf_jiffies64());
	if (left <= 0 || (status & IPS_ASSURED) || !(status & IPS_CONFIRMED))
		return 0;
	eviction->victims[level_of(eviction)]++;
	count(netns, CT_evicted, 1);
	event = record_of(CT_EVENT_EVICT, CT_evicted);
	if (!event)
		return 0;
	read_flow(&event->flow, &ct->tuplehash[0].tuple, &ct->zone, netns);
	event->status = (__u32)status;
	event->timeout_left = tuning.hz ? (__u32)left / tuning.hz : 0;
	event->tcp_state = BPF_CORE_READ(ct, proto.tcp.state);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

#endif
