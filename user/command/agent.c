// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope agent`: the node daemon: a stream of records, metrics, a status page. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "bursts.h"
#include "command.h"
#include "journal.h"
#include "observe/privileges.h"
#include "pages.h"
#include "render/record_drop.h"
#include "serve/http.h"
#include "serve/listen.h"
#include "serve/loop.h"
#include "stream.h"

#define DEFAULT_INTERVAL_NS 10000000000ULL
#define TICK_NS 1000000000ULL
#define DEFAULT_LISTEN "127.0.0.1:9818"
/* Of lines for a reader that does not read: some minutes of an incident, half an hour without one. */
#define QUEUE_BYTES (1U << 20)
/* Of single packets a second: a burst's own record has the sums, whatever the rate. */
#define DEFAULT_MAX_RATE 20
#define MAX_RATE_MAX 10000
#define QUIET_NS 1000000000ULL

struct agent {
	struct options options;
	const char *avoid, *listen;
	uint32_t max_rate;
	struct monitor monitor;
	struct stream stream;
	struct recent recent;
	struct journal journal;
	struct bursts bursts;
	bool bursts_open;
	struct pages pages;
	struct loop *loop;
	struct http *http;
	struct watcher *room;	/* in the output, that lines wait for */
	int failure;		/* -errno that ended it */
};

enum { KEY_LISTEN = 0x200, KEY_MAX_RATE, KEY_AVOID };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct agent *agent = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &agent->options; break;
	case KEY_LISTEN: agent->listen = arg; break;
	case KEY_MAX_RATE:
		agent->max_rate = (uint32_t)option_number(state, "--max-rate", arg, 0, MAX_RATE_MAX);
		break;
	case KEY_AVOID: agent->avoid = arg; break;
	case ARGP_KEY_END:
		if (strcmp(agent->listen, "none") && listen_address_valid(agent->listen))
			argp_error(state, "--listen: '%s' is not an address such as 127.0.0.1:9818, "
				   "[::1]:9818 or :9818, nor none", agent->listen);
		break;
	case ARGP_KEY_ARG: argp_error(state, "agent takes no argument, but got '%s'", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option agent_options[] = {
	{ "listen", KEY_LISTEN, "ADDR:PORT", 0,
	  "metrics and status page here (" DEFAULT_LISTEN "), or none", 0 },
	{ "max-rate", KEY_MAX_RATE, "N", 0,
	  "single refused or evicted packets told a second (20); bursts count them all", 0 },
	{ "avoid", KEY_AVOID, "LIST", OPTION_HIDDEN, "\"direct\" or functions not to hook", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp agent_argp = {
	.options = agent_options, .parser = parse, .children = children,
	.doc = "The node daemon: records on stdout or in -o FILE (a report every 10s), metrics, a "
	       "status page. SIGHUP reopens FILE, SIGTERM ends with the totals of the run.\v"
	       "Example: ctscope agent -o /var/log/ctscope.json -i 30s",
};

static void room_again(void *context);

/* Lines that found no room are written as soon as there is some: nothing else waits for them. */
static void wait_for_room(struct agent *agent)
{
	if (stream_pending(&agent->stream) &&
	    loop_when_writable(agent->loop, &agent->room, output_fd(agent->stream.output), room_again,
			       agent))
		agent->failure = -ENOMEM;
	if (agent->stream.reader_gone)
		loop_stop(agent->loop, "reader gone");
	else if (agent->failure)
		loop_stop(agent->loop, "failure");
}

static void room_again(void *context)
{
	struct agent *agent = context;

	stream_flush(&agent->stream);
	wait_for_room(agent);
}

static void fail(struct agent *agent, int err)
{
	if (!err)
		return;
	agent->failure = err;
	loop_stop(agent->loop, "failure");
}

static void put_burst(void *context, const struct burst *burst)
{
	struct agent *agent = context;
	char line[JSON_LINE_MAX];

	journal_tell(&agent->journal, line, record_burst(line, agent->monitor.machine.node, burst));
}

static void put_packet(void *context, const struct packet *packet)
{
	struct agent *agent = context;
	char line[JSON_LINE_MAX];

	stream_record(&agent->stream, line, record_packet(line, agent->monitor.machine.node, packet));
}

static const struct bursts_handlers handlers = { put_burst, put_burst, put_packet };

/* After the first look with hooks attached: from here on, next to no privilege is needed. */
static int attached(struct agent *agent)
{
	int err = bursts_open(&agent->bursts, &agent->monitor, agent->loop, &handlers, agent, QUIET_NS);

	agent->bursts_open = !err;
	agent->pages.bursts = err ? NULL : &agent->bursts;
	return err ? err : privileges_keep(privileges_needed(true));
}

static void step(void *context)
{
	struct agent *agent = context;
	int err = monitor_step(&agent->monitor);

	if (agent->monitor.attached_now)
		journal_start(&agent->journal);
	if (!err && agent->monitor.probes && !agent->bursts_open)
		fail(agent, attached(agent));
	if (!err) {
		journal_step(&agent->journal);
		agent->journal.reports += agent->monitor.before != NULL;
	}
	fail(agent, err == -ENOENT ? 0 : err);
	wait_for_room(agent);
	if (agent->options.count && agent->journal.reports >= agent->options.count)
		loop_stop(agent->loop, "count");
}

static void tick(void *context)
{
	struct agent *agent = context;
	int err = monitor_tick(&agent->monitor);

	if (!err)
		err = observer_notice(&agent->monitor.observer);
	if (!err && agent->bursts_open)
		err = bursts_look(&agent->bursts);
	fail(agent, err);
	wait_for_room(agent);
}

static void duration_over(void *context)
{
	loop_stop(((struct agent *)context)->loop, "duration");
}

static void reopen(void *context)
{
	struct agent *agent = context;
	int err;

	loop_forget(agent->room);
	err = stream_reopen(&agent->stream);
	if (err)
		fprintf(stderr, "ctscope: cannot reopen '%s', going on with the old file: %s\n",
			agent->options.output, strerror(-err));
	stream_flush(&agent->stream);
	wait_for_room(agent);
}

static int serve(struct agent *agent)
{
	const char *colon = strrchr(agent->listen, ':');
	int err;

	if (!strcmp(agent->listen, "none"))
		return 0;
	err = http_new(&agent->http, loop_base(agent->loop), agent->listen, page_routes, &agent->pages);
	if (err)
		fprintf(stderr, "ctscope: cannot listen on %s: %s; choose another address with --listen, "
			"or none\n", agent->listen, strerror(-err));
	else
		fprintf(stderr, "ctscope: metrics and status page on http://%.*s:%u/\n",
			(int)(colon - agent->listen), agent->listen, http_port(agent->http));
	return err;
}

static int set_up(struct agent *agent)
{
	const struct options *options = &agent->options;
	int err;

	agent->loop = loop_new();
	if (!agent->loop)
		return -ENOMEM;
	err = serve(agent);
	if (err)
		return err;
	journal_start(&agent->journal);
	step(agent);
	tick(agent);
	if (!agent->monitor.probes && !agent->monitor.waiting)
		err = privileges_keep(privileges_needed(false));
	if (err)
		return err;
	err = loop_every(agent->loop, options->interval_ns, step, agent);
	if (!err)
		err = loop_every(agent->loop, TICK_NS, tick, agent);
	if (!err && options->duration_ns)
		err = loop_after(agent->loop, options->duration_ns, duration_over, agent);
	if (!err)
		err = loop_on_signal(agent->loop, SIGHUP, reopen, agent);
	return err;
}

static int run(struct agent *agent)
{
	int err = set_up(agent);

	if (!err)
		err = loop_run(agent->loop);
	if (!err)
		err = agent->failure;
	if (!err && agent->bursts_open)
		err = bursts_finish(&agent->bursts);
	/* What came after the last grid point belongs to the run too. */
	if (!err && !agent->stream.reader_gone && strcmp(loop_reason(agent->loop), "count"))
		step(agent);
	if (agent->monitor.now || !err)
		journal_stop(&agent->journal, loop_reason(agent->loop));
	return err;
}

static struct agent *agent_new(int argc, char **argv)
{
	struct agent *agent = calloc(1, sizeof(*agent));

	if (!agent)
		return NULL;
	options_init(&agent->options);
	agent->listen = DEFAULT_LISTEN;
	agent->max_rate = DEFAULT_MAX_RATE;
	(void)argp_parse(&agent_argp, argc, argv, 0, NULL, agent);
	if (!agent->options.interval_ns)
		agent->options.interval_ns = DEFAULT_INTERVAL_NS;
	journal_init(&agent->journal, &agent->monitor, &agent->stream);
	agent->journal.recent = &agent->recent;
	agent->pages = (struct pages){ .monitor = &agent->monitor, .journal = &agent->journal };
	return agent;
}

static void agent_free(struct agent *agent)
{
	http_free(agent->http);
	pages_free(&agent->pages);
	if (agent->bursts_open)
		bursts_close(&agent->bursts);
	monitor_close(&agent->monitor);
	loop_free(agent->loop);
	recent_free(&agent->recent);
	free(agent);
}

int command_agent(int argc, char **argv)
{
	struct agent *agent = agent_new(argc, argv);
	struct probes_options probes_options = {
		.insertions_a_look = INSERTIONS_A_LOOK, .alloc_on_demand = true,
		.twice = 1U << HOOK_ALLOC,
	};
	int err, code;

	if (!agent)
		return EXIT_FAILED;
	probes_options.records = true;
	probes_options.records_per_second = agent->max_rate;
	probes_options.quiet_ms = QUIET_NS / 1000000;
	probes_options.verbose = agent->options.verbose;
	probes_options.avoid = agent->avoid;
	code = stream_open_queued(&agent->stream, &agent->options, QUEUE_BYTES);
	if (code)
		goto out;
	err = monitor_open(&agent->monitor, &agent->options, &probes_options);
	if (!err)
		err = run(agent);
	/* Lines a reader was too slow for are its loss, told and counted; no failure of the agent. */
	(void)stream_close(&agent->stream);
	if (err) {
		fprintf(stderr, "ctscope: agent failed: %s\n", monitor_failure(err));
		code = EXIT_FAILED;
	}
out:
	agent_free(agent);
	return code;
}
