// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One of the tables: its tab, headings, and the rows that fit, sorted and filtered. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

#define VALUE_COLUMNS 9
#define NAME_COLUMNS_MIN 8
#define BAR_COLUMNS_MIN 8

/* What of a table is on the screen, and where. */
struct layout {
	const struct screen_row *rows[SCREEN_TABLE_ROWS];	/* chosen, sorted */
	size_t count;
	unsigned int columns[TAB_COLUMNS_MAX], column_count;	/* that are shown */
	int width;		/* of the names and the bars behind them */
	int bar_at, bar;	/* 0 columns: no room */
	unsigned int bar_of;	/* the column they show */
	double most;		/* its largest value */
};

void screen_table_clear(struct screen_table *table)
{
	table->count = 0;
	table->more = 0;
	table->note[0] = '\0';
}

struct screen_row *screen_table_row(struct screen_table *table)
{
	struct screen_row *row = &table->rows[table->count];

	if (table->count == SCREEN_TABLE_ROWS) {
		table->more++;
		return NULL;
	}
	table->count++;
	row->name[0] = '\0';
	row->known = 0;
	row->dropped = false;
	return row;
}

void screen_value(struct screen_row *row, unsigned int column, double value)
{
	row->value[column] = value;
	row->known |= 1u << column;
}

static const char *value_text(char text[static 24], const struct screen_row *row, unsigned int column,
			      enum column_kind kind)
{
	double value = row->value[column];
	uint64_t whole = value > 0 ? (uint64_t)(value + 0.5) : 0;
	char shorter[24];

	if (!(row->known & 1u << column))
		return "-";
	switch (kind) {
	case COLUMN_RATE:
		(void)text_rate(shorter, whole, 1);
		if (value < 10)
			(void)snprintf(shorter, sizeof(shorter), value > 0 && value < 0.05 ? "<0.1" : value > 0 ? "%.1f" : "0", value);
		break;
	case COLUMN_BYTES: (void)text_bytes(shorter, whole); break;
	case COLUMN_SHARE: (void)text_percent(shorter, value); break;
	case COLUMN_EXACT:
		if (whole < 10000000) {
			(void)snprintf(shorter, sizeof(shorter), "%" PRIu64, whole);
			break;
		}
		/* fall through */
	default: (void)text_count(shorter, whole);
	}
	(void)snprintf(text, 24, "%s", shorter);
	return text;
}

struct order {
	const struct screen_row *row;
	unsigned int column;
	bool ascending;
};

/* Where values are equal, or not known, as they came. */
static int compare(const void *left, const void *right)
{
	const struct order *a = left, *b = right;
	int sign = a->ascending ? 1 : -1, by = 0;
	unsigned int c = a->column;

	if (c >= TAB_COLUMNS_MAX) {
		by = sign * strverscmp(a->row->name, b->row->name);
	} else if ((a->row->known & 1u << c) != (b->row->known & 1u << c)) {
		return a->row->known & 1u << c ? -1 : 1;
	} else if (a->row->known & 1u << c && a->row->value[c] != b->row->value[c]) {
		by = a->row->value[c] < b->row->value[c] ? -sign : sign;
	}
	return by ? by : a->row < b->row ? -1 : a->row > b->row;
}

static void select_rows(struct layout *layout, const struct screen_table *table, const struct tab_view *view)
{
	struct order order[SCREEN_TABLE_ROWS];

	layout->count = 0;
	for (size_t i = 0; i < table->count; i++)
		if (!view->filter[0] || strcasestr(table->rows[i].name, view->filter))
			order[layout->count++] = (struct order){ &table->rows[i], view->sort, view->ascending };
	qsort(order, layout->count, sizeof(*order), compare);
	for (size_t i = 0; i < layout->count; i++)
		layout->rows[i] = order[i].row;
}

static void select_columns(struct layout *layout, const struct screen_table *table, enum tab_id id,
			   unsigned int sort)
{
	uint32_t known = 0;

	layout->column_count = 0;
	for (size_t i = 0; i < table->count; i++)
		known |= table->rows[i].known;
	for (unsigned int i = 0; i < tab_columns(id); i++)
		if (tabs[id].columns[i].kind < COLUMN_PACKETS || known & 1u << i || sort == i)
			layout->columns[layout->column_count++] = i;
}

/*
 * Between names and numbers: the column that rows are sorted by, or the first. What has a share of a
 * whole is shown as that: many rows that are alike and small look small.
 */
static void place_bars(struct layout *layout, enum tab_id id, unsigned int sort)
{
	bool of_whole = tabs[id].columns[1].kind == COLUMN_SHARE && (sort <= 1 || sort == TAB_COLUMNS_MAX);
	int longest = 0;

	layout->bar_of = of_whole ? 1 : sort < TAB_COLUMNS_MAX ? sort : 0;
	layout->most = of_whole ? 1 : 0;
	for (size_t i = 0; i < layout->count; i++) {
		const struct screen_row *row = layout->rows[i];
		int len = (int)strlen(row->name);

		longest = len > longest ? len : longest;
		if (row->known & 1u << layout->bar_of && row->value[layout->bar_of] > layout->most)
			layout->most = row->value[layout->bar_of];
	}
	layout->bar_at = longest + 2;
	layout->bar = layout->width - 1 - layout->bar_at;
	if (layout->bar < BAR_COLUMNS_MIN)
		layout->bar = 0;
}

static void lay_out(struct layout *layout, int columns, const struct screen_table *table, enum tab_id id,
		    const struct tab_view *view)
{
	select_rows(layout, table, view);
	select_columns(layout, table, id, view->sort);
	layout->width = columns - (int)layout->column_count * VALUE_COLUMNS;
	if (layout->width < NAME_COLUMNS_MIN)
		layout->width = NAME_COLUMNS_MIN;
	place_bars(layout, id, view->sort);
}

/* The end of a name tells as much as its beginning: it is cut in the middle. */
static void draw_name(struct canvas *canvas, int row, int width, const struct screen_row *from)
{
	enum canvas_mark mark = from->dropped ? MARK_DROP : MARK_PLAIN;
	int len = (int)strlen(from->name), head = (width - 1) / 2, at;

	if (len <= width) {
		(void)canvas_text(canvas, row, 0, mark, "%s", from->name);
		return;
	}
	at = canvas_text(canvas, row, 0, mark, "%.*s", head, from->name);
	at = canvas_text(canvas, row, at, MARK_DIM, "~");
	(void)canvas_text(canvas, row, at, mark, "%s", from->name + len - (width - 1 - head));
}

static void draw_bar(struct canvas *canvas, int row, const struct layout *layout, const struct screen_row *from,
		     bool utf8)
{
	static const char *const glyphs[] = { "=", "\u2586" };	/* ASCII, UTF-8 */
	double value = from->known & 1u << layout->bar_of ? from->value[layout->bar_of] : 0;
	int cells = layout->most > 0 ? (int)(value / layout->most * layout->bar + 0.5) : 0;

	/* What is there shows, however little. */
	(void)canvas_glyphs(canvas, row, layout->bar_at, from->dropped ? MARK_DROP : MARK_GOOD, glyphs[utf8],
			    value > 0 && !cells ? 1 : cells);
}

static void draw_headings(struct canvas *canvas, int row, const struct layout *layout, const struct tab *tab,
			  const struct tab_view *view)
{
	bool by_name = view->sort == TAB_COLUMNS_MAX;

	(void)canvas_glyphs(canvas, row, 0, MARK_REVERSE, " ", canvas->columns);
	(void)canvas_text(canvas, row, 0, MARK_REVERSE, "%s%s", tab->heading,
			  !by_name ? "" : view->ascending ? " <" : " >");
	for (unsigned int i = 0; i < layout->column_count; i++) {
		unsigned int column = layout->columns[i];
		char heading[24];

		(void)snprintf(heading, sizeof(heading), "%s%s",
			       view->sort != column ? "" : view->ascending ? "<" : ">", tab->columns[column].title);
		(void)canvas_text(canvas, row, layout->width + (int)i * VALUE_COLUMNS, MARK_REVERSE, "%*s",
				  VALUE_COLUMNS, heading);
	}
}

static void draw_tabs(struct canvas *canvas, int row, const struct view *view)
{
	int at = 0;

	for (int i = 0; i < TAB_COUNT; i++) {
		const char *title = tabs[i].title, *letter = strchr(title, tabs[i].key);
		enum canvas_mark mark = view->tab == (enum tab_id)i ? MARK_REVERSE : MARK_PLAIN;
		int start = at;

		at = canvas_text(canvas, row, at, mark, "%s", title);
		/* A key that is no letter of the title (drops: x) stands behind it. */
		if (letter)
			(void)canvas_text(canvas, row, start + (int)(letter - title),
					  mark == MARK_REVERSE ? mark : MARK_BOLD, "%c", tabs[i].key);
		else
			at = canvas_text(canvas, row, at, MARK_DIM, " %c", tabs[i].key);
		at += 2;
	}
}

static void draw_row(struct canvas *canvas, int row, const struct layout *layout, const struct screen_row *from,
		     const struct tab *tab, bool utf8)
{
	draw_name(canvas, row, layout->width, from);
	if (layout->bar)
		draw_bar(canvas, row, layout, from, utf8);
	for (unsigned int i = 0; i < layout->column_count; i++) {
		unsigned int column = layout->columns[i];
		char text[24];

		(void)canvas_text(canvas, row, layout->width + (int)i * VALUE_COLUMNS,
				  from->dropped ? MARK_DROP : MARK_PLAIN, " %*s", VALUE_COLUMNS - 1,
				  value_text(text, from, column, tab->columns[column].kind));
	}
}

/* Words on as many rows as they need, of those there are; how many. NULL: they are only counted. */
static int draw_note(struct canvas *canvas, struct screen_place place, int columns, const char *words)
{
	int row = 0;

	while (*words && row < place.rows) {
		int len = (int)strlen(words), cut = len;

		if (len > columns) {
			for (cut = columns; cut && words[cut] != ' '; cut--)
				;
			cut = cut ? cut : columns;
		}
		if (canvas)
			(void)canvas_text(canvas, place.row + row, 0, MARK_DIM, "%.*s", cut, words);
		words += cut;
		words += *words == ' ';
		row++;
	}
	return row;
}

/* Why there are no rows, what is left out, how far it is scrolled: on the tabs' row, at its right. */
static void draw_where(struct canvas *canvas, int row, size_t first, size_t shown, size_t count,
		       const struct screen_table *table, const struct tab_view *view)
{
	char text[64];

	if (!count && !view->filter[0])
		return;
	(void)snprintf(text, sizeof(text), "%zu-%zu of %" PRIu64 "%s%.12s", count ? first + 1 : 0, first + shown,
		       count + (view->filter[0] ? 0 : table->more), view->filter[0] ? " /" : "", view->filter);
	(void)canvas_text(canvas, row, canvas->columns - (int)strlen(text), MARK_DIM, "%s", text);
}

void screen_draw_table(struct canvas *canvas, struct screen_place place, const struct screen_model *model,
		       struct view *view)
{
	const struct screen_table *table = &model->tables[view->tab];
	const struct tab *tab = &tabs[view->tab];
	struct tab_view *tab_view = &view->tabs[view->tab];
	struct screen_place note = { .rows = place.rows > 2 ? place.rows - 2 : 0 };
	size_t room, shown = 0;
	struct layout layout;

	lay_out(&layout, canvas->columns, table, view->tab, tab_view);
	room = (size_t)(note.rows - draw_note(NULL, note, canvas->columns, table->note));
	view->pages = room ? (unsigned int)room : 1;
	if (tab_view->first + room > layout.count)
		tab_view->first = layout.count > room ? layout.count - room : 0;
	draw_tabs(canvas, place.row, view);
	draw_headings(canvas, place.row + 1, &layout, tab, tab_view);
	for (; shown < room && tab_view->first + shown < layout.count; shown++)
		draw_row(canvas, place.row + 2 + (int)shown, &layout, layout.rows[tab_view->first + shown], tab,
			 view->utf8);
	note.row = place.row + 2 + (int)shown;
	(void)draw_note(canvas, note, canvas->columns, table->note);
	draw_where(canvas, place.row, tab_view->first, shown, layout.count, table, tab_view);
}
