// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernel_stats.h"
#include "read.h"

/* A row is 156 bytes, one a possible processor: enough for 26000 of them. */
#define STATS_SIZE_MAX (4U << 20)
/* Every kernel so far has 17 columns. */
#define COLUMNS_MAX 64
/* What a column of the file means to us: an enum kernel_stat, or one of these. */
#define COLUMN_IGNORED (-1)
#define COLUMN_ENTRIES (-2)
/* The kernel prints every cell as %08x: a shorter one was cut off. */
#define CELL_DIGITS 8

const char *const kernel_stat_names[KERNEL_STAT_COUNT] = {
#define KERNEL_STAT_NAME(name, header, meaning) [KERNEL_STAT_##name] = #name,
	KERNEL_STATS(KERNEL_STAT_NAME)
#undef KERNEL_STAT_NAME
};

static const char *const headers[KERNEL_STAT_COUNT] = {
#define KERNEL_STAT_HEADER(name, header, meaning) [KERNEL_STAT_##name] = header,
	KERNEL_STATS(KERNEL_STAT_HEADER)
#undef KERNEL_STAT_HEADER
};

struct text {
	const char *at, *end;
};

struct columns {
	size_t count;
	int meaning[COLUMNS_MAX];
	bool entries;		/* there is such a column */
	uint32_t present;
};

/* The next line, without its end; false when there is none. */
static bool next_line(struct text *all, struct text *line)
{
	const char *end;

	if (all->at == all->end)
		return false;
	end = memchr(all->at, '\n', (size_t)(all->end - all->at));
	*line = (struct text){ all->at, end ? end : all->end };
	all->at = end ? end + 1 : all->end;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool next_word(struct text *line, struct text *word)
{
	while (line->at < line->end && is_blank(*line->at))
		line->at++;
	word->at = line->at;
	while (line->at < line->end && !is_blank(*line->at))
		line->at++;
	word->end = line->at;
	return word->at < word->end;
}

static bool word_is(const struct text *word, const char *name)
{
	size_t len = (size_t)(word->end - word->at);

	return len == strlen(name) && !memcmp(word->at, name, len);
}

static int column_meaning(const struct text *word)
{
	if (word_is(word, "entries"))
		return COLUMN_ENTRIES;
	for (int i = 0; i < KERNEL_STAT_COUNT; i++)
		if (word_is(word, headers[i]))
			return i;
	return COLUMN_IGNORED;
}

static int parse_header(struct text line, struct columns *columns)
{
	struct text word;

	*columns = (struct columns){ 0 };
	while (next_word(&line, &word)) {
		int meaning = column_meaning(&word);

		if (columns->count == COLUMNS_MAX)
			return -EBADMSG;
		if (meaning == COLUMN_ENTRIES) {
			if (columns->entries)
				return -EBADMSG;
			columns->entries = true;
		} else if (meaning >= 0) {
			if (columns->present & 1U << meaning)
				return -EBADMSG;
			columns->present |= 1U << meaning;
		}
		columns->meaning[columns->count++] = meaning;
	}
	return columns->entries ? 0 : -EBADMSG;
}

static int parse_cell(const struct text *word, uint32_t *value)
{
	static const char digits[] = "0123456789abcdef";

	if (word->end - word->at != CELL_DIGITS)
		return -EBADMSG;
	*value = 0;
	for (const char *at = word->at; at < word->end; at++) {
		const char *digit = memchr(digits, *at, sizeof(digits) - 1);

		if (!digit)
			return -EBADMSG;
		*value = *value << 4 | (uint32_t)(digit - digits);
	}
	return 0;
}

/* Adds one processor's row; an empty line is none. */
static int parse_row(struct text line, const struct columns *columns, struct kernel_stats *stats,
		     bool *is_row)
{
	struct text word;
	size_t count = 0;

	while (next_word(&line, &word)) {
		uint32_t value;
		int meaning;

		if (count == columns->count || parse_cell(&word, &value))
			return -EBADMSG;
		meaning = columns->meaning[count++];
		if (meaning == COLUMN_ENTRIES)
			stats->entries = value;	/* read anew by the kernel for each row: the last is the latest */
		else if (meaning >= 0)
			stats->n[meaning] += value;
	}
	*is_row = count;
	return !count || count == columns->count ? 0 : -EBADMSG;
}

int kernel_stats_parse(const char *text, size_t size, struct kernel_stats *out)
{
	struct text all = { text, text + size }, line;
	struct kernel_stats stats = { 0 };
	struct columns columns;
	bool any = false;

	if (!next_line(&all, &line) || parse_header(line, &columns))
		return -EBADMSG;
	stats.present = columns.present;
	while (next_line(&all, &line)) {
		bool is_row;

		if (parse_row(line, &columns, &stats, &is_row))
			return -EBADMSG;
		any |= is_row;
	}
	if (!any)
		return -EBADMSG;
	*out = stats;
	return 0;
}

/* An ended process, even one not yet waited for, has no net; every namespace has net/stat. */
static int why_absent(const struct roots *roots, pid_t pid)
{
	char name[32], byte[1];

	if (!pid)
		return -ENOENT;
	(void)snprintf(name, sizeof(name), "%d/net/stat", (int)pid);
	return read_small(roots->proc, name, byte, sizeof(byte)) == -EISDIR ? -ENOENT : -ESRCH;
}

int kernel_stats_read(const struct roots *roots, pid_t pid, struct kernel_stats *out)
{
	char name[48], *text;
	ssize_t len;
	int err;

	if (pid)
		(void)snprintf(name, sizeof(name), "%d/net/stat/nf_conntrack", (int)pid);
	else
		(void)snprintf(name, sizeof(name), "self/net/stat/nf_conntrack");
	len = read_whole(roots->proc, name, STATS_SIZE_MAX, &text);
	if (len == -ENOENT)
		return why_absent(roots, pid);
	if (len < 0)
		return len == -EFBIG ? -EBADMSG : (int)len;
	err = kernel_stats_parse(text, (size_t)len, out);
	free(text);
	return err;
}
