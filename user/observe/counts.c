// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "counts.h"
#include "netns_place.h"

static size_t place_of(const struct counts *counts, uint32_t netns)
{
	return netns_place(counts->list, counts->count, sizeof(counts->list[0]), netns);
}

static struct netns_counts *row_of(struct counts *counts, uint32_t netns)
{
	size_t at = place_of(counts, netns);

	if (at < counts->count && counts->list[at].netns == netns)
		return &counts->list[at];
	if (counts->count == counts->size) {
		size_t size = counts->size ? counts->size * 2 : 16;
		struct netns_counts *list = realloc(counts->list, size * sizeof(*list));

		if (!list)
			return NULL;
		counts->list = list;
		counts->size = size;
	}
	memmove(&counts->list[at + 1], &counts->list[at], (counts->count - at) * sizeof(counts->list[0]));
	counts->list[at] = (struct netns_counts){ .netns = netns };
	counts->count++;
	return &counts->list[at];
}

int counts_add(struct counts *counts, uint32_t netns, enum ct_counter counter, uint64_t n)
{
	struct netns_counts *row;

	if (!n)
		return 0;
	row = row_of(counts, netns);
	if (!row)
		return -ENOMEM;
	row->n[counter] += n;
	return 0;
}

void counts_finish(struct counts *counts)
{
	memset(counts->total, 0, sizeof(counts->total));
	for (size_t i = 0; i < counts->count; i++) {
		struct netns_counts *row = &counts->list[i];

		row->n[CT_allocated] = row->n[CT_inserted] + row->n[CT_aborted];
		for (int c = 0; c < CT_COUNTER_COUNT; c++)
			counts->total[c] += row->n[c];
	}
}

const struct netns_counts *counts_find(const struct counts *counts, uint32_t netns)
{
	size_t at = place_of(counts, netns);

	return at < counts->count && counts->list[at].netns == netns ? &counts->list[at] : NULL;
}

void counts_clear(struct counts *counts)
{
	counts->count = 0;
	memset(counts->total, 0, sizeof(counts->total));
}

void counts_free(struct counts *counts)
{
	free(counts->list);
	*counts = (struct counts){ 0 };
}
