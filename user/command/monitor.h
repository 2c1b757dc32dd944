/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every command that watches has in common: the probes where the kernel
 * allows them, the kernel's own counters otherwise, a report at each step.
 *
 *   monitor_open -> monitor_step ... -> monitor_close
 */
#ifndef COMMAND_MONITOR_H
#define COMMAND_MONITOR_H

#include "model/change.h"
#include "model/effect.h"
#include "model/forecast.h"
#include "model/history.h"
#include "model/pressure.h"
#include "observe/observation.h"
#include "observe/probes.h"
#include "options.h"
#include "scan.h"

struct monitor {
	const struct options *options;
	struct probes_options probes_options;
	struct machine machine;
	struct probes *probes;		/* NULL: procfs alone, `refusal` says why */
	struct probes_refusal refusal;
	bool waiting;			/* nf_conntrack is not loaded (yet) */
	bool attached_now;		/* by the last step: it has just been loaded */
	bool unloaded_now;		/* by the last step: it had been, whether it is back or not */
	/* By hooks that went with it. */
	uint64_t counted_before[CT_COUNTER_COUNT];
	struct losses lost_before;
	struct observer observer;
	struct observation seen[2];	/* the last two */
	const struct observation *now, *before;	/* before NULL: there is one only */
	struct change change;
	struct forecast forecast;
	struct scan scan;		/* of the chains, with probes that look at insertions */
	bool walk_tried;		/* to open that */
	uint64_t met[CT_MET_LONGEST + 1];
	struct effect_watch effect;
	uint64_t started_ns;		/* CLOCK_MONOTONIC */
	/* Whether refusals are to be expected, and to be named when they come. */
	struct pressure_watch pressure;
	uint64_t refused, refused_ns;	/* so far, and when that last grew; 0: never */
	/* The ticks. */
	struct history history;
	uint64_t tick_ns;		/* the last one, 0: none yet */
	uint64_t tick_total[CT_COUNTER_COUNT];
};

/* Says on stderr what could not be attached. -errno only when nothing at all can be observed. */
int monitor_open(struct monitor *, const struct options *, const struct probes_options *);
/*
 * A new observation and its report; -ENOENT while nf_conntrack is not loaded; -ESTALE
 * when it was unloaded and what is read of its hooks, record by record, ends with it.
 */
int monitor_step(struct monitor *);
/*
 * To be called every second: reads counters only and adds a second to the
 * history. Entries are counted on from the last step's. -ESTALE as above; -errno when even that fails.
 */
int monitor_tick(struct monitor *);
/* Entries of one namespace now, from the last step and these counts; false when it is not known. */
bool monitor_netns_entries(const struct monitor *, const struct counts *, uint32_t netns,
			   uint64_t *entries);
/* Words for what a step or a tick ended with. */
const char *monitor_failure(int err);
enum mode monitor_mode(const struct monitor *);
const struct hook *monitor_hooks(const struct monitor *, size_t *count);
double monitor_seconds(const struct monitor *);
void monitor_close(struct monitor *);

#endif
