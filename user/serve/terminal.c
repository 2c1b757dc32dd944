// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include "terminal.h"

/* Alternate screen, no cursor, no wrapping at the right edge; and back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l\033[2J"
#define LEAVE "\033[0m\033[?7h\033[?25h\033[?1049l"

/* Signal handlers have to find it: nothing can be passed to them. */
static struct {
	volatile sig_atomic_t taken;
	bool handled;		/* exit and signals lead to give_back() */
	bool keys_changed;	/* `before` is to be restored */
	struct termios before;
	int keys;		/* -1: none */
	int told;		/* what stderr is meanwhile, -1: itself */
	int real_stderr;
} terminal = { .keys = -1, .told = -1, .real_stderr = -1 };

static void write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

/* What was said meanwhile, now that a person can read it. */
static void tell(void)
{
	char buffer[1024];
	off_t at = 0;
	ssize_t n;

	if (terminal.told < 0)
		return;
	(void)dup2(terminal.real_stderr, STDERR_FILENO);
	while ((n = pread(terminal.told, buffer, sizeof(buffer), at)) > 0) {
		write_all(STDERR_FILENO, buffer, (size_t)n);
		at += n;
	}
	(void)close(terminal.told);
	(void)close(terminal.real_stderr);
	terminal.told = -1;
}

/* Only calls that a signal handler may make (signal-safety(7)). */
static void give_back(void)
{
	sigset_t background, before;

	if (!terminal.taken)
		return;
	terminal.taken = 0;
	write_all(STDOUT_FILENO, LEAVE, sizeof(LEAVE) - 1);
	/* Allowed from the background as well: a shell whose job lost its leader is in front again. */
	(void)sigemptyset(&background);
	(void)sigaddset(&background, SIGTTOU);
	(void)sigprocmask(SIG_BLOCK, &background, &before);
	if (terminal.keys_changed)
		(void)tcsetattr(terminal.keys, TCSAFLUSH, &terminal.before);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	tell();
}

static void die(int signal)
{
	int err = errno;

	give_back();
	errno = err;
	/* The handler is gone (SA_RESETHAND): this kills as it would have without us. */
	(void)raise(signal);
}

static void handle_all_ends(void)
{
	static const int fatal[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGSYS, SIGXCPU };
	struct sigaction action = { .sa_handler = die, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };

	if (terminal.handled)
		return;
	terminal.handled = true;
	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		(void)sigaction(fatal[i], &action, NULL);
	(void)atexit(give_back);
}

static void keep_stderr(void)
{
	int told;

	if (!isatty(STDERR_FILENO))
		return;
	told = memfd_create("stderr", MFD_CLOEXEC);
	if (told < 0)
		return;
	terminal.real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (terminal.real_stderr < 0 || dup2(told, STDERR_FILENO) < 0) {
		(void)close(told);
		return;
	}
	terminal.told = told;
}

static void take_keys(void)
{
	struct termios raw;

	if (terminal.keys < 0)
		terminal.keys = isatty(STDIN_FILENO) ? STDIN_FILENO :
				open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal.keys < 0 || tcgetattr(terminal.keys, &terminal.before))
		return;
	raw = terminal.before;
	/* Signals of keys stay: Ctrl-C and Ctrl-Z do what they do everywhere. */
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	terminal.keys_changed = !tcsetattr(terminal.keys, TCSAFLUSH, &raw);
}

int terminal_enter(void)
{
	if (!isatty(STDOUT_FILENO))
		return -ENOTTY;
	handle_all_ends();
	terminal.taken = 1;
	take_keys();
	keep_stderr();
	return terminal_write(ENTER, sizeof(ENTER) - 1);
}

int terminal_keys(void)
{
	return terminal.keys;
}

void terminal_size(int *rows, int *columns)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	*rows = size.ws_row;
	*columns = size.ws_col;
}

int terminal_write(const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int terminal_suspend(void)
{
	give_back();
	(void)raise(SIGSTOP);
	return terminal_enter();
}

void terminal_leave(void)
{
	give_back();
}
