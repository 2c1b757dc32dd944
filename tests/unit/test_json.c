// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "json_check.h"
#include "render/json.h"

/* {"k":TEXT} written with json_str must come out as expected between the quotes. */
static void expect_text(const char *text, const char *escaped)
{
	char buf[512], want[512];
	struct json j;
	ssize_t n;

	json_begin(&j, buf, sizeof(buf));
	json_str(&j, "k", text);
	n = json_end(&j);
	assert_true(n > 0);
	assert_true(json_line_is_valid(buf, (size_t)n));
	(void)snprintf(want, sizeof(want), "{\"k\":\"%s\"}\n", escaped);
	buf[n] = '\0';
	assert_string_equal(buf, want);
}

static void control_bytes_are_escaped(void **state)
{
	(void)state;
	expect_text("plain text, 100 %", "plain text, 100 %");
	expect_text("a\"b\\c/d", "a\\\"b\\\\c/d");
	expect_text("\b\f\n\r\t", "\\b\\f\\n\\r\\t");
	expect_text("\001\033[31m\177", "\\u0001\\u001b[31m\\u007f");
	for (int c = 1; c < 0x20; c++) {
		char text[2] = { (char)c, '\0' }, buf[64];
		struct json j;

		json_begin(&j, buf, sizeof(buf));
		json_str(&j, NULL, text);
		(void)json_end(&j);
		assert_int_equal(buf[1], '"');
		assert_int_equal(buf[2], '\\');
	}
	/* C1 controls move a terminal's cursor, U+2028 and U+2029 end a line for some readers */
	expect_text("\xc2\x85\xc2\x9b\xe2\x80\xa8\xe2\x80\xa9", "\\u0085\\u009b\\u2028\\u2029");
}

#define FFFD "\xef\xbf\xbd"

static void invalid_utf8_is_replaced(void **state)
{
	(void)state;
	expect_text("\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7");
	expect_text("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf");		/* U+10FFFF */
	expect_text("\x80", FFFD);					/* continuation alone */
	expect_text("\xc0\xaf", FFFD FFFD);				/* overlong / */
	expect_text("\xe0\x80\xaf", FFFD FFFD FFFD);
	expect_text("\xf0\x80\x80\xaf", FFFD FFFD FFFD FFFD);
	expect_text("\xed\xa0\x80", FFFD FFFD FFFD);			/* surrogate U+D800 */
	expect_text("\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD);		/* above U+10FFFF */
	expect_text("\xf8\x88\x80\x80\x80", FFFD FFFD FFFD FFFD FFFD);
	expect_text("\xff\xfe", FFFD FFFD);
	expect_text("\xe2\x82", FFFD);					/* cut off at the end */
	expect_text("\xf0\x9f\x90", FFFD);
	expect_text("\xe2\x82x", FFFD "x");				/* cut off in the middle */
	expect_text("\xc3\"", FFFD "\\\"");
	expect_text(FFFD, FFFD);
}

static void expect_double(double value, int decimals, const char *want)
{
	char buf[512];
	struct json j;
	ssize_t n;

	json_begin(&j, buf, sizeof(buf));
	json_double(&j, NULL, value, decimals);
	n = json_end(&j);
	assert_true(n > 3);
	buf[n - 2] = '\0';
	assert_string_equal(buf + 1, want);
}

static void doubles(void **state)
{
	char buf[512];
	struct json j;
	ssize_t n;

	(void)state;
	expect_double(0, 3, "0");
	expect_double(-0.0, 3, "0");
	expect_double(5, 3, "5");
	expect_double(0.5, 3, "0.5");
	expect_double(0.0625, 4, "0.0625");
	expect_double(1.005, 3, "1.005");
	expect_double(0.57029, 4, "0.5703");
	expect_double(0.99996, 4, "1");
	expect_double(-0.00001, 4, "0");
	expect_double(-12.25, 1, "-12.3");
	expect_double(2.5, 0, "3");
	expect_double(0.000000001, 9, "0.000000001");
	expect_double(0.1, 40, "0.1");
	expect_double(9007199254740993.0, 3, "9007199254740992");
	expect_double(1e18, 9, "1000000000000000000");
	expect_double(0x1p63, 3, "9223372036854775808");
	expect_double(NAN, 3, "null");
	expect_double(INFINITY, 3, "null");
	expect_double(-INFINITY, 3, "null");
	json_begin(&j, buf, sizeof(buf));
	json_double(&j, "huge", -DBL_MAX, 3);
	n = json_end(&j);
	assert_true(json_line_is_valid(buf, (size_t)n));
	assert_true(strtod(buf + strlen("{\"huge\":"), NULL) == -DBL_MAX);
}

static void integers_at_their_ends(void **state)
{
	static const char want[] = "{\"a\":0,\"b\":18446744073709551615,\"c\":-9223372036854775808,"
				   "\"d\":9223372036854775807,\"e\":-1}\n";
	char buf[256];
	struct json j;

	(void)state;
	json_begin(&j, buf, sizeof(buf));
	json_u64(&j, "a", 0);
	json_u64(&j, "b", UINT64_MAX);
	json_i64(&j, "c", INT64_MIN);
	json_i64(&j, "d", INT64_MAX);
	json_i64(&j, "e", -1);
	assert_int_equal(json_end(&j), (ssize_t)strlen(want));
	assert_memory_equal(buf, want, strlen(want));
}

static void nested(struct json *j)
{
	json_object(j, "o");
	json_object_end(j);
	json_array(j, "a");
	json_array_end(j);
	json_array(j, "l");
	json_u64(j, NULL, 1);
	json_object(j, NULL);
	json_bool(j, "t", true);
	json_bool(j, "f", false);
	json_object_end(j);
	json_null(j, NULL);
	json_array_end(j);
	json_str(j, "n", NULL);
	json_str(j, "ke\ny", "");
}

static void commas_and_nesting(void **state)
{
	static const char want[] = "{\"o\":{},\"a\":[],\"l\":[1,{\"t\":true,\"f\":false},null],"
				   "\"n\":null,\"ke\\ny\":\"\"}\n";
	char buf[256];
	struct json j;

	(void)state;
	json_begin(&j, buf, sizeof(buf));
	nested(&j);
	assert_int_equal(json_end(&j), (ssize_t)strlen(want));
	assert_memory_equal(buf, want, strlen(want));
}

/* Every size that is too small is reported; only the exact one and above succeed. */
static void overflow_is_told_at_every_size(void **state)
{
	char whole[256];
	struct json j;
	ssize_t need;

	(void)state;
	json_begin(&j, whole, sizeof(whole));
	nested(&j);
	need = json_end(&j);
	for (size_t size = 0; size < (size_t)need; size++) {
		char *buf = malloc(size ? size : 1);	/* for the address sanitizer to watch */

		json_begin(&j, buf, size);
		nested(&j);
		assert_int_equal(json_end(&j), -EMSGSIZE);
		free(buf);
	}
	json_begin(&j, whole, (size_t)need);
	nested(&j);
	assert_int_equal(json_end(&j), need);
}

static void a_row_is_whole_or_absent(void **state)
{
	char buf[64];
	struct json j;
	size_t rows = 0, held;
	ssize_t n;

	(void)state;
	json_begin(&j, buf, sizeof(buf));
	held = json_reserve(&j, 16);
	assert_int_equal(held, 16);
	json_array(&j, "rows");
	for (int i = 0; i < 20; i++) {
		struct json mark = json_mark(&j);

		json_object(&j, NULL);
		json_str(&j, "name", "0123456789");
		json_object_end(&j);
		if (j.full)
			json_back(&j, mark);
		else
			rows++;
	}
	json_release(&j, held);
	json_array_end(&j);
	json_u64(&j, "left", 20 - rows);
	n = json_end(&j);
	assert_true(n > 0);
	buf[n] = '\0';
	assert_string_equal(buf, "{\"rows\":[{\"name\":\"0123456789\"}],\"left\":19}\n");
}

static void an_unclosed_object_is_no_record(void **state)
{
	char buf[64];
	struct json j;

	(void)state;
	json_begin(&j, buf, sizeof(buf));
	json_object(&j, "open");
	assert_int_equal(json_end(&j), -EINVAL);
}

static void more_room_than_there_is_cannot_be_held(void **state)
{
	char buf[8];
	struct json j;
	size_t held;

	(void)state;
	json_begin(&j, buf, sizeof(buf));
	held = json_reserve(&j, 100);
	assert_int_equal(held, 7);
	json_u64(&j, NULL, 1);
	assert_true(j.full);
	json_release(&j, held);
	assert_int_equal(json_end(&j), -EMSGSIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_bytes_are_escaped),
		cmocka_unit_test(invalid_utf8_is_replaced),
		cmocka_unit_test(doubles),
		cmocka_unit_test(integers_at_their_ends),
		cmocka_unit_test(commas_and_nesting),
		cmocka_unit_test(overflow_is_told_at_every_size),
		cmocka_unit_test(a_row_is_whole_or_absent),
		cmocka_unit_test(an_unclosed_object_is_no_record),
		cmocka_unit_test(more_room_than_there_is_cannot_be_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
