/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Evidence of a healthy machine of 24 GiB, for tests to spoil. */
#ifndef UNIT_MADE_EVIDENCE_H
#define UNIT_MADE_EVIDENCE_H

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "model/findings.h"

#define MADE_KINDS 16

static inline void made_setting(struct evidence *e, const char *name, const char *value)
{
	struct setting *old = (struct setting *)settings_find(&e->settings, name);
	char full[96];

	(void)snprintf(full, sizeof(full), "net.netfilter.nf_conntrack_%s", name);
	if (!old) {
		assert_int_equal(settings_add(&e->settings, full, value, strlen(value)), 0);
		return;
	}
	old->value = strtoll(value, NULL, 10);
	old->changed = old->default_known && old->value != old->default_value;
}

static inline struct evidence *made_healthy(void)
{
	static const char *const settings[][2] = {
		{ "max", "262144" }, { "buckets", "262144" }, { "count", "5000" }, { "events", "2" },
		{ "acct", "0" }, { "tcp_loose", "1" }, { "tcp_be_liberal", "0" }, { "log_invalid", "0" },
		{ "checksum", "1" }, { "timestamp", "0" },
		{ "tcp_timeout_established", "432000" }, { "tcp_timeout_syn_sent", "120" },
		{ "tcp_timeout_syn_recv", "60" }, { "tcp_timeout_fin_wait", "120" },
		{ "tcp_timeout_close_wait", "60" }, { "tcp_timeout_last_ack", "30" },
		{ "tcp_timeout_time_wait", "120" }, { "udp_timeout", "30" },
		{ "udp_timeout_stream", "120" }, { "icmp_timeout", "30" }, { "icmpv6_timeout", "30" },
		{ "generic_timeout", "600" },
	};
	struct evidence *e = calloc(1, sizeof(*e));

	assert_non_null(e);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		made_setting(e, settings[i][0], settings[i][1]);
	settings_sort(&e->settings);
	for (size_t i = 0; i < e->settings.count; i++) {
		e->settings.list[i].default_known = true;
		e->settings.list[i].default_value = e->settings.list[i].value;
	}
	*e = (struct evidence){
		.settings_known = true, .settings = e->settings, .mode = MODE_BPF, .seconds = 10,
		.tcp = { .known = (1U << TCP_STACK_COUNT) - 1,
			 .n = { [TCP_STACK_tcp_keepalive_time] = 7200, [TCP_STACK_tcp_keepalive_intvl] = 75,
				[TCP_STACK_tcp_keepalive_probes] = 9, [TCP_STACK_tcp_fin_timeout] = 60,
				[TCP_STACK_tcp_retries2] = 15, [TCP_STACK_tcp_tw_reuse] = 2,
				[TCP_STACK_tcp_timestamps] = 1, [TCP_STACK_tcp_syncookies] = 1 } },
		.persistence = { .known = true },
		.default_max = 262144, .default_buckets = 262144, .ram_bytes = 24ULL << 30,
		.table_known = true, .peak = 5000,
		.table = { .entries = 5000, .max = 262144, .buckets = 262144, .fullest_entries = 5000,
			   .used_ratio = 5000.0 / 262144, .entry_bytes = 256, .fill_seconds = -1 },
		.counters_known = (1U << CT_COUNTER_COUNT) - 1,
		.kernel_known = (1U << KERNEL_STAT_COUNT) - 1, .log_known = true,
		.population = { .known = true, .idle_known = true, .entries = 5000, .assured = 4000,
				.own = 5000, .source_total_known = true, .source_total = 400,
				.kinds = calloc(MADE_KINDS, sizeof(struct kind)) },
		.before = { .kinds = calloc(MADE_KINDS, sizeof(struct kind)) },
		.chains_known = true,
		.chains = { .buckets = 262144, .longest = 3, .expected_longest = 3, .mean = 0.04, .limited = true },
		.holders_known = true, .ruleset = { .known = true, .state_rules = 2 },
	};
	assert_non_null(e->population.kinds);
	assert_non_null(e->before.kinds);
	return e;
}

/* So many entries of a kind, all silent for so many seconds. */
static inline struct kind *made_kind(struct population *p, uint8_t protocol, uint8_t state, bool stream,
				     uint64_t entries, uint32_t idle)
{
	struct kind *kind = (struct kind *)population_kind(p, protocol, state, stream);

	if (!kind) {
		assert_true(p->kind_count < MADE_KINDS);
		kind = &p->kinds[p->kind_count++];
		*kind = (struct kind){ .protocol = protocol, .state = state, .stream = stream };
	}
	kind->entries += entries;
	kind->idle[idle_index(idle)] += entries;
	return kind;
}

static inline void made_sizes(struct evidence *e, const char *max, const char *buckets, uint64_t entries)
{
	made_setting(e, "max", max);
	made_setting(e, "buckets", buckets);
	e->table.max = strtoull(max, NULL, 10);
	e->table.buckets = strtoull(buckets, NULL, 10);
	e->peak = e->table.entries = e->table.fullest_entries = e->population.entries = e->population.own = entries;
	e->table.used_ratio = (double)entries / (double)e->table.max;
}

static inline void made_source(struct evidence *e, const char *address, uint64_t entries)
{
	struct source *source = &e->population.sources[e->population.source_count++];

	*source = (struct source){ .family = AF_INET, .entries = entries };
	assert_int_equal(inet_pton(AF_INET, address, source->address), 1);
}

static inline void made_free(struct evidence *e)
{
	evidence_free(e);
	free(e);
}

#endif
