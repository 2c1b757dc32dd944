/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who is in the table, as the rules of `doctor` ask it: by protocol, state
 * and idle time, by namespace, by source, by port.
 *
 *   population_plan -> (a census of it) -> population_from -> ... -> population_free
 */
#ifndef MODEL_POPULATION_H
#define MODEL_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "census.h"

#define POPULATION_TOP 10

/* Entries that one time-out applies to. */
struct kind {
	uint8_t protocol, state;
	bool stream;		/* UDP with traffic both ways for a while */
	uint64_t entries, assured, unreplied;
	uint64_t idle[CT_IDLE_COUNT];
	uint64_t idle_unknown;
};

struct source {
	uint8_t family, address[16];
	uint32_t netns;
	uint64_t entries;
};

struct port {
	uint8_t protocol;
	uint16_t port;
	uint64_t entries;
};

struct space {
	uint32_t netns;
	bool own;
	uint64_t entries;
	char name[96];		/* "": not known */
	pid_t pid;		/* of a process inside; 0: not known */
};

struct population {
	bool known;
	char reason[160];	/* not known: why */
	bool idle_known;
	bool redacted;		/* sources are networks */
	uint64_t entries, assured, unreplied;	/* in all namespaces */
	uint64_t own;		/* in the namespace the settings are of */
	struct kind *kinds;	/* of that namespace, most entries first */
	size_t kind_count;
	struct space spaces[POPULATION_TOP];	/* most entries first */
	size_t space_count, space_total;
	struct source sources[POPULATION_TOP];	/* most entries first; not those of loopback */
	size_t source_count;
	bool source_total_known;
	uint64_t source_total;	/* how many there are, or at least so many */
	uint64_t loopback;	/* from 127.0.0.0/8 and ::1, in that namespace */
	struct port ports[POPULATION_TOP];	/* of that namespace, most entries first */
	size_t port_count;
	bool targets_known;	/* of the first source: */
	bool targets_exact;	/* else at least */
	uint64_t targets;	/* how many addresses it speaks to */
};

/* What a census must count. */
void population_plan(struct census_plan *);
/* And the one more that finds how many addresses a source speaks to. */
void population_targets_plan(struct census_plan *, struct ct_census_filter *, const struct source *);
/* own: the namespace whose settings are known; 0: all that is there (a saved dump). 0 or -ENOMEM. */
int population_from(struct population *, const struct census *, uint32_t own);
void population_targets_from(struct population *, const struct census *);
/* One source holds so much that it matters whom it speaks to. */
bool population_one_source(const struct population *);
/* NULL: there are none. */
const struct kind *population_kind(const struct population *, uint8_t protocol, uint8_t state, bool stream);
/* Entries silent for so many seconds or more; seconds is one of ct_idle_bounds. */
uint64_t kind_idle(const struct kind *, uint32_t seconds);
void population_free(struct population *);

#endif
