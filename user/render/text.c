// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One row an interval, like vmstat; colours and wrapping for every text. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "counters.h"
#include "sentence.h"
#include "text.h"

#define ROW_COLUMNS 61	/* of a row before the causes of its drops */

void text_mark(FILE *out, const struct style *style, enum text_mark mark)
{
	static const char *const codes[] = {
		[TEXT_PLAIN] = "\033[0m", [TEXT_BOLD] = "\033[1m", [TEXT_DIM] = "\033[2m",
		[TEXT_WARN] = "\033[33m", [TEXT_ALARM] = "\033[31m", [TEXT_DROP] = "\033[1;31m",
	};

	if (style->colour)
		(void)fputs(codes[mark], out);
}

enum text_mark text_fill_mark(double used_ratio)
{
	return used_ratio > 0.95 ? TEXT_ALARM : used_ratio > 0.80 ? TEXT_WARN : TEXT_PLAIN;
}

void text_wrap(FILE *out, const struct style *style, int at, int indent, const char *words)
{
	int columns = style->columns > indent + 20 ? style->columns : 80;
	bool first = true;

	while (*(words += strspn(words, " "))) {
		int len = (int)strcspn(words, " ");

		if (first || at + 1 + len < columns) {
			at += fprintf(out, "%s%.*s", first ? "" : " ", len, words);
		} else {
			(void)fprintf(out, "\n%*s%.*s", indent, "", len, words);
			at = indent + len;
		}
		first = false;
		words += len;
	}
	(void)fputc('\n', out);
}

/* A cell is padded inside its colour, so the columns stand in either case. */
__attribute__((format(printf, 4, 5)))
static void cell(FILE *out, const struct style *style, enum text_mark mark, const char *format, ...)
{
	va_list args;

	if (mark != TEXT_PLAIN)
		text_mark(out, style, mark);
	va_start(args, format);
	(void)vfprintf(out, format, args);
	va_end(args);
	if (mark != TEXT_PLAIN)
		text_mark(out, style, TEXT_PLAIN);
}

void text_row_heading(FILE *out, const struct style *style)
{
	cell(out, style, TEXT_BOLD, "%-8s %8s %5s %7s %6s %6s %7s %7s", "time", "entries", "full",
	     "full-in", "new/s", "gone/s", "evicted", "dropped");
	(void)fputc('\n', out);
}

/* One word, so that a row is also eight fields to awk. */
static const char *one_word(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	return text;
}

static void put_table_cells(FILE *out, const struct style *style, const struct table_state *t)
{
	char percent[16], fill[24];

	(void)text_percent(percent, t->used_ratio);
	if (t->used_ratio >= 1)
		(void)snprintf(fill, sizeof(fill), "now");
	else
		(void)text_seconds(fill, t->fill_seconds);
	(void)fprintf(out, " %8" PRIu64, t->entries);
	cell(out, style, text_fill_mark(t->used_ratio), " %5s", one_word(percent));
	cell(out, style, t->fill_seconds >= 0 && t->fill_seconds <= 300 ? TEXT_WARN : TEXT_PLAIN,
	     " %7s", one_word(fill));
}

static const char *rate_of(char buf[static 24], const struct report *r, enum ct_counter c)
{
	if (!(r->counters_known & 1u << c)) {
		buf[0] = '-';
		buf[1] = '\0';
		return buf;
	}
	return text_rate(buf, r->delta[c], r->interval_seconds);
}

static void put_evicted(FILE *out, const struct report *r)
{
	if (r->counters_known & 1u << CT_evicted)
		(void)fprintf(out, " %7" PRIu64, r->delta[CT_evicted]);
	else if (r->kernel_known & 1u << KERNEL_STAT_early_drop)
		(void)fprintf(out, " %7" PRIu64, r->kernel[KERNEL_STAT_early_drop]);
	else
		(void)fprintf(out, " %7s", "-");
}

/* A single cause is named; several come with their numbers. */
static void name_causes(char *out, size_t size, const struct report *r, uint64_t dropped,
			const char *const *words)
{
	size_t len = 0;

	out[0] = '\0';
	for (int i = CT_FIRST_DROP; i < CT_COUNTER_COUNT; i++) {
		if (!(r->counters_known & 1u << i) || !r->delta[i])
			continue;
		len += (size_t)snprintf(out + len, size - len, " %s", words[i]);
		if (r->delta[i] != dropped)
			len += (size_t)snprintf(out + len, size - len, ":%" PRIu64, r->delta[i]);
	}
}

/* In the words of the JSON stream, or in short ones where those would wrap the row. */
static void put_causes(FILE *out, const struct style *style, const struct report *r,
		       uint64_t dropped)
{
	static const char *const short_words[CT_COUNTER_COUNT] = {
		[CT_dropped_table_full] = "full", [CT_dropped_no_memory] = "memory",
		[CT_dropped_clash] = "clash", [CT_dropped_chain_too_long] = "chain",
		[CT_dropped_other] = "other",
	};
	size_t columns = style->columns > 0 ? (size_t)style->columns : 80;
	char causes[256];	/* five words of at most 14, each with 20 digits */

	name_causes(causes, sizeof(causes), r, dropped, counter_causes);
	if (ROW_COLUMNS + strlen(causes) > columns)
		name_causes(causes, sizeof(causes), r, dropped, short_words);
	(void)fputs(causes, out);
}

static void put_drops(FILE *out, const struct style *style, const struct report *r)
{
	struct report_drops drops = report_drops(r);

	if (drops.source == DROPS_UNKNOWN) {
		(void)fprintf(out, " %7s", "-");
		return;
	}
	cell(out, style, drops.count ? TEXT_DROP : TEXT_PLAIN, " %7" PRIu64, drops.count);
	if (drops.count && drops.source == DROPS_BY_HOOKS)
		put_causes(out, style, r, drops.count);
}

static void put_lost(FILE *out, const struct style *style, const struct losses *l)
{
	const struct { const char *what; uint64_t n; } lost[] = {
		{ "events", l->events }, { "records", l->records }, { "probe-runs", l->probes },
	};

	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
		if (lost[i].n)
			cell(out, style, TEXT_WARN, " lost-%s:%" PRIu64, lost[i].what, lost[i].n);
}

void text_row(FILE *out, const struct style *style, const struct report *r)
{
	time_t seconds = (time_t)(r->time_ns / 1000000000);
	char clock[16] = "", made[24], gone[24], sentence[SENTENCE_MAX];
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		(void)strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	(void)fprintf(out, "%-8s", clock);
	put_table_cells(out, style, &r->table);
	(void)fprintf(out, " %6s %6s", rate_of(made, r, CT_inserted), rate_of(gone, r, CT_destroyed));
	put_evicted(out, r);
	put_drops(out, style, r);
	put_lost(out, style, &r->lost);
	(void)fputc('\n', out);
	if (!r->since_change)
		return;
	(void)fputs("  ", out);
	text_wrap(out, style, 2, 4, sentence_effect(sentence, r->since_change));
}
