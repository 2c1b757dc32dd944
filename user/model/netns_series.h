/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The namespaces that have a time series of their own. A counter must never
 * go back, so one that has a line keeps it: the busiest of a moment come and
 * go, and each change would look like a restart. Another takes its place only
 * when it is much busier, and when the first lost no packet for a while. The
 * rest is summed; what a newcomer had lost before stays in that sum.
 *
 *   struct netns_series s = { 0 }; netns_series_update(&s, before, now); ...
 */
#ifndef MODEL_NETNS_SERIES_H
#define MODEL_NETNS_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "observe/observation.h"

#define NETNS_SERIES_MAX 10

struct netns_line {
	uint32_t netns;
	struct pod_name pod;	/* names "" when it is none */
	char unit[CGROUP_UNIT_MAX];	/* "" when not known */
	bool entries_known;
	uint64_t entries;
	uint64_t dropped;	/* since it has a line of its own */
	uint64_t weight;	/* how busy it is now */
	uint64_t lost_ns;	/* when it last lost a packet, 0: never */
};

struct netns_series {
	struct netns_line lines[NETNS_SERIES_MAX];
	size_t count;
	bool others;		/* there are namespaces without a line */
	bool others_entries_known;
	uint64_t others_entries, others_dropped;
};

/* before NULL: the first look. */
void netns_series_update(struct netns_series *, const struct observation *before,
			 const struct observation *now);

#endif
