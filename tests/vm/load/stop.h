/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * When a run ends early: SIGTERM and SIGINT ask for it, SIGALRM is the run's own time limit. All
 * three stay blocked; whoever waits, waits for them too, so that a stopped run still tells its tally.
 */
#ifndef LOAD_STOP_H
#define LOAD_STOP_H

#include <stdint.h>

/* Block the signals and start the time limit. */
void stop_init(uint64_t limit_s);

/* Sleep so many milliseconds (-1: without end) or until asked to stop: the signal, or 0. */
int stop_wait(int64_t ms);

/* The same as a file descriptor to poll, or -errno. */
int stop_fd(void);
int stop_fd_signal(int fd);

uint64_t stop_clock_ns(void);

/* Keeps a sender to its rate. */
struct pace {
	uint64_t start_ns, rate, done;
};

void pace_init(struct pace *pace, uint64_t rate);

/* Before each packet: sleeps when it is early. The signal that asks to stop, or 0. */
int pace_next(struct pace *pace);

#endif
