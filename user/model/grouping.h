/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entries grouped by some keys, in bounded memory. The first groups that are
 * met are counted exactly, up to a bound; what comes later is summed in cells
 * by hash. So it is known how large a group that is not counted by itself can
 * be, and a second pass over the same entries counts those that could belong
 * to the busiest.
 *
 *   grouping_new -> grouping_add ... -> (grouping_again -> grouping_add ...)
 *   -> grouping_top -> grouping_free
 */
#ifndef MODEL_GROUPING_H
#define MODEL_GROUPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "ctscope/census.h"

struct group_row {
	struct ct_group keys;
	uint64_t entries, assured, accounted;
	uint64_t packets, bytes;	/* of the accounted ones */
};

static inline void grouping_add_sum(struct group_row *row, const struct ct_group_sum *sum)
{
	row->entries += sum->entries;
	row->assured += sum->assured;
	if (!sum->accounted)
		return;
	row->accounted += sum->accounted;
	row->packets += sum->packets;
	row->bytes += sum->bytes;
}

struct group_others {
	bool groups_known;	/* false: at least so many */
	uint64_t groups;
	struct group_row sum;
	uint64_t none_above;	/* no group among them has more entries; UINT64_MAX: not known */
};

struct grouping;

/* by: CT_BY(...) of the keys; pods are grouped by namespace here. NULL without memory. */
struct grouping *grouping_new(uint32_t by, size_t groups_max);
/* The keys it is not grouped by may hold anything. */
int grouping_add(struct grouping *, const struct ct_group *keys, const struct ct_group_sum *);
/*
 * The same for groups that come whole, each once: only the `top` busiest are
 * held, of equal ones those that came first. Those of no more entries than
 * the floor can be passed over: so many are counted by their sum.
 */
int grouping_add_whole(struct grouping *, const struct ct_group *, const struct ct_group_sum *, size_t top);
uint32_t grouping_floor(const struct grouping *, size_t top);
void grouping_pass_over(struct grouping *, size_t groups, const struct ct_group_sum *);
/* What the kernel side found no room for: the sums, and its cells. */
int grouping_add_overflow(struct grouping *, const struct ct_group_sum *, const uint32_t *cells);

/*
 * Whether a group among the first `top`, with a thousandth of all entries at
 * least, may have been missed. If so all is
 * set for a second pass; whoever has cells of his own finds in *cells (one
 * bit a cell) those whose groups are to be added again.
 */
bool grouping_again(struct grouping *, size_t top, const uint64_t **cells);
/* The `top` busiest at most, the busiest first: how many. */
size_t grouping_top(const struct grouping *, size_t top, struct group_row *rows, struct group_others *);
uint32_t grouping_by(const struct grouping *);
/* All that was added, in the first pass; its keys mean nothing. */
const struct group_row *grouping_total(const struct grouping *);
/* All groups it holds; they are everything only as long as nothing overflowed. */
const struct group_row *grouping_groups(const struct grouping *, size_t *count);
void grouping_free(struct grouping *);

/* Everything but the chosen keys is 0: two entries of one group look the same. */
void group_reduce(struct ct_group *, uint32_t by);

#endif
