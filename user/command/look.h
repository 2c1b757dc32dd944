/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One look at this machine that lasts a while: from a monitor's first step to its last. */
#ifndef COMMAND_LOOK_H
#define COMMAND_LOOK_H

#include "monitor.h"

struct look {
	double seconds;		/* that it lasted; a signal ends it early */
	uint64_t peak;		/* entries of the fullest namespace */
	uint64_t delta[CT_COUNTER_COUNT];	/* monitor.change.report.counters_known tells which */
	uint64_t kernel[KERNEL_STAT_COUNT];	/* the report's kernel_known likewise */
};

/* Steps a monitor that is open once a second. 0 or -errno; -ENOENT: conntrack is not loaded. */
int look_for(struct monitor *, uint64_t duration_ns, struct look *);
/* What went wrong, on stderr; the exit code. */
int look_explain(int err, const struct options *);

#endif
