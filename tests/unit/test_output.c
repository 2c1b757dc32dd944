// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Files that rotate and disks that fill up. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "output_place.h"

static void lines_are_appended(void **state)
{
	struct place *place = *state;
	struct output *o;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(output_open(&o, place->path, 0), 0);
		assert_int_equal(put(o, "one\n"), 0);
		assert_int_equal(put(o, "two\nthree\n"), 0);
		assert_false(output_pending(o));
		assert_int_equal(output_lost(o), 0);
		assert_int_equal(output_error(o), 0);
		assert_int_equal(output_close(o), 0);
	}
	expect_file(place->path, "one\ntwo\nthree\none\ntwo\nthree\n");
}

static void opening_fails_with_the_reason(void **state)
{
	struct place *place = *state;
	struct output *o = NULL;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/none/out", place->dir);
	assert_int_equal(output_open(&o, path, 0), -ENOENT);
	assert_int_equal(output_open(&o, place->dir, 0), -EISDIR);
	assert_null(o);
	assert_int_equal(output_close(NULL), 0);
}

static void reopen_follows_a_rotation(void **state)
{
	struct place *place = *state;
	struct output *o;

	assert_int_equal(output_open(&o, place->path, 0), 0);
	assert_int_equal(put(o, "old\n"), 0);
	assert_int_equal(rename(place->path, place->other), 0);
	assert_int_equal(put(o, "still old\n"), 0);
	assert_int_equal(output_reopen(o), 0);
	assert_int_equal(put(o, "new\n"), 0);
	expect_file(place->other, "old\nstill old\n");
	expect_file(place->path, "new\n");
	/* where the new file cannot be opened, the old one stays in use */
	assert_int_equal(unlink(place->path), 0);
	assert_int_equal(mkdir(place->path, 0700), 0);
	assert_int_equal(output_reopen(o), -EISDIR);
	assert_int_equal(put(o, "kept\n"), 0);
	assert_int_equal(output_lost(o), 0);
	assert_int_equal(rmdir(place->path), 0);
	assert_int_equal(output_close(o), 0);
}

static void a_full_device_is_counted_and_survived(void **state)
{
	struct output *o;

	(void)state;
	assert_int_equal(output_open(&o, "/dev/full", 0), 0);
	assert_int_equal(put(o, "one\n"), -ENOSPC);
	assert_int_equal(put(o, "two\nthree\n"), -ENOSPC);
	assert_int_equal(output_lost(o), 3);
	assert_int_equal(output_error(o), ENOSPC);
	assert_int_equal(output_close(o), 0);
}

/* The file may grow to 10 bytes: the part of a line that fitted is taken back. */
static void a_full_disk_leaves_no_torn_line(void **state)
{
	struct place *place = *state;
	struct rlimit was, limit;
	struct output *o;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = (struct rlimit){ 10, was.rlim_max };
	assert_int_equal(output_open(&o, place->path, 0), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(put(o, "12345\n"), 0);
	assert_int_equal(put(o, "1234567\n"), -EFBIG);
	assert_int_equal(put(o, "123\n"), 0);		/* just fits */
	assert_int_equal(put(o, "\n"), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(put(o, "again\n"), 0);
	assert_int_equal(output_lost(o), 2);
	assert_int_equal(output_close(o), 0);
	expect_file(place->path, "12345\n123\nagain\n");
	/* of several lines at once, those that went through whole stay */
	assert_int_equal(truncate(place->path, 0), 0);
	assert_int_equal(output_open(&o, place->path, 0), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(put(o, "1\n22\n333\n4444\n"), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(output_lost(o), 1);
	assert_int_equal(output_close(o), 0);
	expect_file(place->path, "1\n22\n333\n");
}

/*
 * Where the part cannot be taken back, the next line begins on its own: here
 * stdout stands in the middle of a file, so that cutting would take more away.
 */
static void a_torn_line_does_not_spoil_the_next(void **state)
{
	struct place *place = *state;
	struct rlimit was, limit;
	int fd, opened, torn, next;
	struct output *o;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = (struct rlimit){ 10, was.rlim_max };
	fd = open(place->path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "................\n", 17, 0), 17);
	stdout_becomes(fd);
	opened = output_open(&o, "-", 0);
	(void)setrlimit(RLIMIT_FSIZE, &limit);
	torn = put(o, "1234567890AB\n");
	(void)setrlimit(RLIMIT_FSIZE, &was);
	next = put(o, "CD\n");
	(void)output_close(o);
	stdout_is_back();
	assert_int_equal(opened, 0);
	assert_int_equal(torn, -EFBIG);
	assert_int_equal(next, 0);
	expect_file(place->path, "1234567890\nCD\n..\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(lines_are_appended),
		IN_PLACE(opening_fails_with_the_reason),
		IN_PLACE(reopen_follows_a_rotation),
		cmocka_unit_test(a_full_device_is_counted_and_survived),
		IN_PLACE(a_full_disk_leaves_no_torn_line),
		IN_PLACE(a_torn_line_does_not_spoil_the_next),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
