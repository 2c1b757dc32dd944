/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lines that wait for a slow reader, bounded in bytes: the oldest give way.
 * A line of which a part was taken stays, so that none is ever torn.
 */
#ifndef SERVE_LINE_QUEUE_H
#define SERVE_LINE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line_queue {
	char *bytes;
	size_t size, start, end;
	bool begun;	/* a part of the first line was taken */
};

int line_queue_init(struct line_queue *, size_t size);
void line_queue_free(struct line_queue *);
/* text: whole lines, each ending in LF. Returns how many lines had to give way, text's own included. */
uint64_t line_queue_add(struct line_queue *, const char *text, size_t len);
/* What may be written next, 0 bytes when empty; then how much of it was. */
size_t line_queue_peek(const struct line_queue *, const char **bytes);
void line_queue_take(struct line_queue *, size_t len);
/* Gives up the rest of a line that was begun; true when there was one. */
bool line_queue_skip_begun(struct line_queue *);
uint64_t line_queue_lines(const struct line_queue *);
uint64_t count_lines(const char *text, size_t len);

#endif
