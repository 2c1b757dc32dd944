// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every rule of `doctor`: made evidence triggers it with the right numbers; a healthy machine triggers none. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>
#include "golden.h"
#include "made_evidence.h"
#include "render/record.h"
#include "render/text.h"
#include "sample.h"

struct made {
	struct evidence *e;
	struct findings *findings;
};

static void diagnose(struct made *m)
{
	findings_free(m->findings);
	m->findings = findings_new();
	assert_non_null(m->findings);
	findings_diagnose(m->findings, m->e);
}

static struct made begin(void)
{
	return (struct made){ .e = made_healthy() };
}

static void end(struct made *m)
{
	findings_free(m->findings);
	made_free(m->e);
}

static const struct finding *find(const struct made *m, const char *rule)
{
	for (size_t i = 0; i < m->findings->count; i++)
		if (!strcmp(m->findings->list[i].rule, rule))
			return &m->findings->list[i];
	return NULL;
}

static const struct finding *expect(const struct made *m, const char *rule, enum severity severity)
{
	const struct finding *f = find(m, rule);

	if (!f)
		fail_msg("no finding '%s'", rule);
	if (f->severity != severity)
		fail_msg("'%s' is %s, want %s", rule, severity_names[f->severity], severity_names[severity]);
	return f;
}

static uint64_t count_of(const struct finding *f, const char *name)
{
	for (size_t i = 0; i < f->fact_count; i++)
		if (!strcmp(f->facts[i].name, name))
			return f->facts[i].kind == FACT_SIGNED ? (uint64_t)f->facts[i].number : f->facts[i].count;
	fail_msg("'%s' has no evidence '%s'", f->rule, name);
	return 0;
}

static bool does(const struct finding *f, const char *command)
{
	for (size_t i = 0; i < f->remedy_count; i++)
		if (!strcmp(f->remedy[i], command))
			return true;
	return false;
}

static void expect_command(const struct finding *f, const char *command)
{
	if (does(f, command))
		return;
	for (size_t i = 0; i < f->remedy_count; i++)
		print_message("  %s\n", f->remedy[i]);
	fail_msg("'%s' has no command '%s'", f->rule, command);
}

static void healthy(void **state)
{
	struct made m = begin();

	(void)state;
	diagnose(&m);
	assert_int_equal(m.findings->by_severity[SEVERITY_CRITICAL], 0);
	assert_int_equal(m.findings->by_severity[SEVERITY_WARNING], 0);
	assert_int_equal(m.findings->by_severity[SEVERITY_NOTE], 0);
	assert_true(m.findings->by_severity[SEVERITY_FINE] >= 4);
	end(&m);
}

static void nothing_known(void **state)
{
	struct evidence nothing = { 0 };
	struct findings *findings = findings_new();

	(void)state;
	assert_non_null(findings);
	findings_diagnose(findings, &nothing);
	assert_int_equal(findings->count, 0);
	findings_free(findings);
}

static void full(void **state)
{
	static const struct { const char *max; uint64_t entries; enum severity want; } rows[] = {
		{ "262144", 209714, SEVERITY_FINE }, { "262144", 209716, SEVERITY_WARNING },
		{ "262144", 249037, SEVERITY_CRITICAL }, { "262144", 262144, SEVERITY_CRITICAL },
	};
	struct made m = begin();
	const struct finding *f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		made_sizes(m.e, rows[i].max, "262144", rows[i].entries);
		m.e->population.assured = rows[i].entries / 4;
		diagnose(&m);
		f = expect(&m, "table_full", rows[i].want);
		assert_int_equal(count_of(f, "entries"), rows[i].entries);
		assert_int_equal(count_of(f, "max"), 262144);
		assert_int_equal(count_of(f, "evictable"), rows[i].entries - rows[i].entries / 4);
	}
	/* twice today's peak, and no less than twice the limit */
	expect_command(f, "sysctl -w net.netfilter.nf_conntrack_max=524288");
	expect_command(f, "sysctl -w net.netfilter.nf_conntrack_buckets=524288");
	assert_string_equal(f->cost, "132 MiB of kernel memory when full, 66 MiB more than now");
	/* a saved dump tells as much, but for the memory */
	m.e->table_known = false;
	m.e->table = (struct table_state){ 0 };
	diagnose(&m);
	f = expect(&m, "table_full", SEVERITY_CRITICAL);
	expect_command(f, "sysctl -w net.netfilter.nf_conntrack_max=524288");
	assert_string_equal(f->cost, "");
	m.e->table_known = true;
	made_sizes(m.e, "262144", "262144", 100000);
	m.e->table.fill_seconds = 300;
	diagnose(&m);
	f = expect(&m, "table_full", SEVERITY_WARNING);
	assert_string_equal(f->title, "The table will be full in 5 minutes at this pace");
	m.e->table.fill_seconds = 45;
	diagnose(&m);
	assert_string_equal(expect(&m, "table_full", SEVERITY_WARNING)->title,
			    "The table will be full in 45 seconds at this pace");
	/* ten seconds do not tell for sure what comes in an hour */
	m.e->table.fill_seconds = 1200;
	diagnose(&m);
	f = expect(&m, "table_full", SEVERITY_NOTE);
	assert_string_equal(f->title, "The table will be full in 20 minutes at this pace");
	end(&m);
}

static void drops(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	m.e->delta[CT_dropped_table_full] = 1234;
	m.e->delta[CT_dropped_chain_too_long] = 7;
	m.e->delta[CT_dropped_no_memory] = 1;
	m.e->delta[CT_dropped_clash] = 3;
	m.e->delta[CT_dropped_other] = 2;
	diagnose(&m);
	f = expect(&m, "drops_table_full", SEVERITY_CRITICAL);
	assert_string_equal(f->title, "1234 packets dropped in 10 s for a full table");
	assert_int_equal(count_of(f, "dropped"), 1234);
	assert_int_equal(count_of(expect(&m, "drops_chain_too_long", SEVERITY_CRITICAL), "dropped"), 7);
	m.e->table.memory_bytes = 1280000;
	diagnose(&m);
	f = expect(&m, "drops_no_memory", SEVERITY_CRITICAL);
	assert_int_equal(count_of(f, "dropped"), 1);
	assert_int_equal(count_of(f, "table_bytes"), 1280000);
	assert_int_equal(count_of(expect(&m, "drops_other", SEVERITY_WARNING), "dropped"), 2);
	f = expect(&m, "clash", SEVERITY_WARNING);
	assert_int_equal(count_of(f, "dropped"), 3);
	assert_null(find(&m, "drops_now"));
	m.e->counters_known &= ~(1U << CT_dropped_table_full);
	diagnose(&m);
	assert_string_equal(expect(&m, "drops_other", SEVERITY_WARNING)->why,
			    "Whether the table was full cannot be seen here; `ctscope kernel` says why.");
	/* sorted */
	for (size_t i = 1; i < m.findings->count; i++)
		assert_true(m.findings->list[i - 1].severity <= m.findings->list[i].severity);
	m.e->counters_known = 0;
	m.e->kernel_delta[KERNEL_STAT_drop] = 20;
	m.e->kernel_delta[KERNEL_STAT_chain_too_long] = 5;
	diagnose(&m);
	assert_int_equal(count_of(expect(&m, "drops_now", SEVERITY_CRITICAL), "dropped"), 25);
	assert_null(find(&m, "drops_table_full"));
	end(&m);
}

static void since_boot(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	diagnose(&m);
	expect(&m, "full_before", SEVERITY_FINE);
	m.e->kernel_boot[KERNEL_STAT_drop] = 40;
	m.e->kernel_boot[KERNEL_STAT_insert_failed] = 40;
	diagnose(&m);
	expect(&m, "full_before", SEVERITY_NOTE);
	f = expect(&m, "clash", SEVERITY_NOTE);
	assert_string_equal(f->title, "40 packets dropped by a clash since boot");
	/* long chains are failed insertions, but none of these drops */
	m.e->kernel_boot[KERNEL_STAT_insert_failed] = 50;
	m.e->kernel_boot[KERNEL_STAT_chain_too_long] = 20;
	diagnose(&m);
	assert_string_equal(expect(&m, "full_before", SEVERITY_NOTE)->title,
			    "10 packets dropped since boot, by neither a clash nor a chain");
	m.e->kernel_boot[KERNEL_STAT_drop] = 30;
	diagnose(&m);
	assert_string_equal(expect(&m, "full_before", SEVERITY_WARNING)->title,
			    "20 packets dropped since boot because a hash chain was too long");
	m.e->kernel_boot[KERNEL_STAT_drop] = 140;
	m.e->kernel_boot[KERNEL_STAT_early_drop] = 900;
	m.e->log_lines = 12;
	diagnose(&m);
	f = expect(&m, "full_before", SEVERITY_WARNING);
	assert_string_equal(f->title, "The table was full some time since boot: 140 packets dropped, 900 entries thrown out");
	assert_int_equal(count_of(f, "log_lines"), 12);
	end(&m);
}

static void sizes(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	made_sizes(m.e, "65536", "16384", 5000);
	diagnose(&m);
	f = expect(&m, "limit_below_default", SEVERITY_WARNING);
	assert_int_equal(count_of(f, "default_max"), 262144);
	expect_command(f, "sysctl -w net.netfilter.nf_conntrack_max=262144");
	expect(&m, "buckets", SEVERITY_FINE);	/* 8 nodes a chain: as older kernels choose */
	made_sizes(m.e, "262144", "16384", 5000);
	diagnose(&m);
	assert_null(find(&m, "limit_below_default"));
	f = expect(&m, "buckets", SEVERITY_WARNING);
	expect_command(f, "sysctl -w net.netfilter.nf_conntrack_buckets=262144");
	assert_null(strstr(f->why, "refuses"));
	made_sizes(m.e, "1048576", "16384", 5000);
	diagnose(&m);
	assert_non_null(strstr(expect(&m, "buckets", SEVERITY_WARNING)->why, "refuses"));
	made_sizes(m.e, "30000000", "30000000", 5000);
	diagnose(&m);
	f = expect(&m, "memory", SEVERITY_WARNING);
	assert_int_equal(count_of(f, "memory_bytes"), 30000000ULL * (256 + 8));
	made_setting(m.e, "max", "0");
	diagnose(&m);
	expect(&m, "no_limit", SEVERITY_WARNING);
	assert_null(find(&m, "table_full"));
	end(&m);
}

static void add_persistent(struct evidence *e, const char *name, int64_t value, const char *file)
{
	struct persistent *p = &e->persistence.list[e->persistence.count++];

	(void)snprintf(p->name, sizeof(p->name), "%s", name);
	(void)snprintf(p->file, sizeof(p->file), "%s", file);
	p->value = value;
}

static void persistence(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	made_setting(m.e, "tcp_timeout_time_wait", "30");
	diagnose(&m);
	f = expect(&m, "not_persistent", SEVERITY_NOTE);
	expect_command(f, "echo net.netfilter.nf_conntrack_tcp_timeout_time_wait=30 >>/etc/sysctl.d/conntrack.conf");
	made_setting(m.e, "max", "1048576");
	made_setting(m.e, "buckets", "1048576");
	diagnose(&m);
	expect(&m, "not_persistent", SEVERITY_WARNING);
	add_persistent(m.e, "max", 1048576, "/etc/sysctl.d/90.conf");
	add_persistent(m.e, "hashsize", 1048576, "/etc/modprobe.d/ct.conf");
	add_persistent(m.e, "tcp_timeout_time_wait", 30, "/etc/sysctl.conf");
	diagnose(&m);
	assert_null(find(&m, "not_persistent"));
	assert_null(find(&m, "not_applied"));
	assert_null(find(&m, "hashsize_conflict"));
	m.e->persistence.list[0].value = 2000000;
	diagnose(&m);
	f = expect(&m, "not_applied", SEVERITY_NOTE);
	assert_string_equal(f->title, "/etc/sysctl.d/90.conf says max = 2000000, the kernel has 1048576");
	add_persistent(m.e, "buckets", 65536, "/etc/sysctl.d/90.conf");
	diagnose(&m);
	f = expect(&m, "hashsize_conflict", SEVERITY_NOTE);
	assert_int_equal(count_of(f, "hashsize"), 1048576);
	expect_command(f, "sed -i s/hashsize=1048576/hashsize=65536/ /etc/modprobe.d/ct.conf");
	m.e->persistence.count = 0;
	add_persistent(m.e, "hashsize", 131072, "/etc/modprobe.d/ct.conf");
	diagnose(&m);
	assert_string_equal(expect(&m, "hashsize_conflict", SEVERITY_NOTE)->title,
			    "hashsize=131072 alone makes the limit 1048576");
	end(&m);
}

/* Every row of the table: entries silent for longer are freed, the others are not counted. */
static void timeouts(void **state)
{
	static const struct {
		const char *rule;
		uint8_t protocol, state;
		bool stream;
		uint32_t proposed, timeout;
	} rows[] = {
		{ "tcp_timeout_established", IPPROTO_TCP, 3, false, 10800, 432000 },
		{ "tcp_timeout_syn_sent", IPPROTO_TCP, 1, false, 30, 120 },
		{ "tcp_timeout_syn_recv", IPPROTO_TCP, 2, false, 30, 60 },
		{ "tcp_timeout_fin_wait", IPPROTO_TCP, 4, false, 60, 120 },
		{ "tcp_timeout_close_wait", IPPROTO_TCP, 5, false, 30, 60 },
		{ "tcp_timeout_last_ack", IPPROTO_TCP, 6, false, 15, 30 },
		{ "tcp_timeout_time_wait", IPPROTO_TCP, 7, false, 30, 120 },
		{ "udp_timeout", IPPROTO_UDP, 0, false, 15, 30 },
		{ "udp_timeout_stream", IPPROTO_UDP, 0, true, 60, 120 },
		{ "icmp_timeout", IPPROTO_ICMP, 0, false, 10, 30 },
		{ "icmpv6_timeout", IPPROTO_ICMPV6, 0, false, 10, 30 },
		{ "generic_timeout", 50, 0, false, 180, 600 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m = begin();
		const struct finding *f;
		char set[96];

		made_kind(&m.e->population, rows[i].protocol, rows[i].state, rows[i].stream, 2000, rows[i].timeout - 1);
		made_kind(&m.e->population, rows[i].protocol, rows[i].state, rows[i].stream, 700, rows[i].proposed);
		made_kind(&m.e->population, rows[i].protocol, rows[i].state, rows[i].stream, 400, rows[i].proposed - 1);
		diagnose(&m);
		f = expect(&m, rows[i].rule, SEVERITY_NOTE);
		assert_true(f->frees_known);
		assert_int_equal(f->frees, 2700);
		assert_int_equal(count_of(f, "entries"), 3100);
		assert_int_equal(count_of(f, "timeout_seconds"), rows[i].timeout);
		assert_int_equal(count_of(f, "proposed_seconds"), rows[i].proposed);
		(void)snprintf(set, sizeof(set), "sysctl -w net.netfilter.nf_conntrack_%s=%u", rows[i].rule,
			       rows[i].proposed);
		expect_command(f, set);
		/* gone by their old time-out soon enough, but for open connections */
		assert_int_equal(f->remedy_count, rows[i].timeout > 600 ? 7 : 1);
		assert_int_equal(f->frees_within, rows[i].timeout > 600 ? 0 : rows[i].timeout);
		/* a time-out that is as short already, and a rare state, are not touched */
		(void)snprintf(set, sizeof(set), "%u", rows[i].proposed);
		made_setting(m.e, rows[i].rule, set);
		diagnose(&m);
		assert_null(find(&m, rows[i].rule));
		end(&m);
	}
}

/* What would stay for long is removed by commands: as many as it says, and no other kind. */
static void the_silent_are_removed(void **state)
{
	static const struct {
		const char *rule;
		uint8_t protocol, state;
		bool stream;
		const char *list, *take;
	} rows[] = {
		{ "tcp_timeout_established", IPPROTO_TCP, 3, false, "conntrack -L -p tcp --state ESTABLISHED -o save |",
		  "awk -v old=$old '$2 == \"-t\" && $3 > 300 && $3 < old - 10800 {" },
		{ "tcp_timeout_close_wait", IPPROTO_TCP, 5, false, "conntrack -L -p tcp --state CLOSE_WAIT -o save |",
		  "awk -v old=$old '$2 == \"-t\" && $3 > 300 && $3 < old - 30 {" },
		{ "udp_timeout", IPPROTO_UDP, 0, false, "conntrack -L -p udp -o save |",
		  "awk -v old=$old '$2 == \"-t\" && $3 < old - 15 && !/ASSURED/ {" },
		{ "udp_timeout_stream", IPPROTO_UDP, 0, true, "conntrack -L -p udp -u ASSURED -o save |",
		  "awk -v old=$old '$2 == \"-t\" && $3 < old - 60 {" },
		{ "icmpv6_timeout", IPPROTO_ICMPV6, 0, false, "conntrack -L -p icmpv6 -o save |",
		  "awk -v old=$old '$2 == \"-t\" && $3 < old - 10 {" },
		{ "generic_timeout", 253, 0, false, "conntrack -L -o save |",
		  "awk -v old=$old '$2 == \"-t\" && $3 < old - 180 && / -p [0-9]/ {" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m = begin();
		const struct finding *f;

		made_setting(m.e, rows[i].rule, "100000");
		made_kind(&m.e->population, rows[i].protocol, rows[i].state, rows[i].stream, 4000, 90000);
		diagnose(&m);
		f = expect(&m, rows[i].rule, SEVERITY_NOTE);
		assert_int_equal(f->frees, 4000);
		assert_int_equal(f->frees_within, 0);
		expect_command(f, rows[i].list);
		expect_command(f, rows[i].take);
		end(&m);
	}
}

static void timeouts_judged(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	made_kind(&m.e->population, IPPROTO_TCP, 3, false, 99, 400000);
	m.e->population.entries = 200;
	diagnose(&m);
	assert_null(find(&m, "tcp_timeout_established"));
	made_kind(&m.e->population, IPPROTO_TCP, 3, false, 200000, 400000);
	made_sizes(m.e, "262144", "262144", 205000);
	made_kind(&m.e->before, IPPROTO_TCP, 3, false, 200299, 300000);
	m.e->before.known = true;
	/* 5400 entries fell silent over 1.5 to 3 hours ago: one a second, for 5 days */
	made_kind(&m.e->population, IPPROTO_TCP, 3, false, 3600, 7200);
	diagnose(&m);
	f = expect(&m, "tcp_timeout_established", SEVERITY_WARNING);
	assert_int_equal(f->frees, 200099);
	assert_true(f->frees_steady_known);
	assert_int_equal(f->frees_steady, 3600 / (10800 - 3600.0) * (432000 - 10800));
	assert_int_equal(count_of(f, "spoke_after_pause"), 200);
	m.e->tcp.n[TCP_STACK_tcp_keepalive_time] = 600;
	diagnose(&m);
	assert_int_equal(count_of(expect(&m, "tcp_timeout_established", SEVERITY_WARNING), "proposed_seconds"), 1800);
	m.e->population.idle_known = false;
	diagnose(&m);
	assert_null(find(&m, "tcp_timeout_established"));
	end(&m);
}

static void against_tcp(void **state)
{
	struct made m = begin();

	(void)state;
	made_setting(m.e, "tcp_timeout_established", "600");
	made_setting(m.e, "tcp_timeout_fin_wait", "10");
	diagnose(&m);
	expect_command(expect(&m, "established_below_keepalive", SEVERITY_NOTE),
		       "sysctl -w net.ipv4.tcp_keepalive_time=300");
	expect_command(expect(&m, "fin_wait_below_stack", SEVERITY_NOTE), "sysctl -w net.ipv4.tcp_fin_timeout=10");
	made_setting(m.e, "tcp_timeout_time_wait", "120");
	made_kind(&m.e->population, IPPROTO_TCP, 7, false, 3000, 110);
	m.e->tcp.n[TCP_STACK_tcp_timestamps] = 0;
	diagnose(&m);
	assert_int_equal(count_of(expect(&m, "tcp_timeout_time_wait", SEVERITY_NOTE), "proposed_seconds"), 60);
	end(&m);
}

static void untracked(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	m.e->population.loopback = 3000;
	m.e->ruleset.chains[0] = (struct ruleset_chain){ "inet", "fw", "in", "input" };
	m.e->ruleset.chains[1] = (struct ruleset_chain){ "inet", "fw", "out", "output" };
	m.e->ruleset.chains[2] = (struct ruleset_chain){ "inet", "fw", "fwd", "forward" };
	m.e->ruleset.chain_count = 3;
	m.e->population.ports[0] = (struct port){ IPPROTO_TCP, 8080, 2500 };
	m.e->population.port_count = 1;
	diagnose(&m);
	f = expect(&m, "loopback", SEVERITY_NOTE);
	assert_string_equal(f->title, "60 % of the table is this machine talking to itself");
	assert_int_equal(f->frees, 3000);
	expect_command(f, "nft insert rule inet fw in iifname lo ct state untracked accept");
	expect_command(f, "nft insert rule inet fw out oifname lo ct state untracked accept");
	assert_false(does(f, "nft insert rule inet fw fwd iifname lo ct state untracked accept"));
	expect_command(f, "ip6tables -t raw -I OUTPUT -o lo -j CT --notrack");
	/* the port is loopback's: named once */
	assert_null(find(&m, "busy_port"));
	m.e->population.loopback = 100;
	diagnose(&m);
	assert_null(find(&m, "loopback"));
	f = expect(&m, "busy_port", SEVERITY_NOTE);
	assert_int_equal(count_of(f, "port"), 8080);
	assert_int_equal(f->frees, 2500);
	expect_command(f, "for ipt in iptables ip6tables; do");
	expect_command(f, "  $ipt -t raw -I PREROUTING -p tcp --dport 8080 -j CT --notrack");
	expect_command(f, "nft 'add rule inet bypass out tcp sport 8080 notrack'");
	expect_command(f, "conntrack -D -f ipv4 -p tcp --dport 8080");
	m.e->ruleset.known = false;
	m.e->ruleset.chain_count = 0;
	diagnose(&m);
	f = expect(&m, "busy_port", SEVERITY_NOTE);
	expect_command(f, "# first, into each chain with state rules: tcp dport 8080 ct state untracked accept");
	end(&m);
}

static void who_wants_it(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	m.e->ruleset.state_rules = 0;
	(void)snprintf(m.e->holders.modules[m.e->holders.module_count++], 32, "nf_nat");
	m.e->holders.refcount_known = true;
	m.e->holders.refcount = 3;
	diagnose(&m);
	f = expect(&m, "not_needed", SEVERITY_NOTE);
	assert_int_equal(f->frees, 5000);
	assert_int_equal(count_of(f, "refcount"), 3);
	expect_command(f, "modprobe -r nf_nat");
	m.e->ruleset.known = false;
	diagnose(&m);
	expect(&m, "holders", SEVERITY_FINE);
	m.e->holders.listeners[m.e->holders.listener_count++] = (struct listener){ .pid = 4711, .name = "conntrackd" };
	diagnose(&m);
	f = expect(&m, "event_listener", SEVERITY_NOTE);
	assert_string_equal(f->facts[0].text, "conntrackd(4711)");
	m.e->holders.listener_count = 0;
	made_setting(m.e, "events", "1");
	diagnose(&m);
	expect_command(expect(&m, "events_always", SEVERITY_NOTE), "sysctl -w net.netfilter.nf_conntrack_events=2");
	end(&m);
}

static void attacks(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	made_sizes(m.e, "10000", "10240", 9000);
	made_kind(&m.e->population, IPPROTO_TCP, 2, false, 5000, 2);
	made_kind(&m.e->population, IPPROTO_TCP, 1, false, 1000, 2)->unreplied = 800;
	m.e->tcp.n[TCP_STACK_tcp_syncookies] = 0;
	made_source(m.e, "203.0.113.9", 20);
	diagnose(&m);
	f = expect(&m, "syn_flood", SEVERITY_CRITICAL);
	assert_int_equal(count_of(f, "syn_recv"), 5000);
	assert_int_equal(count_of(f, "syn_sent_unreplied"), 800);
	assert_int_equal(count_of(f, "sources"), 400);
	expect_command(f, "sysctl -w net.ipv4.tcp_syncookies=1");
	expect_command(f, "sysctl -w net.netfilter.nf_conntrack_tcp_timeout_syn_recv=10");
	assert_null(find(&m, "noisy_source"));
	m.e->population.kind_count = 0;
	made_kind(&m.e->population, IPPROTO_TCP, 3, false, 4000, 50000);
	diagnose(&m);
	f = expect(&m, "empty_connections", SEVERITY_CRITICAL);
	assert_int_equal(count_of(f, "idle_over_3h"), 4000);
	m.e->population.kind_count = 0;
	m.e->population.sources[0].entries = 6000;
	diagnose(&m);
	f = expect(&m, "noisy_source", SEVERITY_CRITICAL);
	assert_string_equal(f->title, "203.0.113.9 alone holds 67 % of the table");
	m.e->population.targets_known = true;
	m.e->population.targets = 5500;
	m.e->population.targets_exact = true;
	diagnose(&m);
	assert_null(find(&m, "noisy_source"));
	f = expect(&m, "scan", SEVERITY_CRITICAL);
	assert_string_equal(f->title, "203.0.113.9 speaks to 5500 addresses: a scan");
	expect_command(f, "iptables -t raw -I PREROUTING -s 203.0.113.9 -j DROP");
	m.e->population.targets_exact = false;
	m.e->saved = true;
	diagnose(&m);
	f = expect(&m, "scan", SEVERITY_CRITICAL);
	assert_string_equal(f->title, "203.0.113.9 speaks to at least 5500 addresses: a scan");
	assert_int_equal(count_of(f, "targets_at_least"), 5500);
	expect_command(f, "ctscope who --from DUMP --src 203.0.113.9 --by dst,dport");
	m.e->saved = false;
	m.e->population.spaces[0] = (struct space){ .netns = 4026532277U, .entries = 6000, .name = "shop/cart-1", .pid = 71 };
	m.e->population.space_count = 1;
	m.e->population.sources[0].netns = 4026532277U;
	diagnose(&m);
	f = expect(&m, "scan", SEVERITY_CRITICAL);
	expect_command(f, "# to stop it before it is tracked, in its own namespace:");
	expect_command(f, "nsenter -t 71 -n iptables -t raw -I OUTPUT -s 203.0.113.9 -j DROP");
	m.e->population.spaces[0].pid = 0;
	diagnose(&m);
	expect_command(expect(&m, "scan", SEVERITY_CRITICAL),
		       "# to stop it before it is tracked, to be run in its own namespace:");
	/* a network is nobody to be cut off */
	m.e->population.redacted = true;
	m.e->population.targets_known = false;
	diagnose(&m);
	f = expect(&m, "noisy_source", SEVERITY_CRITICAL);
	assert_string_equal(f->title, "203.0.113.9/24 alone holds 67 % of the table");
	assert_int_equal(f->remedy_count, 1);
	assert_string_equal(f->remedy[0], "ctscope who --src 203.0.113.9/24 --by src");
	end(&m);
}

static void neighbours(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	m.e->population.spaces[0] = (struct space){ .netns = 4026532277U, .entries = 4000, .name = "shop/checkout-1" };
	m.e->population.spaces[1] = (struct space){ .netns = 4026531840U, .own = true, .entries = 1000 };
	m.e->population.space_count = m.e->population.space_total = 2;
	diagnose(&m);
	f = expect(&m, "noisy_namespace", SEVERITY_NOTE);
	assert_string_equal(f->title, "shop/checkout-1 holds 80 % of the table");
	assert_int_equal(count_of(f, "namespace"), 4026532277U);
	end(&m);
}

static void collisions(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	m.e->chains.verdict = CHAINS_ATTACK;
	m.e->chains.longest = 900;
	m.e->chains.longest_bucket = 17;
	diagnose(&m);
	f = expect(&m, "chains", SEVERITY_CRITICAL);
	assert_string_equal(f->title, "Hash collision attack: a chain of 900 nodes in bucket 17");
	m.e->chains.verdict = CHAINS_UNEVEN;
	m.e->chains.longest = 12;
	diagnose(&m);
	expect(&m, "chains", SEVERITY_NOTE);
	m.e->chains.verdict = CHAINS_EVEN;
	m.e->chains.longest = CHAINS_LIMIT_LOW;
	diagnose(&m);
	assert_string_equal(expect(&m, "chains", SEVERITY_WARNING)->title,
			    "A hash chain is too long to insert into: 52 nodes in bucket 17");
	end(&m);
}

static void odd_settings(void **state)
{
	static const struct { const char *name, *value; } rows[] = {
		{ "tcp_loose", "0" }, { "tcp_be_liberal", "1" }, { "log_invalid", "6" }, { "acct", "1" },
		{ "timestamp", "1" }, { "checksum", "0" }, { "helper", "1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m = begin();

		diagnose(&m);
		assert_null(find(&m, rows[i].name));
		made_setting(m.e, rows[i].name, rows[i].value);
		diagnose(&m);
		assert_int_equal(count_of(expect(&m, rows[i].name, SEVERITY_NOTE), rows[i].name),
				 strtoull(rows[i].value, NULL, 10));
		end(&m);
	}
}

static void gaps(void **state)
{
	struct made m = begin();
	const struct finding *f;

	(void)state;
	evidence_gap(m.e, "chains", "no BPF");
	diagnose(&m);
	f = expect(&m, "not_seen", SEVERITY_NOTE);
	assert_string_equal(f->facts[0].text, "no BPF");
	for (int i = 0; i < 100; i++)
		evidence_gap(m.e, "more", "and more");
	diagnose(&m);
	assert_int_equal(expect(&m, "not_seen", SEVERITY_NOTE)->fact_count, 8);
	end(&m);
}

/* An incident, as a person, a pipeline and sysctl.d see it. */
static struct made incident(void)
{
	struct made m = begin();

	made_sizes(m.e, "65536", "16384", 64000);
	made_setting(m.e, "tcp_be_liberal", "1");
	m.e->delta[CT_dropped_table_full] = 1234;
	m.e->population.assured = 60000;
	made_kind(&m.e->population, IPPROTO_TCP, 3, false, 40000, 100000);
	made_kind(&m.e->population, IPPROTO_TCP, 3, false, 9000, 7300);
	m.e->population.loopback = 20000;
	m.e->ruleset.chains[0] = (struct ruleset_chain){ "inet", "filter", "input", "input" };
	m.e->ruleset.chain_count = 1;
	evidence_gap(m.e, "files", "/etc of the machine's first process cannot be read");
	diagnose(&m);
	return m;
}

static struct doctor_facts facts_of(const struct made *m)
{
	return (struct doctor_facts){
		.findings = m->findings, .time_ns = SAMPLE_TIME, .node = "node-1",
		.kernel = "6.1.0-40-cloud-amd64", .mode = m->e->mode, .seconds = m->e->seconds,
		.max = (uint64_t)evidence_setting(m->e, "max", 0),
	};
}

static void expect_text(const char *name, const struct made *m, bool conf)
{
	const struct style plain = { .colour = false };
	struct doctor_facts facts = facts_of(m);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	if (conf)
		text_conf(out, &facts);
	else
		text_doctor(out, &plain, &facts);
	assert_int_equal(fclose(out), 0);
	expect_golden(name, text, size);
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, 80);
	free(text);
}

static void rendered(void **state)
{
	char line[JSON_LINE_MAX], *all = NULL;
	struct made m = incident(), well = begin(), few = begin();
	struct doctor_facts facts = facts_of(&m);
	size_t size = 0, lines = 0;
	ssize_t len;
	FILE *out = open_memstream(&all, &size);

	(void)state;
	diagnose(&well);
	expect_text("doctor.txt", &m, false);
	expect_text("doctor_healthy.txt", &well, false);
	expect_text("doctor.conf", &m, true);
	expect_text("doctor_healthy.conf", &well, true);
	made_setting(few.e, "buckets", "16384");
	diagnose(&few);
	expect_text("doctor_buckets.conf", &few, true);
	assert_non_null(out);
	for (size_t i = 0; i < m.findings->count; i++) {
		len = record_finding(line, SAMPLE_TIME, "node-1", &m.findings->list[i]);

		assert_true(len > 0);
		assert_int_equal(fwrite(line, 1, (size_t)len, out), (size_t)len);
		lines++;
	}
	assert_int_equal(lines, m.findings->count);
	len = record_doctor(line, &facts);
	assert_true(len > 0);
	assert_int_equal(fwrite(line, 1, (size_t)len, out), (size_t)len);
	assert_int_equal(fclose(out), 0);
	expect_golden("doctor.json", all, size);
	free(all);
	end(&m);
	end(&well);
	end(&few);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy), cmocka_unit_test(nothing_known), cmocka_unit_test(full),
		cmocka_unit_test(drops), cmocka_unit_test(since_boot), cmocka_unit_test(sizes),
		cmocka_unit_test(persistence), cmocka_unit_test(timeouts), cmocka_unit_test(timeouts_judged),
		cmocka_unit_test(the_silent_are_removed),
		cmocka_unit_test(against_tcp), cmocka_unit_test(untracked), cmocka_unit_test(who_wants_it),
		cmocka_unit_test(attacks), cmocka_unit_test(neighbours), cmocka_unit_test(collisions),
		cmocka_unit_test(odd_settings), cmocka_unit_test(gaps), cmocka_unit_test(rendered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
