// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The ring of seconds: order, bounds, the seconds before a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/history.h"

#define SECOND 1000000000ull

static void fill(struct history *history, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		history_add(history, &(struct history_second){
			.monotonic_ns = i * SECOND, .seconds = 1, .entries = i,
			.n = { [CT_inserted] = i, [CT_dropped_clash] = 1, [CT_dropped_other] = 2 } });
}

static void oldest_gives_way(void **state)
{
	static struct history history;

	(void)state;
	assert_null(history_at(&history, 0));
	fill(&history, 1, 4);
	assert_int_equal(history.count, 3);
	assert_int_equal(history_at(&history, 0)->entries, 1);
	assert_int_equal(history_at(&history, 2)->entries, 3);
	assert_null(history_at(&history, 3));
	fill(&history, 4, 2001);
	assert_int_equal(history.count, HISTORY_SECONDS);
	assert_int_equal(history_at(&history, 0)->entries, 2001 - HISTORY_SECONDS);
	assert_int_equal(history_at(&history, HISTORY_SECONDS - 1)->entries, 2000);
	assert_null(history_at(&history, HISTORY_SECONDS));
	assert_null(history_at(&history, SIZE_MAX));
}

static void seconds_before(void **state)
{
	static struct history history;
	size_t count, first;

	(void)state;
	assert_int_equal(history_before(&history, 5 * SECOND, 30, &count), 0);
	assert_int_equal(count, 0);
	fill(&history, 1, 101);
	first = history_before(&history, 50 * SECOND, 30, &count);
	assert_int_equal(count, 30);
	assert_int_equal(history_at(&history, first)->entries, 21);
	assert_int_equal(history_at(&history, first + count - 1)->entries, 50);
	/* a second that was still under way is not before */
	first = history_before(&history, 50 * SECOND - 1, 30, &count);
	assert_int_equal(history_at(&history, first + count - 1)->entries, 49);
	(void)history_before(&history, 7 * SECOND, 30, &count);
	assert_int_equal(count, 7);
	(void)history_before(&history, SECOND - 1, 30, &count);
	assert_int_equal(count, 0);
}

static void unknown_causes_are_not_summed(void **state)
{
	static struct history history;

	(void)state;
	fill(&history, 1, 2);
	assert_int_equal(history_dropped(&history, history_at(&history, 0)), 0);
	history.counters_known = 1U << CT_inserted | 1U << CT_dropped_other;
	assert_int_equal(history_dropped(&history, history_at(&history, 0)), 2);
	history.counters_known |= 1U << CT_dropped_clash;
	assert_int_equal(history_dropped(&history, history_at(&history, 0)), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oldest_gives_way),
		cmocka_unit_test(seconds_before),
		cmocka_unit_test(unknown_causes_are_not_summed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
