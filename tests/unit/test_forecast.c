// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* When is the table full, and when is that worth a record? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/forecast.h"
#include "model/pressure.h"

#define SECOND 1000000000ull
#define START (1000 * SECOND)

static void expect_near(double got, double want, double tolerance)
{
	if (!(got >= want - tolerance && got <= want + tolerance))
		fail_msg("%f is not within %f of %f", got, tolerance, want);
}

/* entries_at(second) for seconds 0, step, ... last. */
static void feed(struct forecast *f, double (*entries_at)(double), double last, double step)
{
	for (int i = 0; i * step <= last; i++)
		forecast_add(f, START + (uint64_t)(i * step * 1e9), (uint64_t)entries_at(i * step));
}

static double ramp(double t)
{
	return 100000 + 500 * t;
}

static double falling(double t)
{
	return 100000 - 500 * t;
}

static double flat(double t)
{
	(void)t;
	return 100000;
}

/* The same sequence every time: a test that fails, fails always. */
static double noise(double t)
{
	uint32_t x = (uint32_t)(t * 10) * 2654435761u;

	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;
	return (double)(x % 2001) - 1000;
}

static double noisy_flat(double t)
{
	return 100000 + noise(t);
}

static double noisy_ramp(double t)
{
	return ramp(t) + noise(t);
}

static double step_at_30(double t)
{
	return t < 30 ? 100000 : 160000;
}

static double ramp_from_40(double t)
{
	return t < 40 ? 100000 : 100000 + 2000 * (t - 40);
}

static double ramp_until_30(double t)
{
	return t < 30 ? 100000 + 2000 * t : 160000;
}

static void a_ramp_is_followed(void **state)
{
	static const double steps[] = { 0.1, 0.5, 1, 5, 10, 60 };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct forecast f = { 0 };
		double last = steps[i] * 100 > 200 ? steps[i] * 10 : steps[i] * 100;

		feed(&f, ramp, last, steps[i]);
		/* the newest sample is at most a step before `last` */
		expect_near(forecast_fill_seconds(&f, 1000000), (1000000 - ramp(last)) / 500,
			    steps[i] + 1);
	}
}

static void what_does_not_fill_is_told_so(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	assert_true(forecast_fill_seconds(&f, 262144) == -1);	/* nothing known yet */
	feed(&f, flat, 60, 5);
	assert_true(forecast_fill_seconds(&f, 262144) == -1);
	f = (struct forecast){ 0 };
	feed(&f, falling, 60, 5);
	assert_true(forecast_fill_seconds(&f, 262144) == -1);
}

static void two_samples_are_no_trend(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	feed(&f, ramp, 5, 5);
	assert_true(forecast_fill_seconds(&f, 262144) == -1);
	forecast_add(&f, START + 10 * SECOND, 105000);
	expect_near(forecast_fill_seconds(&f, 262144), (262144 - 105000) / 500.0, 0.1);
}

static void noise_alone_is_no_trend(void **state)
{
	struct forecast f = { 0 };
	int told = 0;

	(void)state;
	for (int t = 0; t < 600; t++) {
		forecast_add(&f, START + (uint64_t)t * SECOND, (uint64_t)noisy_flat(t));
		told += forecast_fill_seconds(&f, 262144) >= 0;
	}
	/* one sample in a hundred may look like a trend by chance */
	assert_in_range(told, 0, 6);
}

static void a_ramp_is_seen_through_noise(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	feed(&f, noisy_ramp, 120, 1);
	expect_near(forecast_fill_seconds(&f, 262144), (262144 - ramp(120)) / 500, 80);
}

static void a_step_is_no_ramp(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	/* ten seconds after the step nothing grows any more, whatever the fit says */
	feed(&f, step_at_30, 41, 1);
	assert_true(forecast_fill_seconds(&f, 262144) == -1);
}

static void a_new_ramp_is_seen_within_seconds(void **state)
{
	struct forecast f = { 0 };
	double at_50 = (262144 - ramp_from_40(50)) / 2000;

	(void)state;
	feed(&f, ramp_from_40, 50, 1);
	/* the minute before still weighs: late by a factor, but already a warning */
	assert_true(forecast_fill_seconds(&f, 262144) >= at_50 - 1);
	assert_true(forecast_fill_seconds(&f, 262144) <= 4 * at_50);
}

static void a_ramp_that_ended_is_forgotten(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	feed(&f, ramp_until_30, 41, 1);
	assert_true(forecast_fill_seconds(&f, 262144) == -1);
}

static void the_limit_is_that_of_now(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	feed(&f, ramp, 60, 5);		/* 130000 entries, 500 a second */
	assert_true(forecast_fill_seconds(&f, 0) == -1);	/* no limit */
	expect_near(forecast_fill_seconds(&f, 180000), 100, 0.1);
	expect_near(forecast_fill_seconds(&f, 131000), 2, 0.1);	/* lowered meanwhile */
	assert_true(forecast_fill_seconds(&f, 130000) == 0);
	assert_true(forecast_fill_seconds(&f, 65536) == 0);	/* below what is in it */
	assert_true(forecast_fill_seconds(&f, 1ull << 60) == -1);	/* in years */
}

static void clocks_that_jump_begin_anew(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	feed(&f, ramp, 60, 5);
	forecast_add(&f, START + 30 * SECOND, 200000);	/* back, but after the start */
	assert_int_equal(f.count, 1);
	feed(&f, ramp, 60, 5);
	forecast_add(&f, 5, 200000);
	assert_int_equal(f.count, 1);
	forecast_add(&f, 5, 200001);
	forecast_add(&f, 5, 200002);
	assert_true(forecast_fill_seconds(&f, 262144) == -1);
}

static void memory_is_bounded(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++) {
		forecast_add(&f, START + (uint64_t)i * 1000000, (uint64_t)i);
		assert_in_range(f.count, 1, FORECAST_SAMPLES - 1);
	}
	for (int i = 0; i < 1000; i++)	/* an hour apart: the last three are kept */
		forecast_add(&f, START + (uint64_t)i * 3600 * SECOND, (uint64_t)i);
	assert_int_equal(f.count, 3);
}

static struct pressure told;

static bool cross(struct pressure_watch *w, uint64_t second, double used, double fill)
{
	return pressure_crossed(w, second * SECOND, used, fill, &told);
}

static void a_crossing_is_told_once(void **state)
{
	struct pressure_watch w;

	(void)state;
	pressure_watch_init(&w, PRESSURE_THRESHOLD);
	assert_false(cross(&w, 0, 0.79, -1));
	assert_true(cross(&w, 10, 0.80, -1));
	assert_true(told.up);
	assert_true(told.used_ratio == 0.80 && told.fill_seconds == -1 && told.threshold == 0.80);
	assert_int_equal(told.time_ns, 10 * SECOND);
	assert_false(cross(&w, 20, 0.85, 10));
	assert_false(cross(&w, 30, 0.79, -1));	/* not low enough */
	assert_false(cross(&w, 200, 0.76, -1));
	assert_false(cross(&w, 210, 0.81, -1));	/* no second warning without a calm between */
	assert_false(cross(&w, 220, 0.74, -1));	/* calm begins */
	assert_false(cross(&w, 270, 0.74, -1));
	assert_true(cross(&w, 280, 0.74, -1));
	assert_false(told.up);
	assert_false(cross(&w, 290, 0.74, -1));
	assert_true(cross(&w, 300, 0.81, -1));
	assert_true(told.up);
}

static void full_soon_is_pressure_too(void **state)
{
	struct pressure_watch w;

	(void)state;
	pressure_watch_init(&w, PRESSURE_THRESHOLD);
	assert_false(cross(&w, 0, 0.30, 301));
	assert_true(cross(&w, 5, 0.31, 300));
	assert_true(told.up && told.fill_seconds == 300);
	assert_false(cross(&w, 10, 0.31, 590));	/* between the marks */
	assert_false(cross(&w, 15, 0.31, 700));
	assert_false(cross(&w, 20, 0.31, 400));	/* the calm is interrupted */
	assert_false(cross(&w, 76, 0.31, -1));
	assert_false(cross(&w, 135, 0.31, -1));
	assert_true(cross(&w, 136, 0.31, -1));
	assert_false(told.up);
}

static void the_unknown_decides_nothing(void **state)
{
	struct pressure_watch w;

	(void)state;
	pressure_watch_init(&w, PRESSURE_THRESHOLD);
	assert_false(cross(&w, 0, -1, 0));
	assert_true(cross(&w, 5, 1.2, 0));
	assert_false(cross(&w, 300, -1, -1));
	assert_false(cross(&w, 900, -1, -1));
	assert_false(cross(&w, 905, 0.1, -1));
	assert_true(cross(&w, 965, 0.1, -1));
}

/* max halved under a steady table: the crossing is told although nothing grew. */
static void a_shrinking_limit_crosses(void **state)
{
	struct pressure_watch w;
	struct forecast f = { 0 };

	(void)state;
	feed(&f, flat, 60, 5);
	pressure_watch_init(&w, PRESSURE_THRESHOLD);
	assert_false(cross(&w, 60, 100000 / 262144.0, forecast_fill_seconds(&f, 262144)));
	assert_true(cross(&w, 65, 100000 / 65536.0, forecast_fill_seconds(&f, 65536)));
	assert_true(told.up && told.fill_seconds == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ramp_is_followed),
		cmocka_unit_test(what_does_not_fill_is_told_so),
		cmocka_unit_test(two_samples_are_no_trend),
		cmocka_unit_test(noise_alone_is_no_trend),
		cmocka_unit_test(a_ramp_is_seen_through_noise),
		cmocka_unit_test(a_step_is_no_ramp),
		cmocka_unit_test(a_new_ramp_is_seen_within_seconds),
		cmocka_unit_test(a_ramp_that_ended_is_forgotten),
		cmocka_unit_test(the_limit_is_that_of_now),
		cmocka_unit_test(clocks_that_jump_begin_anew),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(a_crossing_is_told_once),
		cmocka_unit_test(full_soon_is_pressure_too),
		cmocka_unit_test(the_unknown_decides_nothing),
		cmocka_unit_test(a_shrinking_limit_crosses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
