// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* How full the table is: a bar of the fullest namespace, and when it will be full. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "screen.h"

enum part { PART_KEPT, PART_EVICTABLE, PART_FREE };

static const char *const glyphs[][2] = {	/* ASCII, UTF-8 */
	[PART_KEPT] = { "#", "\u2588" },
	[PART_EVICTABLE] = { "=", "\u2592" },
	[PART_FREE] = { ".", "\u2591" },
};

static const enum canvas_mark marks[] = {
	[TEXT_PLAIN] = MARK_GOOD, [TEXT_WARN] = MARK_WARN, [TEXT_ALARM] = MARK_ALARM,
};

/* The unassured are counted over all namespaces: they split the bar of one only when it is the only one. */
static bool split_known(const struct table_state *t)
{
	return t->unassured_known && t->entries && t->unassured <= t->entries &&
	       (!t->fullest_netns || t->fullest_entries == t->entries);
}

static void draw_legend(struct canvas *canvas, int row, const struct table_state *t, const struct view *view)
{
	char share[16], fill[24];
	int at = 0;

	if (t->unassured_known && t->unassured <= t->entries) {
		at = canvas_glyphs(canvas, row, at, MARK_PLAIN, glyphs[PART_KEPT][view->utf8], 1) + 1;
		at = canvas_text(canvas, row, at, MARK_PLAIN, "assured %" PRIu64 "  ", t->entries - t->unassured);
		at = canvas_glyphs(canvas, row, at, MARK_PLAIN, glyphs[PART_EVICTABLE][view->utf8], 1) + 1;
		at = canvas_text(canvas, row, at, MARK_PLAIN, "evictable %" PRIu64 " (%s)  ", t->unassured,
				 text_percent(share, t->entries ? (double)t->unassured / (double)t->entries : -1));
	} else {
		at = canvas_text(canvas, row, at, MARK_DIM, "assured -  evictable -  ");
	}
	if (t->used_ratio >= 1)
		at = canvas_text(canvas, row, at, MARK_DROP, "full now");
	else if (t->fill_seconds >= 0)
		at = canvas_text(canvas, row, at, t->fill_seconds <= 300 ? MARK_ALARM : MARK_WARN,
				 "full in %s", text_seconds(fill, t->fill_seconds));
	else
		at = canvas_text(canvas, row, at, MARK_PLAIN, "not filling");
	if (t->fullest_netns && t->fullest_entries != t->entries)
		(void)canvas_text(canvas, row, at, MARK_DIM, "  (%" PRIu64 " in all)", t->entries);
}

void screen_draw_bar(struct canvas *canvas, int row, const struct screen_model *model,
		     const struct view *view)
{
	const struct table_state *t = &model->report.table;
	enum canvas_mark mark = marks[text_fill_mark(t->used_ratio)];
	uint64_t entries = t->fullest_netns ? t->fullest_entries : t->entries;
	char text[64], percent[16];
	int width, used, evictable = 0, at;

	if (t->max)
		(void)snprintf(text, sizeof(text), " %" PRIu64 " of %" PRIu64 " %s", entries, t->max,
			       text_percent(percent, t->used_ratio));
	else
		(void)snprintf(text, sizeof(text), " %" PRIu64 ", no limit", entries);
	width = canvas->columns - (int)strlen(text);
	if (t->used_ratio < 0 || width < 10) {
		(void)canvas_text(canvas, row, 0, mark, "entries%s", text);
		draw_legend(canvas, row + 1, t, view);
		return;
	}
	used = (int)((t->used_ratio < 1 ? t->used_ratio : 1) * width);
	if (split_known(t))
		evictable = (int)((double)t->unassured / (double)t->entries * used + 0.5);
	at = canvas_glyphs(canvas, row, 0, mark, glyphs[PART_KEPT][view->utf8], used - evictable);
	at = canvas_glyphs(canvas, row, at, mark, glyphs[PART_EVICTABLE][view->utf8], evictable);
	at = canvas_glyphs(canvas, row, at, MARK_DIM, glyphs[PART_FREE][view->utf8], width - used);
	(void)canvas_text(canvas, row, at, mark == MARK_GOOD ? MARK_BOLD : mark, "%s", text);
	draw_legend(canvas, row + 1, t, view);
}
