/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From two observations to the report of what happened between them.
 * The kernel's statistics are 32-bit cells that wrap; ours never do.
 */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

#include "observe/observation.h"
#include "report.h"

#define REPORT_NETNS_MAX 10

/* Holds what a report points to; zero it before its first use. */
struct change {
	struct report report;
	struct netns_row rows[REPORT_NETNS_MAX];
	uint64_t kernel_total[KERNEL_STAT_COUNT];	/* since start */
};

/*
 * Fills in change->report from the observation before (NULL: the first) and
 * the one now. fill_seconds is the forecast's word, -1 when not known.
 */
int change_between(struct change *, const struct observation *before, const struct observation *now,
		   const struct machine *, uint32_t counters_known);

#endif
