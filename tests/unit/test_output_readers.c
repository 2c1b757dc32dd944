// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Pipes and sockets whose readers are slow, stop, or go away. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "output_place.h"

static void a_reader_that_went_away_is_told(void **state)
{
	int alone, queued, fds[2];
	struct output *o;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	stdout_becomes(fds[1]);
	(void)close(fds[0]);
	alone = output_open(&o, "-", 0);
	alone = alone ? alone : put(o, "line\n");
	(void)output_close(o);
	queued = output_open(&o, "-", 65536);
	queued = queued ? queued : put(o, "line\n");
	(void)output_close(o);
	stdout_is_back();
	assert_int_equal(alone, -EPIPE);
	assert_int_equal(queued, -EPIPE);
}

/* A reader that takes a byte now and then sees every line whole, from a writer that waits. */
static void a_slow_reader_gets_all_without_a_queue(void **state)
{
	char line[8192];
	size_t got = 0;
	int fds[2], status, flags;
	char byte;
	pid_t pid;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	assert_int_equal(pipe(fds), 0);
	/* the reader's end of a shell pipeline may have made it so */
	flags = fcntl(fds[1], F_GETFL);
	assert_int_equal(fcntl(fds[1], F_SETFL, flags | O_NONBLOCK), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		struct output *o;
		int err = dup2(fds[1], STDOUT_FILENO) < 0 || output_open(&o, "-", 0);

		(void)close(fds[0]);
		(void)close(fds[1]);
		for (int i = 0; !err && i < 32; i++)
			err = output_write(o, line, sizeof(line));
		_exit(err || output_lost(o) ? 1 : 0);
	}
	(void)close(fds[1]);
	while (read(fds[0], &byte, 1) == 1)
		assert_int_equal(byte == '\n', ++got % sizeof(line) == 0);
	(void)close(fds[0]);
	assert_int_equal(got, 32 * sizeof(line));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
}

/* All numbers read back rise, and with the lost ones make up what was written. */
static void expect_rising(FILE *in, unsigned int written, uint64_t lost)
{
	unsigned int number, last = 0, lines = 0;
	char line[512];

	while (fgets(line, sizeof(line), in)) {
		assert_int_equal(strlen(line), 301);
		assert_int_equal(sscanf(line, "%u ", &number), 1);
		assert_true(number > last);
		last = number;
		lines++;
	}
	assert_int_equal(last, written);	/* the newest is never the one to go */
	assert_int_equal(lines + lost, written);
}

/* Moves what there is to read to `kept`; false at the end. */
static bool read_some(int reader, FILE *kept)
{
	static char bytes[131072];
	ssize_t n = read(reader, bytes, sizeof(bytes));

	assert_true(n >= 0);
	assert_int_equal(fwrite(bytes, 1, (size_t)n, kept), n);
	return n > 0;
}

/* Writes to a reader that does not read, then wakes it: read and flush in turn. */
static void flood(int writer, int reader)
{
	FILE *kept = tmpfile();
	struct output *o;
	uint64_t lost;
	char line[302];
	int err;

	assert_non_null(kept);
	assert_int_equal(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
	stdout_becomes(writer);
	err = output_open(&o, "-", 16384);
	for (unsigned int i = 1; !err && i <= 3000; i++) {
		(void)snprintf(line, sizeof(line), "%-300u\n", i);
		err = put(o, line);
	}
	while (!err && output_pending(o)) {
		(void)read_some(reader, kept);
		err = output_flush(o);
	}
	lost = output_lost(o);
	(void)output_close(o);
	stdout_is_back();
	while (read_some(reader, kept))
		;
	rewind(kept);
	assert_int_equal(err, 0);
	assert_in_range(lost, 1, 3000);
	expect_rising(kept, 3000, lost);
	assert_int_equal(fclose(kept), 0);
}

static void a_queue_never_waits_for_a_pipe(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	flood(fds[1], fds[0]);
	(void)close(fds[0]);
}

static void a_queue_never_waits_for_a_socket(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	flood(fds[1], fds[0]);
	(void)close(fds[0]);
}

static void what_cannot_be_drained_is_lost_and_counted(void **state)
{
	int fds[2], err, drained;
	uint64_t lost, pending = 0;
	struct output *o;
	char line[4096];

	(void)state;
	memset(line, 'y', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	assert_int_equal(pipe(fds), 0);
	stdout_becomes(fds[1]);
	err = output_open(&o, "-", 65536);
	/* 16 lines fill the pipe, 4 more wait */
	for (int i = 0; !err && i < 20; i++)
		err = output_write(o, line, sizeof(line));
	pending = output_pending(o);
	drained = output_drain(o, 10);
	lost = output_lost(o);
	(void)output_close(o);
	stdout_is_back();
	(void)close(fds[0]);
	assert_int_equal(err, 0);
	assert_true(pending);
	assert_int_equal(drained, -ETIMEDOUT);
	assert_int_equal(lost, 4);
}

static void a_fifo_without_a_reader_does_not_hold_up_an_agent(void **state)
{
	struct place *place = *state;
	struct output *o = NULL;
	int reader;

	assert_int_equal(mkfifo(place->path, 0600), 0);
	assert_int_equal(output_open(&o, place->path, 4096), -ENXIO);
	assert_null(o);
	reader = open(place->path, O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	assert_int_equal(output_open(&o, place->path, 4096), 0);
	assert_int_equal(put(o, "line\n"), 0);
	assert_false(output_pending(o));
	assert_int_equal(close(reader), 0);
	assert_int_equal(put(o, "line\n"), -EPIPE);
	assert_int_equal(output_close(o), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_that_went_away_is_told),
		cmocka_unit_test(a_slow_reader_gets_all_without_a_queue),
		cmocka_unit_test(a_queue_never_waits_for_a_pipe),
		cmocka_unit_test(a_queue_never_waits_for_a_socket),
		cmocka_unit_test(what_cannot_be_drained_is_lost_and_counted),
		IN_PLACE(a_fifo_without_a_reader_does_not_hold_up_an_agent),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
