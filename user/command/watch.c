// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope watch`: a report at every interval, as rows, blocks or records. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "journal.h"
#include "render/counters.h"
#include "serve/loop.h"
#include "stream.h"

#define DEFAULT_INTERVAL_NS 5000000000ULL
#define ROWS_PER_HEADING 20

struct watch {
	struct options options;
	const char *avoid;
	bool long_report;
	struct monitor monitor;
	struct stream stream;
	struct loop *loop;
	struct journal journal;
	uint64_t rows;
	int failure;		/* -errno that ended it */
};

enum { KEY_LONG = 0x200, KEY_AVOID };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct watch *watch = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &watch->options; break;
	case KEY_LONG: watch->long_report = true; break;
	case KEY_AVOID: watch->avoid = arg; break;
	case ARGP_KEY_ARG: argp_error(state, "watch takes no argument, but got '%s'", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option watch_options[] = {
	{ "long", KEY_LONG, NULL, 0, "the full report block instead of a row", 0 },
	{ "avoid", KEY_AVOID, "LIST", OPTION_HIDDEN, "\"direct\" or functions not to hook", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp watch_argp = {
	.options = watch_options, .parser = parse, .children = children,
	.doc = "A report at every interval (5s): how full the table is, what comes and goes, "
	       "what was dropped and why.\v"
	       "Example: ctscope watch -i 1s -d 5m",
};

/*
 * A run that ends on the grid has its last row there: the glance that follows,
 * for the totals, is a row of its own only when it saw a drop.
 */
static bool is_a_row(const struct watch *watch)
{
	const struct report *report = &watch->monitor.change.report;

	return report->interval_seconds * 20e9 >= (double)watch->options.interval_ns ||
	       report->kernel[KERNEL_STAT_drop] || counters_dropped(report->delta, report->counters_known);
}

static void put_text(struct watch *watch)
{
	const struct report *report = &watch->monitor.change.report;
	char *buffer = NULL;
	size_t size = 0;
	FILE *out = stream_text_begin(&watch->stream, &buffer, &size);

	if (!out)
		return;
	if (watch->long_report) {
		text_long(out, &watch->stream.style, report);
	} else {
		if (watch->rows++ % ROWS_PER_HEADING == 0)
			text_row_heading(out, &watch->stream.style);
		text_row(out, &watch->stream.style, report);
	}
	stream_text_end(&watch->stream, out, &buffer, &size);
}

static void step(void *context)
{
	struct watch *watch = context;
	int err = monitor_step(&watch->monitor);

	if (watch->monitor.unloaded_now)
		fputs("ctscope: nf_conntrack was unloaded, and the hooks went with it; "
		      "they are attached anew when it is loaded\n", stderr);
	if ((watch->monitor.attached_now || watch->monitor.unloaded_now) && watch->options.json)
		journal_start(&watch->journal);
	if (err && err != -ENOENT) {
		watch->failure = err;
		loop_stop(watch->loop, "failure");
		return;
	}
	if (!err && watch->options.json)
		journal_step(&watch->journal);
	else if (!err && watch->monitor.before && is_a_row(watch))
		put_text(watch);
	if (!err && watch->monitor.before)
		watch->journal.reports++;
	if (watch->stream.reader_gone)
		loop_stop(watch->loop, "reader gone");
	else if (watch->options.count && watch->journal.reports >= watch->options.count)
		loop_stop(watch->loop, "count");
}

static void duration_over(void *context)
{
	loop_stop(((struct watch *)context)->loop, "duration");
}

static void reopen(void *context)
{
	(void)stream_reopen(&((struct watch *)context)->stream);
}

static int run(struct watch *watch)
{
	uint64_t interval = watch->options.interval_ns, duration = watch->options.duration_ns;
	int err;

	watch->loop = loop_new();
	if (!watch->loop)
		return -ENOMEM;
	if (watch->options.json)
		journal_start(&watch->journal);
	step(watch);
	err = loop_every(watch->loop, interval, step, watch);
	if (!err && duration)
		err = loop_after(watch->loop, duration, duration_over, watch);
	if (!err)
		err = loop_on_signal(watch->loop, SIGHUP, reopen, watch);
	if (!err)
		err = loop_run(watch->loop);
	if (!err)
		err = watch->failure;
	/* What came after the last grid point belongs to the run too. */
	if (!err && !watch->stream.reader_gone && strcmp(loop_reason(watch->loop), "count"))
		step(watch);
	if (watch->options.json)
		journal_stop(&watch->journal, loop_reason(watch->loop));
	return err;
}

int command_watch(int argc, char **argv)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	struct probes_options probes_options = { .insertions_a_look = INSERTIONS_A_LOOK, .alloc_on_demand = true };
	int err, code;

	if (!watch)
		return EXIT_FAILED;
	options_init(&watch->options);
	(void)argp_parse(&watch_argp, argc, argv, 0, NULL, watch);
	if (!watch->options.interval_ns)
		watch->options.interval_ns = DEFAULT_INTERVAL_NS;
	journal_init(&watch->journal, &watch->monitor, &watch->stream);
	probes_options.verbose = watch->options.verbose;
	probes_options.avoid = watch->avoid;
	code = stream_open(&watch->stream, &watch->options);
	if (code)
		goto out;
	err = monitor_open(&watch->monitor, &watch->options, &probes_options);
	if (!err)
		err = run(watch);
	code = stream_close(&watch->stream);
	if (err) {
		fprintf(stderr, "ctscope: watch failed: %s\n", strerror(-err));
		code = EXIT_FAILED;
	}
	monitor_close(&watch->monitor);
	loop_free(watch->loop);
out:
	free(watch);
	return code;
}
