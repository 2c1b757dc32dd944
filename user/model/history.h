/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The last 15 minutes, second by second: what led up to a burst, the line of
 * a live screen, /v1/history. Bounded, filled by monitor_tick().
 *
 *   struct history h = { 0 }; history_add(&h, &second); ... history_at(&h, i)
 */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "ctscope/counters.h"

#define HISTORY_SECONDS 900

struct history_second {
	uint64_t time_ns;	/* CLOCK_REALTIME at its end */
	uint64_t monotonic_ns;	/* the same moment */
	double seconds;		/* that it covers: 1, more when we came late */
	bool entries_known;
	uint64_t entries;	/* in all namespaces, at its end */
	uint64_t n[CT_COUNTER_COUNT];	/* what happened in it; history.counters_known tells which */
};

struct history {
	struct history_second ring[HISTORY_SECONDS];
	size_t next, count;
	uint32_t counters_known;	/* bit per enum ct_counter */
};

void history_add(struct history *, const struct history_second *);
/* 0 is the oldest, history->count - 1 the newest; NULL beyond. */
const struct history_second *history_at(const struct history *, size_t i);
/* The index of the first of the (at most) `seconds` seconds that ended by monotonic_ns; *count of them. */
size_t history_before(const struct history *, uint64_t monotonic_ns, size_t seconds, size_t *count);
uint64_t history_dropped(const struct history *, const struct history_second *);

#endif
