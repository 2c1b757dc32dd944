// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "line_queue.h"

int line_queue_init(struct line_queue *q, size_t size)
{
	*q = (struct line_queue){ .bytes = malloc(size), .size = size };
	return q->bytes ? 0 : -ENOMEM;
}

void line_queue_free(struct line_queue *q)
{
	if (!q)
		return;
	free(q->bytes);
	*q = (struct line_queue){ 0 };
}

/* Length of the line at `from`, its LF included; 0 when there is none. */
static size_t line_at(const struct line_queue *q, size_t from)
{
	const char *lf = from < q->end ? memchr(q->bytes + from, '\n', q->end - from) : NULL;

	return lf ? (size_t)(lf - q->bytes) + 1 - from : 0;
}

/* Drops the oldest line that nobody has begun to read. */
static bool drop_oldest(struct line_queue *q)
{
	size_t begun = q->begun ? line_at(q, q->start) : 0;
	size_t drop = line_at(q, q->start + begun);

	if (!drop)
		return false;
	memmove(q->bytes + q->start + drop, q->bytes + q->start, begun);
	q->start += drop;
	return true;
}

uint64_t count_lines(const char *text, size_t len)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

uint64_t line_queue_add(struct line_queue *q, const char *text, size_t len)
{
	size_t fixed = q->begun ? line_at(q, q->start) : 0;
	uint64_t dropped = 0;

	if (len > q->size - fixed)
		return count_lines(text, len);
	while (len > q->size - (q->end - q->start) && drop_oldest(q))
		dropped++;
	if (len > q->size - q->end) {
		memmove(q->bytes, q->bytes + q->start, q->end - q->start);
		q->end -= q->start;
		q->start = 0;
	}
	memcpy(q->bytes + q->end, text, len);
	q->end += len;
	return dropped;
}

size_t line_queue_peek(const struct line_queue *q, const char **bytes)
{
	if (q->start == q->end)
		return 0;
	*bytes = q->bytes + q->start;
	return q->end - q->start;
}

void line_queue_take(struct line_queue *q, size_t len)
{
	if (!len)
		return;
	q->start += len;
	q->begun = q->bytes[q->start - 1] != '\n';
	if (q->start == q->end)
		q->start = q->end = 0;
}

bool line_queue_skip_begun(struct line_queue *q)
{
	if (!q->begun)
		return false;
	line_queue_take(q, line_at(q, q->start));
	return true;
}

uint64_t line_queue_lines(const struct line_queue *q)
{
	if (q->start == q->end)
		return 0;
	return count_lines(q->bytes + q->start, q->end - q->start);
}
