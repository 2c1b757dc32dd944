// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A census as the rules of doctor ask it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include "model/population.h"

#define OWN 4026531840
#define OTHER 4026532500
#define ESTABLISHED 3
#define SYN_SENT 1

static struct census *census;

static struct ct_group tcp(uint8_t state, uint8_t flags, uint32_t netns)
{
	return (struct ct_group){ .family = AF_INET, .protocol = IPPROTO_TCP, .state = state, .flags = flags,
				  .netns = netns, .src = { 10, 0, 0, 1 }, .dst = { 192, 0, 2, 1 }, .dport = 443 };
}

static void put(struct ct_group keys, unsigned int count, uint32_t seconds)
{
	keys.idle = seconds == UINT32_MAX ? CT_IDLE_UNKNOWN : idle_index(seconds);
	for (unsigned int i = 0; i < count; i++) {
		struct entry entry = { .keys = keys };

		assert_int_equal(census_entry(census, &entry, NULL), 0);
	}
}

static int begin(void **state)
{
	struct census_plan plan;

	(void)state;
	population_plan(&plan);
	census = census_new(&plan, NULL);
	return !census;
}

static int end(void **state)
{
	(void)state;
	census_free(census);
	return 0;
}

static void kinds_are_those_of_the_own_namespace(void **state)
{
	const uint8_t both = CT_GROUP_REPLIED | CT_GROUP_ASSURED;
	struct ct_group udp = tcp(0, both, OWN);
	const struct kind *kind;
	struct population p;

	(void)state;
	udp.protocol = IPPROTO_UDP;
	put(tcp(ESTABLISHED, both, OWN), 30, 5);
	put(tcp(ESTABLISHED, both, OWN), 20, 7200);
	put(tcp(ESTABLISHED, both, OWN), 3, UINT32_MAX);
	put(tcp(SYN_SENT, 0, OWN), 10, 1);
	put(tcp(ESTABLISHED, both, OTHER), 100, 5);
	put(tcp(SYN_SENT, 0, OTHER), 7, 5);
	put(udp, 4, 5);
	udp.flags = CT_GROUP_REPLIED;
	put(udp, 6, 5);
	assert_int_equal(population_from(&p, census, OWN), 0);
	assert_true(p.known && p.idle_known);
	assert_int_equal(p.entries, 180);
	assert_int_equal(p.assured, 157);
	assert_int_equal(p.unreplied, 17);
	assert_int_equal(p.own, 73);
	assert_int_equal(p.kind_count, 4);
	kind = population_kind(&p, IPPROTO_TCP, ESTABLISHED, false);
	assert_ptr_equal(kind, &p.kinds[0]);	/* most entries first */
	assert_int_equal(kind->entries, 53);
	assert_int_equal(kind->assured, 53);
	assert_int_equal(kind->idle_unknown, 3);
	assert_int_equal(kind_idle(kind, 0), 50);
	assert_int_equal(kind_idle(kind, 3600), 20);
	assert_int_equal(kind_idle(kind, 10800), 0);
	assert_int_equal(population_kind(&p, IPPROTO_TCP, SYN_SENT, false)->unreplied, 10);
	assert_int_equal(population_kind(&p, IPPROTO_UDP, 0, true)->entries, 4);
	assert_int_equal(population_kind(&p, IPPROTO_UDP, 0, false)->entries, 6);
	assert_null(population_kind(&p, IPPROTO_GRE, 0, false));
	assert_int_equal(p.space_count, 2);
	assert_int_equal(p.spaces[0].netns, OTHER);
	assert_int_equal(p.spaces[0].entries, 107);
	assert_false(p.spaces[0].own);
	assert_true(p.spaces[1].own);
	population_free(&p);
	population_free(NULL);
}

static void all_of_a_saved_dump(void **state)
{
	struct population p;

	(void)state;
	put(tcp(ESTABLISHED, 0, 0), 8, UINT32_MAX);
	assert_int_equal(population_from(&p, census, 0), 0);
	assert_int_equal(p.own, 8);
	assert_false(p.idle_known);
	population_free(&p);
}

static void sources_and_ports(void **state)
{
	struct ct_group keys = tcp(ESTABLISHED, CT_GROUP_REPLIED, OWN);
	struct population p;

	(void)state;
	put(keys, 1200, 5);
	for (uint8_t i = 2; i < 22; i++) {
		keys.src[3] = i;
		keys.dport = 8000 + i;
		put(keys, i, 5);
	}
	keys.src[0] = 127;
	put(keys, 40, 5);
	keys.netns = OTHER;
	put(keys, 50, 5);	/* a loopback of its own */
	keys = (struct ct_group){ .family = AF_INET6, .protocol = IPPROTO_ICMPV6, .flags = CT_GROUP_NO_PORTS,
				  .netns = OWN, .src = { [15] = 1 } };
	put(keys, 9, 5);
	assert_int_equal(population_from(&p, census, OWN), 0);
	assert_int_equal(p.loopback, 49);
	assert_true(p.source_total_known);
	assert_int_equal(p.source_total, 21);
	assert_int_equal(p.source_count, POPULATION_TOP);
	assert_int_equal(p.sources[0].entries, 1200);
	assert_int_equal(p.sources[1].address[3], 21);
	assert_int_equal(p.port_count, POPULATION_TOP);
	assert_int_equal(p.ports[0].port, 443);
	assert_int_equal(p.ports[1].entries, 61);	/* 21 and loopback's 40 */
	assert_true(population_one_source(&p));
	p.sources[0].entries = 999;
	assert_false(population_one_source(&p));
	p.sources[0].entries = p.entries / 2 - 1;
	assert_false(population_one_source(&p));
	population_free(&p);
}

static void whom_the_first_source_speaks_to(void **state)
{
	const struct source source = { .family = AF_INET, .address = { 10, 0, 0, 1 } };
	struct ct_census_filter filter;
	struct census_plan plan;
	struct population p = { 0 };

	(void)state;
	census_free(census);
	population_targets_plan(&plan, &filter, &source);
	census = census_new(&plan, &filter);
	assert_non_null(census);
	for (uint8_t i = 0; i < 40; i++) {
		struct ct_group keys = tcp(SYN_SENT, 0, OWN);

		keys.dst[3] = i;
		put(keys, 2, 5);
		keys.src[3] = 2;	/* somebody else */
		keys.dst[2] = 9;
		put(keys, 1, 5);
	}
	population_targets_from(&p, census);
	assert_true(p.targets_known);
	assert_int_equal(p.targets, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kinds_are_those_of_the_own_namespace, begin, end),
		cmocka_unit_test_setup_teardown(all_of_a_saved_dump, begin, end),
		cmocka_unit_test_setup_teardown(sources_and_ports, begin, end),
		cmocka_unit_test_setup_teardown(whom_the_first_source_speaks_to, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
