// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The chains as an operator and a pipeline see them, byte by byte (tests/golden/chains_*). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "golden.h"
#include "json_check.h"
#include "render/record_chains.h"
#include "render/text_chains.h"
#include "sample.h"

#define TIME 1760000000123456789ull

static const struct style plain = { .colour = false };
static const struct style coloured = { .colour = true };

static struct ct_chain table[65536];
static struct chains chains;
static char line[JSON_LINE_MAX];

/* As chance would have it, and yet the same at every run. */
static void measure(uint32_t buckets, uint32_t nodes, bool limited)
{
	uint64_t state = 88172645463325252u;

	memset(table, 0, sizeof(table));
	for (uint32_t i = 0; i < nodes; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		table[((state >> 32) * buckets) >> 32].now++;
	}
	for (uint32_t i = 0; i < buckets; i++)
		table[i].longest = table[i].now;
	chains_measure(&chains, table, buckets, limited, 5);
}

static void put_in(uint32_t buckets, uint32_t bucket, uint32_t length)
{
	table[bucket].now = length;
	chains_measure(&chains, table, buckets, chains.limited, 5);
}

/* The longest bucket's nodes: `same` from one source, the others each from its own. */
static void look(uint32_t count, uint32_t same, bool zones)
{
	static struct ct_chain_node nodes[CT_LOOK_NODES];

	for (uint32_t i = 0; i < count; i++)
		nodes[i] = (struct ct_chain_node){ .flow = {
			.src = { 198, 51, 100, i < same ? 7 : 100 + i }, .dst = { 10, 1, 1, 1 },
			.src_id = zones ? 9 : i, .family = 2, .protocol = 17, .zone = i,
			.netns = 4026531840u } };
	chains_look_at(&chains, 0, nodes, count);
}

static size_t widest(const char *text)
{
	size_t width = 0, at = 0;

	for (; *text; text++) {
		at = *text == '\n' ? 0 : at + 1;
		width = at > width ? at : width;
	}
	return width;
}

static void expect(const char *name)
{
	char file[64], *text;
	size_t size;
	ssize_t length;
	FILE *out = open_memstream(&text, &size);

	chains_judge(&chains);
	chains.walk.seconds = 0.0123;
	chains.walk.slowest_slice_seconds = 0.00045;
	chains.unassured = 4711;
	chains.walk.slices = 91;
	assert_non_null(out);
	text_chains(out, &plain, &chains);
	assert_int_equal(fclose(out), 0);
	(void)snprintf(file, sizeof(file), "chains_%s.txt", name);
	expect_golden(file, text, size);
	assert_in_range(widest(text), 1, 80);
	free(text);
	length = record_chains(line, TIME, "node-1", &chains);
	assert_true(length > 0 && json_line_is_valid(line, (size_t)length));
	(void)snprintf(file, sizeof(file), "chains_%s.json", name);
	expect_golden(file, line, (size_t)length);
}

static void even(void **state)
{
	(void)state;
	measure(65536, 260000, true);
	look(12, 3, false);
	expect("even");
}

static void empty(void **state)
{
	(void)state;
	measure(512, 0, true);
	expect("empty");
}

/* Long chains are shown by ranges. */
static void crowded(void **state)
{
	(void)state;
	measure(4096, 4096 * 40, false);
	expect("crowded");
}

static void attack(void **state)
{
	char *text;
	size_t size;
	FILE *out;

	(void)state;
	measure(65536, 260000, true);
	put_in(65536, 4711, 67);
	look(67, 64, false);
	expect("attack");
	out = open_memstream(&text, &size);
	assert_non_null(out);
	text_chains(out, &coloured, &chains);
	assert_int_equal(fclose(out), 0);
	expect_golden("chains_attack_colour.txt", text, size);
	free(text);
	chains.redacted = true;
	chains.top[0].source[3] = 0;
	chains.walk.restarts = 2;
	chains.walk.unsettled = 1;
	expect("attack_redacted");
}

/* More than the walk follows, more than is looked at, more than the histogram holds. */
static void beyond_all_bounds(void **state)
{
	(void)state;
	measure(512, 1024, false);
	put_in(512, 5, 3072 | CT_CHAIN_CUT);
	look(CT_LOOK_NODES, CT_LOOK_NODES - 100, false);
	expect("beyond");
}

static void zones(void **state)
{
	(void)state;
	measure(16384, 20000, false);
	put_in(16384, 99, 60);
	look(60, 60, true);
	expect("zones");
}

static void uneven(void **state)
{
	(void)state;
	measure(2048, 9000, true);
	chains_measure(&chains, table, 4096, true, 5);
	expect("uneven");
}

/* As a part of the report, with the chains that insertions met. */
static void in_a_report(void **state)
{
	static uint64_t met[CT_MET_LONGEST + 1] = { 500, 438, 421, 0, 1 };
	struct report report = sample_quiet();
	char *text;
	size_t size;
	ssize_t length;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	measure(512, 300, true);
	chains_judge(&chains);
	chains.walk.seconds = 0.0123;
	report.chains = &chains;
	report.chains_age_seconds = 3.21;
	report.met = met;
	length = record_report(line, "node-1", &report);
	assert_true(length > 0 && json_line_is_valid(line, (size_t)length));
	expect_golden("chains_report.json", line, (size_t)length);
	assert_non_null(out);
	text_long(out, &plain, &report);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "\n  chains                even  the longest of 512 chains has "));
	assert_in_range(widest(text), 1, 80);
	free(text);
	/* without the table's address: what insertions met is all there is */
	report.chains = NULL;
	length = record_report(line, "node-1", &report);
	expect_golden("chains_report_met.json", line, (size_t)length);
}

static void resize(void **state)
{
	ssize_t length = record_resize(line, TIME, "node-1", 65536, 262144);

	(void)state;
	assert_true(length > 0 && json_line_is_valid(line, (size_t)length));
	expect_golden("resize.json", line, (size_t)length);
}

/* As many of the longest buckets as the line holds; never a torn one. */
static void any_number_of_buckets_fits(void **state)
{
	(void)state;
	memset(table, 0, sizeof(table));
	for (uint32_t i = 0; i < 65536; i++)
		table[i].now = i % CHAINS_HISTOGRAM + 1000000 * (i % 3);
	for (size_t top = 0; top <= CHAINS_TOP_MAX; top++) {
		ssize_t length;

		chains_measure(&chains, table, 65536, true, top);
		chains_judge(&chains);
		length = record_chains(line, TIME, "node-1", &chains);
		assert_in_range(length, 1, JSON_LINE_MAX);
		assert_true(json_line_is_valid(line, (size_t)length));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(even),
		cmocka_unit_test(empty),
		cmocka_unit_test(crowded),
		cmocka_unit_test(attack),
		cmocka_unit_test(beyond_all_bounds),
		cmocka_unit_test(zones),
		cmocka_unit_test(uneven),
		cmocka_unit_test(in_a_report),
		cmocka_unit_test(resize),
		cmocka_unit_test(any_number_of_buckets_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
