// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "stop.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull
#define LOOK_EVERY 64	/* packets; looking costs two system calls */

static void stop_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGALRM);
}

void stop_init(uint64_t limit_s)
{
	sigset_t set;

	stop_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	alarm(limit_s);
}

int stop_wait(int64_t ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * (int64_t)NS_PER_MS };
	sigset_t set;
	int got;

	stop_signals(&set);
	do {
		got = sigtimedwait(&set, NULL, ms < 0 ? NULL : &time);
	} while (got < 0 && errno == EINTR);
	return got > 0 ? got : 0;
}

int stop_fd(void)
{
	sigset_t set;
	int fd;

	stop_signals(&set);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int stop_fd_signal(int fd)
{
	struct signalfd_siginfo info;

	return read(fd, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}

uint64_t stop_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

void pace_init(struct pace *pace, uint64_t rate)
{
	*pace = (struct pace) { .start_ns = stop_clock_ns(), .rate = rate };
}

int pace_next(struct pace *pace)
{
	uint64_t done = pace->done++;
	int64_t early = 0;

	if (pace->rate)
		early = (int64_t)(pace->start_ns + done / pace->rate * NS_PER_S +
				  done % pace->rate * NS_PER_S / pace->rate - stop_clock_ns());
	if (early >= (int64_t)NS_PER_MS)
		return stop_wait(early / (int64_t)NS_PER_MS);
	return done % LOOK_EVERY ? 0 : stop_wait(0);
}
