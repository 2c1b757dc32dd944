// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The terminal of a live screen, on a pseudo terminal: taken, and given back on every way out. */
#include <errno.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <cmocka.h>
#include "serve/terminal.h"

#define BACK "\033[?1049l"

static void enter(void)
{
	if (terminal_enter() || terminal_keys() < 0)
		_exit(9);
	fputs("said meanwhile\n", stderr);
	(void)terminal_write("frame", 5);
}

static void leaves(void)
{
	struct termios now;

	enter();
	if (tcgetattr(0, &now) || now.c_lflag & (ICANON | ECHO) || !(now.c_lflag & ISIG))
		_exit(8);
	terminal_leave();
	terminal_leave();	/* twice does nothing */
	_exit(0);
}

static void exits(void) { enter(); exit(3); }
static void aborts(void) { enter(); abort(); }
static void crashes(void) { enter(); (void)raise(SIGSEGV); _exit(7); }
static void quits(void) { enter(); (void)raise(SIGQUIT); _exit(7); }

/* Everything that arrived, the child's status; the terminal is as before. */
static int run(void (*child)(void), char *got, size_t size)
{
	struct winsize window = { .ws_row = 33, .ws_col = 99 };
	struct termios after;
	int fd, keep, status;
	char name[64];
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(openpty(&fd, &keep, name, NULL, &window), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		(void)close(fd);
		(void)login_tty(keep);
		child();
		_exit(6);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(tcgetattr(keep, &after), 0);
	assert_true(after.c_lflag & ICANON && after.c_lflag & ECHO);
	(void)close(keep);
	while (len + 1 < size && (n = read(fd, got + len, size - 1 - len)) > 0)
		len += (size_t)n;
	got[len] = '\0';
	(void)close(fd);
	return status;
}

static void expect_given_back(const char *got)
{
	const char *frame = strstr(got, "frame"), *back = strstr(got, BACK);
	const char *said = strstr(got, "said meanwhile");

	assert_non_null(strstr(got, "\033[?1049h"));
	assert_non_null(frame);
	assert_non_null(back);
	assert_non_null(said);
	assert_true(frame < back && back < said);
	assert_null(strstr(back + 1, BACK));
}

static void every_way_out(void **state)
{
	char got[4096];
	int status;

	(void)state;
	status = run(leaves, got, sizeof(got));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	expect_given_back(got);
	status = run(exits, got, sizeof(got));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	expect_given_back(got);
	status = run(aborts, got, sizeof(got));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	expect_given_back(got);
	status = run(crashes, got, sizeof(got));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	expect_given_back(got);
	status = run(quits, got, sizeof(got));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGQUIT);
	expect_given_back(got);
}

static void asks_size(void)
{
	int rows, columns;

	terminal_size(&rows, &columns);
	_exit(rows == 33 && columns == 99 ? 0 : 5);
}

static void size_and_no_terminal(void **state)
{
	char got[256];
	int ends[2], saved = dup(STDOUT_FILENO), rows, columns;

	(void)state;
	assert_int_equal(run(asks_size, got, sizeof(got)), 0);
	assert_int_equal(pipe(ends), 0);
	(void)fflush(stdout);
	assert_true(dup2(ends[1], STDOUT_FILENO) >= 0);
	terminal_size(&rows, &columns);
	assert_int_equal(rows, 24);
	assert_int_equal(columns, 80);
	assert_int_equal(terminal_enter(), -ENOTTY);
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	(void)close(saved);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_out),
		cmocka_unit_test(size_and_no_terminal),
	};

	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
