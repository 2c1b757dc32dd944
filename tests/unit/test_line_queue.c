// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "serve/line_queue.h"

static void expect_queue(const struct line_queue *q, const char *want)
{
	const char *bytes;
	size_t n = line_queue_peek(q, &bytes);

	assert_int_equal(n, strlen(want));
	if (n)
		assert_memory_equal(bytes, want, n);
}

static uint64_t add(struct line_queue *q, const char *text)
{
	return line_queue_add(q, text, strlen(text));
}

static void the_oldest_lines_give_way(void **state)
{
	struct line_queue q;

	(void)state;
	assert_int_equal(line_queue_init(&q, 10), 0);
	expect_queue(&q, "");
	assert_int_equal(line_queue_lines(&q), 0);
	assert_int_equal(add(&q, "111\n"), 0);
	assert_int_equal(add(&q, "22\n33\n"), 0);
	expect_queue(&q, "111\n22\n33\n");
	assert_int_equal(add(&q, "4444\n"), 2);
	expect_queue(&q, "33\n4444\n");
	assert_int_equal(line_queue_lines(&q), 2);
	assert_int_equal(add(&q, "0123456789\n"), 1);	/* larger than the queue: itself lost */
	expect_queue(&q, "33\n4444\n");
	assert_int_equal(add(&q, "012345678\n"), 2);	/* fills it */
	expect_queue(&q, "012345678\n");
	line_queue_take(&q, 10);
	expect_queue(&q, "");
	line_queue_free(&q);
	line_queue_free(NULL);
}

static void a_begun_line_stays(void **state)
{
	struct line_queue q;

	(void)state;
	assert_int_equal(line_queue_init(&q, 10), 0);
	assert_int_equal(add(&q, "1234\n22\n"), 0);
	line_queue_take(&q, 2);
	expect_queue(&q, "34\n22\n");
	assert_int_equal(add(&q, "55555\n"), 1);
	expect_queue(&q, "34\n55555\n");
	assert_int_equal(add(&q, "77777777\n"), 1);	/* does not fit beside the begun one */
	expect_queue(&q, "34\n55555\n");
	line_queue_take(&q, 3);
	assert_int_equal(add(&q, "77777777\n"), 1);
	expect_queue(&q, "77777777\n");
	line_queue_take(&q, 1);
	assert_true(line_queue_skip_begun(&q));
	assert_false(line_queue_skip_begun(&q));
	expect_queue(&q, "");
	line_queue_free(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_lines_give_way),
		cmocka_unit_test(a_begun_line_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
