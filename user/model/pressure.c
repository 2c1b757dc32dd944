// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "pressure.h"

#define BELOW 0.05
#define CALM_NS 60000000000ull

void pressure_watch_init(struct pressure_watch *w, double threshold)
{
	*w = (struct pressure_watch){ .threshold = threshold };
}

static bool fills_within(double fill_seconds, double limit)
{
	return fill_seconds >= 0 && fill_seconds <= limit;
}

/* Calm long enough to be told; a moment without calm begins the wait anew. */
static bool calmed(struct pressure_watch *w, uint64_t time_ns, double used_ratio, double fill_seconds)
{
	if (used_ratio >= w->threshold - BELOW || fills_within(fill_seconds, 2 * PRESSURE_FILL_SECONDS)) {
		w->calm = false;
		return false;
	}
	if (!w->calm || time_ns < w->calm_ns) {
		w->calm = true;
		w->calm_ns = time_ns;
	}
	return time_ns - w->calm_ns >= CALM_NS;
}

bool pressure_crossed(struct pressure_watch *w, uint64_t time_ns, double used_ratio,
		      double fill_seconds, struct pressure *out)
{
	if (!(used_ratio >= 0))
		return false;
	if (w->high) {
		if (!calmed(w, time_ns, used_ratio, fill_seconds))
			return false;
	} else if (used_ratio < w->threshold && !fills_within(fill_seconds, PRESSURE_FILL_SECONDS)) {
		return false;
	}
	w->high = !w->high;
	w->calm = false;
	*out = (struct pressure){ .time_ns = time_ns, .used_ratio = used_ratio,
				  .fill_seconds = fill_seconds, .threshold = w->threshold,
				  .up = w->high };
	return true;
}
