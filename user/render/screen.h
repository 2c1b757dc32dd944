/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The live screen: what is known at a moment (the model), drawn as a person
 * wants to see it (the view). Whatever is not known is "-".
 *
 *   screen_take_report, screen_take_... (model) ; view_key (view) ; screen_draw
 */
#ifndef RENDER_SCREEN_H
#define RENDER_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "canvas.h"
#include "model/chains.h"
#include "model/grouping.h"
#include "model/history.h"
#include "model/report.h"
#include "view.h"

#define SCREEN_NAME_MAX 320
#define SCREEN_TABLE_ROWS 128
#define SCREEN_NOTE_MAX 512
#define SCREEN_SHARES 64

struct screen_row {
	char name[SCREEN_NAME_MAX];
	double value[TAB_COLUMNS_MAX];
	uint32_t known;		/* bit per column */
	bool dropped;		/* packets were refused here: stands out */
};

struct screen_table {
	struct screen_row rows[SCREEN_TABLE_ROWS];
	size_t count;
	uint64_t more;		/* rows that found no room */
	char note[SCREEN_NOTE_MAX];	/* instead of rows, or about them */
};

/* A walk of the table: when it was made, and how long that took. */
struct screen_walk {
	uint64_t time_ns;	/* CLOCK_REALTIME; 0: none yet */
	double seconds;
};

/* What it met in a namespace. */
struct screen_share {
	uint32_t netns;
	uint64_t entries, assured;
};

struct screen_model {
	const char *node, *kernel;
	enum mode mode;
	uint64_t time_ns;	/* CLOCK_REALTIME */
	double interval_seconds;	/* asked for; the report tells what it was */
	bool loaded;		/* false: nf_conntrack is not there (yet) */
	bool reported;		/* report is filled in */
	struct report report;	/* its rows are in the table of namespaces */
	struct history history;
	struct screen_walk walk;	/* that tells what could be evicted: */
	struct screen_share shares[SCREEN_SHARES];
	size_t share_count;
	struct screen_table tables[TAB_COUNT];
};

/* The report and what it says by namespace, cause and statistic. */
void screen_take_report(struct screen_model *, const struct report *);
/* Entries grouped by these keys (CT_BY()), the busiest first; all: entries in all groups. */
void screen_take_groups(struct screen_table *, uint32_t by, const struct group_row *, size_t count,
			const struct group_others *, uint64_t all, bool redacted, const struct screen_walk *);
void screen_take_chains(struct screen_table *, const struct chains *, const struct screen_walk *);
/* Why a walk cannot tell, instead of what it would. */
void screen_take_refusal(struct screen_table *, const char *reason, const char *cure);
/* Begins a table anew; then rows. NULL when there is no room left, which is counted. */
void screen_table_clear(struct screen_table *);
struct screen_row *screen_table_row(struct screen_table *);
void screen_value(struct screen_row *, unsigned int column, double value);

/* "08:53:18", here */
const char *screen_clock(char buf[static 16], uint64_t time_ns);

/* The view's scroll is brought within the rows there are. */
void screen_draw(struct canvas *, const struct screen_model *, struct view *);

/* Parts of it, a file each. */
struct screen_place { int row, rows; };	/* where a part may draw: rows of the canvas */
void screen_draw_bar(struct canvas *, int row, const struct screen_model *, const struct view *);
void screen_draw_lines(struct canvas *, int row, const struct screen_model *, const struct view *);
void screen_draw_table(struct canvas *, struct screen_place, const struct screen_model *, struct view *);
void screen_draw_help(struct canvas *, struct screen_place);

#endif
