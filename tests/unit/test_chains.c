// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Chance, and what is told from it: simulated tables, attacks, zones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/chains.h"
#include "model/poisson.h"

static uint64_t state = 88172645463325252u;

static uint32_t chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(((state >> 32) * below) >> 32);
}

static struct ct_chain table[65536];
static struct chains chains;

/* Two nodes an entry, each in a bucket of its own choice. */
static void fill(uint32_t buckets, uint32_t entries)
{
	memset(table, 0, sizeof(table));
	for (uint32_t i = 0; i < 2 * entries; i++)
		table[chance(buckets)].now++;
}

static enum chains_verdict judge(uint32_t buckets)
{
	chains_measure(&chains, table, buckets, true, 10);
	chains_judge(&chains);
	return chains.verdict;
}

static void expect_close(double got, double want)
{
	if (!(fabs(got - want) <= fabs(want) * 1e-9))
		fail_msg("got %.15g, want %.15g", got, want);
}

/* Computed with 50 digits. */
static void poisson_is_exact(void **unused)
{
	(void)unused;
	expect_close(poisson(4, 0), 0.018315638888734179);
	expect_close(poisson(4, 4), 0.19536681481316459);
	expect_close(poisson(0, 0), 1);
	expect_close(poisson(0, 1), 0);
	expect_close(poisson_tail(4, 1), 0.98168436111126578);
	expect_close(poisson_tail(4, 17), 1.1328315291698082e-06);
	expect_close(poisson_tail(1, 50), 1.2337508979097351e-65);
	expect_close(poisson_tail(0.01, 4), 4.1334718262633399e-10);
	expect_close(poisson_tail(50, 30), 0.99908317113854395);
	expect_close(poisson_tail(50, 75), 0.00057775452620999657);
	expect_close(poisson_tail(0, 0), 1);
	expect_close(poisson_tail(0, 1), 0);
	assert_true(poisson_tail(4, 150) > 0);
	assert_in_range((int)(1000 * poisson_tail(1e9, 1000000000)), 499, 501);
}

static void the_distribution_is_measured(void **unused)
{
	(void)unused;
	memset(table, 0, sizeof(table));
	table[3].now = 5;
	table[7].now = 2;
	table[8].now = 5;
	table[9].now = 1;
	table[9].longest = 9;
	table[511].now = 200 | CT_CHAIN_CUT;
	assert_int_equal(judge(512), CHAINS_ATTACK);
	assert_int_equal(chains.nodes, 213);
	assert_int_equal(chains.used, 5);
	assert_int_equal(chains.longest, 200);
	assert_int_equal(chains.longest_bucket, 511);
	assert_true(chains.longest_at_least);
	assert_int_equal(chains.longest_seen, 9);
	assert_int_equal(chains.histogram[0], 507);
	assert_int_equal(chains.histogram[5], 2);
	assert_int_equal(chains.histogram_count, 6);
	assert_int_equal(chains.longer, 1);
	/* longest first, equal ones by number, single nodes left out */
	assert_int_equal(chains.top_count, 4);
	assert_int_equal(chains.top[0].bucket, 511);
	assert_true(chains.top[0].at_least);
	assert_int_equal(chains.top[1].bucket, 3);
	assert_int_equal(chains.top[2].bucket, 8);
	assert_int_equal(chains.top[3].bucket, 7);
	chains_measure(&chains, table, 512, true, 2);
	assert_int_equal(chains.top_count, 2);
	assert_int_equal(chains.top[1].bucket, 3);
	chains_measure(&chains, table, 512, true, 0);
	assert_int_equal(chains.top_count, 0);
}

static void an_empty_table_is_even(void **unused)
{
	(void)unused;
	memset(table, 0, sizeof(table));
	assert_int_equal(judge(512), CHAINS_EVEN);
	assert_int_equal(chains.longest, 0);
	assert_int_equal(chains.top_count, 0);
	expect_close(chains_expected(&chains, 0, 0), 512);
}

static void chance_is_never_blamed(void **unused)
{
	(void)unused;
	for (int i = 0; i < 1000; i++) {
		uint32_t entries = chance(512 * 40);

		fill(512, entries);
		if (judge(512) != CHAINS_EVEN)
			fail_msg("%u entries in 512 buckets: verdict %d, longest %u (%g), spread %g (%g)",
				 entries, chains.verdict, chains.longest, chains.longest_chance,
				 chains.spread, chains.spread_chance);
	}
	for (int i = 0; i < 20; i++) {
		fill(65536, chance(200000));
		assert_int_equal(judge(65536), CHAINS_EVEN);
	}
}

/* The median: no more than half of all tables are beyond it, on either side. */
static void the_longest_is_foretold(void **unused)
{
	static const uint32_t entries[] = { 50, 256, 512, 5120 };
	enum { TABLES = 2000 };

	(void)unused;
	for (size_t e = 0; e < sizeof(entries) / sizeof(entries[0]); e++) {
		int longer = 0, shorter = 0;

		for (int i = 0; i < TABLES; i++) {
			fill(512, entries[e]);
			(void)judge(512);
			longer += chains.longest > chains.expected_longest;
			shorter += chains.longest < chains.expected_longest;
		}
		assert_in_range(longer, 0, TABLES * 55 / 100);
		assert_in_range(shorter, 0, TABLES * 55 / 100);
	}
}

static void what_is_expected_adds_up(void **unused)
{
	double sum = 0;

	(void)unused;
	fill(4096, 10000);
	(void)judge(4096);
	for (uint32_t n = 0; n < 60; n++)
		sum += chains_expected(&chains, n, n);
	expect_close(sum, 4096);
	expect_close(chains_expected(&chains, 3, 5),
		     chains_expected(&chains, 3, 3) + chains_expected(&chains, 4, 5));
	assert_true(fabs(chains_expected(&chains, 3, 100000) + chains_expected(&chains, 0, 2) - 4096) < 1e-6);
}

static void one_long_chain_is_an_attack(void **unused)
{
	(void)unused;
	for (uint32_t load = 16; load <= 4096; load *= 2) {
		fill(512, load);
		(void)judge(512);
		table[77].now = chains.expected_longest * 2 + CHAINS_ATTACK_MIN;
		assert_int_equal(judge(512), CHAINS_ATTACK);
		assert_int_equal(chains.longest_bucket, 77);
		assert_int_equal(chains.top[0].bucket, 77);
	}
}

static void short_chains_are_no_attack(void **unused)
{
	(void)unused;
	fill(65536, 10);
	table[77].now = CHAINS_ATTACK_MIN - 1;
	assert_int_equal(judge(65536), CHAINS_UNEVEN);
	table[77].now = CHAINS_ATTACK_MIN;
	assert_int_equal(judge(65536), CHAINS_ATTACK);
}

/* Every bucket of one half has all the nodes: no single chain stands out. */
static void half_a_table_is_uneven(void **unused)
{
	(void)unused;
	memset(table, 0, sizeof(table));
	for (uint32_t i = 0; i < 10000; i++)
		table[chance(2048)].now++;
	assert_int_equal(judge(4096), CHAINS_UNEVEN);
	assert_true(chains.spread > 1.5);
}

static struct ct_chain_node node(uint8_t source, uint16_t port, uint16_t zone)
{
	return (struct ct_chain_node){ .flow = { .src = { 10, 0, 0, source }, .dst = { 10, 1, 1, 1 },
		.src_id = port, .family = 2, .protocol = 17, .zone = zone, .netns = 7 } };
}

/* One connection in 60 zones, and its neighbours by chance. */
static void zones_share_a_chain_by_design(void **unused)
{
	struct ct_chain_node nodes[63];

	(void)unused;
	fill(512, 500);
	table[5].now = 63;
	chains_measure(&chains, table, 512, false, 10);
	for (uint16_t i = 0; i < 63; i++)
		nodes[i] = i < 60 ? node(1, 53, i) : node(2, i, 0);
	assert_true(chains_suspicious(&chains, 63));
	chains_look_at(&chains, 0, nodes, 63);
	chains_judge(&chains);
	assert_int_equal(chains.verdict, CHAINS_UNEVEN);
	assert_true(chains.zones);
	assert_int_equal(chains.top[0].tuples, 4);
	assert_int_equal(chains.top[0].from_source, 60);
	assert_memory_equal(chains.top[0].source, ((uint8_t[]){ 10, 0, 0, 1 }), 4);
	assert_int_equal(chains.top[0].family, 2);
	assert_int_equal(chains.top[0].netns, 7);
	/* the same 63 nodes of different ports are what they look like */
	for (uint16_t i = 0; i < 63; i++)
		nodes[i] = node(i % 2 ? 9 : 3, i, i);
	chains_look_at(&chains, 0, nodes, 63);
	chains_judge(&chains);
	assert_int_equal(chains.verdict, CHAINS_ATTACK);
	assert_false(chains.zones);
	assert_int_equal(chains.top[0].from_source, 32);
	assert_int_equal(chains.top[0].source[3], 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(poisson_is_exact),
		cmocka_unit_test(the_distribution_is_measured),
		cmocka_unit_test(an_empty_table_is_even),
		cmocka_unit_test(chance_is_never_blamed),
		cmocka_unit_test(the_longest_is_foretold),
		cmocka_unit_test(what_is_expected_adds_up),
		cmocka_unit_test(one_long_chain_is_an_attack),
		cmocka_unit_test(short_chains_are_no_attack),
		cmocka_unit_test(half_a_table_is_uneven),
		cmocka_unit_test(zones_share_a_chain_by_design),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
