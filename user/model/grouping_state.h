/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside of a grouping: shared by grouping.c (the table) and grouping_top.c (the busiest). */
#ifndef MODEL_GROUPING_STATE_H
#define MODEL_GROUPING_STATE_H

#include "grouping.h"

#define GROUP_WORDS (sizeof(struct ct_group) / sizeof(uint64_t))

struct grouping {
	uint32_t by;
	uint64_t mask[GROUP_WORDS];
	size_t used[GROUP_WORDS], used_count;	/* words of a key that are not all masked out */
	uint64_t seed;		/* so that nobody can choose addresses that collide here */
	size_t max, count, room;
	bool whole;		/* groups came whole: `count` busiest are held, in their order, of */
	size_t met;		/* so many */
	struct group_row *groups;
	uint32_t *index;	/* into groups; open addressing, at most half full */
	size_t index_mask;
	struct group_row total;
	uint32_t *cells;	/* entries that found no room, by hash of their group; NULL: none */
	bool own_cells;		/* by our hash; else by the kernel side's */
	bool second;		/* pass */
	uint64_t *chosen;	/* second pass: bit a cell */
	uint64_t missed;	/* second pass: the largest cell that was not chosen */
	struct group_row *kept;	/* second pass: the busiest of the first */
	size_t kept_count;
};

int grouping_make_room(struct grouping *, size_t room);
bool grouping_has(const struct grouping *, const struct ct_group *reduced);
/* Forgets its groups, and nothing else. */
void grouping_empty(struct grouping *);

#endif
