// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope catch`: watches for refused packets, tells who, why, when and where to. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bursts.h"
#include "command.h"
#include "journal.h"
#include "observe/kernel_log.h"
#include "render/counters.h"
#include "render/text_drop.h"

#define NS_PER_S 1000000000ULL
#define DEFAULT_DURATION_NS (60 * NS_PER_S)
#define DEFAULT_MAX_RATE 200
#define MAX_RATE_MAX 1000000
#define KERNEL_LOG "/dev/kmsg"

struct catch {
	struct options options;
	const char *avoid;
	uint64_t max_rate, quiet_ns;
	uint64_t bursts_wanted;		/* 0: no end by bursts */
	struct monitor monitor;
	struct stream stream;
	struct loop *loop;
	struct journal journal;
	struct bursts bursts;
	struct kernel_log log;
	int log_error;			/* why it cannot be read, 0: it can */
	uint64_t began_ns;		/* CLOCK_MONOTONIC: everything is attached */
	uint64_t lines_before;		/* in the log, before we came */
	struct losses lost_told;
	int failure;
};

enum { KEY_MAX_RATE = 0x200, KEY_UNTIL_BURST, KEY_QUIET, KEY_AVOID };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct catch *catch = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &catch->options; break;
	case KEY_MAX_RATE: catch->max_rate = option_number(state, "--max-rate", arg, 0, MAX_RATE_MAX); break;
	case KEY_UNTIL_BURST: catch->bursts_wanted = 1; break;
	case KEY_QUIET:
		catch->quiet_ns = option_time(state, "--quiet", arg, NS_PER_S / 10, 60 * NS_PER_S);
		break;
	case KEY_AVOID: catch->avoid = arg; break;
	case ARGP_KEY_ARG: argp_error(state, "catch takes no argument, but got '%s'", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option catch_options[] = {
	{ "max-rate", KEY_MAX_RATE, "N", 0,
	  "single packets told each second with --json or -v (200); the others are counted", 0 },
	{ "until-burst", KEY_UNTIL_BURST, NULL, 0, "end when a burst is over", 0 },
	{ "quiet", KEY_QUIET, "TIME", 0, "a burst is over after so long without a drop (1s)", 0 },
	{ "avoid", KEY_AVOID, "LIST", OPTION_HIDDEN, "\"direct\" or functions not to hook", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp catch_argp = {
	.options = catch_options, .parser = parse, .children = children,
	.doc = "Watches for packets that connection tracking refuses, for a minute or for -d TIME: "
	       "each burst with who was hit, why, and what led up to it; a summary at the end. "
	       "-n N ends after N bursts, -i TIME adds reports to --json. "
	       "Exit code 4 when packets were refused, 0 when none was.",
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = { 0 };

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static double seconds_since(uint64_t monotonic_ns)
{
	return (double)(clock_ns(CLOCK_MONOTONIC) - monotonic_ns) / 1e9;
}

/* --- text: whatever is written goes over the progress line ------------------ */

static FILE *text_begin(struct catch *catch, char **buffer, size_t *size)
{
	FILE *out = stream_text_begin(&catch->stream, buffer, size);

	if (out && catch->stream.terminal)
		text_catch_progress_off(out, &catch->stream.style);
	return out;
}

static void put_progress(struct catch *catch)
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

static void put_burst(struct catch *catch, const struct burst *burst)
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
	put_progress(catch);
}

static void burst_began(void *context, const struct burst *burst)
{
	put_burst(context, burst);
}

static void burst_ended(void *context, const struct burst *burst)
{
	struct catch *catch = context;

	put_burst(catch, burst);
	if (catch->bursts_wanted && burst->id >= catch->bursts_wanted)
		loop_stop(catch->loop, "burst");
}

static void packet(void *context, const struct packet *packet)
{
	struct catch *catch = context;
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

static const struct bursts_handlers handlers = { burst_began, burst_ended, packet };

/* A ring that was full is told at once: what is missing then is the records around it. */
static void tell_losses(struct catch *catch)
{
	struct losses now, since;
	char line[JSON_LINE_MAX];

	if (!catch->options.json || catch->options.interval_ns ||
	    probes_losses(catch->monitor.probes, &now))
		return;
	since = (struct losses){ .events = now.events - catch->lost_told.events,
				 .probes = now.probes - catch->lost_told.probes };
	catch->lost_told = now;
	if (since.events || since.probes)
		stream_record(&catch->stream, line, record_lost(line, clock_ns(CLOCK_REALTIME),
								catch->monitor.machine.node, &since));
}

static void tick(void *context)
{
	struct catch *catch = context;
	int err = monitor_tick(&catch->monitor);

	if (!err)
		err = bursts_look(&catch->bursts);
	if (!catch->log_error)
		catch->log_error = kernel_log_read(&catch->log);
	tell_losses(catch);
	put_progress(catch);
	if (err) {
		catch->failure = err;
		loop_stop(catch->loop, "failure");
	} else if (catch->stream.reader_gone) {
		loop_stop(catch->loop, "reader gone");
	}
}

static void step(void *context)
{
	struct catch *catch = context;
	int err = monitor_step(&catch->monitor);

	if (err) {
		catch->failure = err;
		loop_stop(catch->loop, "failure");
	} else if (catch->options.json) {
		journal_step(&catch->journal);
		catch->journal.reports += catch->monitor.before != NULL;
	}
}

/* --- begin and end of a run -------------------------------------------------- */

static uint64_t real_of_log(uint64_t usec)
{
	return clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC) + usec * 1000;
}

static struct log_facts log_facts(const struct catch *catch, bool ended)
{
	const struct kernel_log *log = &catch->log;
	struct log_facts facts = {
		.time_ns = clock_ns(CLOCK_REALTIME), .readable = !catch->log_error,
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

static void put_start(struct catch *catch)
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
	put_progress(catch);
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

static void put_summary(struct catch *catch)
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

	if (catch->options.json) {
		stream_record(&catch->stream, line, record_kernel_log(line, catch->monitor.machine.node, &log));
		journal_stop(&catch->journal, loop_reason(catch->loop));
		return;
	}
	memcpy(summary.total, report->total, sizeof(summary.total));
	catch->failure = fill_in_rows(catch, &summary);
	out = catch->failure ? NULL : text_begin(catch, &buffer, &size);
	if (!out)
		return;
	text_catch_summary(out, &catch->stream.style, &summary);
	stream_text_end(&catch->stream, out, &buffer, &size);
}

static void duration_over(void *context)
{
	loop_stop(((struct catch *)context)->loop, "duration");
}

static void reopen(void *context)
{
	(void)stream_reopen(&((struct catch *)context)->stream);
}

static int arm(struct catch *catch)
{
	int err = bursts_open(&catch->bursts, &catch->monitor, catch->loop, &handlers, catch, catch->quiet_ns);

	if (!err)
		err = loop_every(catch->loop, NS_PER_S, tick, catch);
	if (!err && catch->options.interval_ns)
		err = loop_every(catch->loop, catch->options.interval_ns, step, catch);
	if (!err && catch->options.duration_ns)
		err = loop_after(catch->loop, catch->options.duration_ns, duration_over, catch);
	if (!err)
		err = loop_on_signal(catch->loop, SIGHUP, reopen, catch);
	return err;
}

static int run(struct catch *catch)
{
	int err;

	if (catch->options.json)
		journal_start(&catch->journal);
	catch->began_ns = clock_ns(CLOCK_MONOTONIC);
	step(catch);
	err = catch->failure ? catch->failure : monitor_tick(&catch->monitor);
	if (err)
		return err;
	catch->log_error = kernel_log_open(&catch->log, KERNEL_LOG);
	if (!catch->log_error)
		catch->log_error = kernel_log_read(&catch->log);
	catch->lines_before = catch->log.lines;
	put_start(catch);
	err = arm(catch);
	if (!err)
		err = loop_run(catch->loop);
	if (!err)
		err = catch->failure ? catch->failure : bursts_finish(&catch->bursts);
	if (err)
		return err;
	step(catch);
	if (!catch->log_error)
		catch->log_error = kernel_log_read(&catch->log);
	if (!catch->failure)
		put_summary(catch);
	return catch->failure;
}

/* 0, or the exit code of one that cannot see drops here, with what is missing and the cure. */
static int can_see_drops(const struct catch *catch)
{
	const struct monitor *monitor = &catch->monitor;
	const char *cure = monitor->refusal.cure;

	if (monitor->probes && probes_counters_known(monitor->probes) & CT_DROPS_MASK)
		return EXIT_DONE;
	if (monitor->probes)
		fputs("ctscope: none of the functions that refuse packets can be hooked on this kernel; "
		      "`ctscope kernel` shows each\n", stderr);
	else
		fprintf(stderr, "ctscope: catch needs BPF to see refused packets: %s\n",
			monitor->refusal.reason);
	if (monitor->waiting)
		cure = "load it first: modprobe nf_conntrack";
	else if (catch->options.no_bpf)
		cure = "leave out --no-bpf; `ctscope watch` works without BPF";
	if (!monitor->probes && cure[0])
		fprintf(stderr, "ctscope: to change that, %s\n", cure);
	return EXIT_REFUSED;
}

static int watch_and_tell(struct catch *catch)
{
	struct probes_options probes_options = {
		.records = true, .records_per_second = (uint32_t)catch->max_rate,
		.quiet_ms = (uint32_t)(catch->quiet_ns / 1000000), .required = true,
		.kprobe_first = 1U << HOOK_EARLY_DROP | 1U << HOOK_ALLOC | 1U << HOOK_CONFIRM,
		.avoid = catch->avoid, .verbose = catch->options.verbose,
	};
	uint64_t dropped;
	int err, code;

	code = stream_open(&catch->stream, &catch->options);
	if (code)
		return code;
	catch->loop = loop_new();
	err = catch->loop ? monitor_open(&catch->monitor, &catch->options, &probes_options) : -ENOMEM;
	code = err ? EXIT_FAILED : can_see_drops(catch);
	if (!code)
		err = run(catch);
	if (err)
		fprintf(stderr, "ctscope: catch failed: %s\n", strerror(-err));
	dropped = counters_dropped(catch->monitor.change.report.total,
				   catch->monitor.change.report.counters_known);
	if (stream_close(&catch->stream) || err)
		return EXIT_FAILED;
	return code ? code : dropped ? EXIT_FOUND : EXIT_DONE;
}

int command_catch(int argc, char **argv)
{
	struct catch *catch = calloc(1, sizeof(*catch));
	int code;

	if (!catch)
		return EXIT_FAILED;
	options_init(&catch->options);
	catch->max_rate = DEFAULT_MAX_RATE;
	catch->quiet_ns = NS_PER_S;
	catch->log.fd = -1;
	(void)argp_parse(&catch_argp, argc, argv, 0, NULL, catch);
	if (catch->options.count)
		catch->bursts_wanted = catch->options.count;
	if (!catch->options.duration_ns && !catch->bursts_wanted)
		catch->options.duration_ns = DEFAULT_DURATION_NS;
	journal_init(&catch->journal, &catch->monitor, &catch->stream);
	code = watch_and_tell(catch);
	kernel_log_close(&catch->log);
	bursts_close(&catch->bursts);
	loop_free(catch->loop);
	monitor_close(&catch->monitor);
	free(catch);
	return code;
}
