// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <math.h>
#include <string.h>
#include "forecast.h"

#define WINDOW_SECONDS 60.0
#define LEAST_SAMPLES 3		/* kept however old they are: intervals may be minutes */
#define MEMORY_SECONDS 10.0	/* a sample so old weighs 1/e of the newest */
#define RECENT_SECONDS 10.0
#define SPACING_SECONDS 1.0
#define HORIZON_SECONDS 86400.0
#define SURE 2.5		/* the trend must be so many times its standard error */
#define STILL 4.0	/* growth of the last seconds must be at least such a part of the trend */

static void forget_old(struct forecast *f)
{
	double newest = f->samples[f->count - 1].seconds;
	size_t drop = 0;

	while (f->count - drop > LEAST_SAMPLES &&
	       newest - f->samples[drop].seconds > WINDOW_SECONDS)
		drop++;
	if (!drop && f->count == FORECAST_SAMPLES)
		drop = 1;
	f->count -= drop;
	memmove(f->samples, f->samples + drop, f->count * sizeof(f->samples[0]));
}

void forecast_add(struct forecast *f, uint64_t time_ns, uint64_t entries)
{
	struct forecast_sample sample = { .entries = (double)entries };

	if (!f->count || time_ns < f->start_ns) {
		f->count = 0;
		f->start_ns = time_ns;
	}
	sample.seconds = (double)(time_ns - f->start_ns) / 1e9;
	if (f->count && sample.seconds < f->samples[f->count - 1].seconds) {
		f->count = 0;
		f->start_ns = time_ns;
		sample.seconds = 0;
	}
	if (f->count >= 2 && sample.seconds - f->samples[f->count - 2].seconds < SPACING_SECONDS)
		f->count--;
	f->samples[f->count++] = sample;
	forget_old(f);
}

struct line {
	double slope, error;	/* entries a second, and its standard error */
};

/* Least squares, a sample's weight falling with its age; slope 0 when all are of one moment. */
static struct line fit(const struct forecast *f)
{
	const struct forecast_sample *newest = &f->samples[f->count - 1];
	double memory = fmax(MEMORY_SECONDS, (newest->seconds - f->samples[0].seconds) / 8);
	double w = 0, ww = 0, wx = 0, wy = 0, wxx = 0, wxy = 0, wyy = 0;
	double xx, xy, yy, n, left;

	for (size_t i = 0; i < f->count; i++) {
		/* distances from the newest, so that large counts keep their digits */
		double x = f->samples[i].seconds - newest->seconds;
		double y = f->samples[i].entries - newest->entries;
		double weight = exp(x / memory);

		w += weight;
		ww += weight * weight;
		wx += weight * x;
		wy += weight * y;
		wxx += weight * x * x;
		wxy += weight * x * y;
		wyy += weight * y * y;
	}
	xx = wxx / w - wx / w * wx / w;
	xy = wxy / w - wx / w * wy / w;
	yy = wyy / w - wy / w * wy / w;
	if (xx <= 0)
		return (struct line){ 0 };
	n = w * w / ww;		/* as many samples of equal weight say as much */
	left = fmax(yy - xy * xy / xx, 0);
	return (struct line){ .slope = xy / xx, .error = sqrt(left / xx / fmax(n - 2, 1)) };
}

/* From the newest sample that is at least RECENT_SECONDS old, and not the last but one. */
static double recent_slope(const struct forecast *f)
{
	const struct forecast_sample *newest = &f->samples[f->count - 1];
	size_t from = f->count - LEAST_SAMPLES;

	while (from && newest->seconds - f->samples[from].seconds < RECENT_SECONDS)
		from--;
	if (newest->seconds <= f->samples[from].seconds)
		return 0;
	return (newest->entries - f->samples[from].entries) /
	       (newest->seconds - f->samples[from].seconds);
}

double forecast_fill_seconds(const struct forecast *f, uint64_t max)
{
	struct line line;
	double room, seconds;

	if (!f->count || !max)
		return -1;
	room = (double)max - f->samples[f->count - 1].entries;
	if (room <= 0)
		return 0;
	if (f->count < LEAST_SAMPLES)
		return -1;
	line = fit(f);
	if (line.slope < SURE * line.error)
		return -1;
	/* a step leaves a slope in the fit for a minute, but none in the last seconds */
	if (line.slope <= 0 || recent_slope(f) < line.slope / STILL)
		return -1;
	seconds = room / line.slope;
	return seconds <= HORIZON_SECONDS ? seconds : -1;
}
