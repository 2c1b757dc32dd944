// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope plan`: how large the table should be, from a load that is given or measured. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "doctor_gather.h"
#include "look.h"
#include "model/plan.h"
#include "observe/clock.h"
#include "render/record.h"
#include "stream.h"

#define DEFAULT_DURATION_NS 10000000000ULL
#define RATE_MAX 1e9

enum { KEY_RATE = 0x200, KEY_LIFETIME, KEY_RAM, KEY_ENTRY_BYTES, KEY_HEADROOM, KEY_CHAIN, KEY_MAX,
       KEY_BUCKETS };

struct plan_command {
	struct options options;
	struct plan plan;
	bool rate_given[SIZING_FLOWS_MAX], lifetime_given[SIZING_FLOWS_MAX];
	size_t unnamed_rates, unnamed_lifetimes;
	struct monitor monitor;
	struct settings settings;
	bool settings_known;
	struct population population;
};

/* The unnamed ones pair up in their order: the first --rate with the first --lifetime. */
static struct sizing_flow *flow_for(struct plan_command *c, const struct argp_state *state,
				    const char *name, size_t len, size_t *unnamed)
{
	struct sizing_request *request = &c->plan.request;
	size_t before = 0;

	if (len >= sizeof(request->flows[0].name))
		argp_error(state, "'%.*s' is no state's name", (int)len, name);
	for (size_t i = 0; i < request->count; i++) {
		struct sizing_flow *flow = &request->flows[i];

		if (len ? strlen(flow->name) == len && !strncmp(flow->name, name, len) :
			  !flow->name[0] && before++ == *unnamed)
			return *unnamed += !len, flow;
	}
	if (request->count == SIZING_FLOWS_MAX)
		argp_error(state, "at most %d kinds of entries can be given", SIZING_FLOWS_MAX);
	*unnamed += !len;
	(void)snprintf(request->flows[request->count].name, sizeof(request->flows[0].name), "%.*s",
		       (int)len, name);
	return &request->flows[request->count++];
}

/* "[STATE=]N[/s]" */
static void take_rate(struct plan_command *c, const struct argp_state *state, const char *arg)
{
	const char *equals = strchr(arg, '='), *text = equals ? equals + 1 : arg;
	struct sizing_flow *flow = flow_for(c, state, arg, equals ? (size_t)(equals - arg) : 0,
					    &c->unnamed_rates);
	size_t at = (size_t)(flow - c->plan.request.flows);
	char *end = NULL;

	flow->rate = text[0] >= '0' && text[0] <= '9' ? strtod(text, &end) : -1;
	if (!end || (*end && strcmp(end, "/s")) || !(flow->rate <= RATE_MAX))
		argp_error(state, "--rate: '%s' is not a number of new entries a second, such as 500/s "
			   "or time_wait=500/s (0 to %.0f)", arg, RATE_MAX);
	if (c->rate_given[at])
		argp_error(state, "--rate: '%s' is given twice", flow->name);
	c->rate_given[at] = true;
}

/* "[STATE=]TIME" */
static void take_lifetime(struct plan_command *c, const struct argp_state *state, const char *arg)
{
	const char *equals = strchr(arg, '=');
	struct sizing_flow *flow = flow_for(c, state, arg, equals ? (size_t)(equals - arg) : 0,
					    &c->unnamed_lifetimes);
	size_t at = (size_t)(flow - c->plan.request.flows);

	flow->seconds = (double)option_time(state, "--lifetime", equals ? equals + 1 : arg, 1000000,
					    366ULL * 86400 * 1000000000) / 1e9;
	if (c->lifetime_given[at])
		argp_error(state, "--lifetime: '%s' is given twice", flow->name);
	c->lifetime_given[at] = true;
}

/* "48G" "49152MiB": bytes. */
static uint64_t take_ram(const struct argp_state *state, const char *arg)
{
	static const char units[] = "KMGT";
	uint64_t bytes;
	char *end = NULL;
	const char *unit;

	errno = 0;
	bytes = arg[0] >= '0' && arg[0] <= '9' ? strtoull(arg, &end, 10) : 0;
	if (bytes && !errno && *end && (unit = strchr(units, *end))) {
		int shift = 10 * (int)(unit - units + 1);

		bytes = bytes > UINT64_MAX >> shift ? 0 : bytes << shift;
		end += !strcmp(end + 1, "iB") || !strcmp(end + 1, "B") ? strlen(end) : 1;
	}
	if (!bytes || errno || *end || bytes < 1 << 20)
		argp_error(state, "--ram: '%s' is not a size such as 48G or 512M (1M to 16777215T)", arg);
	return bytes;
}

/* Every kind has both its numbers, or a time-out of this machine stands in for its life. */
static void check_flows(struct plan_command *c, const struct argp_state *state)
{
	const struct sizing_request *request = &c->plan.request;

	for (size_t i = 0; i < request->count; i++) {
		if (!c->rate_given[i])
			argp_error(state, "--lifetime %s%s%g s has no --rate", request->flows[i].name,
				   request->flows[i].name[0] ? "=" : "", request->flows[i].seconds);
		if (!c->lifetime_given[i] && !request->flows[i].name[0])
			argp_error(state, "--rate %g/s has no --lifetime", request->flows[i].rate);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct plan_command *c = state->input;
	struct sizing_request *request = &c->plan.request;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &c->options; break;
	case KEY_RATE: take_rate(c, state, arg); break;
	case KEY_LIFETIME: take_lifetime(c, state, arg); break;
	case KEY_RAM: c->plan.ram_bytes = take_ram(state, arg); break;
	case KEY_ENTRY_BYTES:
		request->entry_bytes = (uint32_t)option_number(state, "--entry-bytes", arg, 64, 65536);
		break;
	case KEY_HEADROOM:
		request->headroom = (uint32_t)option_number(state, "--headroom", arg, 0, 1000);
		break;
	case KEY_CHAIN: request->chain = (uint32_t)option_number(state, "--chain", arg, 1, 64); break;
	case KEY_MAX: request->max = option_number(state, "--max", arg, 1, SIZING_LIMIT_MAX); break;
	case KEY_BUCKETS: request->buckets = option_number(state, "--buckets", arg, 1, SIZING_LIMIT_MAX); break;
	case ARGP_KEY_ARG: argp_error(state, "plan takes no argument, but got '%s'", arg); break;
	case ARGP_KEY_END: check_flows(c, state); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option plan_options[] = {
	{ "rate", KEY_RATE, "[STATE=]N/s", 0, "new entries a second; once for each kind of entry", 0 },
	{ "lifetime", KEY_LIFETIME, "[STATE=]TIME", 0,
	  "how long each stays; of a STATE such as time_wait or udp its time-out, if not given", 0 },
	{ "headroom", KEY_HEADROOM, "PCT", 0, "limit above the peak, in percent of it (50)", 0 },
	{ "chain", KEY_CHAIN, "N", 0, "mean length of a chain when full (2; kernels before 5.15: 8)", 0 },
	{ "max", KEY_MAX, "N", 0, "this limit, instead of one that follows from the load", 0 },
	{ "buckets", KEY_BUCKETS, "N", 0, "as many buckets, instead of those the chain asks for", 0 },
	{ "ram", KEY_RAM, "SIZE", 0, "of the machine that is planned for: 48G", 0 },
	{ "entry-bytes", KEY_ENTRY_BYTES, "N", 0, "memory of an entry (this kernel's own)", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp plan_argp = {
	.options = plan_options, .parser = parse, .children = children,
	.doc = "How large the table should be: limit, buckets, memory, and the commands that set it. "
	       "Without --rate the load is measured on this machine (-d, 10s).\v"
	       "Example: ctscope plan --rate time_wait=2000/s --rate established=50/s "
	       "--lifetime established=1h",
};

static int fill_in_lifetimes(struct plan_command *c)
{
	for (size_t i = 0; i < c->plan.request.count; i++) {
		struct sizing_flow *flow = &c->plan.request.flows[i];

		if (c->lifetime_given[i])
			continue;
		flow->seconds = c->settings_known ? (double)plan_timeout(&c->settings, flow->name) : 0;
		if (flow->seconds > 0)
			continue;
		fprintf(stderr, "ctscope: the time-out of '%s' is not known here; give --lifetime %s=TIME\n",
			flow->name, flow->name);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

static int measure(struct plan_command *c)
{
	struct probes_options probes_options = { .alloc_on_demand = true, .verbose = c->options.verbose };
	uint64_t duration = c->options.duration_ns ? c->options.duration_ns : DEFAULT_DURATION_NS;
	struct gather_table table;
	struct look look = { 0 };
	int err = monitor_open(&c->monitor, &c->options, &probes_options);

	if (!err)
		err = look_for(&c->monitor, duration, &look);
	if (!err) {
		c->plan.request.entries = look.peak ? look.peak : 1;
		c->plan.measured_seconds = look.seconds;
		c->plan.measured_rate = -1;
		if (c->monitor.change.report.counters_known & 1U << CT_inserted && look.seconds > 0)
			c->plan.measured_rate = (double)look.delta[CT_inserted] / look.seconds;
	}
	monitor_close(&c->monitor);
	if (!err) {
		gather_table_open(&table, &c->options);
		gather_population(&table, &c->population, gather_own_netns(&c->options.roots));
		gather_table_close(&table);
	}
	return err ? look_explain(err, &c->options) : EXIT_DONE;
}

static uint64_t size_of(const struct settings *settings, const char *name)
{
	const struct setting *setting = settings_find(settings, name);

	return setting && setting->known && setting->value > 0 ? (uint64_t)setting->value : 0;
}

/* What this machine has; without conntrack or privileges some of it stays unknown. */
static void look_around(struct plan_command *c, struct machine *machine)
{
	struct plan *plan = &c->plan;
	bool other_machine = plan->ram_bytes;

	(void)machine_read(&c->options.roots, machine);
	if (!plan->ram_bytes)
		plan->ram_bytes = machine->ram_bytes;
	if (!plan->request.entry_bytes)
		plan->request.entry_bytes = machine->entry_bytes;
	if (!c->settings_known)
		return;
	settings_default_sizes(&c->options.roots, &c->settings, plan->ram_bytes, &plan->default_max,
			       &plan->default_buckets);
	if (other_machine)
		return;
	plan->max_now = size_of(&c->settings, "max");
	plan->buckets_now = size_of(&c->settings, "buckets");
}

static void put(struct plan_command *c, struct stream *stream, const char *node)
{
	char line[JSON_LINE_MAX], *buffer = NULL;
	size_t size = 0;
	FILE *out;

	if (c->options.json) {
		stream_record(stream, line, record_plan(line, real_ns(), node, &c->plan));
		return;
	}
	out = stream_text_begin(stream, &buffer, &size);
	if (!out)
		return;
	text_plan(out, &stream->style, &c->plan);
	stream_text_end(stream, out, &buffer, &size);
}

static int make_plan(struct plan_command *c)
{
	bool given = c->plan.request.count || c->plan.request.max;
	struct machine machine = { 0 };
	struct stream stream;
	int code, err = settings_read(&c->options.roots, &c->settings);

	c->settings_known = !err;
	if (err && !given)
		return look_explain(err, &c->options);
	code = fill_in_lifetimes(c);
	if (!code)
		code = stream_open(&stream, &c->options);
	if (code)
		return code;
	if (!given)
		code = measure(c);
	look_around(c, &machine);
	if (!code) {
		plan_make(&c->plan);
		if (c->population.known)
			plan_what_if(&c->plan, &c->population, &c->settings);
		put(c, &stream, machine.node);
	}
	err = stream_close(&stream);
	return code ? code : err;
}

int command_plan(int argc, char **argv)
{
	struct plan_command *c = calloc(1, sizeof(*c));
	int code;

	if (!c)
		return EXIT_FAILED;
	options_init(&c->options);
	c->plan.request.headroom = SIZING_HEADROOM;
	c->plan.request.chain = SIZING_CHAIN;
	(void)argp_parse(&plan_argp, argc, argv, 0, NULL, c);
	code = make_plan(c);
	settings_free(&c->settings);
	population_free(&c->population);
	free(c);
	return code;
}
