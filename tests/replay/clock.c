// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Time that passes only while ctscope sleeps, and then at once: a minute is
 * played in milliseconds, and every run has the same times. What else would
 * differ from machine to machine is answered here, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "stage.h"

#define NS_PER_S 1000000000ULL
#define BOOTED_NS (1000 * NS_PER_S)
/* 2026-01-02 03:04:05 UTC */
#define BEGAN_S 1767323045
/* Nothing is played for longer: a loop that never ends is a failure, too. */
#define LONGEST_NS (24 * 3600 * NS_PER_S)

static uint64_t passed_ns;

void stage_fail(const char *format, ...)
{
	va_list args;

	fputs("replay: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(99);
}

uint64_t clock_now(void)
{
	return BOOTED_NS + passed_ns;
}

void clock_pass(uint64_t ns)
{
	passed_ns += ns;
	if (passed_ns > LONGEST_NS)
		stage_fail("a whole day has passed");
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	uint64_t ns = clock_now();

	if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
		ns = BEGAN_S * NS_PER_S + passed_ns;
	else if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
		ns = 0;
	*now = (struct timespec){ (time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S) };
	return 0;
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
	*resolution = (struct timespec){ 0, clock == CLOCK_MONOTONIC_COARSE ? 4000000 : 1 };
	return 0;
}

int nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)left;
	clock_pass((uint64_t)time->tv_sec * NS_PER_S + (uint64_t)time->tv_nsec);
	return 0;
}

static int epoll_now(int epoll, struct epoll_event *events, int max, int real_ms)
{
	return (int)syscall(SYS_epoll_pwait, epoll, events, max, real_ms, NULL, 8);
}

int epoll_wait(int epoll, struct epoll_event *events, int max, int timeout_ms)
{
	uint64_t until = timeout_ms < 0 ? UINT64_MAX : clock_now() + (uint64_t)timeout_ms * 1000000;

	for (;;) {
		uint64_t next;
		int ready;

		play_until(clock_now());
		/* An answer that is under way takes real time, but none of the play's. */
		ready = epoll_now(epoll, events, max, client_waits() ? 10 : 0);
		if (ready)
			return ready;
		if (client_waits())
			continue;
		next = play_next() < until ? play_next() : until;
		if (next == UINT64_MAX)
			stage_fail("it waits for something that never comes");
		if (next > clock_now())
			clock_pass(next - clock_now());
		if (next == until && play_next() > until)
			return epoll_now(epoll, events, max, 0);
	}
}

int uname(struct utsname *name)
{
	*name = (struct utsname){ .sysname = "Linux", .nodename = "node-1", .release = "6.12.0-played",
				  .machine = "x86_64" };
	return 0;
}

int getrusage(__rusage_who_t who, struct rusage *usage)
{
	(void)who;
	memset(usage, 0, sizeof(*usage));
	return 0;
}

uid_t geteuid(void)
{
	return play_is_root() ? 0 : 1000;
}

int open(const char *path, int flags, ...)
{
	unsigned int mode = 0;
	va_list args;

	if (!strcmp(path, "/dev/kmsg")) {
		int fd = play_kernel_log();

		errno = fd < 0 ? EPERM : 0;
		return fd;
	}
	va_start(args, flags);
	if (flags & (O_CREAT | __O_TMPFILE))
		mode = va_arg(args, unsigned int);
	va_end(args);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
