/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* /metrics: everything as Prometheus' text 0.0.4, or as OpenMetrics 1.0. */
#ifndef RENDER_PROMETHEUS_H
#define RENDER_PROMETHEUS_H

#include <stdbool.h>
#include <stdio.h>
#include "model/chains.h"
#include "model/hook.h"
#include "model/netns_series.h"
#include "model/report.h"
#include "observe/self.h"
#include "observe/settings.h"

#define PROMETHEUS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define OPENMETRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct metrics {
	const char *version;
	enum mode mode;
	const struct hook *hooks;
	size_t hook_count;
	const struct report *report;	/* as of now; NULL: conntrack is not loaded */
	const uint64_t *kernel_total;	/* KERNEL_STAT_COUNT, since start */
	const struct netns_series *series;
	const struct settings *settings;
	struct losses lost;		/* since start */
	bool bursts_known;
	uint64_t bursts;
	const struct chains *chains;	/* of the last walk; NULL: not known */
	const uint64_t *met;		/* CT_MET_LONGEST + 1: insertions that met a chain of so many; NULL: not known */
	const struct self *self;
};

void prometheus(FILE *, bool openmetrics, const struct metrics *);

#endif
