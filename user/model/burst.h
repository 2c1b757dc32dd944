/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Bursts of refused packets. A burst is told by the counters alone: it begins
 * with the first refusal, and ends when there was none for `quiet_ns`.
 *
 *   burst_watch_init -> burst_look (every second, and every BURST_LOOK_NS while one is on)
 */
#ifndef MODEL_BURST_H
#define MODEL_BURST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "ctscope/counters.h"
#include "ctscope/event.h"
#include "history.h"
#include "observe/refused.h"
#include "report.h"

#define BURST_LOOK_NS 100000000ULL
#define BURST_SLOTS 10		/* of BURST_LOOK_NS: one second */
#define BURST_BEFORE_SECONDS 30
#define BURST_TOP 10

struct burst_watch {
	uint64_t quiet_ns;
	uint64_t id;		/* of the latest burst; 0: none yet */
	bool on;
	uint64_t began_ns, last_ns;	/* first and latest refusal, as exactly as it is known */
	uint64_t looked_ns;
	uint64_t base[CT_COUNTER_COUNT];	/* totals before it: every refusal belongs to a burst */
	uint64_t total[CT_COUNTER_COUNT];	/* at the latest look */
	uint64_t slot[BURST_SLOTS], slot_number;	/* refusals of the last second */
	uint64_t peak_per_second;
};

/* What is known at one moment, all CLOCK_MONOTONIC. */
struct burst_view {
	uint64_t now_ns;	/* read before the totals were */
	uint64_t began_ns;	/* the kernel side's stamp of the first refusal after a pause; 0: none */
	uint64_t last_ns;	/* and of the latest */
	const uint64_t *total;	/* CT_COUNTER_COUNT of them */
	uint32_t known;		/* bit per enum ct_counter */
};

enum burst_change { BURST_SAME, BURST_BEGINS, BURST_ENDS };

void burst_watch_init(struct burst_watch *, uint64_t quiet_ns);
/* At most one change a look. The numbers of a burst that ended stay until the next look. */
enum burst_change burst_look(struct burst_watch *, const struct burst_view *);
/* What happened since the burst began: drops exactly, the rest since the look before it. */
void burst_counts(const struct burst_watch *, uint64_t n[static CT_COUNTER_COUNT]);

/* Who or what lives in a namespace; both NULL: not known. */
struct owner_name {
	const struct pod_name *pod;
	const char *unit;	/* container, service or process instead */
};

struct burst_source {
	struct ct_source who;
	struct owner_name owner;
	uint64_t count;
};

struct burst_target {
	struct ct_target where;
	uint64_t count;
};

/* One burst as it is told: at its begin, and again at its end. */
struct burst {
	uint64_t id;
	uint64_t time_ns;	/* CLOCK_REALTIME of what is told: begin or end */
	bool over;		/* it is the end */
	bool cut;		/* the run ended before the burst did */
	bool redacted;		/* addresses are networks */
	uint64_t started_ns;	/* CLOCK_REALTIME */
	uint64_t began_ns;	/* the same moment, CLOCK_MONOTONIC */
	double duration_seconds;
	uint32_t known;			/* bit per enum ct_counter */
	uint64_t n[CT_COUNTER_COUNT];
	uint64_t peak_per_second;
	bool entries_known;
	uint64_t entries_at_start;	/* in all namespaces, by the last second before */
	const struct ct_event *first;	/* NULL: not known */
	struct owner_name first_owner;
	struct burst_source sources[BURST_TOP];	/* most refused first */
	struct burst_target targets[BURST_TOP];
	size_t source_count, target_count;
	size_t other_sources, other_targets;	/* rows that were left out */
	struct refused_port ports[REFUSED_PORTS];
	size_t port_count;
	const struct history *history;
	size_t before_first, before_count;	/* seconds of the history that led up to it */
};

/* One refused packet, or one entry thrown out, with what is known about it. */
struct packet {
	const struct ct_event *event;
	uint64_t time_ns;	/* CLOCK_REALTIME */
	struct owner_name owner;
	bool redacted;
	bool entries_known;
	uint64_t entries;	/* of its namespace, at most BURST_LOOK_NS old */
	bool max_known;
	uint64_t max;		/* 0: no limit */
	uint64_t suppressed;	/* records of this kind held back or lost since the previous one */
};

#endif
