// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The last minutes as lines, a column a second or more; the largest of a column is what it shows. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include "counters.h"
#include "screen.h"
#include "sentence.h"

#define NAME_COLUMNS 8
#define NOW_COLUMNS 9
#define PEAK_COLUMNS 9
#define GRAPH_AT (NAME_COLUMNS + NOW_COLUMNS + 1)

enum line { LINE_ENTRIES, LINE_NEW, LINE_GONE, LINE_DROPPED, LINE_COUNT };
static const char *const names[LINE_COUNT] = { "entries", "new/s", "gone/s", "dropped" };

static double rate(const struct history *history, const struct history_second *second, enum ct_counter c)
{
	return history->counters_known & 1u << c && second->seconds > 0 ?
	       (double)second->n[c] / second->seconds : NAN;
}

static double value_of(const struct history *history, const struct history_second *second, enum line line)
{
	switch (line) {
	case LINE_ENTRIES: return second->entries_known ? (double)second->entries : NAN;
	case LINE_NEW: return rate(history, second, CT_inserted);
	case LINE_GONE: return rate(history, second, CT_destroyed);
	default: return history->counters_known & CT_DROPS_MASK ?
			(double)history_dropped(history, second) : NAN;
	}
}

/* Drops of a cell are summed, of all else the peak counts. */
static void add(double *cell, double value, enum line line)
{
	if (isnan(*cell))
		*cell = value;
	else if (line == LINE_DROPPED)
		*cell += value;
	else
		*cell = fmax(*cell, value);
}

/*
 * Cells by the clock, so that they move as a whole and never flicker; the
 * newest is the last. The newest second stands in the middle of a second of
 * that clock, so that a tick a little early or late stays in its cell.
 */
static void take_cells(double *cells, size_t count, const struct history *history, enum line line,
		       unsigned int span)
{
	const struct history_second *newest = history_at(history, history->count - 1);
	uint64_t shift;

	for (size_t i = 0; i < count; i++)
		cells[i] = NAN;
	if (!newest)
		return;
	shift = 1500000000 - newest->time_ns % 1000000000;
	for (size_t i = history->count; i-- > 0;) {
		const struct history_second *second = history_at(history, i);
		double value = value_of(history, second, line);
		/* A tick that came late stands for the seconds that went without; drops are counted once. */
		uint64_t covered = line == LINE_DROPPED || second->seconds < 1.5 ? 1 : (uint64_t)(second->seconds + 0.5);

		for (uint64_t s = 0; s < covered && s < count && !isnan(value); s++) {
			uint64_t back = (newest->time_ns + shift) / 1000000000 / span -
					((second->time_ns + shift) / 1000000000 - s) / span;

			/* Also false when the clock was set meanwhile. */
			if (back < count)
				add(&cells[count - 1 - back], value, line);
		}
	}
}

/* One of eight heights; what is more than nothing is never drawn as nothing. */
static void draw_graph(struct canvas *canvas, int row, const double *cells, int count, double low,
		       double high, enum line line, bool utf8)
{
	static const char *const blocks[2][9] = {
		{ " ", "_", ".", "-", "~", "=", "+", "*", "#" },
		{ " ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588" },
	};

	for (int i = 0; i < count; i++) {
		int height = 0;

		if (isnan(cells[i]))
			continue;
		if (high > low)
			height = (int)ceil((cells[i] - low) / (high - low) * 8);
		else if (cells[i] > 0)
			height = 4;
		if (!height && cells[i] > 0)
			height = 1;
		(void)canvas_glyphs(canvas, row, GRAPH_AT + i, line == LINE_DROPPED ? MARK_DROP : MARK_GOOD,
				    blocks[utf8][height > 8 ? 8 : height], 1);
	}
}

/* What is drawn of a change of a few percent would else be a flat line. */
static double lowest(const double *cells, int count, double high, enum line line)
{
	double low = high;

	if (line != LINE_ENTRIES)
		return 0;
	for (int i = 0; i < count; i++)
		if (cells[i] < low)
			low = cells[i];
	return low > high / 2 && high - low > high / 100 ? low - (high - low) / 8 : 0;
}

static void draw_now(struct canvas *canvas, int row, const struct report *r, enum line line)
{
	struct report_drops drops = report_drops(r);
	enum canvas_mark mark = MARK_BOLD;
	char text[24] = "-";

	if (line == LINE_ENTRIES)
		(void)snprintf(text, sizeof(text), "%" PRIu64, r->table.entries);
	else if (line == LINE_NEW && r->counters_known & 1u << CT_inserted)
		(void)text_rate(text, r->delta[CT_inserted], r->interval_seconds);
	else if (line == LINE_GONE && r->counters_known & 1u << CT_destroyed)
		(void)text_rate(text, r->delta[CT_destroyed], r->interval_seconds);
	else if (line == LINE_DROPPED && drops.source != DROPS_UNKNOWN)
		(void)snprintf(text, sizeof(text), "%" PRIu64, drops.count);
	if (line == LINE_DROPPED && drops.count)
		mark = MARK_DROP;
	(void)canvas_text(canvas, row, 0, MARK_PLAIN, "%-*s", NAME_COLUMNS, names[line]);
	(void)canvas_text(canvas, row, NAME_COLUMNS, mark, "%*s", NOW_COLUMNS, text);
}

static void draw_line(struct canvas *canvas, int row, const struct screen_model *model, enum line line,
		      const struct view *view)
{
	double cells[CANVAS_COLUMNS_MAX], high = 0;
	int count = canvas->columns - GRAPH_AT - PEAK_COLUMNS;
	char peak[16] = "-";
	bool known = false;

	draw_now(canvas, row, &model->report, line);
	if (count <= 0)
		return;
	take_cells(cells, (size_t)count, &model->history, line, view_spans[view->span]);
	for (int i = 0; i < count; i++) {
		known |= !isnan(cells[i]);
		if (cells[i] > high)
			high = cells[i];
	}
	draw_graph(canvas, row, cells, count, lowest(cells, count, high, line), high, line, view->utf8);
	if (known)
		(void)text_count(peak, (uint64_t)(high + 0.5));
	(void)canvas_text(canvas, row, canvas->columns - PEAK_COLUMNS, MARK_PLAIN, " %*s", PEAK_COLUMNS - 1,
			  peak);
}

/* Since the start, every cause that has occurred. */
static void draw_causes(struct canvas *canvas, int row, const struct report *r)
{
	bool any = false;
	char total[16];
	int at;

	if (!(r->counters_known & CT_DROPS_MASK)) {
		(void)canvas_text(canvas, row, 0, MARK_DIM, "causes of drops cannot be told here: "
				  "`ctscope kernel` says why");
		return;
	}
	at = canvas_text(canvas, row, 0, MARK_PLAIN, "dropped so far:");
	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++)
		if (r->counters_known & 1u << c && r->total[c]) {
			any = true;
			at = canvas_text(canvas, row, at, MARK_DROP, "  %s %s", counter_causes[c],
					 text_count(total, r->total[c]));
		}
	if (!any)
		at = canvas_text(canvas, row, at, MARK_PLAIN, " nothing");
	if (r->counters_known & 1u << CT_evicted && r->total[CT_evicted])
		(void)canvas_text(canvas, row, at, MARK_WARN, "  evicted %s",
				  text_count(total, r->total[CT_evicted]));
}

void screen_draw_lines(struct canvas *canvas, int row, const struct screen_model *model,
		       const struct view *view)
{
	int count = canvas->columns - GRAPH_AT - PEAK_COLUMNS;
	char span[24];

	(void)canvas_text(canvas, row, NAME_COLUMNS, MARK_DIM, "%*s", NOW_COLUMNS, "now");
	(void)canvas_text(canvas, row, GRAPH_AT, MARK_DIM, "the last %s",
			  text_seconds(span, (double)count * view_spans[view->span]));
	(void)canvas_text(canvas, row, canvas->columns - PEAK_COLUMNS, MARK_DIM, " %*s", PEAK_COLUMNS - 1,
			  "highest");
	for (int line = 0; line < LINE_COUNT; line++)
		draw_line(canvas, row + 1 + line, model, (enum line)line, view);
	draw_causes(canvas, row + 1 + LINE_COUNT, &model->report);
}
