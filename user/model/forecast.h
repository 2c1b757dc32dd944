/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * When will the table be full? A trend over about the last minute of samples.
 *
 *   struct forecast f = { 0 }; forecast_add(&f, now, entries); ... forecast_fill_seconds(&f, max);
 */
#ifndef MODEL_FORECAST_H
#define MODEL_FORECAST_H

#include <stddef.h>
#include <stdint.h>

#define FORECAST_SAMPLES 64

struct forecast_sample {
	double seconds;		/* since the first sample */
	double entries;
};

struct forecast {
	struct forecast_sample samples[FORECAST_SAMPLES];	/* oldest first */
	size_t count;
	uint64_t start_ns;
};

/*
 * time_ns: any clock that goes forward; one that went back begins anew.
 * Samples closer than a second to the last but one replace the last.
 */
void forecast_add(struct forecast *, uint64_t time_ns, uint64_t entries);
/*
 * Seconds until max at the present trend: 0 when full now, -1 when not
 * filling, when that is further than a day away, when noise could be all
 * there is to it, with fewer than three samples, or without a limit (max 0).
 */
double forecast_fill_seconds(const struct forecast *, uint64_t max);

#endif
