// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Grouping in bounded memory against counting by hand; idle times; filters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include "model/census.h"
#include "model/protocol.h"
#include "model/who.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct ct_group_sum one = { .entries = 1 };

static struct ct_group source(uint32_t n)
{
	struct ct_group group = { .family = 2, .protocol = 6, .state = 3, .dport = (uint16_t)n, .idle = 4 };

	memcpy(group.src, &n, sizeof(n));
	return group;
}

static uint32_t number_of(const struct group_row *row)
{
	uint32_t n;

	memcpy(&n, row->keys.src, sizeof(n));
	return n;
}

static void exact_as_long_as_there_is_room(void **state)
{
	struct grouping *g = grouping_new(CT_BY(src), 1000);
	struct group_row rows[5];
	struct group_others others;

	(void)state;
	/* source n has n entries */
	for (uint32_t n = 1; n <= 1000; n++)
		for (uint32_t i = 0; i < n; i++) {
			struct ct_group group = source(n);

			assert_int_equal(grouping_add(g, &group, &one), 0);
		}
	assert_false(grouping_again(g, 5, NULL));
	assert_int_equal(grouping_top(g, 5, rows, &others), 5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(rows[i].entries, 1000 - i);
		assert_int_equal(number_of(&rows[i]), 1000 - i);
		assert_int_equal(rows[i].keys.dport, 0);	/* not grouped by it */
		assert_int_equal(rows[i].keys.idle, 0);
		assert_int_equal(rows[i].keys.family, 2);	/* part of the address */
	}
	assert_true(others.groups_known);
	assert_int_equal(others.groups, 995);
	assert_int_equal(others.sum.entries, 1000 * 1001 / 2 - 5 * 998);
	grouping_free(g);
	grouping_free(NULL);
}

/* Many small groups first, the large ones last: the first pass has no room for them. */
static void feed_late_giants(struct grouping *g, uint32_t small, uint32_t giants)
{
	for (uint32_t n = 0; n < small; n++) {
		struct ct_group group = source(1000000 + n);

		assert_int_equal(grouping_add(g, &group, &one), 0);
	}
	for (uint32_t n = 1; n <= giants; n++)
		for (uint32_t i = 0; i < 100 + n; i++) {
			struct ct_group group = source(n);

			assert_int_equal(grouping_add(g, &group, &one), 0);
		}
}

static void the_busiest_are_right_when_they_come_last(void **state)
{
	struct grouping *g = grouping_new(CT_BY(src), 500);
	struct group_row rows[10];
	struct group_others others;

	(void)state;
	feed_late_giants(g, 60000, 20);
	assert_int_equal(grouping_top(g, 10, rows, &others), 10);
	assert_int_equal(rows[0].entries, 1);	/* that is not known to be the busiest, and says so */
	assert_true(others.none_above >= 120);
	assert_false(others.groups_known);

	assert_true(grouping_again(g, 10, NULL));
	feed_late_giants(g, 60000, 20);
	assert_false(grouping_again(g, 10, NULL));
	assert_int_equal(grouping_top(g, 10, rows, &others), 10);
	for (uint32_t i = 0; i < 10; i++) {
		assert_int_equal(number_of(&rows[i]), 20 - i);
		assert_int_equal(rows[i].entries, 120 - i);
	}
	assert_true(others.none_above <= rows[9].entries);
	assert_false(others.groups_known);
	assert_int_equal(others.sum.entries, 60000 + 20 * 100 + 210 - (1200 - 45));
	grouping_free(g);
}

/* A hundred thousand alike: no second pass can name "the" busiest, the bound stays honest. */
static void a_flat_crowd(void **state)
{
	struct grouping *g = grouping_new(CT_BY(src), 256);
	struct group_row rows[3];
	struct group_others others;

	(void)state;
	for (uint32_t n = 0; n < 100000; n++) {
		struct ct_group group = source(n);

		assert_int_equal(grouping_add(g, &group, &one), 0);
	}
	assert_false(grouping_again(g, 3, NULL));
	assert_int_equal(grouping_top(g, 3, rows, &others), 3);
	assert_int_equal(rows[0].entries, 1);
	assert_in_range(others.none_above, 1, 40);
	assert_false(others.groups_known);
	assert_int_equal(others.sum.entries, 99997);
	grouping_free(g);
}

/* Whatever the order and the room: each row exact, and none left out that is above the bound. */
static void random_tables(void **state)
{
	unsigned int seed = 20240607;

	(void)state;
	for (int round = 0; round < 60; round++) {
		uint32_t kinds = 1 + (uint32_t)rand_r(&seed) % 3000, n = 20000;
		size_t room = 1 + (size_t)rand_r(&seed) % 1500, top = 1 + (size_t)rand_r(&seed) % 20;
		uint32_t *entries = calloc(n, sizeof(*entries)), *counts = calloc(kinds, sizeof(*counts));
		struct grouping *g = grouping_new(CT_BY(src), room);
		struct group_row *rows = calloc(top, sizeof(*rows));
		struct group_others others;
		uint64_t shown = 0;
		size_t found;

		for (uint32_t i = 0; i < n; i++) {
			uint32_t x = (uint32_t)rand_r(&seed) % kinds, y = (uint32_t)rand_r(&seed) % kinds;

			entries[i] = x < y ? x : y;	/* some more than others */
			counts[entries[i]]++;
		}
		for (int pass = 0; pass < 2; pass++) {
			for (uint32_t i = 0; i < n; i++) {
				struct ct_group group = source(entries[i]);

				assert_int_equal(grouping_add(g, &group, &one), 0);
			}
			if (!grouping_again(g, top, NULL))
				break;
		}
		found = grouping_top(g, top, rows, &others);
		for (size_t r = 0; r < found; r++) {
			uint32_t who = number_of(&rows[r]);

			assert_int_equal(rows[r].entries, counts[who]);
			shown += rows[r].entries;
			counts[who] = 0;
		}
		for (uint32_t i = 0; i < kinds; i++)
			assert_true(counts[i] <= others.none_above);
		assert_int_equal(others.sum.entries, n - shown);
		free(entries);
		free(counts);
		free(rows);
		grouping_free(g);
	}
}

/* As the kernel side tells them: each group once, with all its entries. */
static void whole_groups(void **state)
{
	const struct census_plan plan = {
		.views = { CT_BY(src) }, .view_count = 1, .slots = { CT_BY(src) }, .slot_count = 1,
		.groups_max = 1000, .top = 3,
	};
	struct census_plan all = plan;

	(void)state;
	all.all = true;
	for (int round = 0; round < 2; round++) {
		struct census *census = census_new(round ? &all : &plan, NULL);
		struct group_row rows[1000];
		struct group_others others;
		uint32_t told = 0;

		assert_non_null(census);
		/* 500 sources in no order, n with n entries */
		for (uint32_t i = 0; i < 500; i++) {
			uint32_t n = i * 211 % 500 + 1;
			const struct ct_group_sum sum = { .entries = n, .assured = n / 2 };
			struct ct_group group = { .family = 2 };

			memcpy(group.src, &n, sizeof(n));
			if (sum.entries <= census_floor(census, 0)) {
				census_pass_over(census, 0, 1, &sum);
				continue;
			}
			assert_int_equal(census_take(census, 0, &group, &sum), 0);
			told++;
		}
		assert_true(round ? told == 500 : told < 60);
		assert_false(census_again(census, NULL));
		assert_int_equal(census_rows(census, CT_BY(src), 3, rows, &others), 3);
		for (uint32_t i = 0; i < 3; i++) {
			assert_int_equal(rows[i].entries, 500 - i);
			assert_int_equal(number_of(&rows[i]), 500 - i);
		}
		assert_true(others.groups_known);
		assert_int_equal(others.groups, 497);
		assert_int_equal(others.none_above, 498);
		assert_int_equal(others.sum.entries, 500 * 501 / 2 - 500 - 499 - 498);
		assert_int_equal(census_total(census)->assured, 250 * 250);
		census_free(census);
	}
}

/* What found no room there is looked for in a second pass; a group told in both counts once. */
static void whole_groups_again(void **state)
{
	const struct census_plan plan = {
		.views = { CT_BY(src) }, .view_count = 1, .slots = { CT_BY(src) }, .slot_count = 1,
		.groups_max = 100, .top = 2,
	};
	const struct ct_group_sum sums[] = { { .entries = 70 }, { .entries = 60 }, { .entries = 450 } };
	const struct ct_group_sum lost = { .entries = 500 };
	uint32_t *cells = calloc(CT_CENSUS_CELLS, sizeof(*cells));
	struct census *census = census_new(&plan, NULL);
	const uint64_t *chosen[CT_CENSUS_SLOTS];
	struct group_others others;
	struct group_row rows[2];

	(void)state;
	cells[7] = 450;
	cells[9000] = 50;
	for (uint32_t n = 0; n < 2; n++) {
		struct ct_group group = { .family = 2, .src = { (uint8_t)n } };

		assert_int_equal(census_take(census, 0, &group, &sums[n]), 0);
	}
	assert_int_equal(grouping_add_overflow(census->slots[0], &lost, cells), 0);
	assert_true(census_again(census, chosen));
	for (uint32_t n = 0; n < 3; n += 2) {
		struct ct_group group = { .family = 2, .src = { (uint8_t)n } };

		assert_int_equal(census_take(census, 0, &group, &sums[n]), 0);
	}
	assert_int_equal(census_rows(census, CT_BY(src), 2, rows, &others), 2);
	assert_int_equal(rows[0].entries, 450);
	assert_int_equal(rows[0].keys.src[0], 2);
	assert_int_equal(rows[1].entries, 70);
	assert_int_equal(others.sum.entries, 630 - 520);
	census_free(census);
	free(cells);
}

static void cells_of_the_kernel_side(void **state)
{
	uint32_t *cells = calloc(CT_CENSUS_CELLS, sizeof(*cells));
	struct grouping *g = grouping_new(CT_BY(src), 100);
	const struct ct_group_sum many = { .entries = 70 }, lost = { .entries = 500 };
	struct ct_group group = source(1);
	struct group_row rows[2];
	struct group_others others;
	const uint64_t *chosen;

	(void)state;
	cells[7] = 450;
	cells[9000] = 50;
	assert_int_equal(grouping_add(g, &group, &many), 0);
	assert_int_equal(grouping_add_overflow(g, &lost, cells), 0);
	assert_int_equal(grouping_top(g, 1, rows, &others), 1);
	assert_int_equal(others.none_above, 450);
	assert_int_equal(others.sum.entries, 500);
	assert_true(grouping_again(g, 1, &chosen));
	assert_int_equal(chosen[0], 1ULL << 7);
	assert_int_equal(chosen[9000 / 64], 0);		/* cannot beat 70 */
	group = source(2);
	assert_int_equal(grouping_add(g, &group, &(const struct ct_group_sum){ .entries = 440 }), 0);
	assert_int_equal(grouping_top(g, 2, rows, &others), 2);
	assert_int_equal(rows[0].entries, 440);
	assert_int_equal(rows[1].entries, 70);		/* kept from the first pass */
	assert_int_equal(others.sum.entries, 60);
	assert_int_equal(others.none_above, 70);
	free(cells);
	grouping_free(g);
}

static struct entry established(uint32_t left)
{
	return (struct entry){
		.keys = { .family = 2, .protocol = IPPROTO_TCP, .state = 3, .idle = CT_IDLE_UNKNOWN,
			  .flags = CT_GROUP_REPLIED | CT_GROUP_ASSURED },
		.left_known = true, .left = left,
	};
}

static const struct timeouts usual = {
	.tcp = { 0, 120, 60, 432000, 120, 60, 30, 120, 10 }, .tcp_retrans = 300, .tcp_unacknowledged = 300,
	.udp = 30, .udp_stream = 120, .icmp = 30, .icmpv6 = 30, .gre = 30, .gre_stream = 180, .generic = 600,
	.sctp = { 0, 10, 3, 3, 210 },
};

static void assert_idle(const struct entry *entry, int seconds)
{
	uint8_t index = idle_of(&usual, entry);

	if (seconds < 0) {
		assert_int_equal(index, CT_IDLE_UNKNOWN);
		return;
	}
	assert_in_range(index, 0, CT_IDLE_COUNT - 1);
	assert_true(idle_from(index) <= (uint32_t)seconds);
	assert_true((uint32_t)seconds < idle_below(index));
}

static void idle_is_the_states_timeout_minus_what_is_left(void **state)
{
	struct timeouts timeouts = usual;
	struct entry entry;

	(void)state;
	assert_idle(&(struct entry){ 0 }, -1);
	entry = established(432000);
	assert_idle(&entry, 0);
	entry = established(432000 - 600);
	assert_idle(&entry, 600);
	entry = established(432000 - 599);
	assert_idle(&entry, 599);
	entry = established(301);
	assert_idle(&entry, 431699);
	/* so little left that the time-out may have been one for unacknowledged data */
	entry = established(300);
	assert_idle(&entry, -1);
	/* more left than its state allows: a policy of its own */
	entry = established(432001);
	assert_idle(&entry, -1);
	entry = established(290);
	entry.keys.flags = 0;		/* picked up in the middle, one way only */
	assert_idle(&entry, 10);
	entry = established(100);
	entry.keys.state = 1;
	assert_idle(&entry, 20);
	entry.keys.state = 9;		/* SYN_SENT2: no sysctl changes its 120 s */
	timeouts.tcp[1] = 10;
	assert_int_equal(idle_of(&timeouts, &entry), idle_index(20));
	entry.keys.state = CT_STATE_OFFLOAD;
	assert_idle(&entry, -1);
	entry = established(25);
	entry.keys.protocol = IPPROTO_UDP;
	entry.keys.state = 0;
	assert_idle(&entry, 95);	/* a stream */
	entry.keys.flags = CT_GROUP_REPLIED;
	assert_idle(&entry, 5);
	entry.keys.protocol = IPPROTO_GRE;
	assert_idle(&entry, 155);
	entry.gre_stream_timeout = 18000;
	assert_idle(&entry, 17975);
	entry.keys.protocol = IPPROTO_ICMPV6;
	assert_idle(&entry, 5);
	entry.keys.protocol = 253;
	assert_idle(&entry, 575);
	entry.keys.protocol = 132;
	entry.keys.state = CT_STATE_SCTP + 4;
	assert_idle(&entry, 185);
	entry.keys.state = CT_STATE_SCTP + 8;	/* its time-out is not known */
	assert_idle(&entry, -1);
}

static void idle_bounds_have_no_gap(void **state)
{
	(void)state;
	assert_int_equal(idle_from(0), 0);
	for (uint8_t i = 0; i + 1 < CT_IDLE_COUNT; i++) {
		assert_int_equal(idle_below(i), idle_from((uint8_t)(i + 1)));
		assert_int_equal(idle_index(idle_below(i)), i + 1);
		assert_int_equal(idle_index(idle_below(i) - 1), i);
	}
	assert_int_equal(idle_below(CT_IDLE_COUNT - 1), UINT32_MAX);
	assert_int_equal(idle_index(UINT32_MAX), CT_IDLE_COUNT - 1);
	/* the classes people see are sums of these */
	assert_int_equal(idle_from(idle_index(10)), 10);
	assert_int_equal(idle_from(idle_index(60)), 60);
	assert_int_equal(idle_from(idle_index(600)), 600);
	assert_int_equal(idle_from(idle_index(3600)), 3600);
	assert_int_equal(idle_from(idle_index(86400)), 86400);
}

static void the_idle_table(void **state)
{
	const struct group_row rows[] = {
		{ .keys = { .protocol = 17, .idle = idle_index(9) }, .entries = 5 },
		{ .keys = { .protocol = 6, .state = 3, .idle = idle_index(600) }, .entries = 7 },
		{ .keys = { .protocol = 6, .state = 3, .idle = idle_index(599) }, .entries = 1 },
		{ .keys = { .protocol = 6, .state = 3, .idle = CT_IDLE_UNKNOWN }, .entries = 2 },
		{ .keys = { .protocol = 6, .state = 3, .idle = idle_index(400000) }, .entries = 3 },
	};
	struct who_idle table[4];

	(void)state;
	assert_int_equal(who_idle_table(rows, LEN(rows), table, 4), 2);
	assert_int_equal(table[0].protocol, 6);
	assert_int_equal(table[0].entries, 13);
	assert_int_equal(table[0].in[2], 1);
	assert_int_equal(table[0].in[3], 7);
	assert_int_equal(table[0].in[5], 3);
	assert_int_equal(table[0].in[6], 2);
	assert_int_equal(table[1].in[0], 5);
	assert_int_equal(who_idle_table(rows, LEN(rows), table, 1), 1);
}

static struct ct_address_filter network(const char *address, int bits)
{
	struct ct_address_filter filter = { .family = strchr(address, ':') ? 10 : 2 };

	assert_int_equal(inet_pton(filter.family == 10 ? AF_INET6 : AF_INET, address, filter.address), 1);
	for (int i = 0; i < bits; i++)
		filter.mask[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return filter;
}

static void filters(void **state)
{
	struct ct_group g = { .family = 2, .protocol = 6, .state = 3, .netns = 5, .dport = 443,
			      .src = { 10, 1, 2, 3 }, .dst = { 192, 0, 2, 200 } };
	struct ct_census_filter f = { 0 };

	(void)state;
	assert_true(census_wants(&f, &g));
	f = (struct ct_census_filter){ .fields = CT_BY(src), .src = network("10.0.0.0", 8) };
	assert_true(census_wants(&f, &g));
	f.src = network("10.1.2.2", 31);
	assert_true(census_wants(&f, &g));
	f.src = network("10.1.2.2", 32);
	assert_false(census_wants(&f, &g));
	f.src = network("a01:203::", 32);	/* the same bytes, but IPv6 */
	assert_false(census_wants(&f, &g));
	f = (struct ct_census_filter){ .fields = CT_BY(dst) | CT_BY(proto), .protocol = 6,
				       .dst = network("192.0.2.128", 25) };
	assert_true(census_wants(&f, &g));
	f.protocol = 17;
	assert_false(census_wants(&f, &g));
	f = (struct ct_census_filter){ .fields = CT_BY(dport), .dport_low = 443, .dport_high = 443 };
	assert_true(census_wants(&f, &g));
	g.flags |= CT_GROUP_NO_PORTS;
	assert_false(census_wants(&f, &g));
	f = (struct ct_census_filter){ .fields = CT_BY(netns), .netns_count = 2, .netns = { 4, 5 } };
	assert_true(census_wants(&f, &g));
	f.netns_count = 1;
	assert_false(census_wants(&f, &g));
	f = (struct ct_census_filter){ .fields = CT_BY(state) };
	assert_int_equal(state_bits("established", (uint64_t *)f.states), 0);
	assert_true(census_wants(&f, &g));
	g.state = CT_STATE_SCTP + 4;
	assert_true(census_wants(&f, &g));
	g.state = 7;
	assert_false(census_wants(&f, &g));
	assert_int_equal(state_bits("asleep", (uint64_t *)f.states), -22);
}

static void several_views_in_one_pass(void **state)
{
	struct census_plan plan = {
		.views = { CT_BY(proto), CT_BY(src), CT_BY(proto) | CT_BY(assured), CT_BY(idle) },
		.view_count = 4, .groups_max = 100, .top = 10,
	};
	struct group_others others;
	struct group_row rows[10];
	struct census *census;

	(void)state;
	assert_int_equal(census_plan(&plan), 0);
	assert_int_equal(plan.slot_count, 2);
	assert_int_equal(plan.slots[0], CT_BY(proto) | CT_BY(assured) | CT_BY(idle));
	census = census_new(&plan, NULL);
	assert_non_null(census);
	for (int i = 0; i < 30; i++) {
		struct entry entry = established(432000 - 20);

		entry.keys.protocol = i % 3 ? IPPROTO_TCP : IPPROTO_UDP;
		entry.keys.flags = i % 2 ? CT_GROUP_ASSURED : 0;
		entry.keys.src[3] = (uint8_t)(i % 5);
		entry.accounted = i < 10;
		entry.packets = 2;
		assert_int_equal(census_entry(census, &entry, NULL), 0);
	}
	assert_int_equal(census_total(census)->entries, 30);
	assert_int_equal(census_total(census)->assured, 15);
	assert_int_equal(census_total(census)->accounted, 10);
	assert_int_equal(census_rows(census, CT_BY(proto), 10, rows, &others), 2);
	assert_int_equal(rows[0].entries, 20);
	assert_int_equal(rows[0].assured, 10);
	assert_int_equal(others.sum.entries, 0);
	assert_int_equal(census_rows(census, CT_BY(src), 2, rows, &others), 2);
	assert_int_equal(rows[0].entries, 6);
	assert_int_equal(others.groups, 3);
	assert_int_equal(census_rows(census, CT_BY(proto) | CT_BY(assured), 10, rows, &others), 4);
	assert_int_equal(census_rows(census, CT_BY(idle), 10, rows, &others), 1);
	assert_int_equal(rows[0].keys.idle, CT_IDLE_UNKNOWN);
	assert_int_equal(census_rows(census, CT_BY(zone), 10, rows, &others), -22);
	assert_false(census_again(census, NULL));
	census_free(census);
	census_free(NULL);
}

static void too_many_views(void **state)
{
	struct census_plan plan = {
		.views = { CT_BY(src), CT_BY(dst), CT_BY(sport), CT_BY(dport), CT_BY(mark) }, .view_count = 5,
	};

	(void)state;
	assert_int_equal(census_plan(&plan), -7);
	plan.view_count = 4;
	assert_int_equal(census_plan(&plan), 0);
}

static void redacted(void **state)
{
	struct census_plan plan = { .views = { CT_BY(src) }, .view_count = 1, .groups_max = 10, .redact = true };
	struct group_others others;
	struct group_row rows[10];
	struct census *census;

	(void)state;
	assert_int_equal(census_plan(&plan), 0);
	census = census_new(&plan, NULL);
	for (uint8_t i = 0; i < 9; i++) {
		struct entry entry = established(9);

		entry.keys.src[0] = 10;
		entry.keys.src[3] = i;
		assert_int_equal(census_entry(census, &entry, NULL), 0);
	}
	assert_int_equal(census_rows(census, CT_BY(src), 10, rows, &others), 1);
	assert_int_equal(rows[0].entries, 9);
	assert_int_equal(rows[0].keys.src[3], 0);
	census_free(census);
}

static void names_of_protocols_and_states(void **state)
{
	uint8_t number;
	char buf[16];

	(void)state;
	for (int i = 0; i < 256; i++) {
		const char *name = protocol_name(buf, (uint8_t)i);

		if (strncmp(name, "unknown", 7))
			assert_int_equal(protocol_number(name, &number), 0);
		else
			continue;
		assert_int_equal(number, i);
	}
	assert_int_equal(protocol_number("200", &number), 0);
	assert_int_equal(number, 200);
	assert_int_equal(protocol_number("256", &number), -22);
	assert_int_equal(protocol_number("", &number), -22);
	assert_int_equal(protocol_number("tcpx", &number), -22);
	for (int i = 1; i < 10; i++)
		assert_int_equal(state_number(IPPROTO_TCP, state_name((uint8_t)i), strlen(state_name((uint8_t)i))), i);
	assert_int_equal(state_number(132, "ESTABLISHED", 11), CT_STATE_SCTP + 4);
	assert_int_equal(state_number(33, "OPEN", 4), CT_STATE_DCCP + 4);
	assert_int_equal(state_number(IPPROTO_UDP, "ESTABLISHED", 11), -22);
	assert_null(state_name(0));
	assert_null(state_name(255));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_as_long_as_there_is_room),
		cmocka_unit_test(the_busiest_are_right_when_they_come_last),
		cmocka_unit_test(a_flat_crowd),
		cmocka_unit_test(random_tables),
		cmocka_unit_test(whole_groups),
		cmocka_unit_test(whole_groups_again),
		cmocka_unit_test(cells_of_the_kernel_side),
		cmocka_unit_test(idle_is_the_states_timeout_minus_what_is_left),
		cmocka_unit_test(idle_bounds_have_no_gap),
		cmocka_unit_test(the_idle_table),
		cmocka_unit_test(filters),
		cmocka_unit_test(several_views_in_one_pass),
		cmocka_unit_test(too_many_views),
		cmocka_unit_test(redacted),
		cmocka_unit_test(names_of_protocols_and_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
