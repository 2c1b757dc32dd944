/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Says once that the table nears its limit, and once that it has room again.
 *
 *   struct pressure_watch w; pressure_watch_init(&w, PRESSURE_THRESHOLD);
 *   if (pressure_crossed(&w, now, used_ratio, fill_seconds, &p)) ...tell p...
 */
#ifndef MODEL_PRESSURE_H
#define MODEL_PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

#define PRESSURE_THRESHOLD 0.80
#define PRESSURE_FILL_SECONDS 300	/* full sooner than this is pressure too */

struct pressure {
	uint64_t time_ns;
	double used_ratio, fill_seconds, threshold;	/* fill_seconds -1: not filling */
	bool up;
};

struct pressure_watch {
	double threshold;
	bool high;
	bool calm;		/* while high: below both marks since calm_ns */
	uint64_t calm_ns;
};

void pressure_watch_init(struct pressure_watch *, double threshold);
/*
 * True when a crossing is to be told, in *out. Up at once; down only when the
 * table stayed 5 % of its limit below the threshold, and further than twice
 * PRESSURE_FILL_SECONDS from full, for a minute. used_ratio -1 (not known, or
 * no limit) decides nothing.
 */
bool pressure_crossed(struct pressure_watch *, uint64_t time_ns, double used_ratio,
		      double fill_seconds, struct pressure *out);

#endif
