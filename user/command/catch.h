/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A run of `catch`: what was asked for (catch.c), and what is told of it, as
 * records or as text over a progress line (catch_tell.c).
 */
#ifndef COMMAND_CATCH_H
#define COMMAND_CATCH_H

#include "bursts.h"
#include "journal.h"
#include "observe/kernel_log.h"

struct catch {
	struct options options;
	const char *avoid;
	uint64_t max_rate, quiet_ns;
	uint64_t bursts_wanted;		/* 0: no end by bursts */
	struct monitor monitor;
	struct stream stream;
	struct loop *loop;
	struct journal journal;
	struct bursts bursts;
	struct kernel_log log;
	int log_error;			/* why it cannot be read, 0: it can */
	uint64_t began_ns;		/* CLOCK_MONOTONIC: everything is attached */
	uint64_t lines_before;		/* in the log, before we came */
	struct losses lost_told;
	int failure;			/* -errno that ended it */
};

void catch_tell_start(struct catch *);
/* On a terminal only: how long it goes on, what there was so far. */
void catch_tell_progress(struct catch *);
void catch_tell_burst(struct catch *, const struct burst *);
void catch_tell_packet(struct catch *, const struct packet *);
/* A ring that was full is told at once: what is missing then is the records around it. */
void catch_tell_losses(struct catch *);
/* The end of a run; 0 or -ENOMEM. */
int catch_tell_summary(struct catch *);

#endif
