// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The frame as a whole: headline, fill bar, what each part gets of the rows. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "screen.h"

enum { ROW_HEAD, ROW_BAR, ROW_LINES = 4, ROW_TABLE = 11 };

const char *screen_clock(char buf[static 16], uint64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	struct tm tm;

	if (!localtime_r(&seconds, &tm) || !strftime(buf, 16, "%H:%M:%S", &tm))
		buf[0] = '\0';
	return buf;
}

static void draw_head(struct canvas *canvas, const struct screen_model *model, const struct view *view)
{
	char clock[16], every[24];
	int at;

	at = canvas_text(canvas, ROW_HEAD, 0, MARK_BOLD, "ctscope %s", model->node ? model->node : "");
	at = canvas_text(canvas, ROW_HEAD, at, MARK_PLAIN, "  Linux %s", model->kernel ? model->kernel : "-");
	if (model->mode == MODE_PROCFS)
		at = canvas_text(canvas, ROW_HEAD, at + 2, MARK_WARN, "without BPF");
	(void)canvas_text(canvas, ROW_HEAD, at + 2, MARK_PLAIN, "every %s",
			  text_seconds(every, (double)view->interval_seconds));
	if (view->paused)
		(void)canvas_text(canvas, ROW_HEAD, canvas->columns - 16, MARK_REVERSE, "paused");
	(void)canvas_text(canvas, ROW_HEAD, canvas->columns - 8, MARK_BOLD, "%s",
			  screen_clock(clock, model->time_ns));
}

static void draw_foot(struct canvas *canvas, const struct view *view)
{
	int row = canvas->rows - 1;
	int at;

	if (!view->typing) {
		(void)canvas_text(canvas, row, 0, MARK_DIM,
				  "q quit  h help  Tab table  / filter  o sort  r reverse  p pause  +- interval");
		return;
	}
	at = canvas_text(canvas, row, 0, MARK_BOLD, "filter: ");
	at = canvas_text(canvas, row, at, MARK_PLAIN, "%s", view->tabs[view->tab].filter);
	at = canvas_glyphs(canvas, row, at, MARK_REVERSE, " ", 1);
	(void)canvas_text(canvas, row, at, MARK_DIM, "  Enter: keep, Esc: as before");
}

void screen_draw(struct canvas *canvas, const struct screen_model *model, struct view *view)
{
	struct screen_place table = { .row = ROW_TABLE, .rows = canvas->rows - 1 - ROW_TABLE };

	canvas_clear(canvas);
	if (view->help) {
		screen_draw_help(canvas, (struct screen_place){ .row = 0, .rows = canvas->rows });
		return;
	}
	draw_head(canvas, model, view);
	if (!model->loaded) {
		(void)canvas_text(canvas, ROW_BAR, 0, MARK_WARN,
				  "Connection tracking is not loaded; waiting for it.");
	} else if (!model->reported) {
		(void)canvas_text(canvas, ROW_BAR, 0, MARK_DIM, "looking ...");
	} else {
		screen_draw_bar(canvas, ROW_BAR, model, view);
		screen_draw_lines(canvas, ROW_LINES, model, view);
		screen_draw_table(canvas, table, model, view);
	}
	draw_foot(canvas, view);
}
