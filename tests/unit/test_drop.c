// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Refused packets as records and as text, byte by byte (tests/golden). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "drop_sample.h"
#include "golden.h"
#include "json_check.h"
#include "render/text_drop.h"
#include "sample.h"

static char line[JSON_LINE_MAX];

static void expect_line(const char *name, ssize_t len)
{
	assert_true(len > 0);
	assert_true(json_line_is_valid(line, (size_t)len));
	expect_golden(name, line, (size_t)len);
}

static const struct style plain = { .columns = 80 };

static void expect_text(const char *name, void (*put)(FILE *, const void *), const void *what)
{
	char *text = NULL;
	size_t size = 0, width = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	put(out, what);
	assert_int_equal(fclose(out), 0);
	for (const char *at = text; *at; at++) {
		width = *at == '\n' ? 0 : width + 1;
		assert_true(width <= 80);
	}
	expect_golden(name, text, size);
	free(text);
}

static struct packet packet_of(const struct ct_event *event)
{
	return (struct packet){ .event = event, .time_ns = SAMPLE_TIME, .owner = { &sample_pods[1], NULL },
				.entries_known = true, .entries = 262144, .max_known = true, .max = 262144,
				.suppressed = 1300 };
}

static void packets(void **state)
{
	struct ct_event drop = sample_drop(), eviction = sample_eviction();
	struct packet p = packet_of(&drop);

	(void)state;
	expect_line("drop_tcp.json", record_packet(line, "node-1", &p));
	p.redacted = true;
	p.owner = (struct owner_name){ NULL, "docker-4ee6a1b2c3d4" };
	expect_line("drop_redacted.json", record_packet(line, "node-1", &p));
	drop.flow = sample_flow(AF_INET6, IPPROTO_ICMPV6);
	memcpy(&drop.flow.dst_id, "\x80\x00", 2);
	drop.counter = CT_dropped_no_memory;
	p = (struct packet){ .event = &drop, .time_ns = SAMPLE_TIME };
	expect_line("drop_icmpv6.json", record_packet(line, "node-1", &p));
	drop.flow = sample_flow(AF_INET, IPPROTO_GRE);
	drop.flow.netns = 0;
	drop.counter = CT_dropped_other;
	expect_line("drop_gre.json", record_packet(line, "node-1", &p));
	drop.flow = sample_flow(AF_INET, 253);
	drop.counter = CT_dropped_chain_too_long;
	expect_line("drop_unknown.json", record_packet(line, "node-1", &p));
	p = packet_of(&eviction);
	expect_line("evict_tcp.json", record_packet(line, "node-1", &p));
	eviction.flow.protocol = IPPROTO_UDP;
	eviction.tcp_state = 200;
	eviction.status = 1 << 1 | 1 << 2;
	expect_line("evict_udp.json", record_packet(line, "node-1", &p));
	eviction.flow.protocol = IPPROTO_TCP;
	expect_line("evict_state_unknown.json", record_packet(line, "node-1", &p));
}

/* --- bursts -------------------------------------------------------------------- */

static struct history history;

static void fill_history(void)
{
	history = (struct history){ .counters_known = SAMPLE_ALL_COUNTERS };
	for (uint64_t i = 1; i <= 40; i++)
		history_add(&history, &(struct history_second){
			.time_ns = i * 1000000000, .monotonic_ns = i * 1000000000, .seconds = 1,
			.entries_known = true, .entries = 200000 + i * 1500,
			.n = { [CT_allocated] = 2000 + i, [CT_inserted] = 2000, [CT_destroyed] = 500,
			       [CT_evicted] = i } });
}

static struct burst sample_burst(const struct ct_event *first)
{
	struct burst b = {
		.id = 3, .time_ns = SAMPLE_TIME, .started_ns = SAMPLE_TIME, .began_ns = 40500000000ull,
		.known = SAMPLE_ALL_COUNTERS, .entries_known = true, .entries_at_start = 260000,
		.first = first, .first_owner = { &sample_pods[0], NULL }, .history = &history,
	};

	fill_history();
	b.before_first = history_before(&history, b.began_ns, BURST_BEFORE_SECONDS, &b.before_count);
	b.n[CT_dropped_table_full] = 3;
	return b;
}

static struct burst sample_burst_end(const struct ct_event *first)
{
	struct burst b = sample_burst(first);
	struct ct_flow four = sample_flow(AF_INET, IPPROTO_TCP), six = sample_flow(AF_INET6, IPPROTO_UDP);

	b.over = true;
	b.time_ns += 312000000;
	b.duration_seconds = 0.312;
	b.n[CT_dropped_table_full] = 4990;
	b.n[CT_dropped_clash] = 10;
	b.n[CT_evicted] = 77;
	b.peak_per_second = 5000;
	b.source_count = 2;
	b.sources[0] = (struct burst_source){ .who = { .netns = 4026532277u, .family = AF_INET },
					      .owner = { &sample_pods[1], NULL }, .count = 3000 };
	memcpy(b.sources[0].who.src, four.src, 16);
	b.sources[1] = (struct burst_source){ .who = { .netns = 0, .family = AF_INET6 }, .count = 1950 };
	memcpy(b.sources[1].who.src, six.src, 16);
	b.other_sources = 1;
	b.target_count = 4;
	for (size_t i = 0; i < 4; i++) {
		b.targets[i] = (struct burst_target){
			.where = { .family = AF_INET, .protocol = IPPROTO_TCP, .dst_id = htons(443) },
			.count = i ? 4 - i : 3000 };
		memcpy(b.targets[i].where.dst, four.dst, 16);
		b.targets[i].where.dst[3] = (uint8_t)i;
	}
	b.targets[1].where.family = AF_INET6;
	memcpy(b.targets[1].where.dst, six.dst, 16);
	b.targets[2].where.protocol = IPPROTO_ICMP;
	b.other_targets = 1990;
	b.port_count = 2;
	b.ports[0] = (struct refused_port){ htons(443), IPPROTO_TCP, 3003, 2 };
	b.ports[1] = (struct refused_port){ htons(53), IPPROTO_UDP, 1980, 1980 };
	return b;
}

static void put_burst(FILE *out, const void *burst)
{
	text_burst(out, &plain, burst);
}

static void bursts(void **state)
{
	struct ct_event first = sample_drop();
	struct burst b = sample_burst(&first);

	(void)state;
	expect_line("burst_begin.json", record_burst(line, "node-1", &b));
	expect_text("burst_begin.txt", put_burst, &b);
	b.first = NULL;
	expect_line("burst_begin_unnamed.json", record_burst(line, "node-1", &b));
	expect_text("burst_begin_unnamed.txt", put_burst, &b);
	b = sample_burst_end(&first);
	expect_line("burst_end.json", record_burst(line, "node-1", &b));
	expect_text("burst_end.txt", put_burst, &b);
	b.cut = b.redacted = true;
	b.source_count = b.other_sources = b.target_count = b.other_targets = b.port_count = 0;
	b.before_count = 0;
	b.known = 1u << CT_dropped_clash;
	b.entries_known = false;
	b.n[CT_dropped_clash] = 1;
	expect_line("burst_end_bare.json", record_burst(line, "node-1", &b));
	expect_text("burst_end_bare.txt", put_burst, &b);
}

/* Whatever the pods are called, the line is whole, with all of its targets and seconds. */
static void a_burst_at_its_largest(void **state)
{
	static struct pod_name pod;
	struct ct_event first = sample_drop();
	struct burst b = sample_burst_end(&first);
	struct ct_flow six = sample_flow(AF_INET6, IPPROTO_UDP);
	ssize_t len;

	(void)state;
	memset(pod.namespace, 'n', sizeof(pod.namespace) - 1);
	memset(pod.name, '"', sizeof(pod.name) - 1);
	memset(pod.uid, 'u', sizeof(pod.uid) - 1);
	memset(six.src, 0xab, 16);
	memset(b.n, 0xff, sizeof(b.n));
	b.peak_per_second = b.entries_at_start = UINT64_MAX;
	b.source_count = b.target_count = BURST_TOP;
	for (size_t i = 0; i < BURST_TOP; i++) {
		b.sources[i] = (struct burst_source){ .who = { .netns = UINT32_MAX, .family = AF_INET6 },
						      .owner = { &pod, NULL }, .count = UINT64_MAX };
		memcpy(b.sources[i].who.src, six.src, 16);
		b.targets[i] = (struct burst_target){
			.where = { .family = AF_INET6, .protocol = 136, .dst_id = 0xffff }, .count = UINT64_MAX };
		memcpy(b.targets[i].where.dst, six.src, 16);
	}
	b.port_count = REFUSED_PORTS;
	for (size_t i = 0; i < REFUSED_PORTS; i++)
		b.ports[i] = (struct refused_port){ 0xffff, 136, UINT64_MAX, SIZE_MAX };
	for (size_t i = 0; i < history.count; i++) {
		history.ring[i].entries = UINT64_MAX;
		memset(history.ring[i].n, 0xff, sizeof(history.ring[i].n));
	}
	len = record_burst(line, "node-1", &b);
	assert_true(len > 0 && len <= JSON_LINE_MAX);
	assert_true(json_line_is_valid(line, (size_t)len));
	line[len - 1] = '\0';
	assert_non_null(strstr(line, "\"second\":-1,"));
	assert_non_null(strstr(line, "\"second\":-30,"));
	assert_non_null(strstr(line, "\"top_sources\":[{\"src\""));
}

/* --- catch --------------------------------------------------------------------- */

static struct log_facts sample_log(void)
{
	return (struct log_facts){
		.time_ns = SAMPLE_TIME, .readable = true, .reason = "Success", .lines = 132, .new_lines = 10,
		.suppressed = 4990, .since_ns = SAMPLE_TIME - 7200000000000ull,
		.last_ns = SAMPLE_TIME - 60000000000ull,
	};
}

static void put_start(FILE *out, const void *facts)
{
	text_catch_start(out, &plain, facts);
}

static void put_summary(FILE *out, const void *summary)
{
	text_catch_summary(out, &plain, summary);
}

static void kernel_logs(void **state)
{
	struct log_facts log = sample_log();

	(void)state;
	expect_line("kernel_log.json", record_kernel_log(line, "node-1", &log));
	log.dropped_known = true;
	log.dropped = 5000;
	expect_line("kernel_log_end.json", record_kernel_log(line, "node-1", &log));
	log = (struct log_facts){ .time_ns = SAMPLE_TIME, .reason = "Operation not permitted" };
	expect_line("kernel_log_unreadable.json", record_kernel_log(line, "node-1", &log));
}

static void starts(void **state)
{
	struct report report = sample_quiet();
	struct log_facts log = sample_log();
	struct catch_facts facts = { .node = "node-1", .kernel = "6.1.0-40-cloud-amd64",
				     .duration_seconds = 60, .table = &report.table, .log = &log };

	(void)state;
	expect_text("catch_start.txt", put_start, &facts);
	facts.until_burst = true;
	facts.duration_seconds = 0;
	log = (struct log_facts){ .reason = "Operation not permitted" };
	expect_text("catch_start_bare.txt", put_start, &facts);
}

static void summaries(void **state)
{
	uint64_t kernel[KERNEL_STAT_COUNT] = { 0 };
	struct log_facts log = sample_log();
	struct catch_summary s = {
		.run_seconds = 60.02, .bursts = 2, .known = SAMPLE_ALL_COUNTERS, .log = &log,
		.kernel = kernel, .kernel_known = SAMPLE_ALL_STATS,
	};

	(void)state;
	expect_text("catch_quiet.txt", put_summary, &s);
	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++)
		s.total[c] = 1000u + (unsigned int)c;
	s.total[CT_evicted] = 77;
	s.rows[0] = (struct catch_row){ 4026532277u, { &sample_pods[1], NULL }, 4000 };
	s.rows[1] = (struct catch_row){ 4026531840u, { NULL, NULL }, 1000 };
	s.rows[2] = (struct catch_row){ 0, { NULL, NULL }, 9 };
	s.row_count = 3;
	s.other_rows = 12;
	s.other_dropped = 31;
	log.dropped_known = true;
	log.dropped = 1006;
	kernel[KERNEL_STAT_drop] = 5000;
	s.lost = (struct losses){ .events = 4, .probes = 1 };
	expect_text("catch_drops.txt", put_summary, &s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets),
		cmocka_unit_test(bursts),
		cmocka_unit_test(a_burst_at_its_largest),
		cmocka_unit_test(kernel_logs),
		cmocka_unit_test(starts),
		cmocka_unit_test(summaries),
	};

	(void)setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
