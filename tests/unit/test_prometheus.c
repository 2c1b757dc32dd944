// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* /metrics byte by byte, in both formats; what is not known is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "golden.h"
#include "render/prometheus.h"
#include "sample.h"

static const struct self sample_self = {
	.usage = { .cpu_seconds = 1.25, .rss_bytes = 12345678 }, .start_seconds = 1760000000.5,
	.virtual_bytes = 34567890, .open_fds = 21, .max_fds = 1024,
};

static struct netns_series sample_series(void)
{
	struct netns_series series = { .count = 3, .others = true, .others_entries_known = true,
				       .others_entries = 1000, .others_dropped = 2 };

	series.lines[0] = (struct netns_line){ .netns = 4026532277u, .pod = sample_pods[0],
					       .entries_known = true, .entries = 8000, .dropped = 7 };
	series.lines[1] = (struct netns_line){ .netns = 4026532999u, .pod = sample_pods[1], .dropped = 1 };
	series.lines[2] = (struct netns_line){ .netns = 4026531840u, .unit = "a\\b\"c\nd", .entries_known = true };
	return series;
}

static void expect(const char *golden, bool openmetrics, const struct metrics *m)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	prometheus(out, openmetrics, m);
	assert_int_equal(fclose(out), 0);
	expect_golden(golden, text, size);
	free(text);
}

static void everything(void **state)
{
	struct netns_series series = sample_series();
	struct report report = sample_drops();
	uint64_t kernel_total[KERNEL_STAT_COUNT] = { [KERNEL_STAT_drop] = 1523, [KERNEL_STAT_invalid] = 12 };
	struct setting list[5];
	struct settings settings = { list, 5 };
	struct chains chains = { .longest = 17, .expected_longest = 16, .mean = 4.125, .verdict = CHAINS_UNEVEN,
				 .walk = { .seconds = 0.0132 } };
	uint64_t met[CT_MET_LONGEST + 1] = { 100, 200, 30, 4, [16] = 1, [CT_MET_LONGEST] = 2 };
	struct metrics m = {
		.version = "0.1.0", .mode = MODE_BPF, .hooks = sample_hooks, .hook_count = 3,
		.report = &report, .kernel_total = kernel_total, .series = &series, .settings = &settings,
		.lost = { .events = 1300, .records = 2, .probes = 1 }, .bursts_known = true, .bursts = 4,
		.chains = &chains, .met = met, .self = &sample_self,
	};

	(void)state;
	sample_settings(list);
	expect("metrics.txt", false, &m);
	expect("metrics_open.txt", true, &m);
}

static void procfs(void **state)
{
	struct netns_series series = { 0 };
	struct report report = sample_procfs();
	uint64_t kernel_total[KERNEL_STAT_COUNT] = { 0 };
	struct settings settings = { NULL, 0 };
	struct metrics m = {
		.version = "0.1.0", .mode = MODE_PROCFS, .report = &report, .kernel_total = kernel_total,
		.series = &series, .settings = &settings, .self = &sample_self,
	};

	(void)state;
	expect("metrics_procfs.txt", false, &m);
}

/* Conntrack is not loaded, and nothing of /proc can be read. */
static void nothing(void **state)
{
	struct self self = { 0 };
	struct metrics m = { .version = "0.1.0", .mode = MODE_PROCFS, .self = &self };

	(void)state;
	expect("metrics_nothing.txt", true, &m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything),
		cmocka_unit_test(procfs),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
