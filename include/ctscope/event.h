/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records that travel through the ring buffer. */
#ifndef CTSCOPE_EVENT_H
#define CTSCOPE_EVENT_H

#include <linux/types.h>
#include "flow.h"

enum ct_event_kind {
	CT_EVENT_DROP = 1,
	CT_EVENT_EVICT = 2,
};

struct ct_event {
	__u64 time_ns;		/* CLOCK_MONOTONIC */
	__u32 kind;		/* enum ct_event_kind */
	__u32 counter;		/* enum ct_counter: the cause of a drop, or CT_evicted */
	struct ct_flow flow;	/* original direction */
	__u32 cpu;
	__u32 held_back;	/* records of this kind held back or lost so far, modulo 2^32 */
	__u32 status;		/* IPS_* bits of an evicted entry */
	__u32 timeout_left;	/* seconds an evicted entry had left */
	__u8 tcp_state;		/* of an evicted entry, TCP_CONNTRACK_* */
	__u8 unused[3];
};

_Static_assert(sizeof(struct ct_event) == 80, "ct_event is shared with the kernel side");
_Static_assert(__builtin_offsetof(struct ct_event, flow) == 16, "ct_event.flow");
_Static_assert(__builtin_offsetof(struct ct_event, cpu) == 60, "ct_event.cpu");

/* Keys of the sums of refused packets. */
struct ct_source {
	__u8 src[16];
	__u32 netns;
	__u32 family;
};

struct ct_target {
	__u8 dst[16];
	__u32 netns;
	__be16 dst_id;
	__u8 family;
	__u8 protocol;
};

_Static_assert(sizeof(struct ct_source) == 24, "ct_source is shared with the kernel side");
_Static_assert(sizeof(struct ct_target) == 24, "ct_target is shared with the kernel side");

/*
 * The rate limit of one kind of record, and what it and a full ring cost.
 * Each kind has its own, so that evictions never hold back the first drop.
 */
struct ct_rate {
	__u64 window_start_ns;
	__u64 passed;		/* records let through in this window */
	__u64 suppressed;	/* held back by the limit, ever */
	__u64 lost;		/* no room in the ring, ever */
};

/*
 * Places where two programs stand, and the one that comes first tells: the kernel
 * skips a program while a preempted task stands in it (bpf/README.md).
 */
enum ct_twice {
	CT_ONCE, CT_TWICE_EARLY_DROP_BEGINS, CT_TWICE_EARLY_DROP, CT_TWICE_ALLOC, CT_TWICE_CONFIRM,
	CT_TWICE_COUNT
};

/* When packets were refused, CLOCK_MONOTONIC; told even when no record gets through. */
struct ct_gate {
	struct ct_rate drops, evictions;
	__u64 began_ns;		/* first refusal after a pause of at least tuning.quiet_ms */
	__u64 last_ns;		/* latest refusal; 0: none yet */
	__u64 told_by[CT_TWICE_COUNT][2];	/* calls told by the first program there, by the second */
	__u64 rare_rows;	/* made so far in the map `rare` */
	__u64 unmarked;		/* evictions whose beginning was not seen: victims not all counted */
};

_Static_assert(sizeof(struct ct_rate) == 32, "ct_rate is shared with the kernel side");
_Static_assert(sizeof(struct ct_gate) == 176, "ct_gate is shared with the kernel side");

#endif
