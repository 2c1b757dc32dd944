// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Attacks and the like: what gives each away, and first aid. */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include "address.h"
#include "findings.h"
#include "sizing.h"

#define ENTRIES_MIN 1000	/* fewer are no flood */
#define FLOOD_SHARE 0.30
#define NOISY_SHARE 0.50
#define SCAN_TARGETS 1000
#define DEAD_SECONDS 10800	/* silent for longer than the default keep-alive allows */
#define PRESSED_USED 0.50
#define CRITICAL_USED 0.80

static enum severity weight(const struct evidence *e)
{
	double used = evidence_used(e);

	return used >= CRITICAL_USED ? SEVERITY_CRITICAL : used >= PRESSED_USED ? SEVERITY_WARNING :
										  SEVERITY_NOTE;
}

static bool many(const struct evidence *e, uint64_t entries, double share)
{
	return entries >= ENTRIES_MIN && (double)entries >= share * (double)e->population.entries;
}

static uint64_t tcp_entries(const struct evidence *e, uint8_t state, bool unreplied)
{
	const struct kind *kind = population_kind(&e->population, IPPROTO_TCP, (uint8_t)(CT_STATE_TCP + state), false);

	return !kind ? 0 : unreplied ? kind->unreplied : kind->entries;
}

/* As it was counted: of a network, if so it was asked for. */
static void source_text(char out[static ADDRESS_MAX], const struct population *p, const struct source *source)
{
	(void)address_text(out, source->address, source->family, false);
	if (p->redacted)
		(void)strcat(out, redacted_suffix(source->family));
}

static void put_first_source(struct finding *f, const struct evidence *e)
{
	const struct population *p = &e->population;
	char text[ADDRESS_MAX];

	if (!p->source_count)
		return;
	source_text(text, p, &p->sources[0]);
	finding_text(f, "first_source", text);
	finding_count(f, "first_source_entries", p->sources[0].entries);
	finding_count(f, p->source_total_known ? "sources" : "sources_at_least", p->source_total);
}

/* Before anything is tracked. The first two rules let pass what is none. */
static void limit_syns(struct finding *f)
{
	/* Sets may not be called ip and ip6: words of nft's own. */
	static const char *const families[][3] = { { "v4", "ipv4_addr", "ip" }, { "v6", "ipv6_addr", "ip6" } };

	finding_do(f, "# and stop SYNs before they are tracked, by source:");
	finding_do(f, "nft add table inet syn");
	finding_do(f, "nft 'add chain inet syn in { type filter hook prerouting priority -301; }'");
	finding_do(f, "nft 'add rule inet syn in meta l4proto != tcp accept'");
	finding_do(f, "nft 'add rule inet syn in tcp flags & (syn|ack) != syn accept'");
	for (int i = 0; i < 2; i++) {
		finding_do(f, "nft 'add set inet syn %s { type %s; flags dynamic; timeout 1m; }'", families[i][0],
			   families[i][1]);
		finding_do(f, "nft add rule inet syn in add '@%s { %s saddr limit rate over 50/second }' drop",
			   families[i][0], families[i][2]);
	}
}

static void rule_syn_flood(struct findings *out, const struct evidence *e)
{
	uint64_t recv = tcp_entries(e, 2, false), sent = tcp_entries(e, 1, true);
	enum severity severity = weight(e);
	struct finding *f;

	if (!e->population.known || !many(e, recv + sent, FLOOD_SHARE))
		return;
	f = finding_add(out, severity == SEVERITY_NOTE ? SEVERITY_WARNING : severity, "syn_flood",
			"%.0f %% of the table is half-open connections: a SYN flood, or a scan",
			100.0 * (double)(recv + sent) / (double)e->population.entries);
	finding_why(f, "SYN cookies save the listener, not this table: each SYN makes an entry before TCP sees it.");
	finding_count(f, "syn_recv", recv);
	finding_count(f, "syn_sent_unreplied", sent);
	put_first_source(f, e);
	if (e->tcp.known & 1U << TCP_STACK_tcp_syncookies) {
		finding_number(f, "tcp_syncookies", e->tcp.n[TCP_STACK_tcp_syncookies]);
		if (!e->tcp.n[TCP_STACK_tcp_syncookies])
			finding_do(f, "sysctl -w net.ipv4.tcp_syncookies=1");
	}
	if (evidence_setting(e, "tcp_timeout_syn_recv", 0) > 10)
		finding_set(f, "tcp_timeout_syn_recv", 10);
	if (evidence_setting(e, "tcp_timeout_syn_sent", 0) > 10)
		finding_set(f, "tcp_timeout_syn_sent", 10);
	limit_syns(f);
	f->risk = "Clients behind one address (NAT, a load balancer) share its 50 SYNs a second.";
}

static void rule_empty_connections(struct findings *out, const struct evidence *e)
{
	const struct kind *open = population_kind(&e->population, IPPROTO_TCP, CT_STATE_TCP + 3, false);
	uint64_t dead = open ? kind_idle(open, DEAD_SECONDS) : 0;
	struct finding *f;

	if (!e->population.known || !many(e, dead, FLOOD_SHARE))
		return;
	f = finding_add(out, weight(e), "empty_connections",
			"%.0f %% of the table is open connections that nobody has used for 3 hours",
			100.0 * (double)dead / (double)e->population.entries);
	finding_why(f, "Peers that vanished without closing, or an attack by empty connections: each costs its "
		    "sender one handshake, and this table five days. See tcp_timeout_established; limit what one "
		    "source may hold open.");
	finding_count(f, "established", open->entries);
	finding_count(f, "idle_over_3h", dead);
	put_first_source(f, e);
	finding_frees(f, dead);
	finding_remove_open(f, e, DEAD_SECONDS);
	finding_do(f, "# and against more of them:");
	finding_do(f, "iptables -I INPUT -p tcp --syn -m connlimit --connlimit-above 200 -j REJECT");
	f->risk = "Clients behind one address share its 200 connections.";
}

/* The namespace a source is in; NULL: it is ours, or a saved dump does not tell. */
static const struct space *space_of(const struct population *p, const struct source *source)
{
	for (size_t i = 0; i < p->space_count; i++)
		if (p->spaces[i].netns == source->netns && !p->spaces[i].own)
			return &p->spaces[i];
	return NULL;
}

/* Where its packets come in, or are made: rules of our namespace do not see those of another. */
static void cut_off(struct finding *f, const struct source *source, const struct space *space, const char *address)
{
	static const char *const chains[] = { "PREROUTING", "OUTPUT" };
	char inside[32] = "";

	if (space && space->pid)
		(void)snprintf(inside, sizeof(inside), "nsenter -t %d -n ", space->pid);
	finding_do(f, "# to stop it before it is tracked%s:", !space ? "" : space->pid ? ", in its own namespace" :
		   ", to be run in its own namespace");
	for (int i = 0; i < 2; i++)
		finding_do(f, "%s%s -t raw -I %s -s %s -j DROP", inside,
			   source->family == AF_INET ? "iptables" : "ip6tables", chains[i], address);
	f->risk = "The last two commands cut this address off.";
}

static void rule_noisy_source(struct findings *out, const struct evidence *e)
{
	const struct population *p = &e->population;
	const struct space *space;
	char text[ADDRESS_MAX];
	struct finding *f;
	bool scan;

	if (!p->known || !p->source_count || !many(e, p->sources[0].entries, NOISY_SHARE))
		return;
	source_text(text, p, &p->sources[0]);
	scan = p->targets_known && p->targets >= SCAN_TARGETS && 2 * p->targets >= p->sources[0].entries;
	if (scan)
		f = finding_add(out, weight(e), "scan", "%s speaks to %s%" PRIu64 " addresses: a scan", text,
				p->targets_exact ? "" : "at least ", p->targets);
	else
		f = finding_add(out, weight(e), "noisy_source", "%s alone holds %.0f %% of the table", text,
				100.0 * (double)p->sources[0].entries / (double)p->entries);
	finding_why(f, scan ? "Each address it tries is an entry, answered or not." :
			      "If it is a proxy or a NAT gateway this may be right; else it crowds out all others.");
	put_first_source(f, e);
	if (p->targets_known)
		finding_count(f, p->targets_exact ? "targets" : "targets_at_least", p->targets);
	if (p->sources[0].netns)
		finding_count(f, "namespace", p->sources[0].netns);
	space = space_of(p, &p->sources[0]);
	if (space && space->name[0])
		finding_text(f, "name", space->name);
	finding_do(f, "ctscope who %s--src %s --by %s", e->saved ? "--from DUMP " : "", text,
		   p->redacted ? "src" : "dst,dport");
	/* Of a redacted one the neighbours would be cut off, too. */
	if (!p->redacted)
		cut_off(f, &p->sources[0], space, text);
}

static void rule_noisy_space(struct findings *out, const struct evidence *e)
{
	const struct population *p = &e->population;
	const struct space *first = NULL;
	struct finding *f;

	for (size_t i = 0; i < p->space_count && !first; i++)
		if (!p->spaces[i].own && p->spaces[i].netns)
			first = &p->spaces[i];
	if (!p->known || !first || p->space_total < 2 || !many(e, first->entries, NOISY_SHARE))
		return;
	f = finding_add(out, weight(e), "noisy_namespace", "%s holds %.0f %% of the table",
			first->name[0] ? first->name : "One namespace",
			100.0 * (double)first->entries / (double)p->entries);
	finding_why(f, "Each namespace has the whole limit to itself, but all share the buckets and the memory. Its "
		    "time-outs are its own: they are set inside it.");
	finding_count(f, "namespace", first->netns);
	finding_text(f, "name", first->name[0] ? first->name : "not known");
	finding_count(f, "namespace_entries", first->entries);
	finding_count(f, "namespaces", p->space_total);
	finding_do(f, "ctscope who --netns %" PRIu32, first->netns);
}

static void rule_chains(struct findings *out, const struct evidence *e)
{
	int64_t limit = evidence_setting(e, "max", 0);
	uint64_t enough = limit > 0 ? sizing_buckets((uint64_t)limit, SIZING_CHAIN) : 0;
	const struct chains *c = &e->chains;
	enum severity severity = c->verdict == CHAINS_ATTACK ? SEVERITY_CRITICAL :
				 c->verdict == CHAINS_UNEVEN ? SEVERITY_NOTE : SEVERITY_FINE;
	struct finding *f;

	if (!e->chains_known)
		return;
	if (c->limited && c->longest >= CHAINS_LIMIT_LOW && severity != SEVERITY_CRITICAL)
		severity = SEVERITY_WARNING;
	f = finding_add(out, severity, "chains", c->verdict == CHAINS_ATTACK ?
			"Hash collision attack: a chain of %" PRIu32 " nodes in bucket %" PRIu32 :
			severity == SEVERITY_WARNING ?
			"A hash chain is too long to insert into: %" PRIu32 " nodes in bucket %" PRIu32 :
			c->verdict == CHAINS_UNEVEN ? "The hash chains are uneven: %" PRIu32 " nodes in bucket %" PRIu32 :
			"The hash chains are even: length %" PRIu32 " at most, in bucket %" PRIu32,
			c->longest, c->longest_bucket);
	if (c->verdict == CHAINS_ATTACK)
		finding_why(f, "Chance alone would not do this: somebody sends connections that share a hash value, "
			    "and each of their packets costs a walk along that chain. Another number of buckets "
			    "scatters them until they are found anew.");
	else if (severity == SEVERITY_WARNING)
		finding_why(f, "This kernel refuses insertions into chains of 52 to 81 nodes, so connections are "
			    "dropped before the table is full. More buckets make shorter chains.");
	finding_count(f, "longest", c->longest);
	finding_count(f, "expected_longest", c->expected_longest);
	finding_ratio(f, "mean", c->mean);
	finding_count(f, "buckets", c->buckets);
	if (c->verdict == CHAINS_EVEN && severity == SEVERITY_FINE)
		return;
	finding_do(f, "ctscope chains");
	if (c->verdict != CHAINS_UNEVEN)
		finding_set(f, "buckets", (int64_t)(enough > 2 * c->buckets ? enough : 2 * c->buckets + 512));
}

/* UDP to port 53 twice at once from one socket: the resolver's A and AAAA, and a 5 s wait for the lost one. */
static void rule_clash(struct findings *out, const struct evidence *e)
{
	bool counted = e->counters_known & 1U << CT_dropped_clash;
	uint64_t now = counted ? e->delta[CT_dropped_clash] : e->kernel_delta[KERNEL_STAT_insert_failed];
	uint64_t failed = e->kernel_boot[KERNEL_STAT_insert_failed];
	uint64_t long_chains = e->kernel_boot[KERNEL_STAT_chain_too_long];
	uint64_t boot = e->kernel_known & 1U << KERNEL_STAT_insert_failed && failed > long_chains ?
			failed - long_chains : 0;
	struct finding *f;

	if (!now && !boot)
		return;
	if (now)
		f = finding_dropped(out, SEVERITY_WARNING, "clash", e, now, " by a clash");
	else
		f = finding_add(out, SEVERITY_NOTE, "clash", "%" PRIu64 " packet%s dropped by a clash since boot", boot,
				boot == 1 ? "" : "s");
	finding_why(f, "Two packets of one new connection met, and one was dropped. The known case is DNS: a resolver "
		    "asks for A and AAAA from one socket at once, loses one, and waits 5 s.");
	if (counted || e->kernel_known)
		finding_count(f, "dropped", now);
	finding_count(f, "insert_failed_since_boot", failed);
	if (e->kernel_known & 1U << KERNEL_STAT_clash_resolve)
		finding_count(f, "resolved_since_boot", e->kernel_boot[KERNEL_STAT_clash_resolve]);
	for (size_t i = 0; i < e->population.port_count; i++)
		if (e->population.ports[i].protocol == IPPROTO_UDP && e->population.ports[i].port == 53)
			finding_count(f, "dns_entries", e->population.ports[i].entries);
	finding_do(f, "# in the resolv.conf of the pods or machines that ask, one of:");
	finding_do(f, "echo options single-request-reopen >>/etc/resolv.conf");
	finding_do(f, "echo options use-vc >>/etc/resolv.conf");
	finding_do(f, "# or a DNS cache on each node (NodeLocal DNSCache), and on the node:");
	finding_notrack_port(f, "udp", 53);
	finding_do(f, "# and where masquerading rules choose ports: add --random-fully to them");
	f->risk = "NOTRACK for DNS breaks where DNAT (kube-proxy) leads to the server.";
}

finding_rule *const findings_attacks[] = {
	rule_chains, rule_syn_flood, rule_empty_connections, rule_noisy_source, rule_noisy_space, rule_clash,
	NULL,
};
