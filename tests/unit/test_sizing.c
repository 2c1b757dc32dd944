// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `plan`: Little's law, buckets, memory; the worked examples operators know, to the digit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "golden.h"
#include "render/record.h"
#include "render/text.h"
#include "sample.h"

static void known_examples(void **state)
{
	static const struct { uint64_t max, buckets; uint32_t chain; uint64_t bytes; } rows[] = {
		{ 262144, 65536, 8, 92798976 },
		{ 1048576, 262144, 8, 371195904 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sizing_request request = { .entries = rows[i].max, .chain = rows[i].chain,
						  .entry_bytes = 352 };
		struct sizing got;

		assert_int_equal(sizing_memory(rows[i].max, rows[i].buckets, 352), rows[i].bytes);
		sizing_compute(&request, &got);
		assert_int_equal(got.max, rows[i].max);
		assert_int_equal(got.buckets, rows[i].buckets);
		assert_int_equal(got.memory_bytes, rows[i].bytes);
	}
	assert_int_equal(sizing_by_ram(48ULL << 30, 64), 1572864);
	assert_int_equal(sizing_by_ram(48ULL << 30, 32), 3145728);
}

static void littles_law(void **state)
{
	struct sizing_request request = {
		.flows = { { "time_wait", 2000, 120 }, { "established", 50, 3600 }, { "", 0.1, 30 } },
		.count = 3, .headroom = 50, .chain = 2,
	};
	struct sizing got;

	(void)state;
	assert_int_equal(sizing_flow_entries(&request.flows[0]), 240000);
	assert_int_equal(sizing_flow_entries(&request.flows[2]), 3);
	sizing_compute(&request, &got);
	assert_int_equal(got.entries, 240000 + 180000 + 3);
	/* 420003 and a half of it, in steps of 512; two nodes an entry, two a bucket */
	assert_int_equal(got.max, 630272);
	assert_int_equal(got.buckets, 630272);
	assert_int_equal(got.memory_bytes, 0);
	request.flows[2].rate = 1.0 / 3;
	request.flows[2].seconds = 4;
	assert_int_equal(sizing_flow_entries(&request.flows[2]), 2);
}

static void buckets_are_whole_pages(void **state)
{
	static const struct { uint64_t max; uint32_t chain; uint64_t want; } rows[] = {
		{ 1, 2, 512 }, { 512, 2, 512 }, { 513, 2, 1024 }, { 65536, 2, 65536 },
		{ 65536, 1, 131072 }, { 65536, 8, 16384 }, { 65536, 7, 18944 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(sizing_buckets(rows[i].max, rows[i].chain), rows[i].want);
}

static void nothing_overflows(void **state)
{
	struct sizing_request request = {
		.flows = { { "a", 1e9, 1e9 }, { "b", 1e9, 1e9 } }, .count = 2, .headroom = 1000,
		.chain = 1, .entry_bytes = 65536,
	};
	struct sizing got;

	(void)state;
	sizing_compute(&request, &got);
	assert_int_equal(got.entries, SIZING_LIMIT_MAX);
	assert_int_equal(got.max, SIZING_LIMIT_MAX);
	assert_int_equal(got.buckets, 4294967296);
	assert_int_equal(got.memory_bytes, SIZING_LIMIT_MAX * 65536 + 4294967296 * 8);
	request = (struct sizing_request){ .chain = 2 };
	sizing_compute(&request, &got);
	assert_int_equal(got.entries, 0);
	assert_int_equal(got.max, 512);
	request = (struct sizing_request){ .chain = 2, .max = 100000, .buckets = 1000 };
	sizing_compute(&request, &got);
	assert_int_equal(got.max, 100000);
	assert_int_equal(got.buckets, 1024);
}

static struct plan given(void)
{
	struct plan plan = {
		.request = {
			.flows = { { "time_wait", 2000, 120 }, { "established", 50, 3600 } },
			.count = 2, .headroom = 50, .chain = 2, .entry_bytes = 256,
		},
		.ram_bytes = 48ULL << 30, .default_max = 262144, .default_buckets = 262144,
		.max_now = 65536, .buckets_now = 16384,
	};

	plan_make(&plan);
	return plan;
}

static struct plan measured(void)
{
	struct plan plan = {
		.request = { .entries = 12345, .headroom = 50, .chain = 2 },
		.measured_seconds = 10, .measured_rate = 1234.5, .max_now = 262144, .buckets_now = 262144,
	};

	plan_make(&plan);
	return plan;
}

static void what_if(void **state)
{
	struct plan plan = given();
	const struct sizing_what_if *w = &plan.what_if;

	(void)state;
	assert_int_equal(w->limits[0].max, plan.sizing.max / 2);
	assert_int_equal(w->limits[3].max, plan.sizing.max * 4);
	assert_string_equal(w->rows[0].label, "as planned");
	assert_int_equal(w->rows[1].entries, 840000);
	assert_string_equal(w->rows[2].label, "time_wait 60 s");
	assert_int_equal(w->rows[2].entries, 420000 - 120000);
	assert_string_equal(w->rows[5].label, "established 900 s");
	assert_int_equal(w->rows[5].entries, 240000 + 45000);
	assert_int_equal(w->count, 6);
}

/* From idle times: half of 120 s would let go of 300, a quarter (30 s) of 700. */
static void shorter_timeouts(void **state)
{
	struct kind kinds[] = {
		{ .protocol = 6, .state = CT_STATE_TCP + 7, .entries = 1000 },
		{ .protocol = 132, .state = CT_STATE_SCTP + 4, .entries = 500 },
		{ .protocol = 17, .stream = true, .entries = 200 },
	};
	struct population p = { .known = true, .kinds = kinds, .kind_count = 3 };
	struct settings settings = { 0 };
	struct plan plan = { .request = { .entries = 2000, .headroom = 50, .chain = 2 },
			     .measured_seconds = 10, .measured_rate = -1 };
	size_t before;

	(void)state;
	assert_int_equal(settings_add(&settings, "net.netfilter.nf_conntrack_tcp_timeout_time_wait", "120", 3), 0);
	assert_int_equal(settings_add(&settings, "net.netfilter.nf_conntrack_udp_timeout_stream", "120", 3), 0);
	kinds[0].idle[idle_index(5)] = 300;
	kinds[0].idle[idle_index(40)] = 400;
	kinds[0].idle[idle_index(100)] = 300;
	kinds[2].idle[idle_index(100)] = 200;
	plan_make(&plan);
	before = plan.what_if.count;
	plan_what_if(&plan, &p, &settings);
	assert_int_equal(plan.what_if.count, before + 4);
	assert_string_equal(plan.what_if.rows[before].label, "time_wait 60 s");
	assert_int_equal(plan.what_if.rows[before].entries, 1700);
	assert_string_equal(plan.what_if.rows[before + 1].label, "time_wait 30 s");
	assert_int_equal(plan.what_if.rows[before + 1].entries, 1300);
	assert_string_equal(plan.what_if.rows[before + 2].label, "udp_stream 60 s");
	assert_int_equal(plan.what_if.rows[before + 2].entries, 1800);
	settings_free(&settings);
}

static void widest_fits(const char *text)
{
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		assert_in_range(len, 0, 80);
	}
}

static void expect_text(const char *name, const struct plan *plan)
{
	const struct style plain = { .colour = false };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	text_plan(out, &plain, plan);
	assert_int_equal(fclose(out), 0);
	expect_golden(name, text, size);
	widest_fits(text);
	free(text);
}

static void expect_record(const char *name, const struct plan *plan)
{
	char line[JSON_LINE_MAX];
	ssize_t len = record_plan(line, SAMPLE_TIME, "node-1", plan);

	assert_true(len > 0);
	expect_golden(name, line, (size_t)len);
}

static void rendered(void **state)
{
	struct plan plans[] = { given(), measured() };

	(void)state;
	expect_text("plan.txt", &plans[0]);
	expect_text("plan_measured.txt", &plans[1]);
	expect_record("plan.json", &plans[0]);
	expect_record("plan_measured.json", &plans[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_examples),
		cmocka_unit_test(littles_law),
		cmocka_unit_test(buckets_are_whole_pages),
		cmocka_unit_test(nothing_overflows),
		cmocka_unit_test(what_if),
		cmocka_unit_test(shorter_timeouts),
		cmocka_unit_test(rendered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
