/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The row of the task that runs now. */
#ifndef CTSCOPE_TASK_H
#define CTSCOPE_TASK_H

#include "maps.bpf.h"

#define TICKS_MAX 1000	/* a second */

/* Calls of early_drop under way on all CPUs: one load tells the hot path that it need not look. */
extern __u64 early_drops_running;

/* Tasks lie 64 bytes apart at least. */
static __always_inline struct ct_task *slot_of(__u64 task)
{
	__u32 at = (__u32)(task >> 6) * 0x9e3779b1U >> 16 & (TASK_SLOTS - 1);

	return bpf_map_lookup_elem(&task_slots, &at);
}

static __always_inline struct ct_task *this_task(void)
{
	__u64 task = bpf_get_current_task();
	struct ct_task *slot = slot_of(task);

	return slot && slot->task == task ? slot : bpf_map_lookup_elem(&tasks, &task);
}

static __always_inline bool long_ago(__u32 ticks)
{
	return (__u32)bpf_jiffies64() - ticks > (tuning.hz ? tuning.hz : TICKS_MAX);
}

/* Eight buckets take microseconds: what began long ago has ended without our being called. */
static __always_inline void forget_levels(struct ct_task *task)
{
	__sync_fetch_and_add(&early_drops_running, -(__u64)task->depth);
	task->depth = 0;
}

/* The same, made where there is none. */
static __always_inline struct ct_task *task_made(bool direct)
{
	static const struct ct_task none;
	struct ct_task *known = this_task(), *slot;
	__u64 task, before;

	if (known)
		return known;
	task = bpf_get_current_task();
	slot = slot_of(task);
	before = slot ? slot->task : 0;
	if (direct && slot && (!before || long_ago(slot->began)) &&
	    __sync_val_compare_and_swap(&slot->task, before, task) == before) {
		forget_levels(slot);
		return slot;
	}
	bpf_map_update_elem(&tasks, &task, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&tasks, &task);
}

#endif
