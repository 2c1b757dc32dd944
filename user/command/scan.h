/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A scan: the walk over every chain, what is in the suspicious ones, and the
 * verdict; whole and at once, or in small pieces between other work.
 *
 *   scan_open -> scan_whole, or scan_go_on ... -> scan_close
 */
#ifndef COMMAND_SCAN_H
#define COMMAND_SCAN_H

#include "model/chains.h"
#include "observe/probes.h"
#include "observe/walk.h"

/* Of one processor: what scan_go_on() may use over time. */
#define SCAN_SHARE 0.005

struct scan {
	struct walker *walker;		/* NULL: `refusal` says why */
	struct walk_refusal refusal;
	size_t top;			/* longest chains to name */
	bool look_at_all;		/* into each of them, not only into suspicious ones */
	bool redact;
	bool known;
	struct chains chains;		/* the last that was complete */
	/* The pieces. */
	uint64_t looked_ns, began_ns;	/* CLOCK_MONOTONIC; 0: not yet */
	uint64_t changes, buckets;	/* when the last one began */
	bool under_way;
	uint32_t shared;		/* serial of the map that probes have */
	double credit;			/* seconds that may be used now */
};

struct scan_options {
	size_t top;
	bool look_at_all, redact;
	const struct census *into;	/* look into the entries as well: walk_census_run() on the walker */
	int verbose;
};

/* As walk_open(). */
int scan_open(struct scan *, const struct scan_options *, const struct roots *);
/* -EAGAIN: the table is resized again and again. */
int scan_whole(struct scan *);
/*
 * Goes on with the walk for as long as its share of the time since the last
 * call allows; a walk begins no more often than every interval_ns, and rarely
 * while `changes`, the entries that came and went, stand still; but at once
 * when the table has another size. The first one is made whole.
 */
int scan_go_on(struct scan *, uint64_t interval_ns, uint64_t changes, uint64_t buckets);
/* Lets the insertions that probes look at keep the same map fresh, whenever it is a new one. */
int scan_share(struct scan *, struct probes *);
double scan_age_seconds(const struct scan *);
void scan_close(struct scan *);

#endif
