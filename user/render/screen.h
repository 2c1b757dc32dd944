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
#include "model/history.h"
#include "model/report.h"
#include "view.h"

#define SCREEN_NAME_MAX 320
#define SCREEN_TABLE_ROWS 128

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
	char note[160];		/* instead of rows, or about them */
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
	struct screen_table tables[TAB_COUNT];
};

/* The report and what it says by namespace, cause and statistic. */
void screen_take_report(struct screen_model *, const struct report *);
/* Begins a table anew; then rows. NULL when there is no room left, which is counted. */
void screen_table_clear(struct screen_table *);
struct screen_row *screen_table_row(struct screen_table *);
void screen_value(struct screen_row *, unsigned int column, double value);

/* The view's scroll is brought within the rows there are. */
void screen_draw(struct canvas *, const struct screen_model *, struct view *);

/* Parts of it, a file each. */
struct screen_place { int row, rows; };	/* where a part may draw: rows of the canvas */
void screen_draw_bar(struct canvas *, int row, const struct screen_model *, const struct view *);
void screen_draw_lines(struct canvas *, int row, const struct screen_model *, const struct view *);
void screen_draw_table(struct canvas *, struct screen_place, const struct screen_model *, struct view *);
void screen_draw_help(struct canvas *, struct screen_place);

#endif
