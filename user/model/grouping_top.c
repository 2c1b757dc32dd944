// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The busiest groups, and which cells a second pass looks into. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "grouping_state.h"

#define WORTH_A_PASS 1000	/* a thousandth of all entries */

static bool busier(const struct group_row *a, const struct group_row *b)
{
	if (a->entries != b->entries)
		return a->entries > b->entries;
	return memcmp(&a->keys, &b->keys, sizeof(a->keys)) < 0;
}

/* Into its place among the rows, which are sorted; the last one falls out when there are `top`. */
static size_t sort_in(struct group_row *rows, size_t count, size_t top, const struct group_row *row)
{
	size_t at = count;

	if (count == top && (!top || !busier(row, &rows[count - 1])))
		return count;
	if (count == top)
		at = --count;
	while (at && busier(row, &rows[at - 1])) {
		rows[at] = rows[at - 1];
		at--;
	}
	rows[at] = *row;
	return count + 1;
}

uint32_t grouping_floor(const struct grouping *g, size_t top)
{
	return !top ? UINT32_MAX : g->count < top ? 0 : (uint32_t)g->groups[top - 1].entries;
}

void grouping_pass_over(struct grouping *g, size_t groups, const struct ct_group_sum *sum)
{
	if (!g->second)
		grouping_add_sum(&g->total, sum);
	g->met += groups;
}

int grouping_add_whole(struct grouping *g, const struct ct_group *keys, const struct ct_group_sum *sum, size_t top)
{
	struct group_row row = { .keys = *keys };

	if (top > g->max)
		top = g->max;
	if (g->room < top && grouping_make_room(g, top))
		return -ENOMEM;
	g->whole = true;
	g->met++;
	if (!g->second)
		grouping_add_sum(&g->total, sum);
	grouping_add_sum(&row, sum);
	g->count = sort_in(g->groups, g->count, top, &row);
	return 0;
}

static size_t busiest(const struct grouping *g, size_t top, struct group_row *rows)
{
	size_t count = 0;

	for (size_t i = 0; i < g->count; i++)
		count = sort_in(rows, count, top, &g->groups[i]);
	for (size_t i = 0; i < g->kept_count; i++)
		if (!grouping_has(g, &g->kept[i].keys))
			count = sort_in(rows, count, top, &g->kept[i]);
	return count;
}

static uint32_t largest_cell(const uint32_t *cells)
{
	uint32_t largest = 0;

	for (size_t i = 0; cells && i < CT_CENSUS_CELLS; i++)
		if (cells[i] > largest)
			largest = cells[i];
	return largest;
}

static int larger_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x < y) - (x > y);
}

/*
 * How many groups a cell may have: as many as entries at most, but one that
 * stands out does so by a few large groups among as many small ones as others have.
 */
static uint64_t groups_in(uint32_t cell, uint32_t median)
{
	uint64_t usual = 2 * (uint64_t)median + 8;

	return cell < usual ? cell : usual;
}

/* From the largest cell down to what there is room for, and no further than the count to beat. */
static void choose(struct grouping *g, uint64_t to_beat)
{
	uint64_t *sorted = malloc(CT_CENSUS_CELLS * sizeof(*sorted));
	uint64_t groups = 0;
	uint32_t median;

	g->missed = largest_cell(g->cells);
	if (!sorted)
		return;
	for (uint64_t i = 0; i < CT_CENSUS_CELLS; i++)
		sorted[i] = (uint64_t)g->cells[i] << 32 | i;
	qsort(sorted, CT_CENSUS_CELLS, sizeof(*sorted), larger_first);
	median = (uint32_t)(sorted[CT_CENSUS_CELLS / 2] >> 32);
	for (size_t i = 0; i < CT_CENSUS_CELLS; i++) {
		uint32_t cell = (uint32_t)(sorted[i] >> 32), at = (uint32_t)sorted[i];

		g->missed = cell;
		groups += groups_in(cell, median);
		if (cell <= to_beat || (i && groups > g->max))
			break;
		g->chosen[at / 64] |= 1ULL << at % 64;
	}
	free(sorted);
}

bool grouping_again(struct grouping *g, size_t top, const uint64_t **cells)
{
	uint64_t to_beat;

	if (g->second || !g->cells)
		return false;
	g->kept = calloc(top ? top : 1, sizeof(*g->kept));
	g->chosen = calloc(CT_CENSUS_CELLS / 64, sizeof(*g->chosen));
	if (!g->kept || !g->chosen)
		return false;
	g->kept_count = busiest(g, top, g->kept);
	to_beat = g->kept_count == top && top ? g->kept[top - 1].entries : 0;
	/* A crowd of small ones always hides one that is a little larger: not worth another pass. */
	if (to_beat < g->total.entries / WORTH_A_PASS)
		to_beat = g->total.entries / WORTH_A_PASS;
	g->missed = largest_cell(g->cells);
	if (g->missed <= to_beat) {
		g->kept_count = 0;
		return false;
	}
	choose(g, to_beat);
	memset(g->cells, 0, CT_CENSUS_CELLS * sizeof(*g->cells));
	grouping_empty(g);
	g->second = true;
	if (cells)
		*cells = g->chosen;
	return true;
}

static uint64_t positive(uint64_t all, uint64_t part)
{
	/* A live table changes between two passes. */
	return all > part ? all - part : 0;
}

size_t grouping_top(const struct grouping *g, size_t top, struct group_row *rows, struct group_others *others)
{
	size_t count = busiest(g, top, rows);

	*others = (struct group_others){ .groups_known = !g->cells, .sum = g->total };
	for (size_t i = 0; i < count; i++) {
		others->sum.entries = positive(others->sum.entries, rows[i].entries);
		others->sum.assured = positive(others->sum.assured, rows[i].assured);
		others->sum.accounted = positive(others->sum.accounted, rows[i].accounted);
		others->sum.packets = positive(others->sum.packets, rows[i].packets);
		others->sum.bytes = positive(others->sum.bytes, rows[i].bytes);
	}
	others->groups = positive(g->second ? g->max : g->whole ? g->met : g->count, count);
	others->none_above = count == top && count ? rows[count - 1].entries : 0;
	if (g->cells) {
		uint64_t missed = g->second && g->missed > largest_cell(g->cells) ?
				  g->missed : largest_cell(g->cells);

		if (missed > others->none_above)
			others->none_above = missed;
	}
	return count;
}
