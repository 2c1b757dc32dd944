/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every hook: what it is for, and the programs for each way of attaching it. */
#ifndef OBSERVE_HOOK_TABLE_H
#define OBSERVE_HOOK_TABLE_H

#include "ctscope/event.h"
#include "probes.h"

/* From HOOK_SECOND on: programs for hooks where each place has two of them (bpf/README.md). */
#define HOOK_SECOND 2
#define HOOK_PROGRAMS 4

enum hook_way { WAY_DIRECT, WAY_KPROBE, WAY_COUNT };

struct hook_row {
	const char *name;
	const char *function;
	/* The program that counts, the one at the function's entry it relies on, and their seconds. */
	const char *programs[WAY_COUNT][HOOK_PROGRAMS];
	enum ct_twice twice[HOOK_PROGRAMS - HOOK_SECOND];	/* the places of these */
	const char *how[WAY_COUNT];
	uint32_t counters;	/* bit per enum ct_counter that cannot be known without it */
	const char *effect;	/* of its absence */
};

extern const struct hook_row hook_table[HOOK_COUNT];

#endif
