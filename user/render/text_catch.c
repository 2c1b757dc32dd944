// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "counters.h"
#include "text_drop.h"

/* What each cause means, and what helps. */
static const char *const advice[CT_COUNTER_COUNT] = {
	[CT_dropped_table_full] = ("the table was full of entries that must not be thrown out; "
				   "`ctscope doctor` tells what to change, `ctscope who` who fills it"),
	[CT_dropped_no_memory] = "the kernel had no memory for the entry",
	[CT_dropped_clash] = "two packets of one new connection at once; the sender repeats it",
	[CT_dropped_chain_too_long] = ("its hash bucket holds too many entries: "
				       "raise nf_conntrack_buckets, and look with `ctscope chains`"),
	[CT_dropped_other] = "refused while its entry was being removed",
};

static const char *when(char buf[static 32], uint64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	struct tm tm;

	buf[0] = '\0';
	if (localtime_r(&seconds, &tm))
		(void)strftime(buf, 32, "%F %H:%M:%S", &tm);
	return buf;
}

static void put_log(FILE *out, const struct style *style, const struct log_facts *log)
{
	char text[256], since[32], last[32];

	if (!log->readable)
		(void)snprintf(text, sizeof(text), "cannot be read: %s", log->reason);
	else if (!log->since_ns)
		(void)snprintf(text, sizeof(text), "empty: no \"table full\" line");
	else if (!log->lines)
		(void)snprintf(text, sizeof(text), "no \"table full\" line since %s",
			       when(since, log->since_ns));
	else
		(void)snprintf(text, sizeof(text), "%" PRIu64 " \"table full\" line%s since %s, the last "
			       "at %s; it is rate-limited: the true number is higher", log->lines,
			       log->lines == 1 ? "" : "s", when(since, log->since_ns),
			       when(last, log->last_ns));
	(void)fputs("kernel log  ", out);
	if (log->lines)
		text_mark(out, style, TEXT_WARN);
	text_wrap(out, style, 12, 12, text);
	if (log->lines)
		text_mark(out, style, TEXT_PLAIN);
}

void text_catch_start(FILE *out, const struct style *style, const struct catch_facts *f)
{
	const struct table_state *t = f->table;
	char text[24] = "", percent[16], line[320];

	if (f->duration_seconds > 0)
		(void)text_seconds(text, f->duration_seconds);
	/* A release's name can be long. */
	(void)snprintf(line, sizeof(line), "Watching Linux %s on %s %s%s%s; Ctrl-C ends it.", f->kernel,
		       f->node, *text ? "for " : "until a burst has passed", text,
		       *text && f->until_burst ? " or one burst" : "");
	text_wrap(out, style, 0, 12, line);
	(void)fprintf(out, "table       %" PRIu64 " entries", t->entries);
	if (t->max && t->used_ratio >= 0)
		(void)fprintf(out, "; limit %" PRIu64 " a namespace, the fullest is at %s", t->max,
			      text_percent(percent, t->used_ratio));
	(void)fputc('\n', out);
	put_log(out, style, f->log);
	(void)fputc('\n', out);
}

void text_catch_progress(FILE *out, const struct style *style, const struct catch_state *s)
{
	char left[24], percent[16];

	(void)fputs("\r\033[K", out);
	text_mark(out, style, TEXT_DIM);
	if (s->left_seconds >= 0)
		(void)fprintf(out, "%s left, ", text_seconds(left, s->left_seconds));
	(void)fprintf(out, "table %s full, ", text_percent(percent, s->used_ratio));
	if (s->dropped)
		(void)fprintf(out, "%" PRIu64 " refused in %" PRIu64 " burst%s%s", s->dropped, s->bursts,
			      s->bursts == 1 ? "" : "s", s->burst_on ? ", one is on" : "");
	else
		(void)fputs("nothing refused so far", out);
	text_mark(out, style, TEXT_PLAIN);
	(void)fflush(out);
}

void text_catch_progress_off(FILE *out, const struct style *style)
{
	(void)style;
	(void)fputs("\r\033[K", out);
}

static void put_causes(FILE *out, const struct style *style, const struct catch_summary *s)
{
	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++) {
		if (!(s->known & 1U << c) || !s->total[c])
			continue;
		text_mark(out, style, TEXT_DROP);
		(void)fprintf(out, "  %-14s %9" PRIu64, counter_causes[c], s->total[c]);
		text_mark(out, style, TEXT_PLAIN);
		(void)fputs("  ", out);
		text_wrap(out, style, 28, 28, advice[c]);
	}
}

static void put_rows(FILE *out, const struct style *style, const struct catch_summary *s)
{
	char name[400];

	text_mark(out, style, TEXT_BOLD);
	(void)fprintf(out, "  %-14s %9s", "in namespace", "refused");
	text_mark(out, style, TEXT_PLAIN);
	(void)fputc('\n', out);
	for (size_t i = 0; i < s->row_count; i++) {
		const struct catch_row *row = &s->rows[i];
		const char *owner = strchr(namespace_text(name, sizeof(name), row->netns, &row->owner), '(');
		char number[16] = "not known";

		if (row->netns)
			(void)snprintf(number, sizeof(number), "%" PRIu32, row->netns);
		(void)fprintf(out, "  %-14s %9" PRIu64 "%s%s\n", number, row->dropped, owner ? "  " : "",
			      owner ? owner : "");
	}
	if (s->other_rows)
		(void)fprintf(out, "  %zu others %*s%9" PRIu64 "\n", s->other_rows, 5, "",
			      s->other_dropped);
}

/* The kernel's own numbers beside ours: the reader need not take our word for it. */
static void put_kernel(FILE *out, const struct catch_summary *s)
{
	static const struct { enum kernel_stat stat; const char *words; } told[] = {
		{ KERNEL_STAT_drop, "drop" }, { KERNEL_STAT_chain_too_long, "chain_too_long" },
		{ KERNEL_STAT_early_drop, "early_drop" }, { KERNEL_STAT_insert_failed, "insert_failed" },
	};
	const char *before = "";

	(void)fputs("kernel's own count  ", out);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if (!(s->kernel_known & 1U << told[i].stat))
			continue;
		(void)fprintf(out, "%s%s %" PRIu64, before, told[i].words, s->kernel[told[i].stat]);
		before = ", ";
	}
	(void)fputs(*before ? "\n" : "cannot be read\n", out);
}

static void put_new_lines(FILE *out, const struct catch_summary *s)
{
	const struct log_facts *log = s->log;

	if (!log->readable || (!log->new_lines && !log->dropped))
		return;
	(void)fprintf(out, "kernel's log        %" PRIu64 " new \"table full\" line%s for %" PRIu64
		      " such packet%s\n", log->new_lines, log->new_lines == 1 ? "" : "s", log->dropped,
		      log->dropped == 1 ? "" : "s");
}

void text_catch_summary(FILE *out, const struct style *style, const struct catch_summary *s)
{
	uint64_t dropped = counters_dropped(s->total, s->known);
	char ran[24], sentence[SENTENCE_MAX];

	(void)fprintf(out, "Watched for %s: ", text_duration(ran, s->run_seconds));
	if (!dropped) {
		(void)fprintf(out, "%s.\n", (s->known & CT_DROPS_MASK) == CT_DROPS_MASK ?
			      "no packet was refused" : "no packet was refused for a cause that can be seen");
	} else {
		text_mark(out, style, TEXT_BOLD);
		(void)fprintf(out, "%" PRIu64 " packet%s refused in %" PRIu64 " burst%s.\n\n", dropped,
			      dropped == 1 ? "" : "s", s->bursts, s->bursts == 1 ? "" : "s");
		text_mark(out, style, TEXT_PLAIN);
		put_causes(out, style, s);
		put_rows(out, style, s);
		(void)fputc('\n', out);
	}
	if (s->known & 1U << CT_evicted && s->total[CT_evicted])
		(void)fprintf(out, "evicted             %" PRIu64 " entr%s thrown out early by a full table\n",
			      s->total[CT_evicted], s->total[CT_evicted] == 1 ? "y" : "ies");
	if (dropped || s->total[CT_evicted]) {
		put_kernel(out, s);
		put_new_lines(out, s);
	}
	if (s->lost.events || s->lost.records || s->lost.probes) {
		text_mark(out, style, TEXT_WARN);
		text_wrap(out, style, 0, 2, sentence_lost(sentence, &s->lost));
		text_mark(out, style, TEXT_PLAIN);
	}
}
