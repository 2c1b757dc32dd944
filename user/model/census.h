/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A census of the table: totals, and entries by several keys at once. It is
 * fed by the walk in the kernel or by a saved dump; both give the same.
 *
 *   census_plan -> census_new -> (census_entry ... | census_take ...)
 *   -> census_again? -> census_rows ... -> census_free
 */
#ifndef MODEL_CENSUS_H
#define MODEL_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "ctscope/census.h"
#include "entry.h"
#include "grouping.h"
#include "idle.h"

#define CENSUS_VIEWS_MAX 8
#define CENSUS_TOP_MAX 1000

/*
 * What is to be known: views, each entries by some keys. Those with few
 * groups are counted together in one grouping and taken apart afterwards.
 */
struct census_plan {
	uint32_t views[CENSUS_VIEWS_MAX];	/* CT_BY(...) */
	size_t view_count;
	uint32_t slots[CT_CENSUS_SLOTS];	/* what is counted, filled in by census_plan() */
	size_t slot_count;
	size_t groups_max;			/* of a slot */
	size_t top;
	bool all;				/* groups are wanted, not only the top busiest */
	bool redact;				/* addresses keep their /24 or /48 */
	bool idle_over;				/* to the tick; else as a dump tells it, up to 1 s more */
};

/* -E2BIG: more than can be counted in one walk. */
int census_plan(struct census_plan *);

struct census {
	struct census_plan plan;
	struct ct_census_filter filter;
	uint64_t expired, filtered;
	struct group_row total;		/* without slots only: census_total() */
	struct grouping *slots[CT_CENSUS_SLOTS];
	bool second;			/* pass: totals stand, */
	bool again[CT_CENSUS_SLOTS];	/* and only these slots count */
};

/* NULL without memory. */
struct census *census_new(const struct census_plan *, const struct ct_census_filter *);
/* One entry of a dump; timeouts NULL: idle times are not known. */
int census_entry(struct census *, struct entry *, const struct timeouts *timeouts);
/* How many groups a slot has room for, in the kernel and here. */
size_t census_groups_max(const struct census_plan *, size_t slot);
/*
 * One group of a slot, as the kernel side counted it: whole. Those of no more
 * entries than the floor, which rises with each that is taken, can be passed
 * over: then so many of them are told by their sum.
 */
int census_take(struct census *, size_t slot, const struct ct_group *, const struct ct_group_sum *);
uint32_t census_floor(const struct census *, size_t slot);
void census_pass_over(struct census *, size_t slot, size_t groups, const struct ct_group_sum *);
/* What the kernel side counted beside its groups; total: when there is no slot whose sum it is. */
void census_totals(struct census *, const struct ct_group_sum *total, uint64_t expired, uint64_t filtered);
/* What was counted; its keys mean nothing. */
const struct group_row *census_total(const struct census *);
/*
 * Whether one more pass would find groups among the busiest that the first
 * had no room for; *cells (may be NULL) as grouping_again() gives them, a slot each.
 */
bool census_again(struct census *, const uint64_t *cells[CT_CENSUS_SLOTS]);
/* The rows of a view, top of them at most; -errno. */
ssize_t census_rows(const struct census *, uint32_t by, size_t top, struct group_row *rows,
		    struct group_others *);
void census_free(struct census *);

bool census_wants(const struct ct_census_filter *, const struct ct_group *);

#endif
