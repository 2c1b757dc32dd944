// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What need not be tracked at all, and who wants it tracked. */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include "findings.h"
#include "protocol.h"

#define SHARE_MIN 0.20
#define ENTRIES_MIN 200
#define PRESSED_USED 0.50

static enum severity weight(const struct evidence *e)
{
	return evidence_used(e) >= PRESSED_USED ? SEVERITY_WARNING : SEVERITY_NOTE;
}

static bool large(const struct evidence *e, uint64_t entries)
{
	return entries >= ENTRIES_MIN && (double)entries >= SHARE_MIN * (double)evidence_entries(e);
}

/* One direction of what is not to be tracked any more, for both tools. */
struct match {
	const char *iptables, *nft;	/* "-i lo", "iifname lo" */
};

/*
 * What matches a state rule today must be accepted as untracked before the
 * first packet goes untracked: hence this order.
 */
static void accept_with_iptables(struct finding *f, const char *chain, const char *match)
{
	static const char *const tools[] = { "iptables", "ip6tables" };

	for (int i = 0; i < 2; i++)
		finding_do(f, "%s -I %s %s -m conntrack --ctstate UNTRACKED -j ACCEPT", tools[i], chain, match);
}

static void notrack_with_iptables(struct finding *f, const char *chain, const char *match)
{
	static const char *const tools[] = { "iptables", "ip6tables" };

	for (int i = 0; i < 2; i++)
		finding_do(f, "%s -t raw -I %s %s -j CT --notrack", tools[i], chain, match);
}

/* A verdict of our own chain would not keep theirs from dropping: it goes into each of theirs. */
static void accept_with_nft(struct finding *f, const struct ruleset *rules, const struct match *in,
			    const struct match *out)
{
	for (size_t i = 0; i < rules->chain_count; i++) {
		const struct ruleset_chain *chain = &rules->chains[i];
		const struct match *match = !strcmp(chain->hook, "output") ? out : in;

		if (!strcmp(chain->hook, "forward") && strstr(match->nft, "name lo"))
			continue;
		finding_do(f, "nft insert rule %s %s %s %s ct state untracked accept", chain->family, chain->table,
			   chain->chain, match->nft);
	}
}

/* Nobody told us their chains: untracked packets would meet their state rules. */
static void accept_somewhere(struct finding *f, const struct ruleset *rules, const char *match)
{
	if (!rules->known)
		finding_do(f, "# first, into each chain with state rules: %s ct state untracked accept", match);
}

static void nft_table(struct finding *f)
{
	finding_do(f, "nft add table inet bypass");
	finding_do(f, "nft 'add chain inet bypass in { type filter hook prerouting priority raw; }'");
	finding_do(f, "nft 'add chain inet bypass out { type filter hook output priority raw; }'");
}

static void rule_loopback(struct findings *out, const struct evidence *e)
{
	static const struct match in = { "-i lo", "iifname lo" }, to = { "-o lo", "oifname lo" };
	uint64_t entries = e->population.loopback;
	struct finding *f;

	if (!e->population.known || !large(e, entries))
		return;
	f = finding_add(out, weight(e), "loopback", "%.0f %% of the table is this machine talking to itself",
			100.0 * (double)entries / (double)e->population.entries);
	finding_why(f, "A proxy and its back ends on one machine cost an entry a connection, for nothing.");
	finding_count(f, "loopback", entries);
	finding_ratio(f, "share", (double)entries / (double)e->population.entries);
	finding_frees(f, entries);
	finding_do(f, "# with iptables:");
	accept_with_iptables(f, "INPUT", in.iptables);
	accept_with_iptables(f, "OUTPUT", to.iptables);
	notrack_with_iptables(f, "PREROUTING", in.iptables);
	notrack_with_iptables(f, "OUTPUT", to.iptables);
	finding_do(f, "# or with nft:");
	accept_somewhere(f, &e->ruleset, in.nft);
	accept_somewhere(f, &e->ruleset, to.nft);
	accept_with_nft(f, &e->ruleset, &in, &to);
	nft_table(f);
	finding_do(f, "nft add rule inet bypass in iifname lo notrack");
	finding_do(f, "nft add rule inet bypass out oifname lo notrack");
	finding_do(f, "# entries that are there stay until their time-out; to remove them now:");
	finding_do(f, "conntrack -D -s 127.0.0.0/8");
	finding_do(f, "conntrack -D -f ipv6 -s ::1");
	f->risk = "NAT and state rules no longer see loopback: a port published on 127.0.0.1 by DNAT (Docker "
		  "without its proxy, NodePort on localhost) stops working.";
}

void finding_notrack_port(struct finding *f, const char *protocol, uint16_t port)
{
	static const char *const filtered[] = { "INPUT", "FORWARD", "OUTPUT" };
	static const char *const raw[] = { "PREROUTING", "OUTPUT" };

	finding_do(f, "for ipt in iptables ip6tables; do");
	for (int i = 0; i < 3; i++)
		for (int reply = 0; reply < 2; reply++)
			finding_do(f, "  $ipt -I %s -p %s --%cport %u -m conntrack --ctstate UNTRACKED -j ACCEPT",
				   filtered[i], protocol, reply ? 's' : 'd', port);
	for (int i = 0; i < 2; i++)
		for (int reply = 0; reply < 2; reply++)
			finding_do(f, "  $ipt -t raw -I %s -p %s --%cport %u -j CT --notrack", raw[i], protocol,
				   reply ? 's' : 'd', port);
	finding_do(f, "done");
}

static void rule_busy_port(struct findings *out, const struct evidence *e)
{
	const struct port *port = e->population.ports;
	const char *name;
	char protocol[16], match[40];
	struct finding *f;

	/* Loopback is most of it: its own rule does better. */
	if (!e->population.known || !e->population.port_count || !large(e, port->entries) ||
	    2 * e->population.loopback > port->entries)
		return;
	name = protocol_name(protocol, port->protocol);
	f = finding_add(out, weight(e), "busy_port", "%.0f %% of the table goes to %s port %u",
			100.0 * (double)port->entries / (double)e->population.entries, name, port->port);
	finding_why(f, "If no rule needs its state and no NAT touches it, it need not be tracked.");
	finding_text(f, "protocol", name);
	finding_count(f, "port", port->port);
	finding_count(f, "port_entries", port->entries);
	finding_ratio(f, "share", (double)port->entries / (double)e->population.entries);
	finding_frees(f, port->entries);
	finding_do(f, "# with iptables:");
	finding_notrack_port(f, name, port->port);
	finding_do(f, "# or with nft:");
	for (int reply = 0; reply < 2; reply++) {
		(void)snprintf(match, sizeof(match), "%s %cport %u", name, reply ? 's' : 'd', port->port);
		accept_somewhere(f, &e->ruleset, match);
	}
	for (size_t i = 0; i < e->ruleset.chain_count; i++)
		for (int reply = 0; reply < 2; reply++)
			finding_do(f, "nft insert rule %s %s %s %s %cport %u ct state untracked accept",
				   e->ruleset.chains[i].family, e->ruleset.chains[i].table,
				   e->ruleset.chains[i].chain, name, reply ? 's' : 'd', port->port);
	nft_table(f);
	finding_do(f, "nft 'add rule inet bypass in %s dport %u notrack'", name, port->port);
	finding_do(f, "nft 'add rule inet bypass in %s sport %u notrack'", name, port->port);
	finding_do(f, "nft 'add rule inet bypass out %s sport %u notrack'", name, port->port);
	finding_do(f, "nft 'add rule inet bypass out %s dport %u notrack'", name, port->port);
	finding_do(f, "# entries that are there stay until their time-out; to remove them now:");
	finding_do(f, "conntrack -D -f ipv4 -p %s --dport %u", name, port->port);
	finding_do(f, "conntrack -D -f ipv6 -p %s --dport %u", name, port->port);
	f->risk = "NAT (Docker, kube-proxy, masquerading) and state rules no longer work for this port: "
		  "its traffic must be allowed in both directions by rules without state.";
}

static void join(char *out, size_t size, const char *word)
{
	size_t len = strlen(out);

	if (len < size)
		(void)snprintf(out + len, size - len, "%s%s", len ? " " : "", word);
}

static void put_holders(struct finding *f, const struct evidence *e)
{
	const struct holders *h = &e->holders;
	char modules[96] = "", services[96] = "";

	for (size_t i = 0; i < h->module_count; i++)
		join(modules, sizeof(modules), h->modules[i]);
	for (size_t i = 0; i < h->service_count; i++)
		join(services, sizeof(services), h->services[i]);
	if (h->module_count)
		finding_text(f, "modules", modules);
	if (h->refcount_known)
		finding_number(f, "refcount", h->refcount);
	if (h->service_count)
		finding_text(f, "services", services);
	if (!e->ruleset.known)
		return;
	finding_count(f, "state_rules", e->ruleset.state_rules);
	finding_count(f, "nat_rules", e->ruleset.nat_rules);
	finding_count(f, "notrack_rules", e->ruleset.notrack_rules);
}

/* Tracking costs even where nobody looks at it. */
static void rule_holders(struct findings *out, const struct evidence *e)
{
	bool wanted = e->ruleset.state_rules || e->ruleset.nat_rules || e->holders.service_count;
	uint64_t entries = e->population.own;
	struct finding *f;

	if (!e->holders_known)
		return;
	/* Of other namespaces the rules are not known. */
	if (!e->ruleset.known || !e->population.known || wanted || entries < ENTRIES_MIN) {
		f = finding_add(out, SEVERITY_FINE, "holders", wanted ? "Rules or services here need tracking" :
				e->population.known && e->ruleset.known ? "Nothing here tracks much" :
				"Who needs tracking could not be looked at");
		put_holders(f, e);
		return;
	}
	f = finding_add(out, SEVERITY_NOTE, "not_needed", "No rule, NAT or known service here needs tracking");
	finding_why(f, "Still %" PRIu64 " entries are kept: %s.", entries, e->holders.module_count ?
		    "the modules below hold it; unload them, then nf_conntrack" : "a rule that is gone asked for it");
	put_holders(f, e);
	finding_frees(f, entries);
	for (size_t i = 0; i < e->holders.module_count && i < 8; i++)
		finding_do(f, "modprobe -r %s", e->holders.modules[i]);
	finding_do(f, "modprobe -r nf_conntrack");
	f->risk = "What the modules serve stops working; modprobe refuses while one of them is in use.";
}

static void put_listeners(struct finding *f, const struct holders *h)
{
	char names[96] = "";

	for (size_t i = 0; i < h->listener_count; i++) {
		char word[40] = "unknown";

		if (h->listeners[i].pid)
			(void)snprintf(word, sizeof(word), "%s(%d)", h->listeners[i].name, h->listeners[i].pid);
		join(names, sizeof(names), word);
	}
	finding_text(f, "listeners", names);
}

static void rule_events(struct findings *out, const struct evidence *e)
{
	int64_t events = evidence_setting(e, "events", 0);
	const struct setting *setting = e->settings_known ? settings_find(&e->settings, "events") : NULL;
	struct finding *f;

	if (events && e->holders_known && e->holders.listener_count) {
		f = finding_add(out, SEVERITY_NOTE, "event_listener", "Somebody listens to every event of the table");
		finding_why(f, "Each new and each ended connection is then sent as a message: three times the cost "
			    "of a connection, and lost when the listener is slow.");
		put_listeners(f, &e->holders);
		finding_number(f, "nf_conntrack_events", events);
		f->risk = "Ending the listener ends what it does (conntrackd, flow logs).";
	} else if (events == 1 && setting && setting->default_known && setting->default_value == 2) {
		f = finding_add(out, SEVERITY_NOTE, "events_always", "Events are prepared although nobody listens");
		finding_why(f, "2 (auto), this kernel's default, prepares them only while somebody does.");
		finding_number(f, "nf_conntrack_events", events);
		finding_set(f, "events", 2);
	}
}

finding_rule *const findings_tracking[] = {
	rule_loopback, rule_busy_port, rule_holders, rule_events, NULL,
};
