/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Now, in nanoseconds: for intervals, and for people; neither clock can fail on Linux. And the kernel's tick. */
#ifndef OBSERVE_CLOCK_H
#define OBSERVE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = { 0 };

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static inline uint64_t monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* For deadlines in poll(2)'s unit. */
static inline int64_t monotonic_ms(void)
{
	return (int64_t)(monotonic_ns() / 1000000);
}

static inline uint64_t real_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

/* Of the kernel, for its time-outs; 0: not known. The coarse clock moves once a tick, and says how long that is. */
static inline uint32_t ticks_per_second(void)
{
	struct timespec tick;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) || tick.tv_nsec <= 0)
		return 0;
	return (uint32_t)(1000000000L / tick.tv_nsec);
}

#endif
