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
#include "task.bpf.h"

static __always_inline bool inside_early_drop(void)
{
	return early_drops_running != 0;
}

static __always_inline __u32 level_of(const struct ct_task *task)
{
	return (task->depth - 1) & (EVICTION_LEVELS - 1);
}

/* A call of early_drop; as a rule no other packet's is the same. */
static __always_inline __u64 call_of(struct net *net, __u32 hash)
{
	return (__u64)net + hash;
}

/* False: the other program at early_drop's beginning has seen this call already. */
static __always_inline bool eviction_begins(struct net *net, __u32 hash, bool direct)
{
	struct ct_task *task = task_made(direct);
	__u64 call = call_of(net, hash);
	__u32 level;

	if (!task || (task->depth && task->call[level_of(task)] == call))
		return false;
	if (task->depth == EVICTION_LEVELS || (task->depth && long_ago(task->began)))
		forget_levels(task);
	__sync_fetch_and_add(&early_drops_running, 1);
	task->began = (__u32)bpf_jiffies64();
	task->depth++;
	level = level_of(task);
	task->call[level] = call;
	task->net[level] = (__u64)net;
	task->victims[level] = 0;
	return true;
}

/* How many victims this call had that were counted when they were freed; -1: it has ended, or was not seen. */
static __always_inline __s32 eviction_ends(struct ct_task *task, __u64 call)
{
	/* Deeper levels whose ends were not seen end with it. */
	for (__u32 up = 0; task && up < EVICTION_LEVELS && up < task->depth; up++) {
		__u32 level = (task->depth - 1 - up) & (EVICTION_LEVELS - 1);

		if (task->call[level] != call)
			continue;
		__sync_fetch_and_add(&early_drops_running, -(__u64)(up + 1));
		task->depth -= up + 1;
		return task->victims[level];
	}
	return -1;
}

/* For the allocation that fails next, and knows the packet. */
static __always_inline void refusal_begins(struct ct_task *task, __u64 call)
{
	if (task)
		task->refused[task->refusals++ & (REFUSALS_KEPT - 1)] = call;
}

/* Whether early_drop refused what failed now; mostly it is the latest. */
static __always_inline bool refusal_ends(struct ct_task *task, __u64 call)
{
	for (__u32 i = 1; task && i <= REFUSALS_KEPT; i++) {
		__u64 *refused = &task->refused[(task->refusals - i) & (REFUSALS_KEPT - 1)];

		if (*refused != call)
			continue;
		*refused = 0;
		return true;
	}
	return false;
}

static __noinline int victim_freed(struct nf_conn *ct)
{
	struct ct_task *task = this_task();
	struct net *net = BPF_CORE_READ(ct, ct_net.net);
	__u64 status = BPF_CORE_READ(ct, status);
	__u32 netns = BPF_CORE_READ(net, ns.inum);
	struct ct_event *event;
	__s32 left;

	if (!task || !task->depth || task->net[level_of(task)] != (__u64)net)
		return 0;
	left = (__s32)(BPF_CORE_READ(ct, timeout) - (__u32)bpf_jiffies64());
	if (left <= 0 || (status & IPS_ASSURED) || !(status & IPS_CONFIRMED))
		return 0;
	task->victims[level_of(task)]++;
	count(netns, CT_evicted, 1);
	event = record_of(CT_EVENT_EVICT, CT_evicted, bpf_ktime_get_ns());
	if (!event)
		return 0;
	read_flow(&event->flow, &ct->tuplehash[0].tuple, BPF_CORE_READ(ct, zone.id), netns);
	event->status = (__u32)status;
	event->timeout_left = tuning.hz ? (__u32)left / tuning.hz : 0;
	event->tcp_state = BPF_CORE_READ(ct, proto.tcp.state);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

#endif
