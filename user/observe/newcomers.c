// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include "newcomers.h"
#include "netns_place.h"

/* At one a second: a namespace may be in use for a while before its pod moves in. */
#define TRIES_MAX 30
/* More than the maps of counters hold. */
#define NEWCOMERS_MAX 8192

static size_t place_of(const struct newcomers *all, uint32_t netns)
{
	return netns_place(all->list, all->count, sizeof(all->list[0]), netns);
}

bool newcomers_seek(struct newcomers *all, uint32_t netns)
{
	size_t at = place_of(all, netns);

	if (at < all->count && all->list[at].netns == netns) {
		if (all->list[at].tries == TRIES_MAX)
			return false;
		all->list[at].tries++;
		return true;
	}
	if (all->count == all->size) {
		size_t size = all->size ? all->size * 2 : 16;
		struct newcomer *list = size > NEWCOMERS_MAX ? NULL : reallocarray(all->list, size, sizeof(*list));

		if (!list)
			return false;
		all->list = list;
		all->size = size;
	}
	memmove(&all->list[at + 1], &all->list[at], (all->count - at) * sizeof(all->list[0]));
	all->list[at] = (struct newcomer){ netns, 1 };
	all->count++;
	return true;
}

void newcomers_free(struct newcomers *all)
{
	free(all->list);
	*all = (struct newcomers){ 0 };
}
