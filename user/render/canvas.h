/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A frame of a live screen: cells with a glyph and a mark. What does not fit is
 * clipped, so a line is never wider than the terminal, and nothing that came
 * from outside can carry an escape sequence into it.
 *
 *   canvas_init -> canvas_clear, canvas_text ..., canvas_write ... -> canvas_free
 */
#ifndef RENDER_CANVAS_H
#define RENDER_CANVAS_H

#include <stdbool.h>
#include <stdio.h>
#include "text.h"

#define CANVAS_ROWS_MAX 300
#define CANVAS_COLUMNS_MAX 500
#define CANVAS_TEXT_MAX (CANVAS_COLUMNS_MAX + 1)

enum canvas_mark {
	MARK_PLAIN, MARK_BOLD, MARK_DIM, MARK_REVERSE, MARK_GOOD, MARK_WARN, MARK_ALARM, MARK_DROP,
	MARK_COUNT
};

struct cell {
	char glyph[4];	/* UTF-8, no NUL when all four are used */
	unsigned char mark;
};

struct canvas {
	int rows, columns;
	struct cell *cells;
};

/* Sizes beyond the bounds above are cut to them, those below 1 are 1. -ENOMEM. */
int canvas_init(struct canvas *, int rows, int columns);
void canvas_clear(struct canvas *);
/* Bytes that are no printable ASCII become '?'. Returns the column after the text. */
int canvas_text(struct canvas *, int row, int column, enum canvas_mark, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* One glyph of our own, UTF-8 of a single column; the same `count` times. */
int canvas_glyphs(struct canvas *, int row, int column, enum canvas_mark, const char *glyph, int count);
/*
 * Moves the cursor and writes the rows that differ from `before` (NULL or of
 * another size: all of them).
 */
void canvas_write(FILE *, const struct style *, const struct canvas *, const struct canvas *before);
/* Without any escape sequence, blanks at the ends of lines left out: for tests and pictures. */
void canvas_print(FILE *, const struct canvas *);
void canvas_free(struct canvas *);	/* NULL is accepted */

#endif
