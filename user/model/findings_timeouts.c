// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Each time-out against what fills the table, and against the TCP stack.
 *
 * A time-out that is changed applies to an entry from its next packet on: one
 * that is silent keeps the time it has. `conntrack -U -t` is no way to shorten
 * that for one state: its --state does not choose entries, it is written into
 * all of them (seen with 1.4.7: TIME_WAIT became ESTABLISHED).
 */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include "findings.h"

#define FREES_MIN 100		/* entries: fewer are not worth a change */
#define FREES_SHARE 0.10	/* of all entries */
#define PRESSED_USED 0.50	/* from here on it is more than a note */
#define SOON 600		/* seconds */
#define KEEPALIVE_DEFAULT 7875	/* 7200 s, then 9 probes 75 s apart */

struct proposal {
	const char *setting;	/* short name */
	const char *list;	/* what conntrack -L is told to list them; */
	const char *only;	/* and awk, "": all of those */
	uint8_t protocol, state;
	bool stream;
	uint32_t seconds;	/* one of ct_idle_bounds */
	uint32_t (*propose)(const struct evidence *, uint32_t seconds);	/* NULL: as it stands */
	const char *why, *risk;
	uint32_t stack;		/* bit per enum tcp_stack_setting it is held against */
};

#define STACK(name) (1U << TCP_STACK_##name)

static bool tcp_is(const struct evidence *e, enum tcp_stack_setting which, int64_t value)
{
	return e->tcp.known & 1U << which && e->tcp.n[which] == value;
}

/* The first of the idle bounds that is not less. */
static uint32_t bound_from(int64_t seconds)
{
	for (int i = 0; i < CT_IDLE_BOUND_COUNT; i++)
		if (ct_idle_bounds[i] >= seconds)
			return ct_idle_bounds[i];
	return 0;
}

static uint32_t beyond_keepalive(const struct evidence *e, uint32_t seconds)
{
	int64_t keepalive = tcp_stack_keepalive(&e->tcp);

	(void)seconds;
	return bound_from(keepalive ? keepalive : KEEPALIVE_DEFAULT);
}

static uint32_t beyond_fin_timeout(const struct evidence *e, uint32_t seconds)
{
	int64_t stack = e->tcp.known & 1U << TCP_STACK_tcp_fin_timeout ?
			e->tcp.n[TCP_STACK_tcp_fin_timeout] : 0;

	return stack > seconds ? bound_from(stack) : seconds;
}

/* Without time stamps nothing but TIME_WAIT tells late segments of an old connection apart. */
static uint32_t with_timestamps(const struct evidence *e, uint32_t seconds)
{
	return tcp_is(e, TCP_STACK_tcp_timestamps, 0) ? 60 : seconds;
}

#define TCP(name, state) " -p tcp --state " name, "", IPPROTO_TCP, CT_STATE_TCP + (state), false

static const struct proposal proposals[] = {
	{ "tcp_timeout_established", TCP("ESTABLISHED", 3), 10800, beyond_keepalive,
	  "TCP keep-alive gives a vanished peer up earlier than this, so a connection silent for longer is "
	  "dead, or does without keep-alive.",
	  "A pool of idle connections without keep-alive breaks where NAT or a state rule needs the entry; "
	  "other connections are picked up again by their next packet (tcp_loose).",
	  STACK(tcp_keepalive_time) | STACK(tcp_keepalive_intvl) | STACK(tcp_keepalive_probes) },
	{ "tcp_timeout_syn_sent", TCP("SYN_SENT", 1), 30, NULL,
	  "No answer came. Each retransmitted SYN renews the entry, or makes a new one.",
	  "None known; a peer that answers a SYN after 30 s is rare.", 0 },
	{ "tcp_timeout_syn_recv", TCP("SYN_RECV", 2), 30, NULL,
	  "Half-open: the handshake's last packet did not come.",
	  "Clients on very slow links may have to try again.", STACK(tcp_syncookies) },
	{ "tcp_timeout_fin_wait", TCP("FIN_WAIT", 4), 60, beyond_fin_timeout,
	  "The TCP stack itself waits no longer than tcp_fin_timeout.",
	  "None known; a segment later than this is dropped or answered by RST anyway.",
	  STACK(tcp_fin_timeout) },
	{ "tcp_timeout_close_wait", TCP("CLOSE_WAIT", 5), 30, NULL,
	  "One end has closed, the other neither sends nor closes.",
	  "An application that pauses for longer in mid-answer after the peer's FIN loses its entry.", 0 },
	{ "tcp_timeout_last_ack", TCP("LAST_ACK", 6), 15, NULL,
	  "Both ends have closed; only the last ACK is missing.",
	  "A FIN retransmitted later than this meets no entry.", STACK(tcp_retries2) },
	{ "tcp_timeout_time_wait", TCP("TIME_WAIT", 7), 30, with_timestamps,
	  "Closed by both ends. Time stamps (PAWS) protect a new connection from late segments of an old one.",
	  "A port is reused sooner; with tcp_timestamps=0 late segments could meet a new connection.",
	  STACK(tcp_timestamps) | STACK(tcp_tw_reuse) },
	{ "udp_timeout", " -p udp", " && !/ASSURED/", IPPROTO_UDP, 0, false, 15, NULL,
	  "A question and its answer take seconds.",
	  "An answer that takes longer finds no entry: NAT and state rules drop it.", 0 },
	{ "udp_timeout_stream", " -p udp -u ASSURED", "", IPPROTO_UDP, 0, true, 60, NULL,
	  "QUIC, WireGuard and games keep their flows alive every 15 to 30 s.",
	  "UDP flows that are silent for longer and cross NAT lose their mapping.", 0 },
	{ "icmp_timeout", " -p icmp", "", IPPROTO_ICMP, 0, false, 10, NULL,
	  "A ping is answered at once, or not.", NULL, 0 },
	{ "icmpv6_timeout", " -p icmpv6", "", IPPROTO_ICMPV6, 0, false, 10, NULL,
	  "A ping is answered at once, or not.", NULL, 0 },
	{ "generic_timeout", "", " && / -p [0-9]/", 0, 0, false, 180, NULL,
	  "Protocols without a tracker of their own.",
	  "A tunnel (ESP, IPIP) silent for longer loses its entry; its next packet makes a new one.", 0 },
};

/*
 * Silent ones a second, from those that have been silent for between half the
 * proposed time and all of it; what the old time-out adds to that in the end.
 */
static bool steady_state(const struct evidence *e, const struct kind *kind, uint32_t seconds, int64_t now,
			 uint64_t *frees)
{
	int64_t max = evidence_setting(e, "max", 0);
	uint32_t from = 0;

	for (int i = 0; i < CT_IDLE_BOUND_COUNT && ct_idle_bounds[i] <= seconds / 2; i++)
		from = ct_idle_bounds[i];
	if (!from || from >= seconds)
		return false;
	*frees = (uint64_t)((double)(kind_idle(kind, from) - kind_idle(kind, seconds)) /
			    (double)(seconds - from) * (double)(now - seconds));
	/* There is no room for more. */
	if (max > 0 && *frees > (uint64_t)max)
		*frees = (uint64_t)max;
	return true;
}

/* Entries that were silent for so long at the beginning, and are not any more: they spoke, or ended. */
static uint64_t woke(const struct evidence *e, const struct proposal *p, uint32_t seconds)
{
	const struct kind *then = population_kind(&e->before, p->protocol, p->state, p->stream);
	const struct kind *now = population_kind(&e->population, p->protocol, p->state, p->stream);
	uint64_t before = then ? kind_idle(then, seconds) : 0, after = now ? kind_idle(now, seconds) : 0;

	return e->before.known && before > after ? before - after : 0;
}

static void put_pools(struct finding *f, const struct evidence *e, const struct proposal *p, uint32_t seconds)
{
	uint64_t count = woke(e, p, seconds);

	if (!count)
		return;
	finding_count(f, "spoke_after_pause", count);
	finding_why(f, "Careful: at least %" PRIu64 " that had been silent for over %" PRIu32
		    " s spoke again or closed while we looked: such pauses are normal here.", count, seconds);
}

/*
 * One that is sent again or not acknowledged goes by a shorter time-out than
 * its state's: with so little left, which of the two it was cannot be known.
 */
static int64_t unsure_below(const struct evidence *e, const struct proposal *p, int64_t now)
{
	int64_t retrans = evidence_setting(e, "tcp_timeout_max_retrans", 300);
	int64_t unacknowledged = evidence_setting(e, "tcp_timeout_unacknowledged", 300);
	int64_t shorter = retrans > unacknowledged ? retrans : unacknowledged;

	return p->protocol == IPPROTO_TCP && shorter < now ? shorter : 0;
}

/*
 * conntrack -D looks at every entry to find its own: 4.1 us each (1.4.7, on 20000 entries). The time-out is read
 * when the command runs: where it is lower by then, entries in use have little left, and are not to be removed.
 */
static void remove_silent(struct finding *f, const struct evidence *e, const struct proposal *p, uint32_t seconds)
{
	int64_t now = evidence_setting(e, p->setting, 0), unsure = unsure_below(e, p, now);
	double minutes = (double)f->frees * (double)e->population.own * 4.1e-6 / 60;
	char low[32] = "";

	if (unsure)
		(void)snprintf(low, sizeof(low), "$3 > %" PRId64 " && ", unsure);
	if (minutes < 1)
		finding_do(f, "# to remove the silent ones, before anything else:");
	else
		finding_do(f, "# to remove the silent ones, before anything else (each takes a pass over the table: "
			   "some %.0f minutes):", minutes);
	finding_do(f, "old=$(sysctl -n net.netfilter.nf_conntrack_%s)", p->setting);
	finding_do(f, "conntrack -L%s -o save |", p->list);
	finding_do(f, "awk -v old=$old '$2 == \"-t\" && %s$3 < old - %" PRIu32 "%s {", low, seconds, p->only);
	finding_do(f, "  sub(/-A -t [0-9]+ -u [A-Z_,]+/, \"-D\"); print }' | conntrack -R -");
}

void finding_remove_open(struct finding *f, const struct evidence *e, uint32_t seconds)
{
	remove_silent(f, e, &proposals[0], seconds);
}

/* Those with a short old time-out are gone soon enough. Others would stay for as long as days. */
static void put_commands(struct finding *f, const struct evidence *e, const struct proposal *p, uint32_t seconds,
			 int64_t now)
{
	if (now <= SOON) {
		f->frees_within = (uint32_t)now;
		finding_why(f, "Entries already there go by the old time-out, within %" PRId64
			    " s, and from the count with the kernel's next gc.", now);
	} else {
		finding_why(f, "Entries already there keep their old time until their next packet; silent ones have "
			    "to be removed.");
		remove_silent(f, e, p, seconds);
		finding_do(f, "# and for those to come:");
	}
	finding_set(f, p->setting, seconds);
}

static bool is_generic(const struct kind *kind)
{
	static const uint8_t known[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_GRE,
					 132, 33, 136 };

	return !memchr(known, kind->protocol, sizeof(known));
}

/* All protocols without a tracker go by one time-out. */
static bool find_kind(const struct population *p, const struct proposal *proposal, struct kind *out)
{
	const struct kind *kind = population_kind(p, proposal->protocol, proposal->state, proposal->stream);

	*out = kind ? *kind : (struct kind){ 0 };
	for (size_t i = 0; !proposal->protocol && i < p->kind_count; i++) {
		if (!is_generic(&p->kinds[i]))
			continue;
		out->entries += p->kinds[i].entries;
		for (int k = 0; k < CT_IDLE_COUNT; k++)
			out->idle[k] += p->kinds[i].idle[k];
	}
	return out->entries;
}

static void look_at(struct findings *out, const struct evidence *e, const struct proposal *p)
{
	uint32_t seconds = p->propose ? p->propose(e, p->seconds) : p->seconds;
	int64_t now = evidence_setting(e, p->setting, 0);
	bool pressed = evidence_used(e) >= PRESSED_USED;
	struct finding *f;
	struct kind kind;
	uint64_t frees;

	if (!seconds || now <= (int64_t)seconds || !find_kind(&e->population, p, &kind))
		return;
	frees = kind_idle(&kind, seconds);
	if (frees < FREES_MIN || (double)frees < FREES_SHARE * (double)e->population.entries)
		return;
	f = finding_add(out, pressed ? SEVERITY_WARNING : SEVERITY_NOTE, "timeout", "%s: %" PRIu64
			" entries silent for over %" PRIu32 " s, kept for %" PRId64, p->setting, frees, seconds,
			now);
	f->rule = p->setting;
	finding_why(f, "%s", p->why);
	finding_count(f, "entries", kind.entries);
	finding_count(f, "idle_longer", frees);
	finding_count(f, "timeout_seconds", (uint64_t)now);
	finding_count(f, "proposed_seconds", seconds);
	finding_frees(f, frees);
	f->frees_steady_known = steady_state(e, &kind, seconds, now, &f->frees_steady);
	for (int i = 0; i < TCP_STACK_COUNT; i++)
		if (p->stack & e->tcp.known & 1U << i)
			finding_number(f, tcp_stack_names[i], e->tcp.n[i]);
	put_pools(f, e, p, seconds);
	put_commands(f, e, p, seconds, now);
	f->risk = p->risk;
}

static void rule_timeouts(struct findings *out, const struct evidence *e)
{
	if (!e->population.known || !e->population.idle_known || !e->settings_known)
		return;
	for (size_t i = 0; i < sizeof(proposals) / sizeof(proposals[0]); i++)
		look_at(out, e, &proposals[i]);
}

static void rule_established_too_short(struct findings *out, const struct evidence *e)
{
	int64_t established = evidence_setting(e, "tcp_timeout_established", 0);
	int64_t first = e->tcp.known & 1U << TCP_STACK_tcp_keepalive_time ?
			e->tcp.n[TCP_STACK_tcp_keepalive_time] : 0;
	struct finding *f;

	if (!established || !first || established >= first)
		return;
	f = finding_add(out, SEVERITY_NOTE, "established_below_keepalive",
			"Open connections are forgotten after %" PRId64 " s, before keep-alive's first probe",
			established);
	finding_why(f, "A connection idle for longer than that loses its entry although both ends hold it open: "
		    "idle pools break where NAT or a state rule needs it. Have the applications probe sooner.");
	finding_number(f, "tcp_timeout_established", established);
	finding_number(f, "tcp_keepalive_time", first);
	finding_do(f, "sysctl -w net.ipv4.tcp_keepalive_time=%" PRId64, established / 2 ? established / 2 : 1);
	f->risk = "A keep-alive packet more for each idle connection.";
}

static void rule_fin_wait_too_short(struct findings *out, const struct evidence *e)
{
	int64_t fin_wait = evidence_setting(e, "tcp_timeout_fin_wait", 0);
	int64_t stack = e->tcp.known & 1U << TCP_STACK_tcp_fin_timeout ?
			e->tcp.n[TCP_STACK_tcp_fin_timeout] : 0;
	struct finding *f;

	if (!fin_wait || !stack || fin_wait >= stack)
		return;
	f = finding_add(out, SEVERITY_NOTE, "fin_wait_below_stack",
			"Closing connections are forgotten after %" PRId64 " s; TCP itself waits %" PRId64 " s", fin_wait,
			stack);
	finding_why(f, "A FIN that comes in between meets no entry, and is INVALID to a state rule.");
	finding_number(f, "tcp_timeout_fin_wait", fin_wait);
	finding_number(f, "tcp_fin_timeout", stack);
	finding_do(f, "sysctl -w net.ipv4.tcp_fin_timeout=%" PRId64, fin_wait);
}

finding_rule *const findings_timeouts[] = {
	rule_timeouts, rule_established_too_short, rule_fin_wait_too_short, NULL,
};
