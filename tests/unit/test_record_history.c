// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* /v1/history: columns of equal length, unknown is null, never more than asked for; recent events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "golden.h"
#include "json_check.h"
#include "render/record_history.h"
#include "sample.h"
#include "serve/recent.h"

static struct history history;

static void fill(size_t seconds, uint64_t value)
{
	history = (struct history){ .counters_known = 1u << CT_inserted | 1u << CT_dropped_clash };
	for (size_t i = 0; i < seconds; i++) {
		struct history_second second = { .time_ns = SAMPLE_TIME + i * 1000000000, .seconds = 1,
						 .entries_known = i != 1, .entries = value };

		for (int c = 0; c < CT_COUNTER_COUNT; c++)
			second.n[c] = value;
		history_add(&history, &second);
	}
}

static struct history_facts facts(void)
{
	return (struct history_facts){ .time_ns = SAMPLE_TIME, .node = "node-1", .interval_seconds = 10,
				       .max = 262144, .history = &history };
}

static void as_written(void **state)
{
	static const char *const events[] = { "{\"event\":\"start\"}", "{\"event\":\"burst\"}" };
	struct history_facts f = facts();
	struct setting list[5];
	struct settings settings = { list, 5 };
	size_t length;
	char *text;

	(void)state;
	sample_settings(list);
	f.settings = &settings;
	fill(3, 42);
	text = record_history(&f, 0, events, 2, &length);
	assert_non_null(text);
	assert_true(json_line_is_valid(text, length));
	expect_golden("history.json", text, length);
	free(text);
	text = record_history(&f, 1, NULL, 0, &length);
	expect_golden("history_last.json", text, length);
	free(text);
}

static void at_its_largest(void **state)
{
	struct history_facts f = facts();
	size_t length;
	char *text;

	(void)state;
	fill(HISTORY_SECONDS + 5, UINT64_MAX);
	history.counters_known = SAMPLE_ALL_COUNTERS;
	text = record_history(&f, 0, NULL, 0, &length);
	assert_non_null(text);
	assert_true(json_line_is_valid(text, length));
	free(text);
	fill(0, 0);
	text = record_history(&f, 5, NULL, 0, &length);
	assert_non_null(text);
	assert_true(json_line_is_valid(text, length));
	free(text);
}

static void recent_is_bounded(void **state)
{
	struct recent recent = { 0 };
	const char *out[RECENT_MAX];
	char line[16];

	(void)state;
	assert_int_equal(recent_list(&recent, 0, out), 0);
	for (int i = 0; i < RECENT_MAX + 3; i++) {
		int len = snprintf(line, sizeof(line), "{%d}\n", i);

		recent_add(&recent, line, (size_t)len);
	}
	assert_int_equal(recent_list(&recent, 0, out), RECENT_MAX);
	assert_string_equal(out[0], "{3}");
	assert_string_equal(out[RECENT_MAX - 1], "{42}");
	assert_int_equal(recent_list(&recent, 3600, out), RECENT_MAX);
	recent_free(&recent);
	assert_int_equal(recent_list(&recent, 0, out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_written),
		cmocka_unit_test(at_its_largest),
		cmocka_unit_test(recent_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
