// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Hostile records are rejected, true ones taken as they are; sums are merged and shortened. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "drop_sample.h"
#include "observe/refused.h"
#include "observe/ring.h"

static struct ct_event out;

static int decode(const struct ct_event *event)
{
	return ring_decode(event, sizeof(*event), &out);
}

static void true_records(void **state)
{
	struct ct_event drop = sample_drop(), eviction = sample_eviction();
	char unaligned[sizeof(drop) + 1];

	(void)state;
	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++) {
		drop.counter = (uint32_t)c;
		assert_int_equal(decode(&drop), 0);
		assert_memory_equal(&out, &drop, sizeof(out));
	}
	assert_int_equal(decode(&eviction), 0);
	memcpy(unaligned + 1, &drop, sizeof(drop));
	assert_int_equal(ring_decode(unaligned + 1, sizeof(drop), &out), 0);
	assert_memory_equal(&out, &drop, sizeof(out));
}

static void wrong_lengths(void **state)
{
	char bytes[2 * sizeof(struct ct_event)] = { 0 };
	struct ct_event drop = sample_drop();

	(void)state;
	memcpy(bytes, &drop, sizeof(drop));
	for (size_t size = 0; size <= sizeof(bytes); size++)
		assert_int_equal(ring_decode(bytes, size, &out), size == sizeof(drop) ? 0 : -EBADMSG);
}

static void wrong_kinds_and_causes(void **state)
{
	struct ct_event event = sample_drop();

	(void)state;
	for (uint32_t kind = 0; kind < 300; kind++) {
		event.kind = kind;
		assert_int_equal(decode(&event), kind == CT_EVENT_DROP ? 0 : -EBADMSG);
	}
	event.kind = CT_EVENT_DROP;
	for (uint32_t counter = 0; counter < 300; counter++) {
		event.counter = counter;
		assert_int_equal(decode(&event), counter >= CT_FIRST_DROP && counter < CT_COUNTER_COUNT ?
						 0 : -EBADMSG);
	}
	event.counter = UINT32_MAX;
	assert_int_equal(decode(&event), -EBADMSG);
	event = sample_eviction();
	event.counter = CT_dropped_table_full;
	assert_int_equal(decode(&event), -EBADMSG);
}

static void wrong_addresses(void **state)
{
	struct ct_event event = sample_drop();

	(void)state;
	for (int family = 0; family < 256; family++) {
		event.flow.family = (uint8_t)family;
		assert_int_equal(decode(&event), family == AF_INET || family == AF_INET6 ? 0 : -EBADMSG);
	}
	event.flow.family = AF_INET;
	event.flow.dst[4] = 1;
	assert_int_equal(decode(&event), -EBADMSG);
	event.flow.dst[4] = 0;
	event.flow.src[15] = 1;
	assert_int_equal(decode(&event), -EBADMSG);
}

static struct refused_source source(const char *address, uint32_t netns, uint64_t count)
{
	struct refused_source s = { .who = { .netns = netns, .family = AF_INET }, .count = count };

	(void)inet_pton(AF_INET, address, s.who.src);
	return s;
}

static struct refused_target target(const char *address, uint16_t port, uint32_t netns, uint64_t count)
{
	struct refused_target t = {
		.where = { .netns = netns, .family = AF_INET, .protocol = IPPROTO_UDP, .dst_id = htons(port) },
		.count = count,
	};

	(void)inet_pton(AF_INET, address, t.where.dst);
	return t;
}

static void merged(struct refused *refused, bool redact)
{
	const struct refused_source sources[] = {
		source("10.0.0.1", 1, 5), source("10.0.0.2", 1, 7), source("10.0.0.1", 2, 6),
		source("10.0.1.1", 1, 1),
	};
	const struct refused_target targets[] = {
		target("10.9.0.1", 53, 1, 4), target("10.9.0.2", 53, 1, 4), target("10.9.0.1", 53, 2, 4),
		target("10.9.0.3", 80, 1, 11), target("10.9.7.1", 80, 1, 0),
	};

	*refused = (struct refused){ calloc(4, sizeof(sources[0])), calloc(5, sizeof(targets[0])), 4, 5,
				     { { 0 } }, 0 };
	assert_non_null(refused->sources);
	assert_non_null(refused->targets);
	memcpy(refused->sources, sources, sizeof(sources));
	memcpy(refused->targets, targets, sizeof(targets));
	refused_merge(refused, redact);
}

static void sums_are_merged(void **state)
{
	struct refused refused;

	(void)state;
	merged(&refused, false);
	/* a source is one of its namespace, a target is the same for all */
	assert_int_equal(refused.source_count, 4);
	assert_int_equal(refused.sources[0].count, 7);
	assert_int_equal(refused.sources[1].count, 6);
	assert_int_equal(refused.sources[1].who.netns, 2);
	assert_int_equal(refused.target_count, 4);
	assert_int_equal(refused.targets[0].count, 11);
	assert_int_equal(refused.targets[1].count, 8);
	/* the port with most packets, not with most addresses */
	assert_int_equal(refused.port_count, 2);
	assert_int_equal(ntohs(refused.ports[0].dst_id), 53);
	assert_int_equal(refused.ports[0].count, 12);
	assert_int_equal(refused.ports[0].targets, 2);
	assert_int_equal(ntohs(refused.ports[1].dst_id), 80);
	assert_int_equal(refused.ports[1].targets, 2);
	refused_free(&refused);
	assert_null(refused.sources);
}

static void shortened_sums_are_added_up(void **state)
{
	struct refused refused;

	(void)state;
	merged(&refused, true);
	assert_int_equal(refused.source_count, 3);
	assert_int_equal(refused.sources[0].count, 12);
	assert_int_equal(refused.sources[0].who.src[3], 0);
	assert_int_equal(refused.sources[0].who.src[2], 0);
	assert_int_equal(refused.target_count, 3);
	assert_int_equal(refused.targets[0].count, 12);
	refused_free(&refused);
}

static void busiest_ports_only(void **state)
{
	struct refused refused = { 0 };

	(void)state;
	refused.targets = calloc(40, sizeof(*refused.targets));
	assert_non_null(refused.targets);
	for (uint16_t i = 0; i < 40; i++)
		refused.targets[i] = target("10.9.0.1", (uint16_t)(i * 257 % 65521), 1, i * 7 % 40);
	refused.target_count = 40;
	refused_merge(&refused, false);
	assert_int_equal(refused.port_count, REFUSED_PORTS);
	for (uint64_t i = 0; i < REFUSED_PORTS; i++)
		assert_int_equal(refused.ports[i].count, 39 - i);
	refused_free(&refused);
	refused_merge(&refused, true);
	assert_int_equal(refused.port_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(true_records),
		cmocka_unit_test(wrong_lengths),
		cmocka_unit_test(wrong_kinds_and_causes),
		cmocka_unit_test(wrong_addresses),
		cmocka_unit_test(sums_are_merged),
		cmocka_unit_test(shortened_sums_are_added_up),
		cmocka_unit_test(busiest_ports_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
