// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Each record byte by byte (tests/golden), and what happens when a line gets too long. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "golden.h"
#include "json_check.h"
#include "sample.h"

static char line[JSON_LINE_MAX];

static void expect_line(const char *name, ssize_t len)
{
	assert_true(len > 0);
	assert_true(json_line_is_valid(line, (size_t)len));
	expect_golden(name, line, (size_t)len);
}

static void start(void **state)
{
	struct start_facts facts = sample_start();

	(void)state;
	expect_line("start.json", record_start(line, &facts));
	facts.hook_count = 2;
	expect_line("start_all_hooks.json", record_start(line, &facts));
	facts.mode = MODE_PROCFS;
	facts.hook_count = 0;
	facts.hooks = NULL;
	expect_line("start_procfs.json", record_start(line, &facts));
}

static void kernel(void **state)
{
	const struct feature features[] = { { "module_btf", true }, { "bpf_loop", false } };
	struct start_facts facts = sample_start();

	(void)state;
	expect_line("kernel.json", record_kernel(line, &facts, features, 2));
}

static void reports(void **state)
{
	struct report quiet = sample_quiet(), drops = sample_drops(), procfs = sample_procfs();
	struct report bare = sample_bare();

	(void)state;
	expect_line("report_quiet.json", record_report(line, "node-1", &quiet));
	expect_line("report_drops.json", record_report(line, "node-1", &drops));
	expect_line("report_procfs.json", record_report(line, "node-1", &procfs));
	expect_line("report_bare.json", record_report(line, "node-1", &bare));
	/* a hook that is not attached: its counters are absent, the others stay */
	quiet.counters_known &= ~(1u << CT_dropped_clash | 1u << CT_evicted);
	expect_line("report_some_hooks.json", record_report(line, "node-1", &quiet));
}

static void settings(void **state)
{
	struct setting list[5], later[5];
	struct settings before = { list, 5 }, after = { later, 4 };

	(void)state;
	sample_settings(list);
	sample_settings(later);
	expect_line("settings.json", record_settings(line, SAMPLE_TIME, "node-1", &before));
	expect_line("setting.json", record_setting(line, SAMPLE_TIME, "node-1", &list[0]));
	expect_line("setting_unreadable.json", record_setting(line, SAMPLE_TIME, "node-1", &list[3]));
	expect_line("setting_not_known.json", record_setting(line, SAMPLE_TIME, "node-1", &list[4]));
	assert_int_equal(record_settings_changed(line, SAMPLE_TIME, "node-1", &before, &before), 0);
	later[1].value = 86400;
	later[3].known = true;
	later[3].value = 255;
	expect_line("settings_changed.json",
		    record_settings_changed(line, SAMPLE_TIME, "node-1", &before, &after));
	expect_line("settings_appeared.json",
		    record_settings_changed(line, SAMPLE_TIME, "node-1", &(struct settings){ list, 0 },
					    &(struct settings){ list, 1 }));
}

static void run_records(void **state)
{
	struct pressure pressure = { .time_ns = SAMPLE_TIME, .used_ratio = 0.8012, .fill_seconds = 130.4,
				     .threshold = 0.8, .up = true };
	struct losses lost = { .events = 1300, .records = 1, .probes = 2 };
	struct stop_facts stop = { .time_ns = SAMPLE_TIME, .node = "node-1", .reason = "duration",
				   .run_seconds = 60.002, .reports = 12,
				   .counters_known = SAMPLE_ALL_COUNTERS };

	(void)state;
	expect_line("pressure_up.json", record_pressure(line, "node-1", &pressure));
	pressure = (struct pressure){ SAMPLE_TIME, 0.74, -1, 0.8, false };
	expect_line("pressure_down.json", record_pressure(line, "node-1", &pressure));
	expect_line("lost.json", record_lost(line, SAMPLE_TIME, "node-1", &lost));
	stop.total[CT_inserted] = 18720;
	expect_line("stop.json", record_stop(line, &stop));
	stop.total[CT_dropped_table_full] = 5;
	stop.total[CT_dropped_other] = 1;
	expect_line("stop_drops.json", record_stop(line, &stop));
	stop.counters_known = 0;
	expect_line("stop_procfs.json", record_stop(line, &stop));
}

static void numbers_at_their_largest(void **state)
{
	struct report r = sample_drops();

	(void)state;
	memset(r.delta, 0xff, sizeof(r.delta));
	memset(r.total, 0xff, sizeof(r.total));
	memset(r.kernel, 0xff, sizeof(r.kernel));
	r.time_ns = UINT64_MAX;
	r.table.entries = r.table.walked = r.table.max = r.table.buckets = UINT64_MAX;
	r.table.used_ratio = r.table.load_factor = r.table.fill_seconds = 1e300;
	expect_line("report_largest.json", record_report(line, "node-1", &r));
}

/* Rows that do not fit are summed with the others: no insertion may get lost on the way. */
static void long_lists_are_folded(void **state)
{
	static struct netns_row rows[100];
	static struct pod_name pod;
	struct report r = sample_drops();
	ssize_t len;

	(void)state;
	memset(pod.namespace, 'n', sizeof(pod.namespace) - 1);
	memset(pod.name, '"', sizeof(pod.name) - 1);
	for (size_t i = 0; i < 100; i++)
		rows[i] = (struct netns_row){ .netns = 4026532000u + (uint32_t)i, .pod = &pod,
					      .entries_known = true, .entries = 10,
					      .delta = { [CT_inserted] = 1 } };
	r.netns = rows;
	for (size_t n = 1; n <= 100; n++) {
		r.netns_count = n;
		len = record_report(line, "node-1", &r);
		assert_in_range(len, 1, JSON_LINE_MAX);
		assert_true(json_line_is_valid(line, (size_t)len));
	}
	expect_line("report_folded.json", len);
	rows[99].entries_known = false;
	r.netns_other_count = 0;
	r.netns_others = (struct netns_row){ 0 };
	expect_line("report_folded_unknown.json", record_report(line, "node-1", &r));
}

static void too_many_settings_are_counted(void **state)
{
	static struct setting many[300];
	struct settings all = { many, 300 };
	ssize_t len;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		many[i] = (struct setting){ .known = true, .value = (int64_t)i };
		(void)snprintf(many[i].name, sizeof(many[i].name), "net.netfilter.setting_%zu", i);
	}
	len = record_settings(line, SAMPLE_TIME, "node-1", &all);
	expect_line("settings_many.json", len);
	len = record_settings_changed(line, SAMPLE_TIME, "node-1", &(struct settings){ many, 0 }, &all);
	expect_line("settings_changed_many.json", len);
}

/* A node's name is no reason for a torn line: it is refused as a whole. */
static void what_cannot_fit_is_an_error(void **state)
{
	static char node[JSON_LINE_MAX];
	struct report r = sample_quiet();

	(void)state;
	memset(node, 'x', sizeof(node) - 1);
	assert_int_equal(record_report(line, node, &r), -EMSGSIZE);
}

static void hostile_names_are_escaped(void **state)
{
	struct netns_row row = sample_rows[1];
	struct report r = sample_quiet();
	struct pod_name pod = { "a\"b", "line\nfeed\033[2J", "\xff\xc0" };

	(void)state;
	row.pod = &pod;
	r.netns = &row;
	r.netns_count = 1;
	expect_line("report_hostile.json", record_report(line, "no\"de", &r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start),
		cmocka_unit_test(kernel),
		cmocka_unit_test(reports),
		cmocka_unit_test(settings),
		cmocka_unit_test(run_records),
		cmocka_unit_test(numbers_at_their_largest),
		cmocka_unit_test(long_lists_are_folded),
		cmocka_unit_test(too_many_settings_are_counted),
		cmocka_unit_test(what_cannot_fit_is_an_error),
		cmocka_unit_test(hostile_names_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
