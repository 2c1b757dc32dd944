// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A namespace is looked for a few times, each on its own account. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "observe/newcomers.h"

static void five_times_each(void **state)
{
	struct newcomers all = { 0 };

	(void)state;
	for (int tries = 0; tries < 7; tries++)
		for (uint32_t netns = 1000; netns; netns -= 100)
			assert_int_equal(newcomers_seek(&all, netns), tries < 30);
	assert_int_equal(all.count, 10);
	for (size_t i = 1; i < all.count; i++)
		assert_true(all.list[i - 1].netns < all.list[i].netns);
	newcomers_free(&all);
	assert_true(newcomers_seek(&all, 1000));
	newcomers_free(&all);
}

static void bounded(void **state)
{
	struct newcomers all = { 0 };
	size_t found = 0;

	(void)state;
	for (uint32_t i = 1; i < 20000; i++)
		found += newcomers_seek(&all, i * 2654435761u);
	assert_int_equal(found, 8192);
	assert_int_equal(all.count, 8192);
	newcomers_free(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(five_times_each), cmocka_unit_test(bounded) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
