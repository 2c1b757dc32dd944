// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a report says, as rows of the live screen's tables. */
#include <inttypes.h>
#include <stdio.h>
#include "counters.h"
#include "screen.h"

enum { NETNS_ENTRIES, NETNS_NEW, NETNS_GONE, NETNS_EVICTED, NETNS_DROPPED };
enum { HAPPENED_RATE, HAPPENED_INTERVAL, HAPPENED_TOTAL };

static void name_of_netns(char name[static SCREEN_NAME_MAX], const struct netns_row *row)
{
	const struct pod_name *pod = row->pod;

	if (pod && pod->name[0])
		(void)snprintf(name, SCREEN_NAME_MAX, "%s/%s", pod->namespace, pod->name);
	else if (pod)
		(void)snprintf(name, SCREEN_NAME_MAX, "pod %s", pod->uid);
	else if (row->netns && row->host)
		(void)snprintf(name, SCREEN_NAME_MAX, "%" PRIu32 " host", row->netns);
	else if (row->netns)
		(void)snprintf(name, SCREEN_NAME_MAX, "%" PRIu32 "%s%s", row->netns, row->unit ? " " : "",
			       row->unit ? row->unit : "");
	else
		(void)snprintf(name, SCREEN_NAME_MAX, "not known");
}

static void netns_values(struct screen_row *to, const struct netns_row *from, const struct report *r)
{
	static const struct { unsigned int column; enum ct_counter counter; bool rate; } columns[] = {
		{ NETNS_NEW, CT_inserted, true }, { NETNS_GONE, CT_destroyed, true },
		{ NETNS_EVICTED, CT_evicted, false },
	};

	if (from->entries_known)
		screen_value(to, NETNS_ENTRIES, (double)from->entries);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		double n = (double)from->delta[columns[i].counter];

		if (!(r->counters_known & 1u << columns[i].counter) ||
		    (columns[i].rate && !(r->interval_seconds > 0)))
			continue;
		screen_value(to, columns[i].column, columns[i].rate ? n / r->interval_seconds : n);
	}
	if (r->counters_known & CT_DROPS_MASK) {
		uint64_t dropped = counters_dropped(from->delta, r->counters_known);

		screen_value(to, NETNS_DROPPED, (double)dropped);
		to->dropped = dropped;
	}
}

static void take_namespaces(struct screen_table *table, const struct report *r)
{
	struct screen_row *row;

	screen_table_clear(table);
	for (size_t i = 0; i < r->netns_count; i++) {
		row = screen_table_row(table);
		if (!row)
			continue;
		name_of_netns(row->name, &r->netns[i]);
		netns_values(row, &r->netns[i], r);
	}
	row = r->netns_other_count ? screen_table_row(table) : NULL;
	if (row) {
		(void)snprintf(row->name, sizeof(row->name), "%zu other%s", r->netns_other_count,
			       r->netns_other_count == 1 ? "" : "s");
		netns_values(row, &r->netns_others, r);
	}
	if (!table->count)
		(void)snprintf(table->note, sizeof(table->note),
			       "No namespace can be told apart: that needs BPF, or the host's /proc.");
}

static void take_counters(struct screen_table *table, const struct report *r)
{
	screen_table_clear(table);
	for (int c = 0; c < CT_COUNTER_COUNT; c++) {
		struct screen_row *row = screen_table_row(table);

		(void)snprintf(row->name, sizeof(row->name), "%s", counter_names[c]);
		if (!(r->counters_known & 1u << c))
			continue;
		if (r->interval_seconds > 0)
			screen_value(row, HAPPENED_RATE, (double)r->delta[c] / r->interval_seconds);
		screen_value(row, HAPPENED_INTERVAL, (double)r->delta[c]);
		screen_value(row, HAPPENED_TOTAL, (double)r->total[c]);
		row->dropped = c >= CT_FIRST_DROP && r->delta[c];
	}
	if (!r->counters_known)
		(void)snprintf(table->note, sizeof(table->note),
			       "Only BPF can tell these; see kernel (k) for what the kernel counts itself.");
}

static void take_kernel(struct screen_table *table, const struct report *r)
{
	static const char *const meanings[KERNEL_STAT_COUNT] = {
#define KERNEL_STAT_MEANING(name, header, meaning) [KERNEL_STAT_##name] = meaning,
		KERNEL_STATS(KERNEL_STAT_MEANING)
#undef KERNEL_STAT_MEANING
	};

	screen_table_clear(table);
	for (int s = 0; s < KERNEL_STAT_COUNT; s++) {
		struct screen_row *row = screen_table_row(table);

		(void)snprintf(row->name, sizeof(row->name), "%s: %s", kernel_stat_names[s], meanings[s]);
		if (!(r->kernel_known & 1u << s))
			continue;
		if (r->interval_seconds > 0)
			screen_value(row, HAPPENED_RATE, (double)r->kernel[s] / r->interval_seconds);
		screen_value(row, HAPPENED_INTERVAL, (double)r->kernel[s]);
		row->dropped = s == KERNEL_STAT_drop && r->kernel[s];
	}
}

void screen_take_report(struct screen_model *model, const struct report *report)
{
	model->report = *report;
	model->report.netns = NULL;	/* may be gone before this is drawn */
	model->report.netns_count = 0;
	model->reported = true;
	take_namespaces(&model->tables[TAB_NAMESPACES], report);
	take_counters(&model->tables[TAB_DROPS], report);
	take_kernel(&model->tables[TAB_KERNEL], report);
}
