/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Before and after: what moved since a setting was changed. Told by the first
 * report that begins after the change was seen, and by the tenth.
 *
 *   struct effect_watch w = { 0 }; after each report: report->since_change = effect_look(&w, ...);
 */
#ifndef MODEL_EFFECT_H
#define MODEL_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "observe/settings.h"
#include "report.h"

#define EFFECT_CHANGES_MAX 4
#define EFFECT_LATE 10		/* intervals */

struct effect_change {
	char name[80];		/* "net.netfilter.nf_conntrack_max" */
	bool from_known, to_known;
	int64_t from, to;
};

/* One state of things: over a time, or at its end. */
struct effect_side {
	uint64_t entries;
	double inserted, destroyed, dropped;	/* a second; known as counters_known says */
};

struct effect {
	struct effect_change changes[EFFECT_CHANGES_MAX];
	size_t change_count, more;	/* more: changes without room */
	unsigned int intervals;		/* since the change was seen: 1 or EFFECT_LATE */
	double seconds;
	uint32_t counters_known;
	struct effect_side before, after;
};

struct effect_watch {
	bool on, last_known;
	struct effect effect;
	struct effect_side last;	/* of the latest report */
	double inserted, destroyed, dropped;	/* since the change */
};

/*
 * settings of the look before (NULL: there was none) and of this one; NULL
 * when there is nothing to tell now. A further change begins anew.
 */
const struct effect *effect_look(struct effect_watch *, const struct settings *before,
				 const struct settings *now, const struct report *);

#endif
