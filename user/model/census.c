// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include "address.h"
#include "census.h"

/* Keys with so few values that all their combinations find room: some thousands at most. */
#define FEW (CT_BY(family) | CT_BY(proto) | CT_BY(state) | CT_BY(assured) | CT_BY(replied) | \
	     CT_BY(idle))

/* All combinations there are, many times over: a namespace each is what may be more. */
#define FEW_GROUPS 8192

size_t census_groups_max(const struct census_plan *plan, size_t slot)
{
	uint32_t by = plan->slots[slot];
	bool few = !(by & ~FEW) || !(by & ~(CT_BY(netns) | CT_BY(pod)));

	return few && plan->groups_max > FEW_GROUPS ? FEW_GROUPS : plan->groups_max;
}

int census_plan(struct census_plan *plan)
{
	size_t few = CT_CENSUS_SLOTS;

	plan->slot_count = 0;
	for (size_t i = 0; i < plan->view_count; i++) {
		bool is_few = !(plan->views[i] & ~FEW);

		if (is_few && few < CT_CENSUS_SLOTS) {
			plan->slots[few] |= plan->views[i];
			continue;
		}
		if (plan->slot_count == CT_CENSUS_SLOTS)
			return -E2BIG;
		if (is_few)
			few = plan->slot_count;
		plan->slots[plan->slot_count++] = plan->views[i];
	}
	return 0;
}

struct census *census_new(const struct census_plan *plan, const struct ct_census_filter *filter)
{
	struct census *census = calloc(1, sizeof(*census));

	if (!census)
		return NULL;
	census->plan = *plan;
	if (filter)
		census->filter = *filter;
	for (size_t i = 0; i < plan->slot_count; i++) {
		census->slots[i] = grouping_new(plan->slots[i], census_groups_max(plan, i));
		if (!census->slots[i]) {
			census_free(census);
			return NULL;
		}
	}
	return census;
}

static bool address_matches(const struct ct_address_filter *filter, uint8_t family,
			    const uint8_t address[static 16])
{
	if (filter->family && filter->family != family)
		return false;
	for (int i = 0; i < 16; i++)
		if ((address[i] & filter->mask[i]) != filter->address[i])
			return false;
	return true;
}

static bool netns_matches(const struct ct_census_filter *filter, uint32_t netns)
{
	for (uint32_t i = 0; i < filter->netns_count; i++)
		if (filter->netns[i] == netns)
			return true;
	return false;
}

bool census_wants(const struct ct_census_filter *filter, const struct ct_group *keys)
{
	uint32_t fields = filter->fields;

	if (!fields)
		return true;
	if (fields & CT_BY(proto) && keys->protocol != filter->protocol)
		return false;
	if (fields & CT_BY(state) &&
	    !(filter->states[keys->state / 64] >> keys->state % 64 & 1))
		return false;
	if (fields & CT_BY(dport) && (keys->flags & CT_GROUP_NO_PORTS ||
	    keys->dport < filter->dport_low || keys->dport > filter->dport_high))
		return false;
	if (fields & (CT_BY(netns) | CT_BY(pod)) && !netns_matches(filter, keys->netns))
		return false;
	if (fields & CT_BY(src) && !address_matches(&filter->src, keys->family, keys->src))
		return false;
	return !(fields & CT_BY(dst)) || address_matches(&filter->dst, keys->family, keys->dst);
}

static void redact(struct ct_group *keys)
{
	redact_address(keys->src, keys->family);
	redact_address(keys->dst, keys->family);
}

int census_entry(struct census *census, struct entry *entry, const struct timeouts *timeouts)
{
	struct ct_group *keys = &entry->keys;
	const struct ct_group_sum sum = {
		.entries = 1, .assured = keys->flags & CT_GROUP_ASSURED ? 1 : 0,
		.accounted = entry->accounted, .packets = entry->packets, .bytes = entry->bytes,
	};

	if (!census_wants(&census->filter, keys)) {
		census->filtered += !census->second;
		return 0;
	}
	/* With slots, the first one's sum is the total. */
	if (!census->plan.slot_count)
		grouping_add_sum(&census->total, &sum);
	if (timeouts)
		keys->idle = idle_of(timeouts, entry);
	if (census->plan.redact)
		redact(keys);
	for (size_t i = 0; i < census->plan.slot_count; i++) {
		int err = 0;

		if (!census->second || census->again[i])
			err = grouping_add(census->slots[i], keys, &sum);
		if (err)
			return err;
	}
	return 0;
}

/* No view needs more of this slot, and no two groups become one. */
static bool only_busiest(const struct census_plan *plan, size_t slot)
{
	return !plan->all && !plan->redact && plan->slots[slot] & ~FEW;
}

uint32_t census_floor(const struct census *census, size_t slot)
{
	return only_busiest(&census->plan, slot) ? grouping_floor(census->slots[slot], census->plan.top) : 0;
}

void census_pass_over(struct census *census, size_t slot, size_t groups, const struct ct_group_sum *sum)
{
	if (groups)
		grouping_pass_over(census->slots[slot], groups, sum);
}

int census_take(struct census *census, size_t slot, const struct ct_group *keys,
		const struct ct_group_sum *sum)
{
	struct ct_group copy = *keys;

	if (only_busiest(&census->plan, slot))
		return grouping_add_whole(census->slots[slot], keys, sum, census->plan.top);
	if (census->plan.redact)
		redact(&copy);
	return grouping_add(census->slots[slot], &copy, sum);
}

void census_totals(struct census *census, const struct ct_group_sum *total, uint64_t expired,
		   uint64_t filtered)
{
	grouping_add_sum(&census->total, total);
	census->expired += expired;
	census->filtered += filtered;
}

const struct group_row *census_total(const struct census *census)
{
	return census->plan.slot_count ? grouping_total(census->slots[0]) : &census->total;
}

bool census_again(struct census *census, const uint64_t *cells[CT_CENSUS_SLOTS])
{
	for (size_t i = 0; i < census->plan.slot_count; i++) {
		const uint64_t *chosen = NULL;

		census->again[i] = grouping_again(census->slots[i], census->plan.top, &chosen);
		census->second |= census->again[i];
		if (cells)
			cells[i] = chosen;
	}
	return census->second;
}

static const struct grouping *slot_of(const struct census *census, uint32_t by)
{
	for (size_t i = 0; i < census->plan.slot_count; i++)
		if (census->plan.slots[i] == by)
			return census->slots[i];
	for (size_t i = 0; i < census->plan.slot_count; i++)
		if (!(by & ~census->plan.slots[i]) && !(census->plan.slots[i] & ~FEW))
			return census->slots[i];
	return NULL;
}

/* The view as a grouping of its own, from one that is counted by more keys. */
static struct grouping *project(const struct grouping *from, uint32_t by, size_t groups_max)
{
	struct grouping *to = grouping_new(by, groups_max);
	const struct group_row *groups;
	size_t count;

	groups = grouping_groups(from, &count);
	for (size_t i = 0; to && i < count; i++) {
		const struct ct_group_sum sum = {
			.entries = (uint32_t)groups[i].entries, .assured = (uint32_t)groups[i].assured,
			.accounted = (uint32_t)groups[i].accounted,
			.packets = groups[i].packets, .bytes = groups[i].bytes,
		};

		if (grouping_add(to, &groups[i].keys, &sum)) {
			grouping_free(to);
			to = NULL;
		}
	}
	return to;
}

ssize_t census_rows(const struct census *census, uint32_t by, size_t top, struct group_row *rows,
		    struct group_others *others)
{
	const struct grouping *from = slot_of(census, by);
	struct grouping *view;
	ssize_t count;

	if (!from)
		return -EINVAL;
	if (grouping_by(from) == by)
		return (ssize_t)grouping_top(from, top, rows, others);
	view = project(from, by, census->plan.groups_max);
	if (!view)
		return -ENOMEM;
	count = (ssize_t)grouping_top(view, top, rows, others);
	grouping_free(view);
	return count;
}

void census_free(struct census *census)
{
	if (!census)
		return;
	for (size_t i = 0; i < CT_CENSUS_SLOTS; i++)
		grouping_free(census->slots[i]);
	free(census);
}
