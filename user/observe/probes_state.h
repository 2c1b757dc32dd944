/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside of the probes: probes.c opens them by plan (probes_plan.c) and load (probes_load.c); others read. */
#ifndef OBSERVE_PROBES_STATE_H
#define OBSERVE_PROBES_STATE_H

#include "ctscope/event.h"
#include "ctscope/flow.h"
#include "hook_table.h"
#include "kernel_types.h"
#include "probes.h"
#include "ring.h"

#define LIBBPF_ENOTSUPP 524	/* the kernel's own ENOTSUPP, in no user header */

struct hooks;
struct bpf_link;
struct ring_buffer;

struct hook_state {
	enum hook_way way;	/* to try now, or attached; WAY_COUNT: none works */
	enum hook_way next;	/* when that fails */
	bool wanted;
	bool twice;		/* its second programs, too */
	struct bpf_link *links[HOOK_PROGRAMS];
	int error;		/* -errno of the last way that did not work */
	char reason[160];
};

struct probes {
	struct hooks *skeleton;
	struct kernel_types *types;	/* while loading */
	struct hook_state state[HOOK_COUNT];
	const struct roots *roots;
	uint64_t module;	/* which one they are attached to; 0: conntrack is built in */
	struct hook hooks[HOOK_COUNT];	/* the same, for those who show it */
	size_t hook_count;
	uint32_t counters_known;
	uint32_t cpus, netns_slots;
	bool alloc_on_demand;
	const volatile struct ct_births *births;	/* mapped, cpus x netns_slots */
	const volatile struct ct_deaths *deaths;
	const volatile struct ct_gate *gate;
	const volatile struct ct_met *met;	/* one a CPU */
	size_t births_bytes, deaths_bytes, gate_bytes, met_bytes;
	uint32_t rare[CT_RARE_ROWS], rare_count;	/* namespaces in the map of that name */
	struct ring_buffer *ring;	/* NULL: not opened */
	ring_handler *ring_handler;
	void *ring_context;
	uint64_t rejected;	/* records that were none of ours */
	struct counts before;	/* what the hooks saw before all were attached */
	uint64_t before_ns;	/* CLOCK_MONOTONIC of that: records and sums begin here, too */
};

/* The way for every hook. */
void probes_plan(struct probes *, const struct probes_options *, const struct roots *);
/* This way does not work for this hook: the next one, and why. */
void probes_next_way(struct hook_state *, int err);
/* One of a hook's HOOK_PROGRAMS on the way planned; NULL: none is needed. */
const char *probes_program(const struct probes *, int hook, int program);
/* 0, or why no hook has a way: programs that load but cannot be attached anywhere are no better than none. */
int probes_planned(const struct probes *);
/* Loads and attaches what is planned; a hook that cannot be attached gets its next way. */
int probes_load(struct probes *, const struct probes_options *);
void probes_unload(struct probes *);

#endif
