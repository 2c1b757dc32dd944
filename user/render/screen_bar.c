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

/* What the last walk met in the namespace the bar shows; NULL: not known. */
static const struct screen_share *share_of_fullest(const struct screen_model *model)
{
	uint32_t fullest = model->report.table.fullest_netns;

	for (size_t i = 0; fullest && i < model->share_count; i++)
		if (model->shares[i].netns == fullest)
			return &model->shares[i];
	return NULL;
}

static void draw_parts(struct canvas *canvas, int row, const struct screen_model *model, const struct view *view)
{
	const struct screen_share *share = share_of_fullest(model);
	char percent[16], clock[16];
	uint64_t evictable;
	int at = 0;

	if (!share)
		return;
	evictable = share->entries - share->assured;
	at = canvas_glyphs(canvas, row, at, MARK_PLAIN, glyphs[PART_KEPT][view->utf8], 1) + 1;
	at = canvas_text(canvas, row, at, MARK_PLAIN, "assured %" PRIu64 "  ", share->assured);
	at = canvas_glyphs(canvas, row, at, MARK_PLAIN, glyphs[PART_EVICTABLE][view->utf8], 1) + 1;
	at = canvas_text(canvas, row, at, MARK_PLAIN, "evictable %" PRIu64 " (%s)", evictable,
			 text_percent(percent, share->entries ? (double)evictable / (double)share->entries : 0));
	(void)canvas_text(canvas, row, at, MARK_DIM, "  at %s", screen_clock(clock, model->walk.time_ns));
}

/* Under the numbers at the bar's end, which is where the eye is. */
static void draw_forecast(struct canvas *canvas, int row, const struct table_state *t)
{
	enum canvas_mark mark = MARK_PLAIN;
	char text[40] = "not filling", fill[24];

	if (t->used_ratio >= 1) {
		(void)snprintf(text, sizeof(text), "full now");
		mark = MARK_DROP;
	} else if (t->fill_seconds >= 0) {
		(void)snprintf(text, sizeof(text), "full in %s", text_seconds(fill, t->fill_seconds));
		mark = t->fill_seconds <= 300 ? MARK_ALARM : MARK_WARN;
	}
	(void)canvas_text(canvas, row, canvas->columns - (int)strlen(text), mark, "%s", text);
}

static void draw_legend(struct canvas *canvas, int row, const struct screen_model *model, const struct view *view)
{
	draw_parts(canvas, row, model, view);
	draw_forecast(canvas, row, &model->report.table);
}

static int evictable_part(const struct screen_model *model, int used)
{
	const struct screen_share *share = share_of_fullest(model);

	return share && share->entries ? (int)((double)(share->entries - share->assured) /
					       (double)share->entries * used + 0.5) : 0;
}

void screen_draw_bar(struct canvas *canvas, int row, const struct screen_model *model,
		     const struct view *view)
{
	const struct table_state *t = &model->report.table;
	enum canvas_mark mark = marks[text_fill_mark(t->used_ratio)];
	uint64_t entries = t->fullest_netns ? t->fullest_entries : t->entries;
	char text[64], percent[16];
	int width, used, evictable, at;

	if (t->max)
		(void)snprintf(text, sizeof(text), " %" PRIu64 " of %" PRIu64 " %s", entries, t->max,
			       text_percent(percent, t->used_ratio));
	else
		(void)snprintf(text, sizeof(text), " %" PRIu64 ", no limit", entries);
	width = canvas->columns - (int)strlen(text);
	if (t->used_ratio < 0 || width < 10) {
		(void)canvas_text(canvas, row, 0, mark, "entries%s", text);
		draw_legend(canvas, row + 1, model, view);
		return;
	}
	used = (int)((t->used_ratio < 1 ? t->used_ratio : 1) * width);
	evictable = evictable_part(model, used);
	at = canvas_glyphs(canvas, row, 0, mark, glyphs[PART_KEPT][view->utf8], used - evictable);
	at = canvas_glyphs(canvas, row, at, mark, glyphs[PART_EVICTABLE][view->utf8], evictable);
	at = canvas_glyphs(canvas, row, at, MARK_DIM, glyphs[PART_FREE][view->utf8], width - used);
	(void)canvas_text(canvas, row, at, mark == MARK_GOOD ? MARK_BOLD : mark, "%s", text);
	draw_legend(canvas, row + 1, model, view);
}
