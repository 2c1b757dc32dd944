/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What one report says, as numbers: the seam between model and render.
 * A field that may be unknown has a "_known" beside it or says which value
 * means unknown; render leaves those out.
 */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "chains.h"
#include "ctscope/counters.h"
#include "observe/kernel_stats.h"

enum mode { MODE_BPF, MODE_PROCFS };

struct table_state {
	uint64_t entries;	/* in all namespaces that can be seen */
	uint64_t max;		/* limit of each namespace; 0 = none */
	uint64_t buckets;	/* 0 = not known */
	double used_ratio;	/* of the fullest namespace: the one that would drop first; -1 = not known */
	uint32_t fullest_netns;	/* 0 = not known */
	uint64_t fullest_entries;
	double load_factor;	/* entries a bucket; -1 = not known */
	uint32_t entry_bytes;	/* 0 = not known */
	uint64_t memory_bytes;	/* 0 = not known */
	bool unassured_known;
	uint64_t unassured, walked;	/* of so many entries, when the table was walked */
	double fill_seconds;	/* at the present trend; -1 = not filling or not known */
};

struct pod_name {
	char namespace[64];	/* "": only the uid is known, then name is "" too */
	char name[254];
	char uid[37];
};

struct netns_row {
	uint32_t netns;		/* 0: not attributed to any namespace */
	bool host;
	const struct pod_name *pod;	/* NULL: none */
	const char *unit;	/* container, service or process instead; NULL: none */
	bool entries_known;
	uint64_t entries;
	uint64_t delta[CT_COUNTER_COUNT];
};

struct losses {
	uint64_t events;	/* records held back or lost before they reached us */
	uint64_t records;	/* records we could not write */
	uint64_t probes;	/* program runs the kernel skipped: counts may be short */
};

struct effect;

struct report {
	uint64_t seq;
	enum mode mode;
	uint64_t time_ns;	/* CLOCK_REALTIME */
	double interval_seconds;
	struct table_state table;
	uint32_t counters_known;	/* bit per enum ct_counter: its hook is attached */
	uint64_t delta[CT_COUNTER_COUNT];
	uint64_t total[CT_COUNTER_COUNT];
	uint32_t kernel_known;		/* bit per enum kernel_stat */
	uint64_t kernel[KERNEL_STAT_COUNT];	/* since the last report, all namespaces */
	const struct netns_row *netns;	/* busiest first */
	size_t netns_count;
	size_t netns_other_count;	/* namespaces summed in netns_others */
	struct netns_row netns_others;
	struct losses lost;		/* since the last report */
	const struct chains *chains;	/* of the last walk; NULL: not known */
	double chains_age_seconds;
	const uint64_t *met;		/* CT_MET_LONGEST + 1: insertions that met a chain of so many; NULL: not known */
	double cpu_seconds;		/* our own, since start */
	uint64_t rss_bytes;		/* 0 = not known */
	const struct effect *since_change;	/* what moved since a setting was changed; NULL: nothing to tell */
};

#endif
