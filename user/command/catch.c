// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope catch`: watches for refused packets, tells who, why, when and where to. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "observe/clock.h"
#include "catch.h"
#include "command.h"
#include "render/counters.h"

#define NS_PER_S 1000000000ULL
#define DEFAULT_DURATION_NS (60 * NS_PER_S)
#define DEFAULT_MAX_RATE 200
#define MAX_RATE_MAX 1000000
#define KERNEL_LOG "/dev/kmsg"

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
	       "Exit code 4 when packets were refused, 0 when none was.\v"
	       "Example: ctscope catch -d 10m",
};

static void burst_began(void *context, const struct burst *burst)
{
	catch_tell_burst(context, burst);
}

static void burst_ended(void *context, const struct burst *burst)
{
	struct catch *catch = context;

	catch_tell_burst(catch, burst);
	if (catch->bursts_wanted && burst->id >= catch->bursts_wanted)
		loop_stop(catch->loop, "burst");
}

static void packet(void *context, const struct packet *packet)
{
	catch_tell_packet(context, packet);
}

static const struct bursts_handlers handlers = { burst_began, burst_ended, packet };

static void tick(void *context)
{
	struct catch *catch = context;
	int err = monitor_tick(&catch->monitor);

	if (!err)
		err = bursts_look(&catch->bursts);
	if (!catch->log_error)
		catch->log_error = kernel_log_read(&catch->log);
	catch_tell_losses(catch);
	catch_tell_progress(catch);
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
	catch->began_ns = monotonic_ns();
	step(catch);
	err = catch->failure ? catch->failure : monitor_tick(&catch->monitor);
	if (err)
		return err;
	catch->log_error = kernel_log_open(&catch->log, KERNEL_LOG);
	if (!catch->log_error)
		catch->log_error = kernel_log_read(&catch->log);
	catch->lines_before = catch->log.lines;
	catch_tell_start(catch);
	err = arm(catch);
	if (!err)
		err = loop_run(catch->loop);
	if (!err)
		err = catch->failure ? catch->failure : bursts_finish(&catch->bursts);
	if (err)
		return err;
	catch_tell_losses(catch);
	step(catch);
	if (!catch->log_error)
		catch->log_error = kernel_log_read(&catch->log);
	return catch->failure ? catch->failure : catch_tell_summary(catch);
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
		.twice = 1U << HOOK_ALLOC | 1U << HOOK_CONFIRM,
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
		fprintf(stderr, "ctscope: catch failed: %s\n", monitor_failure(err));
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
	catch->journal.tells_hooks_losses = catch->options.interval_ns != 0;
	code = watch_and_tell(catch);
	kernel_log_close(&catch->log);
	bursts_close(&catch->bursts);
	loop_free(catch->loop);
	monitor_close(&catch->monitor);
	free(catch);
	return code;
}
