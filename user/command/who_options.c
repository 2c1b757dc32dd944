// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The options of `who`: keys to group by, filters, where from. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "model/protocol.h"
#include "render/group.h"
#include "who_command.h"

#define TOP_DEFAULT 10
#define GROUPS_MAX 32768	/* of a grouping; up to 5 MiB in the kernel */

enum { KEY_BY = 0x300, KEY_TOP, KEY_NETNS, KEY_POD, KEY_PROTO, KEY_STATE, KEY_SRC, KEY_DST,
       KEY_DPORT, KEY_FROM, KEY_SETTINGS };

/* The breakdowns that tell most. */
static const uint32_t default_views[] = {
	CT_BY(proto) | CT_BY(state),
	CT_BY(netns) | CT_BY(pod),
	CT_BY(src),
	CT_BY(dst) | CT_BY(dport) | CT_BY(proto),
	CT_BY(assured) | CT_BY(replied),
	CT_BY(proto) | CT_BY(state) | CT_BY(idle),
};

static uint32_t parse_keys(const struct argp_state *state, const char *text)
{
	uint32_t by = 0;

	for (const char *at = text; ; at++) {
		size_t len = strcspn(at, ",");
		int key = 0;

		while (key < CT_KEY_COUNT &&
		       (strlen(key_names[key]) != len || strncmp(key_names[key], at, len)))
			key++;
		if (key == CT_KEY_COUNT)
			argp_error(state, "--by: '%.*s' is no key; there are family, proto, state, src, dst, "
				   "sport, dport, netns, pod, zone, mark, assured, replied, idle",
				   (int)len, at);
		else
			by |= 1u << key;
		at += len;
		if (!*at)
			return by;
	}
}

static void add_view(const struct argp_state *state, struct who_command *who, const char *text)
{
	if (who->plan.view_count == CT_CENSUS_SLOTS)
		argp_error(state, "--by: %d groupings at most in one run", CT_CENSUS_SLOTS);
	else
		who->plan.views[who->plan.view_count++] = parse_keys(state, text);
}

/* ADDR or ADDR/BITS */
static void parse_address(const struct argp_state *state, const char *option, const char *text,
			  struct ct_address_filter *out)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];
	uint64_t bits;

	*out = (struct ct_address_filter){ 0 };
	if (len < sizeof(address)) {
		memcpy(address, text, len);
		address[len] = '\0';
		out->family = inet_pton(AF_INET, address, out->address) == 1 ? AF_INET :
			      inet_pton(AF_INET6, address, out->address) == 1 ? AF_INET6 : 0;
	}
	bits = out->family == AF_INET ? 32 : 128;
	if (!out->family || (slash && parse_number(slash + 1, 0, bits, &bits))) {
		argp_error(state, "%s: '%s' is no address; write 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32",
			   option, text);
		return;
	}
	for (uint64_t i = 0; i < bits; i++)
		out->mask[i / 8] |= (uint8_t)(0x80 >> i % 8);
	for (int i = 0; i < 16; i++)
		out->address[i] &= out->mask[i];
}

static void parse_ports(const struct argp_state *state, const char *text, struct ct_census_filter *filter)
{
	const char *dash = strchr(text, '-');
	uint64_t low = 0, high = 0;
	char first[8];
	size_t len = dash ? (size_t)(dash - text) : strlen(text);
	int err = len >= sizeof(first);

	if (!err) {
		memcpy(first, text, len);
		first[len] = '\0';
		err = parse_number(first, 0, UINT16_MAX, &low);
		high = low;
	}
	if (!err && dash)
		err = parse_number(dash + 1, low, UINT16_MAX, &high);
	if (err)
		argp_error(state, "--dport: '%s' is no port; write 443 or 8000-8999 (0 to 65535)", text);
	filter->dport_low = (uint16_t)low;
	filter->dport_high = (uint16_t)high;
}

static void parse_netns(const struct argp_state *state, struct who_command *who, const char *text)
{
	struct ct_census_filter *filter = &who->filter;
	size_t room = sizeof(filter->netns) / sizeof(filter->netns[0]);
	uint64_t netns;

	if (!strcmp(text, "host"))
		who->host = true;
	else if (filter->netns_count == room)
		argp_error(state, "--netns: %zu at most", room);
	else if (parse_number(text, 1, UINT32_MAX, &netns))
		argp_error(state, "--netns: '%s' is no namespace; write its inode number, as in "
			   "`ls -l /proc/PID/ns/net`, or host", text);
	else
		filter->netns[filter->netns_count++] = (uint32_t)netns;
}

static error_t parse_filter(int key, char *arg, struct argp_state *state, struct who_command *who)
{
	struct ct_census_filter *filter = &who->filter;

	switch (key) {
	case KEY_NETNS:
		filter->fields |= CT_BY(netns);
		parse_netns(state, who, arg);
		break;
	case KEY_POD:
		filter->fields |= CT_BY(pod);
		who->pod = arg;
		break;
	case KEY_PROTO:
		filter->fields |= CT_BY(proto);
		if (protocol_number(arg, &filter->protocol))
			argp_error(state, "--proto: '%s' is no protocol; write tcp, udp, icmp, ... or 0 to 255", arg);
		break;
	case KEY_STATE:
		filter->fields |= CT_BY(state);
		if (state_bits(arg, (uint64_t *)filter->states))
			argp_error(state, "--state: '%s' is no state; write ESTABLISHED, TIME_WAIT, SYN_SENT, ...", arg);
		break;
	case KEY_SRC:
		filter->fields |= CT_BY(src);
		parse_address(state, "--src", arg, &filter->src);
		break;
	case KEY_DST:
		filter->fields |= CT_BY(dst);
		parse_address(state, "--dst", arg, &filter->dst);
		break;
	case KEY_DPORT:
		filter->fields |= CT_BY(dport);
		parse_ports(state, arg, filter);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void check(const struct argp_state *state, struct who_command *who)
{
	uint32_t spaces = CT_BY(netns) | CT_BY(pod), asked = who->filter.fields;

	for (size_t i = 0; i < who->plan.view_count; i++)
		asked |= who->plan.views[i] & spaces;
	if (who->from && asked & spaces)
		argp_error(state, "netns and pod do not go with --from: a dump has one namespace and does not name it");
	if (who->settings && !who->from)
		argp_error(state, "--settings goes with --from: the kernel's own time-outs are read otherwise");
}

static void finish(struct who_command *who)
{
	struct census_plan *plan = &who->plan;

	who->chosen = plan->view_count > 0;
	plan->groups_max = GROUPS_MAX;
	plan->redact = who->options.redact;
	for (size_t i = 0; !who->chosen && i < sizeof(default_views) / sizeof(default_views[0]); i++)
		/* A dump does not tell namespaces. */
		if (!who->from || !(default_views[i] & CT_BY(netns)))
			plan->views[plan->view_count++] = default_views[i];
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct who_command *who = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &who->options; break;
	case KEY_BY: add_view(state, who, arg); break;
	case KEY_TOP: who->plan.top = option_number(state, "--top", arg, 1, CENSUS_TOP_MAX); break;
	case KEY_FROM: who->from = arg; break;
	case KEY_SETTINGS: who->settings = arg; break;
	case ARGP_KEY_ARG: argp_error(state, "who takes no argument, but got '%s'", arg); break;
	case ARGP_KEY_END: check(state, who); break;
	default: return parse_filter(key, arg, state, who);
	}
	return 0;
}

static const struct argp_option who_argp_options[] = {
	{ "by", KEY_BY, "KEY[,KEY...]", 0, "group by these: family proto state src dst sport dport netns pod "
	  "zone mark assured replied idle; again for another grouping", 0 },
	{ "top", KEY_TOP, "N", 0, "rows of each grouping (10)", 0 },
	{ "from", KEY_FROM, "FILE", 0, "read a saved dump, plain or gzip, instead of the kernel: conntrack -L, "
	  "/proc/net/nf_conntrack or ip_conntrack; - is stdin", 0 },
	{ "settings", KEY_SETTINGS, "FILE", 0, "a saved `sysctl -a`, for the idle times of a dump", 0 },
	{ NULL, 0, NULL, 0, "Only entries with:", 0 },
	{ "netns", KEY_NETNS, "N", 0, "this namespace, by inode number, or host", 0 },
	{ "pod", KEY_POD, "NAME", 0, "this pod (NAME or NAMESPACE/NAME), container, service or process", 0 },
	{ "proto", KEY_PROTO, "P", 0, "this protocol, by name or number", 0 },
	{ "state", KEY_STATE, "S", 0, "this state", 0 },
	{ "src", KEY_SRC, "ADDR[/BITS]", 0, "this source", 0 },
	{ "dst", KEY_DST, "ADDR[/BITS]", 0, "this destination, before NAT", 0 },
	{ "dport", KEY_DPORT, "P[-Q]", 0, "this destination port, before NAT", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp who_argp = {
	.options = who_argp_options, .parser = parse, .children = children,
	.doc = "Who holds the table: entries by protocol and state, namespace, source, destination and "
	       "idle time, counted inside the kernel or in a saved dump.\v"
	       "Example: ctscope who --by src,dport --state syn_sent",
};

void who_options(struct who_command *who, int argc, char **argv)
{
	*who = (struct who_command){ .plan = { .top = TOP_DEFAULT } };
	options_init(&who->options);
	(void)argp_parse(&who_argp, argc, argv, 0, NULL, who);
	finish(who);
}
