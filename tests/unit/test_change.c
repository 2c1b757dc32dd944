// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From two observations to a report: differences, wraps, namespaces that come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/change.h"
#include "render/record.h"

#define HOST 4026531840u
#define S (1000000000ull)

static const struct machine machine = { .kernel = "6.1", .node = "n", .entry_bytes = 256 };
static const uint32_t all_known = (1u << CT_COUNTER_COUNT) - 1;

static void set(struct observation *o, const char *name, int64_t value)
{
	static const struct setting_info max = { .name = "max" }, buckets = { .name = "buckets" },
		count = { .name = "count" };
	const struct setting_info *info = !strcmp(name, "max") ? &max :
					  !strcmp(name, "buckets") ? &buckets : &count;
	struct setting *list = realloc(o->settings.list, (o->settings.count + 1) * sizeof(*list));

	assert_non_null(list);
	o->settings.list = list;
	list[o->settings.count] = (struct setting){ .info = info, .known = true, .value = value };
	(void)snprintf(list[o->settings.count].name, sizeof(list[0].name),
		       "net.netfilter.nf_conntrack_%s", name);
	o->settings.count++;
}

static struct observation *moment(uint64_t seconds)
{
	struct observation *o = calloc(1, sizeof(*o));

	assert_non_null(o);
	o->monotonic_ns = seconds * S;
	o->real_ns = (1700000000 + seconds) * S;
	o->counted = true;
	return o;
}

static struct netns_view *see(struct observation *o, uint32_t netns, uint32_t entries)
{
	o->views = realloc(o->views, (o->view_count + 1) * sizeof(*o->views));
	assert_non_null(o->views);
	o->views[o->view_count] = (struct netns_view){
		.netns = netns, .host = netns == HOST, .known = true,
		.stats = { .entries = entries, .present = (1u << KERNEL_STAT_COUNT) - 1 },
	};
	return &o->views[o->view_count++];
}

static void done(struct observation *o)
{
	observation_free(o);
	free(o);
}

static void counters_of_an_interval_are_differences(void **state)
{
	struct observation *a = moment(10), *b = moment(15);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	see(a, HOST, 100);
	see(b, HOST, 130);
	set(b, "max", 200);
	set(b, "buckets", 64);
	assert_int_equal(counts_add(&a->counts, HOST, CT_inserted, 1000), 0);
	assert_int_equal(counts_add(&b->counts, HOST, CT_inserted, 1040), 0);
	assert_int_equal(counts_add(&b->counts, HOST, CT_aborted, 2), 0);
	assert_int_equal(counts_add(&b->counts, HOST, CT_destroyed, 10), 0);
	counts_finish(&a->counts);
	counts_finish(&b->counts);
	assert_int_equal(change_between(c, a, b, &machine, all_known), 0);
	assert_int_equal(c->report.delta[CT_inserted], 40);
	assert_int_equal(c->report.delta[CT_allocated], 42);
	assert_int_equal(c->report.total[CT_inserted], 1040);
	assert_int_equal(c->report.delta[CT_destroyed], 10);
	assert_true(c->report.interval_seconds == 5);
	assert_int_equal(c->report.table.entries, 130);
	assert_true(c->report.table.used_ratio == 130.0 / 200);
	assert_int_equal(c->report.table.memory_bytes, 130 * 256 + 64 * 8);
	assert_int_equal(c->report.netns_count, 1);
	assert_true(c->report.netns[0].host);
	assert_int_equal(c->report.netns[0].delta[CT_inserted], 40);
	free(c);
	done(a);
	done(b);
}

static void kernel_cells_wrap_at_32_bits(void **state)
{
	struct observation *a = moment(10), *b = moment(11);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	see(a, HOST, 1)->stats.n[KERNEL_STAT_drop] = UINT32_MAX - 4;
	see(b, HOST, 1)->stats.n[KERNEL_STAT_drop] = 5;
	assert_int_equal(change_between(c, a, b, &machine, all_known), 0);
	assert_int_equal(c->report.kernel[KERNEL_STAT_drop], 10);
	free(c);
	done(a);
	done(b);
}

static void what_was_before_the_first_look_is_not_counted(void **state)
{
	struct observation *a = moment(10), *b = moment(11), *d = moment(12);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	see(a, HOST, 1)->stats.n[KERNEL_STAT_drop] = 7;
	assert_int_equal(change_between(c, NULL, a, &machine, all_known), 0);
	assert_int_equal(c->report.kernel[KERNEL_STAT_drop], 0);
	assert_true(c->report.interval_seconds == 0);
	/* A namespace that turns up with a million drops of last year. */
	see(b, HOST, 1)->stats.n[KERNEL_STAT_drop] = 8;
	see(b, HOST + 5, 1)->stats.n[KERNEL_STAT_drop] = 1000000;
	assert_int_equal(change_between(c, a, b, &machine, all_known), 0);
	assert_int_equal(c->report.kernel[KERNEL_STAT_drop], 1);
	see(d, HOST, 1)->stats.n[KERNEL_STAT_drop] = 8;
	see(d, HOST + 5, 1)->stats.n[KERNEL_STAT_drop] = 1000003;
	assert_int_equal(change_between(c, b, d, &machine, all_known), 0);
	assert_int_equal(c->report.kernel[KERNEL_STAT_drop], 3);
	free(c);
	done(a);
	done(b);
	done(d);
}

static void a_namespace_that_has_gone_keeps_its_counts(void **state)
{
	struct observation *a = moment(10), *b = moment(11);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	see(a, HOST, 1);
	see(a, HOST + 9, 50);
	see(b, HOST, 1);
	assert_int_equal(counts_add(&b->counts, HOST + 9, CT_destroyed, 50), 0);
	counts_finish(&b->counts);
	assert_int_equal(change_between(c, a, b, &machine, all_known), 0);
	assert_int_equal(c->report.netns_count, 2);
	assert_int_equal(c->report.netns[0].netns, HOST + 9);
	assert_false(c->report.netns[0].entries_known);
	assert_int_equal(c->report.netns[0].delta[CT_destroyed], 50);
	free(c);
	done(a);
	done(b);
}

static void the_fullest_namespace_decides_how_full(void **state)
{
	struct observation *a = moment(10);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	see(a, HOST, 10);
	see(a, HOST + 1, 90);
	see(a, HOST + 2, 20);
	set(a, "max", 100);
	assert_int_equal(change_between(c, NULL, a, &machine, all_known), 0);
	assert_int_equal(c->report.table.entries, 120);
	assert_true(c->report.table.used_ratio == 0.9);
	assert_int_equal(c->report.table.fullest_netns, HOST + 1);
	free(c);
	done(a);
}

static void without_a_limit_nothing_is_full(void **state)
{
	struct observation *a = moment(10);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	see(a, HOST, 10);
	set(a, "max", 0);
	assert_int_equal(change_between(c, NULL, a, &machine, all_known), 0);
	assert_int_equal(c->report.table.max, 0);
	assert_true(c->report.table.used_ratio == -1);
	free(c);
	done(a);
}

static void no_statistics_at_all_leave_our_own_count(void **state)
{
	struct observation *a = moment(10);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	see(a, HOST, 10)->known = false;
	set(a, "max", 100);
	set(a, "count", 25);
	assert_int_equal(change_between(c, NULL, a, &machine, all_known), 0);
	assert_int_equal(c->report.table.entries, 25);
	assert_true(c->report.table.used_ratio == 0.25);
	assert_int_equal(c->report.kernel_known, 0);
	free(c);
	done(a);
}

static void thousands_of_namespaces_are_ten_and_the_rest(void **state)
{
	struct observation *a = moment(10), *b = moment(11);
	struct change *c = calloc(1, sizeof(*c));
	char line[JSON_LINE_MAX];
	uint64_t shown = 0;
	ssize_t length;

	(void)state;
	assert_non_null(c);
	for (uint32_t i = 0; i < 5000; i++) {
		see(b, HOST + i, i);
		assert_int_equal(counts_add(&b->counts, HOST + i, CT_inserted, i), 0);
	}
	assert_int_equal(counts_add(&b->counts, HOST + 17, CT_dropped_table_full, 1), 0);
	counts_finish(&b->counts);
	assert_int_equal(change_between(c, a, b, &machine, all_known), 0);
	assert_int_equal(c->report.netns_count, REPORT_NETNS_MAX);
	assert_int_equal(c->report.netns_other_count, 4990);
	/* Who loses packets comes first, then who has most. */
	assert_int_equal(c->report.netns[0].netns, HOST + 17);
	assert_int_equal(c->report.netns[1].netns, HOST + 4999);
	for (size_t i = 0; i < c->report.netns_count; i++)
		shown += c->report.netns[i].delta[CT_inserted];
	assert_int_equal(shown + c->report.netns_others.delta[CT_inserted], 4999 * 5000 / 2);
	assert_int_equal(c->report.delta[CT_inserted], 4999 * 5000 / 2);
	length = record_report(line, "n", &c->report);
	assert_in_range(length, 100, JSON_LINE_MAX);
	free(c);
	done(a);
	done(b);
}

static void procfs_alone_claims_no_counters(void **state)
{
	struct observation *a = moment(10);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	see(a, HOST, 10);
	a->counted = false;
	assert_int_equal(change_between(c, NULL, a, &machine, all_known), 0);
	assert_int_equal(c->report.mode, MODE_PROCFS);
	assert_int_equal(c->report.counters_known, 0);
	free(c);
	done(a);
}

static void losses_are_those_of_the_interval(void **state)
{
	struct observation *a = moment(10), *b = moment(11);
	struct change *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	a->losses = (struct losses){ 5, 1, 100 };
	b->losses = (struct losses){ 9, 1, 103 };
	assert_int_equal(change_between(c, a, b, &machine, all_known), 0);
	assert_int_equal(c->report.lost.events, 4);
	assert_int_equal(c->report.lost.records, 0);
	assert_int_equal(c->report.lost.probes, 3);
	free(c);
	done(a);
	done(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_of_an_interval_are_differences),
		cmocka_unit_test(kernel_cells_wrap_at_32_bits),
		cmocka_unit_test(what_was_before_the_first_look_is_not_counted),
		cmocka_unit_test(a_namespace_that_has_gone_keeps_its_counts),
		cmocka_unit_test(the_fullest_namespace_decides_how_full),
		cmocka_unit_test(without_a_limit_nothing_is_full),
		cmocka_unit_test(no_statistics_at_all_leave_our_own_count),
		cmocka_unit_test(thousands_of_namespaces_are_ten_and_the_rest),
		cmocka_unit_test(procfs_alone_claims_no_counters),
		cmocka_unit_test(losses_are_those_of_the_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
