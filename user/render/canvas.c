// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "canvas.h"

static int within(int value, int max)
{
	return value < 1 ? 1 : value > max ? max : value;
}

int canvas_init(struct canvas *canvas, int rows, int columns)
{
	canvas->rows = within(rows, CANVAS_ROWS_MAX);
	canvas->columns = within(columns, CANVAS_COLUMNS_MAX);
	canvas->cells = calloc((size_t)canvas->rows * (size_t)canvas->columns, sizeof(*canvas->cells));
	if (!canvas->cells)
		return -ENOMEM;
	canvas_clear(canvas);
	return 0;
}

static struct cell *row_of(const struct canvas *canvas, int row)
{
	return canvas->cells + (size_t)row * (size_t)canvas->columns;
}

void canvas_clear(struct canvas *canvas)
{
	size_t count = (size_t)canvas->rows * (size_t)canvas->columns;

	for (size_t i = 0; i < count; i++)
		canvas->cells[i] = (struct cell){ .glyph = " " };
}

int canvas_text(struct canvas *canvas, int row, int column, enum canvas_mark mark,
		const char *format, ...)
{
	char text[CANVAS_TEXT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (const char *c = text; *c; c++, column++) {
		if (row < 0 || row >= canvas->rows || column < 0 || column >= canvas->columns)
			continue;
		row_of(canvas, row)[column] = (struct cell){
			.glyph = { *c < ' ' || *c > '~' ? '?' : *c }, .mark = (unsigned char)mark,
		};
	}
	return column;
}

int canvas_glyphs(struct canvas *canvas, int row, int column, enum canvas_mark mark,
		  const char *glyph, int count)
{
	size_t len = strnlen(glyph, sizeof(((struct cell *)NULL)->glyph));

	for (; count > 0; count--, column++) {
		struct cell cell = { .mark = (unsigned char)mark };

		if (row < 0 || row >= canvas->rows || column < 0 || column >= canvas->columns)
			continue;
		memcpy(cell.glyph, glyph, len);
		row_of(canvas, row)[column] = cell;
	}
	return column;
}

static void put_glyph(FILE *out, const struct cell *cell)
{
	(void)fwrite(cell->glyph, 1, strnlen(cell->glyph, sizeof(cell->glyph)), out);
}

/* NO_COLOR forbids colours; bold, dim and reverse are none. */
static void put_mark(FILE *out, const struct style *style, unsigned char mark)
{
	static const struct { const char *coloured, *plain; } codes[MARK_COUNT] = {
		[MARK_PLAIN] = { "", "" },
		[MARK_BOLD] = { ";1", ";1" },
		[MARK_DIM] = { ";2", ";2" },
		[MARK_REVERSE] = { ";7", ";7" },
		[MARK_GOOD] = { ";32", "" },
		[MARK_WARN] = { ";33", "" },
		[MARK_ALARM] = { ";31", ";1" },
		[MARK_DROP] = { ";1;31", ";1" },
	};

	(void)fprintf(out, "\033[0%sm", style->colour ? codes[mark].coloured : codes[mark].plain);
}

/* Its last blanks are left to "erase to the end of the line". */
static int used_columns(const struct canvas *canvas, int row)
{
	static const struct cell blank = { .glyph = " " };
	const struct cell *cells = row_of(canvas, row);
	int used = canvas->columns;

	while (used && !memcmp(&cells[used - 1], &blank, sizeof(blank)))
		used--;
	return used;
}

static void write_row(FILE *out, const struct style *style, const struct canvas *canvas, int row)
{
	const struct cell *cells = row_of(canvas, row);
	int used = used_columns(canvas, row);
	unsigned char mark = MARK_PLAIN;

	(void)fprintf(out, "\033[%d;1H", row + 1);
	for (int i = 0; i < used; i++) {
		if (cells[i].mark != mark)
			put_mark(out, style, cells[i].mark);
		mark = cells[i].mark;
		put_glyph(out, &cells[i]);
	}
	if (mark != MARK_PLAIN)
		put_mark(out, style, MARK_PLAIN);
	/* After a full line the cursor still stands on its last cell: erasing would take that away. */
	if (used < canvas->columns)
		(void)fputs("\033[K", out);
}

void canvas_write(FILE *out, const struct style *style, const struct canvas *canvas,
		  const struct canvas *before)
{
	size_t row_bytes = (size_t)canvas->columns * sizeof(*canvas->cells);
	bool all = !before || !before->cells || before->rows != canvas->rows ||
		   before->columns != canvas->columns;

	if (all)
		(void)fputs("\033[0m\033[2J", out);
	for (int row = 0; row < canvas->rows; row++)
		if (all || memcmp(row_of(canvas, row), row_of(before, row), row_bytes))
			write_row(out, style, canvas, row);
}

void canvas_print(FILE *out, const struct canvas *canvas)
{
	for (int row = 0; row < canvas->rows; row++) {
		int used = used_columns(canvas, row);

		for (int i = 0; i < used; i++)
			put_glyph(out, row_of(canvas, row) + i);
		(void)fputc('\n', out);
	}
}

void canvas_free(struct canvas *canvas)
{
	if (!canvas)
		return;
	free(canvas->cells);
	canvas->cells = NULL;
}
