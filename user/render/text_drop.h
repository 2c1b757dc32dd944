/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Refused packets for people: bursts as they come, the begin and the end of `catch`. */
#ifndef RENDER_TEXT_DROP_H
#define RENDER_TEXT_DROP_H

#include "record_drop.h"
#include "text.h"

void text_burst(FILE *, const struct style *, const struct burst *);
/* One line of one packet or entry. */
void text_packet(FILE *, const struct style *, const struct packet *);

struct catch_facts {
	const char *node, *kernel;
	double duration_seconds;	/* 0: until a burst has passed, or until it is stopped */
	bool until_burst;
	const struct table_state *table;
	size_t namespaces;
	const struct log_facts *log;
};
void text_catch_start(FILE *, const struct style *, const struct catch_facts *);

struct catch_state {
	double left_seconds;	/* -1: without end */
	bool burst_on;
	uint64_t bursts;
	uint64_t dropped;
	double used_ratio;	/* of the table, -1: not known */
};
/* Without a line end: the next one is written over it. */
void text_catch_progress(FILE *, const struct style *, const struct catch_state *);
void text_catch_progress_off(FILE *, const struct style *);

struct catch_row {
	uint32_t netns;
	struct owner_name owner;
	uint64_t dropped;
};

#define CATCH_ROWS 10

struct catch_summary {
	double run_seconds;
	uint64_t bursts;
	uint32_t known;		/* bit per enum ct_counter */
	uint64_t total[CT_COUNTER_COUNT];
	struct catch_row rows[CATCH_ROWS];	/* namespaces, most refused first */
	size_t row_count, other_rows;
	uint64_t other_dropped;
	uint32_t kernel_known;	/* bit per enum kernel_stat */
	const uint64_t *kernel;	/* the kernel's own statistics, since the start */
	struct losses lost;
	const struct log_facts *log;
};
void text_catch_summary(FILE *, const struct style *, const struct catch_summary *);

#endif
