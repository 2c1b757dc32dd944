/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How a person looks at the live screen: which table, sorted and filtered how,
 * paused or not. Changed by keys alone. The tables and the keys are data here,
 * so that the screen, its help and the manual agree.
 */
#ifndef RENDER_VIEW_H
#define RENDER_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAB_COLUMNS_MAX 5
#define VIEW_FILTER_MAX 40

enum tab_id {
	TAB_NAMESPACES, TAB_SOURCES, TAB_DESTINATIONS, TAB_STATES, TAB_CHAINS, TAB_DROPS, TAB_KERNEL,
	TAB_COUNT
};

enum column_kind {
	COLUMN_NONE, COLUMN_EXACT, COLUMN_RATE, COLUMN_SHARE,
	/* Left out while the kernel counts neither, unless rows are sorted by it. */
	COLUMN_PACKETS, COLUMN_BYTES,
};

struct tab {
	char key;
	const char *title, *heading;	/* heading: of the rows' names */
	struct { const char *title; enum column_kind kind; } columns[TAB_COLUMNS_MAX];
};

extern const struct tab tabs[TAB_COUNT];
unsigned int tab_columns(enum tab_id);

struct key_row { const char *keys, *meaning; };
extern const struct key_row view_keys[];
extern const size_t view_keys_count;

struct tab_view {
	unsigned int sort;	/* column; TAB_COLUMNS_MAX: by name */
	bool ascending;
	size_t first;		/* row on top */
	char filter[VIEW_FILTER_MAX];
};

struct view {
	enum tab_id tab;
	struct tab_view tabs[TAB_COUNT];
	bool utf8;		/* the terminal shows it */
	bool paused, help;
	bool typing;		/* the filter is being typed */
	char typed_over[VIEW_FILTER_MAX];	/* what it was, for Escape */
	unsigned int span;	/* index of view_spans */
	unsigned int pages;	/* rows of the table, for a page's scroll; set when drawn */
	uint64_t interval_seconds;
};

/* Seconds a cell of the lines covers. */
#define VIEW_SPANS 3
extern const unsigned int view_spans[VIEW_SPANS];

enum view_change { VIEW_NOTHING, VIEW_REDRAW, VIEW_REPAINT, VIEW_INTERVAL, VIEW_QUIT };

void view_init(struct view *, bool utf8, uint64_t interval_seconds);
/* key: of serve/keys.h, or a byte. */
enum view_change view_key(struct view *, int key);

#endif
