// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `check`: the verdict at every edge, exit codes, and the line that 80 bytes must tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "render/text.h"

static struct check sample(uint64_t entries, uint64_t max)
{
	struct check check = { .entries = entries, .max = max, .warning = 80, .critical = 95 };

	check.state = check_judge(&check);
	return check;
}

static void verdicts(void **state)
{
	static const struct { uint64_t entries, max; enum check_state want; } rows[] = {
		{ 0, 262144, CHECK_OK }, { 209715, 262144, CHECK_OK }, { 209716, 262144, CHECK_WARNING },
		{ 249036, 262144, CHECK_WARNING }, { 249037, 262144, CHECK_CRITICAL },
		{ 262144, 262144, CHECK_CRITICAL }, { 300000, 262144, CHECK_CRITICAL },
		{ 1000000, 0, CHECK_OK },	/* no limit: nothing can be full */
		{ 0, 1, CHECK_OK }, { 1, 1, CHECK_CRITICAL },
		{ UINT32_MAX, INT64_MAX, CHECK_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(sample(rows[i].entries, rows[i].max).state, rows[i].want);
}

static void thresholds_round_up(void **state)
{
	(void)state;
	assert_int_equal(check_threshold(262144, 80), 209716);
	assert_int_equal(check_threshold(100, 80), 80);
	assert_int_equal(check_threshold(1, 1), 1);
	assert_int_equal(check_threshold(0, 80), 0);
	assert_int_equal(check_threshold(UINT64_MAX, 100), UINT64_MAX);
}

static void codes(void **state)
{
	static const int nagios[] = { 0, 1, 2, 3 }, npd[] = { 0, 1, 1, 2 };

	(void)state;
	for (int i = CHECK_OK; i <= CHECK_UNKNOWN; i++) {
		assert_int_equal(check_exit_code(CODES_NAGIOS, i), nagios[i]);
		assert_int_equal(check_exit_code(CODES_NPD, i), npd[i]);
	}
}

static void expect(const struct check *check, const char *want)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	text_check(out, check);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, want);
	/* what a person reads ends within what node-problem-detector keeps */
	assert_true(strcspn(text, "|\n") <= 80);
	free(text);
}

static void lines(void **state)
{
	struct check check = sample(149500, 262144), unknown = { 0 };

	(void)state;
	expect(&check, "CONNTRACK OK: 57 % full, 149500 of 262144 entries | "
	       "entries=149500;209716;249037;0;262144 used=57.03%;80;95;0;100\n");
	check = sample(262144, 262144);
	check.stats.present = 1U << KERNEL_STAT_drop | 1U << KERNEL_STAT_invalid;
	check.stats.n[KERNEL_STAT_drop] = 12;
	expect(&check, "CONNTRACK CRITICAL: 100 % full, 262144 of 262144 entries | "
	       "entries=262144;209716;249037;0;262144 used=100.00%;80;95;0;100 drop=12c\n");
	check = sample(5, 0);
	expect(&check, "CONNTRACK OK: 5 entries, no limit | entries=5;;;0\n");
	check = sample(UINT32_MAX, INT64_MAX);
	expect(&check, "CONNTRACK OK: <0.1 % full, 4294967295 of 9223372036854775807 entries | "
	       "entries=4294967295;7378697629483820646;8762203435012037017;0;9223372036854775807"
	       " used=0.00%;80;95;0;100\n");
	unknown.unknown = "nf_conntrack is not loaded, nothing is tracked";
	unknown.state = check_judge(&unknown);
	expect(&unknown, "CONNTRACK UNKNOWN: nf_conntrack is not loaded, nothing is tracked\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(thresholds_round_up),
		cmocka_unit_test(codes),
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
