// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "observe/clock.h"
#include "monitor.h"
#include "observe/read.h"

#define REFUSALS_LINGER_NS 60000000000ULL

static void say_missing(const struct monitor *monitor)
{
	size_t count;
	const struct hook *hooks = probes_hooks(monitor->probes, &count);

	for (size_t i = 0; i < count; i++)
		if (!hooks[i].how)
			fprintf(stderr, "ctscope: %s cannot be hooked (%s): %s\n", hooks[i].function,
				hooks[i].reason, hooks[i].effect);
}

/*
 * Insertions are looked at wherever they are counted; the walk needs the table's
 * address, too. To find and load it takes longer than the hooks: these come first.
 */
static void try_to_walk(struct monitor *monitor)
{
	const struct scan_options options = { .top = CHAINS_SUSPECTS, .redact = monitor->options->redact,
					      .verbose = monitor->options->verbose };

	if (!monitor->probes_options.insertions_a_look)
		return;
	if (scan_open(&monitor->scan, &options, &monitor->options->roots))
		fprintf(stderr, "ctscope: %s; chains are known from insertions only\n"
			"ctscope: to see them all, %s\n", monitor->scan.refusal.reason,
			monitor->scan.refusal.cure);
}

/* A piece of the walk; what cannot be walked now is not known, and no reason to end. */
static void walk_on(struct monitor *monitor, const uint64_t total[static CT_COUNTER_COUNT])
{
	const uint32_t needed = 1U << CT_inserted | 1U << CT_destroyed;
	uint64_t changes = total[CT_inserted] + total[CT_destroyed];

	if (monitor->probes && !monitor->walk_tried) {
		monitor->walk_tried = true;
		try_to_walk(monitor);
	}
	if (!monitor->scan.walker)
		return;
	if ((probes_counters_known(monitor->probes) & needed) != needed)
		changes = monitor->scan.changes + 1;
	if (scan_go_on(&monitor->scan, monitor->options->interval_ns, changes,
		       monitor->change.report.table.buckets) ||
	    scan_share(&monitor->scan, monitor->probes))
		scan_close(&monitor->scan);
}

static void report_chains(struct monitor *monitor)
{
	struct report *report = &monitor->change.report;

	report->chains = monitor->scan.known ? &monitor->scan.chains : NULL;
	if (report->chains)
		report->chains_age_seconds = scan_age_seconds(&monitor->scan);
	/* Of a table that has shrunk since it is not known any more. */
	report->table.unassured = monitor->scan.chains.unassured;
	report->table.walked = monitor->scan.chains.nodes / 2;
	report->table.unassured_known = report->chains && report->table.unassured <= report->table.entries;
	report->met = monitor->probes && probes_met(monitor->probes, monitor->met) ? monitor->met : NULL;
}

/* Attaches, or notes why not; tried again at each step while conntrack is not loaded. */
static void try_to_attach(struct monitor *monitor)
{
	int err = probes_open(&monitor->probes, &monitor->probes_options, &monitor->options->roots,
			      &monitor->refusal);
	bool was_waiting = monitor->waiting;

	monitor->waiting = err == -ENOENT;
	monitor->attached_now = was_waiting && !err;
	if (!err) {
		say_missing(monitor);
	} else if (monitor->probes_options.required) {
		return;
	} else if (monitor->waiting && !was_waiting) {
		fprintf(stderr, "ctscope: %s; waiting for it (`modprobe nf_conntrack` loads it now)\n",
			monitor->refusal.reason);
	} else if (!monitor->waiting) {
		fprintf(stderr, "ctscope: %s; going on with the kernel's own counters\n"
			"ctscope: to see more, %s\n", monitor->refusal.reason, monitor->refusal.cure);
	}
}

int monitor_open(struct monitor *monitor, const struct options *options,
		 const struct probes_options *probes_options)
{
	int err;

	*monitor = (struct monitor){
		.options = options, .probes_options = *probes_options, .started_ns = monotonic_ns(),
	};
	pressure_watch_init(&monitor->pressure, PRESSURE_THRESHOLD);
	err = machine_read(&options->roots, &monitor->machine);
	if (err)
		return err;
	if (options->no_bpf)
		monitor->refusal = (struct probes_refusal){ "--no-bpf was asked for", "leave --no-bpf out" };
	else
		try_to_attach(monitor);
	observer_init(&monitor->observer, &options->roots, monitor->probes);
	return 0;
}

/*
 * Who is refused is told by a hook that every new connection pays for: it is
 * attached while the table nears its limit, and for a minute after a refusal.
 */
static void name_refusals(struct monitor *monitor, const uint64_t total[static CT_COUNTER_COUNT])
{
	const struct table_state *table = &monitor->change.report.table;
	uint64_t refused = total[CT_evicted], now = monotonic_ns();
	struct pressure ignored;

	if (!monitor->probes || !monitor->probes_options.records || !monitor->probes_options.alloc_on_demand)
		return;
	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++)
		refused += total[c];
	if (refused != monitor->refused)
		monitor->refused_ns = now;
	monitor->refused = refused;
	(void)pressure_crossed(&monitor->pressure, now, table->used_ratio, table->fill_seconds, &ignored);
	/* Where it cannot be attached that was said at the start. */
	(void)probes_set_hook(monitor->probes, HOOK_ALLOC, monitor->pressure.high ||
			      (monitor->refused_ns && now - monitor->refused_ns < REFUSALS_LINGER_NS));
}

static void start_over(struct monitor *monitor)
{
	monitor->observer.probes = monitor->probes;
	monitor->now = NULL;
	monitor->before = NULL;
	monitor->forecast = (struct forecast){ 0 };
	monitor->effect = (struct effect_watch){ 0 };
	monitor->tick_ns = 0;
}

/* Hooks that went with the module have counted up to its end, the removal of its entries included. */
static int count_to_the_end(struct monitor *monitor)
{
	struct report *report = &monitor->change.report;
	int err = probes_totals(monitor->probes, report->total);

	report->counters_known = probes_counters_known(monitor->probes);
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		report->total[c] += monitor->counted_before[c];
	return err;
}

static void let_go(struct monitor *monitor)
{
	memcpy(monitor->counted_before, monitor->change.report.total, sizeof(monitor->counted_before));
	if (monitor->now) {
		monitor->lost_before.events += monitor->now->losses.events;
		monitor->lost_before.probes += monitor->now->losses.probes;
	}
	scan_close(&monitor->scan);
	settings_kept_free(&monitor->observer.settings);
	probes_free(monitor->probes);
	monitor->probes = NULL;
	monitor->scan.known = monitor->walk_tried = false;
	monitor->refused = 0;
	monitor->waiting = true;
}

/* Whoever is told of single packets holds on to these very hooks, and cannot go on with others. */
static int look_at_module(struct monitor *monitor)
{
	int err;

	monitor->unloaded_now = monitor->probes && probes_stale(monitor->probes);
	if (!monitor->unloaded_now)
		return 0;
	err = count_to_the_end(monitor);
	if (err)
		return err;
	if (monitor->probes_options.records)
		return -ESTALE;
	let_go(monitor);
	return 0;
}

int monitor_step(struct monitor *monitor)
{
	struct observation *fresh = &monitor->seen[monitor->now == &monitor->seen[0]];
	struct table_state *table = &monitor->change.report.table;
	int err = look_at_module(monitor);

	monitor->attached_now = false;
	if (err)
		return err;
	if (monitor->waiting) {
		try_to_attach(monitor);
		start_over(monitor);
	}
	err = observer_look(&monitor->observer, fresh);
	if (err)
		return err;
	monitor->before = monitor->now;
	monitor->now = fresh;
	err = change_between(&monitor->change, monitor->before, fresh, &monitor->machine,
			     monitor->probes ? probes_counters_known(monitor->probes) : 0);
	if (err)
		return err;
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		monitor->change.report.total[c] += monitor->counted_before[c];
	forecast_add(&monitor->forecast, fresh->monotonic_ns, table->fullest_entries);
	table->fill_seconds = forecast_fill_seconds(&monitor->forecast, table->max);
	name_refusals(monitor, fresh->counts.total);
	walk_on(monitor, fresh->counts.total);
	report_chains(monitor);
	monitor->change.report.since_change =
		effect_look(&monitor->effect, monitor->before ? &monitor->before->settings : NULL,
			    &fresh->settings, &monitor->change.report);
	return 0;
}

/* Without BPF the namespace we are in has to stand for all. */
static bool count_of_kernel(const struct monitor *monitor, uint64_t *entries)
{
	char text[32];
	ssize_t len = read_small(monitor->options->roots.proc, "sys/net/netfilter/nf_conntrack_count",
				 text, sizeof(text));
	int64_t count;

	if (len < 0 || parse_whole_number(text, (size_t)len, &count) || count < 0)
		return false;
	*entries = (uint64_t)count;
	return true;
}

/* In all namespaces, from the last step and what came and went since. */
static bool entries_now(const struct monitor *monitor, const uint64_t total[static CT_COUNTER_COUNT],
			uint64_t *entries)
{
	const uint32_t needed = 1U << CT_inserted | 1U << CT_destroyed;
	uint64_t base = monitor->change.report.table.entries;
	const uint64_t *then;

	if (!monitor->probes || (probes_counters_known(monitor->probes) & needed) != needed)
		return count_of_kernel(monitor, entries);
	if (!monitor->now)
		return false;
	then = monitor->now->counts.total;
	base += total[CT_inserted] - then[CT_inserted] - (total[CT_destroyed] - then[CT_destroyed]);
	/* The kernel's count and ours are read one after the other: a hair below nothing is nothing. */
	*entries = (int64_t)base < 0 ? 0 : base;
	return true;
}

bool monitor_netns_entries(const struct monitor *monitor, const struct counts *counts,
			   uint32_t netns, uint64_t *entries)
{
	const struct netns_view *view = monitor->now ? observation_view(monitor->now, netns) : NULL;
	const struct netns_counts *then, *now = counts_find(counts, netns);
	int64_t count;

	if (!view || !view->known)
		return false;
	then = counts_find(&monitor->now->counts, netns);
	count = view->stats.entries;
	if (now)
		count += (int64_t)(now->n[CT_inserted] - now->n[CT_destroyed]);
	if (then)
		count -= (int64_t)(then->n[CT_inserted] - then->n[CT_destroyed]);
	*entries = count < 0 ? 0 : (uint64_t)count;
	return true;
}

int monitor_tick(struct monitor *monitor)
{
	uint64_t total[CT_COUNTER_COUNT] = { 0 };
	struct history_second second = {
		.time_ns = real_ns(), .monotonic_ns = monotonic_ns(),
	};
	int err = monitor->probes_options.records ? look_at_module(monitor) : 0;

	if (!err && monitor->probes)
		err = probes_totals(monitor->probes, total);
	if (err)
		return err;
	monitor->history.counters_known = monitor->probes ? probes_counters_known(monitor->probes) : 0;
	if (monitor->tick_ns) {
		second.seconds = (double)(second.monotonic_ns - monitor->tick_ns) / 1e9;
		second.entries_known = entries_now(monitor, total, &second.entries);
		for (int c = 0; c < CT_COUNTER_COUNT; c++)
			second.n[c] = total[c] - monitor->tick_total[c];
		history_add(&monitor->history, &second);
	}
	monitor->tick_ns = second.monotonic_ns;
	memcpy(monitor->tick_total, total, sizeof(total));
	name_refusals(monitor, total);
	walk_on(monitor, total);
	return 0;
}

const char *monitor_failure(int err)
{
	return err == -ESTALE ? "nf_conntrack was unloaded, and the hooks went with it; start again" :
				strerror(-err);
}

enum mode monitor_mode(const struct monitor *monitor)
{
	return monitor->probes ? MODE_BPF : MODE_PROCFS;
}

const struct hook *monitor_hooks(const struct monitor *monitor, size_t *count)
{
	return monitor->probes ? probes_hooks(monitor->probes, count) :
				 probes_hooks_refused(&monitor->refusal, count);
}

double monitor_seconds(const struct monitor *monitor)
{
	return (double)(monotonic_ns() - monitor->started_ns) / 1e9;
}

void monitor_close(struct monitor *monitor)
{
	observation_free(&monitor->seen[0]);
	observation_free(&monitor->seen[1]);
	observer_free(&monitor->observer);
	scan_close(&monitor->scan);
	probes_free(monitor->probes);
}
