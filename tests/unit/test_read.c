// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake_tree.h"
#include "observe/read.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static void whole_numbers(void **state)
{
	static const struct { const char *text; int64_t value; } good[] = {
		{ "0", 0 }, { "262144\n", 262144 }, { " 7 \r\n", 7 }, { "\t12\t", 12 },
		{ "-1", -1 }, { "007", 7 }, { "-0", 0 },
		{ "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
	};
	static const struct { const char *text; int err; } bad[] = {
		{ "", -EINVAL }, { " \n", -EINVAL }, { "-", -EINVAL }, { "- 1", -EINVAL },
		{ "--1", -EINVAL }, { "+1", -EINVAL }, { "1 2", -EINVAL }, { "12k", -EINVAL },
		{ "0x10", -EINVAL }, { "1.5", -EINVAL }, { "NONE", -EINVAL },
		{ "9223372036854775808", -ERANGE }, { "-9223372036854775809", -ERANGE },
		{ "99999999999999999999999999", -ERANGE },
	};
	int64_t value;

	(void)state;
	for (size_t i = 0; i < LEN(good); i++) {
		assert_int_equal(parse_whole_number(good[i].text, strlen(good[i].text), &value), 0);
		assert_true(value == good[i].value);
	}
	for (size_t i = 0; i < LEN(bad); i++) {
		value = 4711;
		assert_int_equal(parse_whole_number(bad[i].text, strlen(bad[i].text), &value), bad[i].err);
		assert_true(value == 4711);
	}
	/* The size counts, not a NUL; a NUL within is no digit. */
	assert_int_equal(parse_whole_number("1234", 2, &value), 0);
	assert_true(value == 12);
	assert_int_equal(parse_whole_number("1\0002", 3, &value), -EINVAL);
}

static void small_files_fit_or_fail(void **state)
{
	char *root = tree_new(), buf[9];

	(void)state;
	tree_file(root, "empty", "");
	tree_file(root, "a/fits", "12345678");
	tree_file(root, "a/long", "123456789");
	assert_int_equal(read_small(root, "empty", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	assert_int_equal(read_small(root, "a/fits", buf, sizeof(buf)), 8);
	assert_string_equal(buf, "12345678");
	assert_int_equal(read_small(root, "a/long", buf, sizeof(buf)), -EFBIG);
	assert_int_equal(read_small(root, "none", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(read_small(root, "a", buf, sizeof(buf)), -EISDIR);
	tree_free(root);
}

static void names_too_long_are_refused(void **state)
{
	char name[PATH_MAX + 1], buf[8];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(read_small("/", name, buf, sizeof(buf)), -ENAMETOOLONG);
}

/* Around every size at which the buffer grows, and around the limit. */
static void whole_files_up_to_the_limit(void **state)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 8191, 8192, 8193, 9999, 10000 };
	char *root = tree_new(), *bytes = malloc(20000), *text;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < 20000; i++)
		bytes[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < LEN(sizes); i++) {
		tree_bytes(root, "file", bytes, sizes[i]);
		assert_int_equal(read_whole(root, "file", 10000, &text), sizes[i]);
		assert_memory_equal(text, bytes, sizes[i]);
		assert_int_equal(text[sizes[i]], '\0');
		free(text);
	}
	tree_bytes(root, "file", bytes, 10001);
	assert_int_equal(read_whole(root, "file", 10000, &text), -EFBIG);
	tree_bytes(root, "file", bytes, 20000);
	assert_int_equal(read_whole(root, "file", 10000, &text), -EFBIG);
	assert_int_equal(read_whole(root, "none", 10000, &text), -ENOENT);
	free(bytes);
	tree_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(small_files_fit_or_fail),
		cmocka_unit_test(names_too_long_are_refused),
		cmocka_unit_test(whole_files_up_to_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
