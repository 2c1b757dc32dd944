// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "observe/clock.h"
#include "catch.h"
#include "render/counters.h"
#include "render/text_drop.h"

static double seconds_since(uint64_t at_ns)
{
	return (double)(monotonic_ns() - at_ns) / 1e9;
}

/* --- text: whatever is written goes over the progress line ------------------ */

static FILE *text_begin(struct catch *catch, char **buffer, size_t *size)
{
	FILE *out = stream_text_begin(&catch->stream, buffer, size);

	if (out && catch->stream.terminal)
		text_catch_progress_off(out, &catch->stream.style);
	return out;
}

void catch_tell_progress(struct catch *catch)
{
	const struct bursts *bursts = &catch->bursts;
	const struct table_state *table = &catch->monitor.change.report.table;
	uint64_t counts[CT_COUNTER_COUNT], entries;
	struct catch_state state = { .left_seconds = -1, .burst_on = bursts->watch.on,
				     .bursts = bursts->watch.id, .used_ratio = table->used_ratio };
	uint32_t known = probes_counters_known(catch->monitor.probes);
	char *buffer = NULL;
	size_t size = 0;
	FILE *out;

	if (catch->options.json || !catch->stream.terminal)
		return;
	if (catch->options.duration_ns)
		state.left_seconds = (double)catch->options.duration_ns / 1e9 - seconds_since(catch->began_ns);
	if (state.left_seconds < 0 && catch->options.duration_ns)
		state.left_seconds = 0;
	burst_counts(&bursts->watch, counts);
	state.dropped = counters_dropped(bursts->dropped, known) +
			(bursts->watch.on ? counters_dropped(counts, known) : 0);
	if (table->max && monitor_netns_entries(&catch->monitor, &bursts->counts, table->fullest_netns, &entries))
		state.used_ratio = (double)entries / (double)table->max;
	out = stream_text_begin(&catch->stream, &buffer, &size);
	if (!out)
		return;
	text_catch_progress(out, &catch->stream.style, &state);
	stream_text_end(&catch->stream, out, &buffer, &size);
}

/* --- what happens ------------------------------------------------------------ */

void catch_tell_burst(struct catch *catch, const struct burst *burst)
{
	char line[JSON_LINE_MAX], *buffer = NULL;
	size_t size = 0;
	FILE *out;

	if (catch->options.json) {
		journal_tell(&catch->journal, line,
			     record_burst(line, catch->monitor.machine.node, burst));
		return;
	}
	out = text_begin(catch, &buffer, &size);
	if (!out)
		return;
	text_burst(out, &catch->stream.style, burst);
	stream_text_end(&catch->stream, out, &buffer, &size);
	catch_tell_progress(catch);
}

void catch_tell_packet(struct catch *catch, const struct packet *packet)
{
	char line[JSON_LINE_MAX], *buffer = NULL;
	size_t size = 0;
	FILE *out;

	if (catch->options.json) {
		stream_record(&catch->stream, line,
			      record_packet(line, catch->monitor.machine.node, packet));
		return;
	}
	out = catch->options.verbose ? text_begin(catch, &buffer, &size) : NULL;
	if (!out)
		return;
	text_packet(out, &catch->stream.style, packet);
	stream_text_end(&catch->stream, out, &buffer, &size);
}

void catch_tell_losses(struct catch *catch)
{
	struct probes *probes = catch->monitor.probes;
	uint64_t total[CT_COUNTER_COUNT];
	struct losses now, since;
	char line[JSON_LINE_MAX];

	if (!catch->options.json || catch->options.interval_ns || probes_totals(probes, total) ||
	    probes_losses(probes, total, &now))
		return;
	since = (struct losses){ .events = now.events - catch->lost_told.events,
				 .probes = now.probes - catch->lost_told.probes };
	catch->lost_told = now;
	if (since.events || since.probes)
		stream_record(&catch->stream, line, record_lost(line, real_ns(),
								catch->monitor.machine.node, &since));
}

/* --- begin and end of a run -------------------------------------------------- */

static uint64_t real_of_log(uint64_t usec)
{
	return real_ns() - monotonic_ns() + usec * 1000;
}

static struct log_facts log_facts(const struct catch *catch, bool ended)
{
	const struct kernel_log *log = &catch->log;
	struct log_facts facts = {
		.time_ns = real_ns(), .readable = !catch->log_error,
		.reason = strerror(-catch->log_error), .lines = log->lines,
		.new_lines = log->lines - catch->lines_before, .suppressed = log->suppressed,
	};

	if (log->oldest_us)
		facts.since_ns = real_of_log(log->oldest_us);
	if (log->lines)
		facts.last_ns = real_of_log(log->last_us);
	if (ended && catch->monitor.change.report.counters_known & 1U << CT_dropped_table_full) {
		facts.dropped_known = true;
		facts.dropped = catch->monitor.change.report.total[CT_dropped_table_full];
	}
	return facts;
}

void catch_tell_start(struct catch *catch)
{
	struct log_facts log = log_facts(catch, false);
	struct catch_facts facts = {
		.node = catch->monitor.machine.node, .kernel = catch->monitor.machine.kernel,
		.duration_seconds = (double)catch->options.duration_ns / 1e9,
		.until_burst = catch->bursts_wanted != 0,
		.table = &catch->monitor.change.report.table, .log = &log,
	};
	char line[JSON_LINE_MAX], *buffer = NULL;
	size_t size = 0;
	FILE *out;

	if (catch->options.json) {
		stream_record(&catch->stream, line, record_kernel_log(line, facts.node, &log));
		return;
	}
	out = stream_text_begin(&catch->stream, &buffer, &size);
	if (!out)
		return;
	text_catch_start(out, &catch->stream.style, &facts);
	stream_text_end(&catch->stream, out, &buffer, &size);
	catch_tell_progress(catch);
}

static int most_refused_first(const void *a, const void *b)
{
	const struct catch_row *x = a, *y = b;

	if (x->dropped != y->dropped)
		return x->dropped < y->dropped ? 1 : -1;
	return x->netns < y->netns ? -1 : x->netns > y->netns;
}

/* -ENOMEM when the namespaces find no place. */
static int fill_in_rows(const struct catch *catch, struct catch_summary *summary)
{
	const struct counts *counts = &catch->monitor.now->counts;
	struct catch_row *rows = calloc(counts->count + 1, sizeof(*rows));
	size_t count = 0;

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < counts->count; i++) {
		uint64_t dropped = counters_dropped(counts->list[i].n, summary->known);

		if (dropped)
			rows[count++] = (struct catch_row){
				.netns = counts->list[i].netns, .dropped = dropped,
				.owner = bursts_owner(&catch->bursts, counts->list[i].netns) };
	}
	qsort(rows, count, sizeof(*rows), most_refused_first);
	summary->row_count = count < CATCH_ROWS ? count : CATCH_ROWS;
	memcpy(summary->rows, rows, summary->row_count * sizeof(*rows));
	summary->other_rows = count - summary->row_count;
	for (size_t i = summary->row_count; i < count; i++)
		summary->other_dropped += rows[i].dropped;
	free(rows);
	return 0;
}

int catch_tell_summary(struct catch *catch)
{
	const struct report *report = &catch->monitor.change.report;
	struct log_facts log = log_facts(catch, true);
	struct catch_summary summary = {
		.run_seconds = seconds_since(catch->began_ns), .bursts = catch->bursts.watch.id,
		.known = report->counters_known, .kernel_known = report->kernel_known,
		.kernel = catch->monitor.change.kernel_total, .lost = catch->monitor.now->losses,
		.log = &log,
	};
	char line[JSON_LINE_MAX], *buffer = NULL;
	size_t size = 0;
	FILE *out;
	int err;

	if (catch->options.json) {
		stream_record(&catch->stream, line, record_kernel_log(line, catch->monitor.machine.node, &log));
		journal_stop(&catch->journal, loop_reason(catch->loop));
		return 0;
	}
	memcpy(summary.total, report->total, sizeof(summary.total));
	err = fill_in_rows(catch, &summary);
	out = err ? NULL : text_begin(catch, &buffer, &size);
	if (!out)
		return err;
	text_catch_summary(out, &catch->stream.style, &summary);
	stream_text_end(&catch->stream, out, &buffer, &size);
	return 0;
}
