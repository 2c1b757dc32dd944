// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * LD_PRELOAD: for a program that sleeps in epoll_wait(), time does not pass
 * but jumps: whenever it would sleep, its clocks go on by as much at once. A
 * day of a daemon takes as long as its work.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t jumped_ns;

int clock_gettime(clockid_t clock, struct timespec *out)
{
	int64_t ns;

	if (syscall(SYS_clock_gettime, clock, out))
		return -1;
	/* Processor time is what it is. */
	if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
		return 0;
	ns = out->tv_sec * 1000000000LL + out->tv_nsec + jumped_ns;
	out->tv_sec = ns / 1000000000;
	out->tv_nsec = ns % 1000000000;
	return 0;
}

int epoll_wait(int fd, struct epoll_event *events, int max, int timeout_ms)
{
	int n = epoll_pwait(fd, events, max, timeout_ms < 0 ? -1 : 0, NULL);

	if (!n)
		jumped_ns += timeout_ms * 1000000LL;
	return n;
}
