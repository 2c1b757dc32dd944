/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Evictions: early_drop deletes every unassured entry of a bucket, and the
 * entry is as a rule freed before early_drop returns. A free that happens
 * meanwhile in the same task, of an entry that had not run out, is a victim.
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

static __noinline int victim_freed(struct nf_conn *ct)
{
	__u32 zero = 0;
	struct ct_marks *mark = bpf_map_lookup_elem(&marks, &zero);
	__u32 netns = BPF_CORE_READ(ct, ct_net.net, ns.inum);
	__u64 status = BPF_CORE_READ(ct, status);
	struct ct_event *event;
	__s32 left;

	if (!mark || mark->evicting_task != bpf_get_current_task())
		return 0;
	left = (__s32)(BPF_CORE_READ(ct, timeout) - (__u32)bpf_jiffies64());
	if (left <= 0 || (status & IPS_ASSURED) || !(status & IPS_CONFIRMED))
		return 0;
	mark->victims++;
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
