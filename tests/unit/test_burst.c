// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* When a burst begins, when it is over, and its numbers, from counters and stamps alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/burst.h"

#define SECOND 1000000000ull
#define MS 1000000ull
#define ALL ((1u << CT_COUNTER_COUNT) - 1)

static struct burst_watch watch;
static uint64_t total[CT_COUNTER_COUNT];

static int start_anew(void **state)
{
	(void)state;
	memset(total, 0, sizeof(total));
	burst_watch_init(&watch, SECOND);
	return 0;
}

static enum burst_change look(uint64_t now, uint64_t began, uint64_t last)
{
	struct burst_view view = { now, began, last, total, ALL };

	return burst_look(&watch, &view);
}

static uint64_t counted(enum ct_counter counter)
{
	uint64_t n[CT_COUNTER_COUNT];

	burst_counts(&watch, n);
	return n[counter];
}

static void nothing_happens(void **state)
{
	(void)state;
	for (uint64_t s = 1; s < 100; s++) {
		total[CT_inserted] += 1000;
		total[CT_evicted]++;
		assert_int_equal(look(s * SECOND, 0, 0), BURST_SAME);
	}
	assert_false(watch.on);
	assert_int_equal(watch.id, 0);
}

/* 300 ms of refusals, seen by two looks: every number is exact, and the stamps' own. */
static void a_short_burst(void **state)
{
	uint64_t began = 10 * SECOND + 123456789, last = began + 300 * MS;

	(void)state;
	total[CT_evicted] = 7;
	assert_int_equal(look(10 * SECOND, 0, 0), BURST_SAME);
	total[CT_dropped_table_full] = 1000;
	assert_int_equal(look(began + 50 * MS, began, began + 50 * MS), BURST_BEGINS);
	assert_true(watch.on);
	total[CT_dropped_table_full] = 4990;
	total[CT_dropped_clash] = 10;
	total[CT_evicted] = 9;
	assert_int_equal(look(last + 1, began, last), BURST_SAME);
	assert_int_equal(look(last + SECOND - 1, began, last), BURST_SAME);
	assert_int_equal(look(last + SECOND, began, last), BURST_ENDS);
	assert_false(watch.on);
	assert_int_equal(watch.began_ns, began);
	assert_int_equal(watch.last_ns, last);
	assert_int_equal(counted(CT_dropped_table_full), 4990);
	assert_int_equal(counted(CT_dropped_clash), 10);
	assert_int_equal(counted(CT_evicted), 2);
	assert_int_equal(watch.peak_per_second, 5000);
	assert_int_equal(look(last + 2 * SECOND, began, last), BURST_SAME);
}

/* What a late look finds belongs to a burst, too, even when it is over by then. */
static void noticed_late(void **state)
{
	(void)state;
	assert_int_equal(look(1 * SECOND, 0, 0), BURST_SAME);
	total[CT_dropped_other] = 3;
	assert_int_equal(look(5 * SECOND, 2 * SECOND, 2 * SECOND + 5), BURST_BEGINS);
	assert_int_equal(watch.began_ns, 2 * SECOND);
	assert_int_equal(look(5 * SECOND + 1, 2 * SECOND, 2 * SECOND + 5), BURST_ENDS);
	assert_int_equal(counted(CT_dropped_other), 3);
	assert_int_equal(watch.last_ns - watch.began_ns, 5);
}

static void each_drop_in_one_burst(void **state)
{
	uint64_t sum = 0, last = 0, began = 0;

	(void)state;
	for (uint64_t t = 1; t < 1000; t++) {
		enum burst_change change;

		/* three seconds of drops, then two of rest, looked at ten times a second */
		if (t % 50 < 30) {
			if (t % 50 == 0)
				began = t * 100 * MS - 1;
			last = t * 100 * MS - 1;
			total[CT_dropped_table_full] += t % 7;
		}
		change = look(t * 100 * MS, began, last);
		if (change == BURST_ENDS)
			sum += counted(CT_dropped_table_full);
	}
	assert_int_equal(watch.id, 20);
	assert_int_equal(sum, total[CT_dropped_table_full]);
}

static void the_peak_is_of_one_second(void **state)
{
	(void)state;
	assert_int_equal(look(SECOND, 0, 0), BURST_SAME);
	/* 100 a second for 5 s, with 400 more within half a second of them */
	for (uint64_t t = 11; t <= 60; t++) {
		total[CT_dropped_table_full] += t >= 30 && t < 35 ? 90 : 10;
		(void)look(t * 100 * MS, SECOND + 1, t * 100 * MS);
	}
	assert_int_equal(watch.peak_per_second, 5 * 90 + 5 * 10);
	/* a look that came 4 s late is averaged, not taken for a second's */
	total[CT_dropped_table_full] += 4000;
	(void)look(100 * 100 * MS, SECOND + 1, 100 * 100 * MS);
	assert_int_equal(watch.peak_per_second, 1000);
}

/* Without stamps (a kernel side that has none) the looks' own times have to do. */
static void without_stamps(void **state)
{
	(void)state;
	assert_int_equal(look(SECOND, 0, 0), BURST_SAME);
	total[CT_dropped_clash] = 1;
	assert_int_equal(look(2 * SECOND, 0, 0), BURST_BEGINS);
	assert_int_equal(watch.began_ns, 2 * SECOND);
	assert_int_equal(look(3 * SECOND - 1, 0, 0), BURST_SAME);
	assert_int_equal(look(3 * SECOND, 0, 0), BURST_ENDS);
}

/* The stamp of a burst that is over does not begin the next one. */
static void an_old_stamp(void **state)
{
	(void)state;
	total[CT_dropped_clash] = 1;
	assert_int_equal(look(SECOND, SECOND - 5, SECOND - 5), BURST_BEGINS);
	assert_int_equal(look(3 * SECOND, SECOND - 5, SECOND - 5), BURST_ENDS);
	total[CT_dropped_clash] = 2;
	assert_int_equal(look(4 * SECOND, SECOND - 5, 4 * SECOND - 1), BURST_BEGINS);
	assert_int_equal(watch.began_ns, 4 * SECOND);
	assert_true(watch.last_ns >= watch.began_ns);
}

static void a_cause_nobody_watches(void **state)
{
	struct burst_view view = { SECOND, 0, 0, total, ALL & ~(1u << CT_dropped_clash) };

	(void)state;
	total[CT_dropped_clash] = 5;
	assert_int_equal(burst_look(&watch, &view), BURST_SAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_happens, start_anew),
		cmocka_unit_test_setup(a_short_burst, start_anew),
		cmocka_unit_test_setup(noticed_late, start_anew),
		cmocka_unit_test_setup(each_drop_in_one_burst, start_anew),
		cmocka_unit_test_setup(the_peak_is_of_one_second, start_anew),
		cmocka_unit_test_setup(without_stamps, start_anew),
		cmocka_unit_test_setup(an_old_stamp, start_anew),
		cmocka_unit_test_setup(a_cause_nobody_watches, start_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
