// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The lines about a full table, as every kernel writes them, and whatever else stands in the log. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "observe/kernel_log.h"

static struct kernel_log_record record;

static int parse(const char *text)
{
	return kernel_log_parse(text, strlen(text), &record);
}

static void the_lines_of_each_kernel(void **state)
{
	(void)state;
	assert_int_equal(parse("4,1234,5678901,-;nf_conntrack: nf_conntrack: table full, dropping packet\n"), 0);
	assert_true(record.table_full);
	assert_int_equal(record.usec, 5678901);
	assert_int_equal(record.netns, 0);
	assert_int_equal(parse("4,1,2,-,caller=T1;nf_conntrack: nf_conntrack: table full in netns 4026532277, "
			       "dropping packet\n SUBSYSTEM=net\n"), 0);
	assert_true(record.table_full);
	assert_int_equal(record.netns, 4026532277u);
	assert_int_equal(parse("4,1,2,-;net_ratelimit: 4990 callbacks suppressed\n"), 0);
	assert_false(record.table_full);
	assert_int_equal(record.suppressed, 4990);
}

static void other_lines(void **state)
{
	static const char *const others[] = {
		"6,1,2,-;nf_conntrack version 0.5.0 (65536 buckets, 262144 max)\n",
		"4,1,2,-;ipt_foo: table full, dropping packet\n",
		"4,1,2,-;nf_conntrack: \n table full=1\n",
		"4,1,2,-;\n",
		"4,1,2,-;net_ratelimit: many callbacks suppressed\n",
		/* somebody with the right to write to the log: facility 1, user */
		"12,1,2,-;nf_conntrack: nf_conntrack: table full, dropping packet\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(parse(others[i]), 0);
		assert_false(record.table_full);
		assert_int_equal(record.suppressed, 0);
	}
}

static void no_records(void **state)
{
	static const char *const broken[] = {
		"", ";", "4", "4,", "4,1", "4,1,2", "4,1,2,-", "4,1,x,-;a", "-4,1,2,-;a", "4;1,2,-;a",
		"99999999999999999999,1,2,-;a", "4,1,184467440737095516160,-;a",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_int_equal(parse(broken[i]), -EBADMSG);
}

/* Numbers that do not fit are no namespace, and no reason to lose the line. */
static void numbers_too_large(void **state)
{
	(void)state;
	assert_int_equal(parse("4,1,2,-;nf_conntrack: table full in netns 4294967296, dropping packet\n"), 0);
	assert_true(record.table_full);
	assert_int_equal(record.netns, 0);
	assert_int_equal(parse("4,1,2,-;net_ratelimit: 18446744073709551616 callbacks suppressed\n"), 0);
	assert_int_equal(record.suppressed, 0);
}

/* A pipe in packet mode gives a record a read, as /dev/kmsg does. */
static void a_log_that_grows(void **state)
{
	static const char first[] = "6,1,100,-;Linux version\n",
		line[] = "4,2,200,-;nf_conntrack: nf_conntrack: table full, dropping packet\n",
		rate[] = "4,3,300,-;net_ratelimit: 5 callbacks suppressed\n", broken[] = "what is this\n";
	struct kernel_log log;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_DIRECT | O_NONBLOCK), 0);
	kernel_log_init(&log, ends[0]);
	assert_int_equal(kernel_log_read(&log), 0);
	assert_int_equal(log.lines, 0);
	assert_int_equal(write(ends[1], first, sizeof(first) - 1), sizeof(first) - 1);
	assert_int_equal(write(ends[1], broken, sizeof(broken) - 1), sizeof(broken) - 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(write(ends[1], line, sizeof(line) - 1), sizeof(line) - 1);
	assert_int_equal(write(ends[1], rate, sizeof(rate) - 1), sizeof(rate) - 1);
	assert_int_equal(kernel_log_read(&log), 0);
	assert_int_equal(log.lines, 3);
	assert_int_equal(log.suppressed, 5);
	assert_int_equal(log.oldest_us, 100);
	assert_int_equal(log.first_us, 200);
	assert_int_equal(write(ends[1], line, sizeof(line) - 1), sizeof(line) - 1);
	assert_int_equal(kernel_log_read(&log), 0);
	assert_int_equal(log.lines, 4);
	kernel_log_close(&log);
	kernel_log_close(&log);
	assert_int_equal(kernel_log_read(&log), -EBADF);
	assert_int_equal(kernel_log_open(&log, "/nowhere/kmsg"), -ENOENT);
	(void)close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lines_of_each_kernel),
		cmocka_unit_test(other_lines),
		cmocka_unit_test(no_records),
		cmocka_unit_test(numbers_too_large),
		cmocka_unit_test(a_log_that_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
