/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Counters by namespace: what one reading of the maps adds up to. */
#ifndef OBSERVE_COUNTS_H
#define OBSERVE_COUNTS_H

#include <stddef.h>
#include <stdint.h>
#include "ctscope/counters.h"

struct netns_counts {
	uint32_t netns;		/* 0: not attributed */
	uint64_t n[CT_COUNTER_COUNT];
};

struct counts {
	struct netns_counts *list;	/* by netns, ascending */
	size_t count, size;
	uint64_t total[CT_COUNTER_COUNT];
};

/* Adds n to one counter of a namespace; -ENOMEM. */
int counts_add(struct counts *, uint32_t netns, enum ct_counter, uint64_t n);
/* Closes a reading: fills in `allocated` and sums up. */
void counts_finish(struct counts *);
const struct netns_counts *counts_find(const struct counts *, uint32_t netns);
/* Empties it for the next reading and keeps the memory. */
void counts_clear(struct counts *);
void counts_free(struct counts *);

#endif
