// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "change.h"

static const struct netns_counts no_counts;

static uint64_t setting_or_zero(const struct settings *settings, const char *name)
{
	const struct setting *setting = settings_find(settings, name);

	return setting && setting->known && setting->value > 0 ? (uint64_t)setting->value : 0;
}

/* Entries of the fullest namespace decide: each has its own count against the one limit. */
static void fill_in_table(struct table_state *table, const struct observation *now,
			  const struct machine *machine)
{
	*table = (struct table_state){
		.max = setting_or_zero(&now->settings, "max"),
		.buckets = setting_or_zero(&now->settings, "buckets"),
		.entry_bytes = machine->entry_bytes,
		.used_ratio = -1, .load_factor = -1, .fill_seconds = -1,
	};
	for (size_t i = 0; i < now->view_count; i++) {
		const struct netns_view *view = &now->views[i];

		if (!view->known)
			continue;
		table->entries += view->stats.entries;
		if (!table->fullest_netns || view->stats.entries > table->fullest_entries) {
			table->fullest_netns = view->netns;
			table->fullest_entries = view->stats.entries;
		}
	}
	if (!table->fullest_netns) {
		/* No namespace's statistics can be read: our own count is better than none. */
		table->entries = setting_or_zero(&now->settings, "count");
		table->fullest_entries = table->entries;
	}
	if (table->max)
		table->used_ratio = (double)table->fullest_entries / (double)table->max;
	if (table->buckets)
		table->load_factor = (double)table->entries / (double)table->buckets;
	if (table->entry_bytes)
		table->memory_bytes = table->entries * table->entry_bytes + table->buckets * sizeof(void *);
}

static void add_kernel_stats(struct report *report, const struct observation *before,
			     const struct observation *now)
{
	report->kernel_known = 0;
	memset(report->kernel, 0, sizeof(report->kernel));
	for (size_t i = 0; i < now->view_count; i++) {
		const struct netns_view *view = &now->views[i];
		const struct netns_view *old = before ? observation_view(before, view->netns) : NULL;

		if (!view->known)
			continue;
		report->kernel_known |= view->stats.present;
		/* What a namespace counted before it was first seen may be years old: not of this interval. */
		for (int s = 0; old && old->known && s < KERNEL_STAT_COUNT; s++)
			report->kernel[s] += view->stats.n[s] - old->stats.n[s];
	}
}

static uint64_t busyness(const struct netns_row *row)
{
	uint64_t sum = row->entries;

	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		sum += row->delta[c];
	/* Whoever loses packets comes first, however small. */
	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++)
		sum += row->delta[c] << 20;
	return sum;
}

static int busiest_first(const void *a, const void *b)
{
	const struct netns_row *x = a, *y = b;
	uint64_t busy_x = busyness(x), busy_y = busyness(y);

	if (busy_x != busy_y)
		return busy_x > busy_y ? -1 : 1;
	return x->netns < y->netns ? -1 : x->netns > y->netns;
}

static void row_counts(struct netns_row *row, const struct observation *before,
		       const struct netns_counts *counts)
{
	const struct netns_counts *old = before ? counts_find(&before->counts, counts->netns) : NULL;

	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		row->delta[c] = counts->n[c] - (old ? old->n[c] : 0);
}

static void name_row(struct netns_row *row, const struct observation *now)
{
	const struct owner *owner = observation_owner(now, row->netns);

	if (owner && owner->kind == OWNER_POD)
		row->pod = &owner->pod;
	else if (owner)
		row->unit = owner->unit;
}

/* One row for every namespace that has counts, or entries, or both. */
static struct netns_row *all_rows(const struct observation *before, const struct observation *now,
				  size_t *count)
{
	struct netns_row *rows = calloc(now->counts.count + now->view_count + 1, sizeof(*rows));

	*count = 0;
	if (!rows)
		return NULL;
	for (size_t i = 0; i < now->view_count; i++) {
		const struct netns_view *view = &now->views[i];
		const struct netns_counts *counts = counts_find(&now->counts, view->netns);
		struct netns_row *row = &rows[*count];

		if (!counts && !(view->known && view->stats.entries) && !view->host)
			continue;
		*row = (struct netns_row){ .netns = view->netns, .host = view->host,
					   .entries_known = view->known,
					   .entries = view->known ? view->stats.entries : 0 };
		row_counts(row, before, counts ? counts : &no_counts);
		(*count)++;
	}
	for (size_t i = 0; i < now->counts.count; i++) {
		const struct netns_counts *counts = &now->counts.list[i];

		if (observation_view(now, counts->netns))
			continue;
		rows[*count] = (struct netns_row){ .netns = counts->netns };
		row_counts(&rows[(*count)++], before, counts);
	}
	return rows;
}

static int fill_in_rows(struct change *change, const struct observation *before,
			const struct observation *now)
{
	struct report *report = &change->report;
	struct netns_row *others = &report->netns_others;
	size_t count;
	struct netns_row *rows = all_rows(before, now, &count);

	if (!rows)
		return -ENOMEM;
	qsort(rows, count, sizeof(*rows), busiest_first);
	for (size_t i = 0; i < count && i < REPORT_NETNS_MAX; i++)
		name_row(&rows[i], now);
	report->netns = change->rows;
	report->netns_count = count < REPORT_NETNS_MAX ? count : REPORT_NETNS_MAX;
	report->netns_other_count = count - report->netns_count;
	memcpy(change->rows, rows, report->netns_count * sizeof(*rows));
	*others = (struct netns_row){ .entries_known = true };
	for (size_t i = report->netns_count; i < count; i++) {
		others->entries_known &= rows[i].entries_known;
		others->entries += rows[i].entries;
		for (int c = 0; c < CT_COUNTER_COUNT; c++)
			others->delta[c] += rows[i].delta[c];
	}
	free(rows);
	return 0;
}

int change_between(struct change *change, const struct observation *before,
		   const struct observation *now, const struct machine *machine,
		   uint32_t counters_known)
{
	struct report *report = &change->report;

	report->seq++;
	report->mode = now->counted ? MODE_BPF : MODE_PROCFS;
	report->time_ns = now->real_ns;
	report->interval_seconds = before ? (double)(now->monotonic_ns - before->monotonic_ns) / 1e9 : 0;
	fill_in_table(&report->table, now, machine);
	report->counters_known = now->counted ? counters_known : 0;
	for (int c = 0; c < CT_COUNTER_COUNT; c++) {
		report->total[c] = now->counts.total[c];
		report->delta[c] = now->counts.total[c] - (before ? before->counts.total[c] : 0);
	}
	add_kernel_stats(report, before, now);
	for (int s = 0; s < KERNEL_STAT_COUNT; s++)
		change->kernel_total[s] += report->kernel[s];
	report->lost = now->losses;
	if (before) {
		report->lost.events -= before->losses.events;
		report->lost.records -= before->losses.records;
		report->lost.probes -= before->losses.probes;
	}
	report->cpu_seconds = now->self.cpu_seconds;
	report->rss_bytes = now->self.rss_bytes;
	return fill_in_rows(change, before, now);
}
