/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The answer of `who`: what a census found, as rows with names. */
#ifndef MODEL_WHO_H
#define MODEL_WHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "census.h"
#include "observe/pods.h"

struct who_row {
	struct group_row n;
	const struct owner *owner;	/* of its namespace; NULL: not known */
	bool host;
};

struct who_view {
	uint32_t by;		/* CT_BY(...) */
	const struct who_row *rows;
	size_t count;
	struct group_others others;
};

/* Coarser than the census counts: what a line of a terminal holds. */
#define WHO_IDLE_CLASSES 7	/* the last: not known */
extern const char *const who_idle_titles[WHO_IDLE_CLASSES];

struct who_idle {
	uint8_t protocol, state;
	uint64_t entries, in[WHO_IDLE_CLASSES];
};

struct who {
	uint64_t time_ns;	/* CLOCK_REALTIME */
	const char *node;
	const char *from;	/* a dump's file; NULL: the kernel's table */
	struct group_row total;	/* what was counted */
	uint64_t expired;	/* past their time, not yet removed: not counted */
	uint64_t filtered;	/* not wanted: not counted */
	bool filters;		/* some entries were not wanted */
	bool unassured_known;
	uint64_t unassured;	/* of the whole table, whatever was asked for */
	double used_ratio;	/* of the fullest namespace; -1: not known */
	double seconds;		/* the walk took; -1: there was none */
	double slowest;		/* one slice of it */
	uint64_t slices;
	bool redacted;		/* addresses are networks */
	const struct who_view *views;
	size_t view_count;
	const struct who_idle *idle;	/* most entries first */
	size_t idle_count;
	const char *idle_missing;	/* why there are no idle times; NULL: there are */
};

/* By protocol and state, from rows by proto, state and idle. Returns how many. */
size_t who_idle_table(const struct group_row *rows, size_t count, struct who_idle *out, size_t max);

#endif
