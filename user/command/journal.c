// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <string.h>
#include "observe/clock.h"
#include "journal.h"
#include "render/record.h"
#include "render/record_chains.h"

void journal_init(struct journal *journal, struct monitor *monitor, struct stream *stream)
{
	*journal = (struct journal){ .monitor = monitor, .stream = stream, .tells_hooks_losses = true };
	pressure_watch_init(&journal->pressure, PRESSURE_THRESHOLD);
}

void journal_tell(struct journal *journal, const char *line, ssize_t length)
{
	stream_record(journal->stream, line, length);
	if (journal->recent && length > 0)
		recent_add(journal->recent, line, (size_t)length);
}

void journal_start(struct journal *journal)
{
	const struct monitor *monitor = journal->monitor;
	struct start_facts facts = {
		.time_ns = real_ns(), .node = monitor->machine.node, .version = CTSCOPE_VERSION,
		.kernel = monitor->machine.kernel, .mode = monitor_mode(monitor),
		.interval_seconds = (double)monitor->options->interval_ns / 1e9,
	};
	char line[JSON_LINE_MAX];

	facts.hooks = monitor_hooks(monitor, &facts.hook_count);
	journal_tell(journal, line, record_start(line, &facts));
}

static void put_settings(struct journal *journal, char *line)
{
	const struct monitor *monitor = journal->monitor;
	const struct observation *now = monitor->now;
	const char *node = monitor->machine.node;

	if (monitor->before)
		journal_tell(journal, line, record_settings_changed(line, now->real_ns, node,
								    &monitor->before->settings,
								    &now->settings));
	else
		stream_record(journal->stream, line,
			      record_settings(line, now->real_ns, node, &now->settings));
}

static uint64_t buckets_of(const struct observation *seen)
{
	const struct setting *setting = settings_find(&seen->settings, "buckets");

	return setting && setting->known && setting->value > 0 ? (uint64_t)setting->value : 0;
}

static void put_resize(struct journal *journal, char *line)
{
	const struct monitor *monitor = journal->monitor;
	uint64_t from = monitor->before ? buckets_of(monitor->before) : 0, to = buckets_of(monitor->now);

	if (from && to && from != to)
		journal_tell(journal, line, record_resize(line, monitor->now->real_ns,
							  monitor->machine.node, from, to));
}

void journal_step(struct journal *journal)
{
	struct report *report = &journal->monitor->change.report;
	const char *node = journal->monitor->machine.node;
	uint64_t lost = stream_lost(journal->stream);
	char line[JSON_LINE_MAX];
	struct pressure pressure;
	struct losses lost_since;

	report->lost.records = lost - journal->lost_told;
	journal->lost_told = lost;
	put_settings(journal, line);
	put_resize(journal, line);
	if (journal->monitor->before) {
		ssize_t length = record_report(journal->report, node, report);

		stream_record(journal->stream, journal->report, length);
		journal->report_length = length > 0 ? (size_t)length : 0;
	}
	if (pressure_crossed(&journal->pressure, report->time_ns, report->table.used_ratio,
			     report->table.fill_seconds, &pressure))
		journal_tell(journal, line, record_pressure(line, node, &pressure));
	lost_since = report->lost;
	if (!journal->tells_hooks_losses)
		lost_since.events = lost_since.probes = 0;
	if (lost_since.events || lost_since.records || lost_since.probes)
		journal_tell(journal, line, record_lost(line, report->time_ns, node, &lost_since));
}

void journal_stop(struct journal *journal, const char *reason)
{
	const struct monitor *monitor = journal->monitor;
	const struct report *report = &monitor->change.report;
	struct stop_facts facts = {
		.time_ns = real_ns(), .node = monitor->machine.node, .reason = reason,
		.run_seconds = monitor_seconds(monitor), .reports = journal->reports,
		.counters_known = report->counters_known,
	};
	char line[JSON_LINE_MAX];

	memcpy(facts.total, report->total, sizeof(facts.total));
	if (monitor->now)
		facts.lost = monitor->now->losses;
	facts.lost.events += monitor->lost_before.events;
	facts.lost.probes += monitor->lost_before.probes;
	facts.lost.records = stream_lost(journal->stream);
	stream_record(journal->stream, line, record_stop(line, &facts));
}
