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
 * Hot counters: cpus x netns_slots entries, set before load. A namespace
 * owns slot (inode number modulo netns_slots) of each CPU; one that finds its
 * slot taken is counted in `rare` instead. Plain arrays: the look-up is inlined
 * and user space maps them, so a report costs no system call.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_births);
} births SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_deaths);
} deaths SEC(".maps") __weak;

struct ct_counts {
	__u64 n[CT_COUNTER_COUNT];
};

/*
 * Everything seldom, and namespaces whose slot is taken: by namespace, on
 * each CPU. 4096 namespaces are more than a full node has; one more goes
 * under namespace 0, "not attributed", so that no count is ever lost.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct ct_counts);
} rare SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_counts);
} unattributed SEC(".maps") __weak;

/* What a program leaves for another one on the same CPU, on rare paths only. */
struct ct_marks {
	__u64 evicting_task;	/* task that is inside early_drop, 0: none */
	__u64 victims;		/* entries freed inside it so far */
	__u64 clash_ct;		/* entry that nf_ct_resolve_clash was called with */
	__u64 clash_netns;	/* its namespace: the entry may be gone at the end */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ct_marks);
} marks SEC(".maps") __weak;

/*
 * Refused packets on their way from the function that knows the cause to the
 * one that knows the packet. An entry lives for some microseconds; 4096 are
 * more than CPUs times nesting. Full: the packet counts as "other".
 */
struct ct_refusal_key {
	__u64 task;
	__u64 subject;	/* skb, or net */
	__u64 hash;	/* of the tuple; 0 with an skb */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
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
 * Drop and evict records: 1 MiB holds 9 000, 45 s at the default rate with a
 * reader that sleeps. Full: counted in gate.lost.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps") __weak;

/*
 * Who was hit, whatever the rate: sums of refused packets. LRU, so that an
 * attack from a million addresses costs the least busy ones, not the top.
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
