/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records of single packets and entries: copied out of the kernel's structs, rate-limited, sent. */
#ifndef CTSCOPE_RECORD_H
#define CTSCOPE_RECORD_H

#include "count.bpf.h"
#include "compat.bpf.h"
#include "flow.bpf.h"

#define NSEC_PER_SEC 1000000000ULL

/*
 * A packet was refused now. Bursts are told by these times and by the
 * counters, never by records, which may be held back.
 */
static __always_inline void stamp_refusal(void)
{
	__u64 pause = (__u64)tuning.quiet_ms * 1000000, now = bpf_ktime_get_ns();
	struct ct_gate *at = the_gate();
	__s64 since;

	if (!at)
		return;
	since = (__s64)(now - at->last_ns);
	/* Another CPU's stamp may be a moment ahead of ours. */
	if (since <= 0)
		return;
	if ((__u64)since >= pause)
		at->began_ns = now;
	at->last_ns = now;
}

/* Of two programs at one place, this one told. */
static __always_inline void told_by(enum ct_twice place, int who)
{
	struct ct_gate *at = the_gate();

	if (at)
		__sync_fetch_and_add(&at->told_by[place][who], 1);
}

/*
 * Lets `records_per_second` records through in each second, and the first
 * always: it wakes the reader. CPUs that race at the turn of a second let a
 * few more through; what is held back is exact.
 */
static __always_inline bool may_pass(struct ct_rate *rate, __u64 now)
{
	/* Signed: another CPU's clock reading may be a moment ahead of ours. */
	if ((__s64)(now - rate->window_start_ns) >= (__s64)NSEC_PER_SEC) {
		rate->window_start_ns = now;
		rate->passed = 1;
		return true;
	}
	if (rate->passed >= tuning.records_per_second) {
		__sync_fetch_and_add(&rate->suppressed, 1);
		return false;
	}
	__sync_fetch_and_add(&rate->passed, 1);
	return true;
}

/* A record with its head filled in, to be sent by bpf_ringbuf_submit(); NULL when held back or lost. */
static __always_inline struct ct_event *record_of(enum ct_event_kind kind, enum ct_counter counter,
						  __u64 now)
{
	struct ct_gate *at = the_gate();
	struct ct_event *event;
	struct ct_rate *rate;

	if (!tuning.records || !at)
		return NULL;
	rate = kind == CT_EVENT_DROP ? &at->drops : &at->evictions;
	if (!may_pass(rate, now))
		return NULL;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&rate->lost, 1);
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->time_ns = now;
	event->kind = kind;
	event->counter = counter;
	event->cpu = bpf_get_smp_processor_id();
	event->held_back = (__u32)(rate->suppressed + rate->lost);
	return event;
}

#endif
