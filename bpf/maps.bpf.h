/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every map: why it has this size, and what happens when it is full.
 * Weak, because each object that uses them has its own definition and
 * `bpftool gen object` makes one of them.
 */
#ifndef CTSCOPE_MAPS_H
#define CTSCOPE_MAPS_H

#include "kernel.h"
#include "ctscope/counters.h"
#include "ctscope/event.h"
#include "ctscope/flow.h"
#include "ctscope/tuning.h"

extern const volatile struct ct_tuning tuning;

/*
 * Hot counters: cpus x netns_sets entries, set before load. A namespace that
 * finds its set full is counted in `rare` instead: 1 % of 1000 namespaces with
 * 512 sets. Plain arrays: the look-up is inlined and user space maps them, so
 * a report costs no system call.
 */
struct ct_births_set {
	struct ct_births slot[CT_SLOTS_A_SET];
};

struct ct_deaths_set {
	struct ct_deaths slot[CT_SLOTS_A_SET];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_births_set);
} births SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_deaths_set);
} deaths SEC(".maps") __weak;

struct ct_counts {
	__u64 n[CT_COUNTER_COUNT];
};

/*
 * Everything seldom, and namespaces whose set is full. 4096 namespaces are
 * more than a full node has; one more goes under namespace 0, "not
 * attributed", so that no count is ever lost. One row for all CPUs, added to
 * atomically: a row for each takes 34 million instructions to make at start.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CT_RARE_ROWS);
	__type(key, __u32);
	__type(value, struct ct_counts);
} rare SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_counts);
} unattributed SEC(".maps") __weak;

/*
 * What the entry of nf_ct_resolve_clash leaves for its exit. The function runs
 * with bottom halves off and bucket locks held: no other call comes in between.
 */
struct ct_clash {
	__u64 ct;	/* the entry it was called with: the packet may carry another one at the end */
	__u64 netns;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_clash);
} clashing SEC(".maps") __weak;

/*
 * What a task is about in conntrack. By task, not by CPU: a task can be moved to
 * another one meanwhile. A softirq on top of it goes by the same task: one level
 * deeper. A row stays when the task is done, for its next time: to insert and
 * delete one for each packet of a storm cost 500 instructions.
 */
#define EVICTION_LEVELS 4	/* process, softirq, and room */
#define REFUSALS_KEPT 4		/* likewise; where nobody takes them, a new one replaces the oldest */

struct ct_task {
	__u64 task;			/* whose row this is */
	__u64 call[EVICTION_LEVELS];	/* of early_drop: net and hash in one */
	__u64 net[EVICTION_LEVELS];	/* whose entries it looks for */
	__u32 victims[EVICTION_LEVELS];	/* entries freed so far by it */
	__u32 depth;			/* levels under way */
	__u32 began;			/* the deepest one, in ticks */
	__u64 refused[REFUSALS_KEPT];	/* calls that refused, for the allocation that then fails; 0: taken */
	__u64 told[REFUSALS_KEPT];	/* packets refused by confirmation, for the second program there */
	__u32 refusals, tellings;	/* so far */
};

/*
 * A row at the place its task's address leads to, if no other task has that: a
 * look-up costs 25 instructions instead of 140. One that was not used for a second
 * gives way. Taken by compare-and-exchange, which 5.10 has not: by direct calls only.
 */
#define TASK_SLOTS 512

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TASK_SLOTS);
	__type(key, __u32);
	__type(value, struct ct_task);
} task_slots SEC(".maps") __weak;

/*
 * All other tasks. LRU: rows of tasks that are gone give way. 1024 are more than
 * can be busy at once, and 128 more for each CPU (set before load), which it keeps
 * for itself.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, struct ct_task);
} tasks SEC(".maps") __weak;

/*
 * Seldom refusals (a clash, no memory) on their way from the function that knows
 * the cause to the one that knows the packet. An entry lives for some
 * microseconds; 4096 are more than CPUs times nesting. LRU: one whose taker did
 * not run (its hook is not attached, or the kernel skipped it) gives way some time.
 */
struct ct_refusal_key {
	__u64 task;
	__u64 skb;	/* 0: no memory */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ct_refusal_key);
	__type(value, __u32);
} refusals SEC(".maps") __weak;

/*
 * Arguments a kprobe keeps for its kretprobe, by the address of the stack
 * frame. 4096 are more than calls can be under way at once. Full: the call's
 * end is not seen, and its drop counted by the kernel alone.
 */
struct ct_frame {
	__u64 arg[3];	/* the first three */
	__u64 arg6;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct ct_frame);
} frames SEC(".maps") __weak;

/*
 * Drop and evict records: 1 MiB holds 11 900 of 88 bytes with their heads, half
 * a minute at the default rate with a reader that sleeps. Full: counted in the gate.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps") __weak;

/*
 * Who was hit, whatever the rate: sums of refused packets. LRU, so that an
 * attack from a million addresses costs the least busy ones, not the top.
 * 8192, and 128 more for each CPU (set before load): so many free entries
 * each CPU keeps for itself.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct ct_source);
	__type(value, __u64);
} refused_sources SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct ct_target);
	__type(value, __u64);
} refused_targets SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_gate);
} gate SEC(".maps") __weak;

#endif
