// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include "netns_series.h"

/* So long a line is kept for one that lost packets. */
#define KEPT_NS (600 * 1000000000ULL)
/* One that takes another's place must be so many times as busy. */
#define BUSIER 2

/* One namespace as it is now. */
struct candidate {
	uint32_t netns;
	bool entries_known;
	uint64_t entries, dropped, weight;
};

static uint64_t dropped_of(const struct netns_counts *counts)
{
	uint64_t sum = 0;

	for (int c = CT_FIRST_DROP; counts && c < CT_COUNTER_COUNT; c++)
		sum += counts->n[c];
	return sum;
}

static struct candidate look_at(uint32_t netns, const struct observation *before,
				const struct observation *now)
{
	const struct netns_view *view = observation_view(now, netns);
	const struct netns_counts *counts = counts_find(&now->counts, netns);
	const struct netns_counts *old = before ? counts_find(&before->counts, netns) : NULL;
	struct candidate c = { .netns = netns, .entries_known = view && view->known };

	c.entries = c.entries_known ? view->stats.entries : 0;
	c.dropped = dropped_of(counts) - dropped_of(old);
	/* Whoever loses packets comes first, however small. */
	c.weight = c.entries + (c.dropped << 20);
	if (counts)
		c.weight += counts->n[CT_inserted] - (old ? old->n[CT_inserted] : 0);
	return c;
}

/* The index of its line, NETNS_SERIES_MAX: none. */
static size_t find_line(const struct netns_series *series, uint32_t netns)
{
	for (size_t i = 0; i < series->count; i++)
		if (series->lines[i].netns == netns)
			return i;
	return NETNS_SERIES_MAX;
}

/* A place for a newcomer: a free one, or that of the least busy that may go. */
static struct netns_line *place_for(struct netns_series *series, const struct candidate *c, uint64_t now_ns)
{
	struct netns_line *least = NULL;

	if (series->count < NETNS_SERIES_MAX)
		return &series->lines[series->count++];
	for (size_t i = 0; i < series->count; i++) {
		struct netns_line *line = &series->lines[i];

		if (line->lost_ns && now_ns - line->lost_ns < KEPT_NS)
			continue;
		if (!least || line->weight < least->weight)
			least = line;
	}
	return least && c->weight > BUSIER * least->weight ? least : NULL;
}

static void name_line(struct netns_line *line, const struct observation *now)
{
	const struct owner *owner = observation_owner(now, line->netns);

	/* A name stays with the line when its namespace is gone. */
	if (owner && owner->kind == OWNER_POD)
		line->pod = owner->pod;
	else if (owner)
		(void)snprintf(line->unit, sizeof(line->unit), "%s", owner->unit);
}

static void add_to_others(struct netns_series *series, bool known, uint64_t entries)
{
	series->others = true;
	series->others_entries_known = series->others_entries_known && known;
	series->others_entries += entries;
}

static void account(struct netns_series *series, const struct candidate *c,
		    const struct observation *now)
{
	size_t at = find_line(series, c->netns);
	struct netns_line *line = at < NETNS_SERIES_MAX ? &series->lines[at] : NULL;

	if (!line && c->netns && c->weight) {
		line = place_for(series, c, now->monotonic_ns);
		if (line && line->netns)
			add_to_others(series, line->entries_known, line->entries);
		if (line)
			*line = (struct netns_line){ .netns = c->netns };
	}
	if (!line) {
		add_to_others(series, c->entries_known || !c->netns, c->entries);
		series->others_dropped += c->dropped;
		return;
	}
	line->entries_known = c->entries_known;
	line->entries = c->entries;
	line->dropped += c->dropped;
	line->weight = c->weight;
	if (c->dropped)
		line->lost_ns = now->monotonic_ns;
	name_line(line, now);
}

/* Every namespace that had a line, or every one that had none. */
static void each(struct netns_series *series, const struct netns_series *was, bool had_line,
		 const struct observation *before, const struct observation *now)
{
	for (size_t i = 0; i < now->view_count + now->counts.count; i++) {
		bool counted_only = i >= now->view_count;
		uint32_t netns = counted_only ? now->counts.list[i - now->view_count].netns :
						now->views[i].netns;
		struct candidate c = look_at(netns, before, now);

		if (counted_only && observation_view(now, netns))
			continue;
		if (had_line == (find_line(was, netns) < NETNS_SERIES_MAX))
			account(series, &c, now);
	}
}

void netns_series_update(struct netns_series *series, const struct observation *before,
			 const struct observation *now)
{
	const struct netns_series was = *series;

	series->others = false;
	series->others_entries_known = true;
	series->others_entries = 0;
	for (size_t i = 0; i < series->count; i++) {
		series->lines[i].entries_known = false;
		series->lines[i].entries = series->lines[i].weight = 0;
	}
	/* Those with a line first: a newcomer is compared with what they weigh now. */
	each(series, &was, true, before, now);
	each(series, &was, false, before, now);
}
