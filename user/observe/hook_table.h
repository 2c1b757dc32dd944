/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every hook: what it is for, and the programs for each way of attaching it. */
#ifndef OBSERVE_HOOK_TABLE_H
#define OBSERVE_HOOK_TABLE_H

#include "probes.h"

#define HOOK_PROGRAMS 3

enum hook_way { WAY_DIRECT, WAY_KPROBE, WAY_COUNT };

struct hook_row {
	const char *name;
	const char *function;
	/*
	 * The program that counts, then the one at the function's entry it relies on,
	 * then one that counts what the first was not entered for.
	 */
	const char *programs[WAY_COUNT][HOOK_PROGRAMS];
	const char *how[WAY_COUNT];
	uint32_t counters;	/* bit per enum ct_counter that cannot be known without it */
	const char *effect;	/* of its absence */
};

extern const struct hook_row hook_table[HOOK_COUNT];

#endif
