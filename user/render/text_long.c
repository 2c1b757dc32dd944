// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The full report as a block: every field that is known, aligned. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "counters.h"
#include "record_chains.h"
#include "sentence.h"
#include "text.h"

#define NETNS_COLUMNS 58	/* of a namespace's row before the name of its pod */

static void title(FILE *out, const struct style *style, const char *words)
{
	(void)fputc('\n', out);
	text_mark(out, style, TEXT_BOLD);
	(void)fputs(words, out);
	text_mark(out, style, TEXT_PLAIN);
	(void)fputc('\n', out);
}

/* name, value right-aligned, what it means. */
__attribute__((format(printf, 5, 6)))
static void field(FILE *out, const struct style *style, const char *name, const char *value,
		  const char *format, ...)
{
	char meaning[160];
	va_list args;
	int at;

	va_start(args, format);
	(void)vsnprintf(meaning, sizeof(meaning), format, args);
	va_end(args);
	at = fprintf(out, "  %-15s %10s  ", name, value);
	text_wrap(out, style, at, at, meaning);
}

static void field_u64(FILE *out, const struct style *style, const char *name, uint64_t value,
		      const char *meaning)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, value);
	field(out, style, name, text, "%s", meaning);
}

static void put_headline(FILE *out, const struct style *style, const struct report *r)
{
	enum text_mark mark = report_drops(r).count ? TEXT_DROP : text_fill_mark(r->table.used_ratio);
	time_t seconds = (time_t)(r->time_ns / 1000000000);
	char clock[32] = "", sentence[SENTENCE_MAX];
	struct tm tm;
	int at = 0;

	if (localtime_r(&seconds, &tm))
		at = (int)strftime(clock, sizeof(clock), "%Y-%m-%d %H:%M:%S", &tm);
	text_mark(out, style, TEXT_BOLD);
	(void)fprintf(out, "%s  ", clock);
	text_mark(out, style, TEXT_PLAIN);
	text_mark(out, style, mark);
	text_wrap(out, style, at + 2, at + 2, sentence_report(sentence, r));
	text_mark(out, style, TEXT_PLAIN);
}

static void put_limit(FILE *out, const struct style *style, const struct table_state *t)
{
	char text[24], percent[16];

	(void)snprintf(text, sizeof(text), "%" PRIu64, t->max);
	if (!t->max)
		field(out, style, "limit", "none", "of each namespace");
	else if (t->used_ratio < 0)
		field(out, style, "limit", text, "of each namespace");
	else
		field(out, style, "limit", text, "of each namespace, %s used",
		      text_percent(percent, t->used_ratio));
	if (!t->fullest_netns)
		return;
	(void)snprintf(text, sizeof(text), "%" PRIu64, t->fullest_entries);
	field(out, style, "fullest", text, "namespace %" PRIu32, t->fullest_netns);
}

static void put_chains(FILE *out, const struct style *style, const struct chains *c)
{
	static const char *const verdicts[] = {
		[CHAINS_EVEN] = "even", [CHAINS_UNEVEN] = "uneven", [CHAINS_ATTACK] = "attack",
	};
	char sentence[SENTENCE_MAX];
	/* The sentence begins with its verdict, which stands before it here. */
	const char *rest = strchr(sentence_chains(sentence, c), ':');

	field(out, style, "chains", verdicts[c->verdict], "%s", rest ? rest + 2 : "");
}

static void put_table(FILE *out, const struct style *style, const struct table_state *t)
{
	char text[24], share[16];

	title(out, style, "table");
	field_u64(out, style, "entries", t->entries, "in all namespaces that can be seen");
	put_limit(out, style, t);
	if (t->buckets && t->load_factor >= 0) {
		(void)snprintf(text, sizeof(text), "%" PRIu64, t->buckets);
		field(out, style, "buckets", text, "%.2f entries a bucket", t->load_factor);
	} else if (t->buckets) {
		field_u64(out, style, "buckets", t->buckets, "of the hash table");
	}
	if (t->memory_bytes && t->entry_bytes)
		field(out, style, "memory", text_bytes(text, t->memory_bytes), "%" PRIu32 " bytes an entry",
		      t->entry_bytes);
	else if (t->memory_bytes)
		field(out, style, "memory", text_bytes(text, t->memory_bytes), "of the kernel");
	if (t->unassured_known) {
		(void)snprintf(text, sizeof(text), "%" PRIu64, t->unassured);
		field(out, style, "unassured", text, "%s: a full table may throw these out",
		      text_percent(share, t->walked ? (double)t->unassured / (double)t->walked : -1));
	}
	if (t->used_ratio >= 1)
		field(out, style, "full in", "now", "packets of new connections are at risk");
	else if (t->fill_seconds >= 0)
		field(out, style, "full in", text_seconds(text, t->fill_seconds), "at the present trend");
}

static void put_counters(FILE *out, const struct style *style, const struct report *r)
{
	char last[24], rate[24], heading[96];

	if (!r->counters_known)
		return;
	(void)snprintf(heading, sizeof(heading), "%-24s %14s %14s %14s", "counter", "this interval",
		       "a second", "since start");
	title(out, style, heading);
	for (int i = 0; i < CT_COUNTER_COUNT; i++) {
		bool dropped = i >= CT_FIRST_DROP && r->delta[i];

		(void)fprintf(out, "  %-22s ", counter_names[i]);
		if (!(r->counters_known & 1u << i)) {
			(void)fprintf(out, "%14s %14s %14s\n", "-", "-", "-");
			continue;
		}
		(void)snprintf(last, sizeof(last), "%" PRIu64, r->delta[i]);
		if (dropped)
			text_mark(out, style, TEXT_DROP);
		(void)fprintf(out, "%14s", last);
		if (dropped)
			text_mark(out, style, TEXT_PLAIN);
		(void)fprintf(out, " %14s %14" PRIu64 "\n",
			      text_rate(rate, r->delta[i], r->interval_seconds), r->total[i]);
	}
}

static void put_kernel(FILE *out, const struct style *style, const struct report *r)
{
	static const char *const meanings[KERNEL_STAT_COUNT] = {
#define KERNEL_STAT_MEANING(name, header, meaning) [KERNEL_STAT_##name] = meaning,
		KERNEL_STATS(KERNEL_STAT_MEANING)
#undef KERNEL_STAT_MEANING
	};

	if (!r->kernel_known)
		return;
	title(out, style, "the kernel's own count, this interval");
	for (int i = 0; i < KERNEL_STAT_COUNT; i++)
		if (r->kernel_known & 1u << i)
			field_u64(out, style, kernel_stat_names[i], r->kernel[i], meanings[i]);
}

static void netns_number(FILE *out, const struct netns_row *row, uint32_t known, enum ct_counter c,
			 double seconds)
{
	char text[24] = "-";

	if (known & 1u << c && seconds > 0)
		(void)text_rate(text, row->delta[c], seconds);
	else if (known & 1u << c)
		(void)snprintf(text, sizeof(text), "%" PRIu64, row->delta[c]);
	(void)fprintf(out, " %7s", text);
}

/* A name too long for what is left of the line stands on the next. */
static void put_pod(FILE *out, const struct style *style, const struct netns_row *row)
{
	int columns = style->columns > 0 ? style->columns : 80;
	const struct pod_name *pod = row->pod;
	char name[sizeof(*pod) + 8];

	if (pod)
		(void)snprintf(name, sizeof(name), "%s%s%s", pod->name[0] ? pod->namespace : "pod ",
			       pod->name[0] ? "/" : "", pod->name[0] ? pod->name : pod->uid);
	else
		(void)snprintf(name, sizeof(name), "%s", row->unit ? row->unit : row->host ? "host" : "");
	if (pod && NETNS_COLUMNS + strlen(name) > (size_t)columns)
		(void)fputs("\n  ", out);
	(void)fprintf(out, "%s%s\n", name[0] ? "  " : "", name);
}

static void netns_row(FILE *out, const struct style *style, const struct netns_row *row,
		      const char *name, const struct report *r)
{
	uint64_t dropped = counters_dropped(row->delta, r->counters_known);
	char entries[24] = "-", drops[24] = "-";

	if (row->entries_known)
		(void)snprintf(entries, sizeof(entries), "%" PRIu64, row->entries);
	if (r->counters_known & CT_DROPS_MASK)
		(void)snprintf(drops, sizeof(drops), "%" PRIu64, dropped);
	(void)fprintf(out, "  %-12s %9s", name, entries);
	netns_number(out, row, r->counters_known, CT_inserted, r->interval_seconds);
	netns_number(out, row, r->counters_known, CT_destroyed, r->interval_seconds);
	netns_number(out, row, r->counters_known, CT_evicted, 0);
	if (dropped)
		text_mark(out, style, TEXT_DROP);
	(void)fprintf(out, " %7s", drops);
	if (dropped)
		text_mark(out, style, TEXT_PLAIN);
	put_pod(out, style, row);
}

static void put_namespaces(FILE *out, const struct style *style, const struct report *r)
{
	char heading[96], name[32];

	if (!r->netns_count && !r->netns_other_count)
		return;
	(void)snprintf(heading, sizeof(heading), "%-14s %9s %7s %7s %7s %7s  %s", "namespace",
		       "entries", "new/s", "gone/s", "evicted", "dropped", "pod");
	title(out, style, heading);
	for (size_t i = 0; i < r->netns_count; i++) {
		if (r->netns[i].netns)
			(void)snprintf(name, sizeof(name), "%" PRIu32, r->netns[i].netns);
		else
			(void)snprintf(name, sizeof(name), "not known");
		netns_row(out, style, &r->netns[i], name, r);
	}
	if (r->netns_other_count) {
		(void)snprintf(name, sizeof(name), "%zu other%s", r->netns_other_count,
			       r->netns_other_count == 1 ? "" : "s");
		netns_row(out, style, &r->netns_others, name, r);
	}
}

static void put_self(FILE *out, const struct style *style, const struct report *r)
{
	const struct losses *l = &r->lost;
	char sentence[SENTENCE_MAX], rss[16];

	if (l->events || l->records || l->probes) {
		(void)fputc('\n', out);
		text_mark(out, style, TEXT_WARN);
		text_wrap(out, style, 0, 2, sentence_lost(sentence, l));
		text_mark(out, style, TEXT_PLAIN);
	}
	(void)fprintf(out, "\nctscope itself: %.2f s of CPU since start", r->cpu_seconds);
	if (r->rss_bytes)
		(void)fprintf(out, ", %s of memory", text_bytes(rss, r->rss_bytes));
	(void)fputs(l->events || l->records || l->probes ? "\n" : ", nothing lost\n", out);
}

static void put_effect(FILE *out, const struct style *style, const struct effect *effect)
{
	char sentence[SENTENCE_MAX];

	title(out, style, "since a setting was changed");
	(void)fputs("  ", out);
	text_wrap(out, style, 2, 4, sentence_effect(sentence, effect));
}

void text_long(FILE *out, const struct style *style, const struct report *r)
{
	put_headline(out, style, r);
	if (r->since_change)
		put_effect(out, style, r->since_change);
	put_table(out, style, &r->table);
	if (r->chains)
		put_chains(out, style, r->chains);
	put_counters(out, style, r);
	put_kernel(out, style, r);
	put_namespaces(out, style, r);
	put_self(out, style, r);
	(void)fputc('\n', out);
}
