// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "flow.h"
#include "record_chains.h"
#include "text_chains.h"

#define BAR 38
#define ROWS 20
#define RULE_OF_THUMB 0.69	/* of the buckets used: time to grow */

struct range {
	uint32_t low, high;
};

static void title(FILE *out, const struct style *style, const char *words)
{
	(void)fputc('\n', out);
	text_mark(out, style, TEXT_BOLD);
	(void)fputs(words, out);
	text_mark(out, style, TEXT_PLAIN);
	(void)fputc('\n', out);
}

/* --- the distribution ---------------------------------------------------- */

static uint64_t buckets_within(const struct chains *c, const struct range *range)
{
	uint64_t sum = range->high >= CHAINS_HISTOGRAM ? c->longer : 0;

	for (uint32_t n = range->low; n <= range->high && n < c->histogram_count; n++)
		sum += c->histogram[n];
	return sum;
}

/* Lengths that are there or would be by chance; what is beyond them gets a row of its own. */
static struct range usual(const struct chains *c)
{
	struct range range = { 0, c->expected_longest };

	while (range.low < range.high && !c->histogram[range.low] &&
	       chains_expected(c, range.low, range.low) < 0.5)
		range.low++;
	/* A little longer than usual is no row of its own either. */
	if (c->longest > range.high && c->longest <= range.high + 3)
		range.high = c->longest;
	return range;
}

static const char *expected_text(char out[static 24], double expected)
{
	if (expected < 0.05)
		(void)snprintf(out, 24, "<0.1");
	else
		(void)snprintf(out, 24, "%.*f", expected < 9.95 ? 1 : 0, expected);
	return out;
}

static void put_row(FILE *out, const struct style *style, const struct chains *c,
		    const struct range *range, uint64_t most, enum text_mark mark)
{
	uint64_t count = buckets_within(c, range);
	int stars = most ? (int)((double)count / (double)most * BAR + 0.5) : 0;
	char expected[24], nodes[32];

	/* What is there shows, however little. */
	if (count && !stars)
		stars = 1;
	if (range->high > range->low)
		(void)snprintf(nodes, sizeof(nodes), "%" PRIu32 " -> %-5" PRIu32, range->low, range->high);
	else
		(void)snprintf(nodes, sizeof(nodes), "%" PRIu32, range->low);
	if (mark != TEXT_PLAIN)
		text_mark(out, style, mark);
	(void)fprintf(out, "%14s : %10" PRIu64 " %10s |%.*s%*s|", nodes, count,
		      expected_text(expected, chains_expected(c, range->low, range->high)),
		      stars, "**************************************", BAR - stars, "");
	if (mark != TEXT_PLAIN)
		text_mark(out, style, TEXT_PLAIN);
	(void)fputc('\n', out);
}

static void put_distribution(FILE *out, const struct style *style, const struct chains *c)
{
	struct range all = usual(c), row;
	uint32_t width = (all.high - all.low) / ROWS + 1;
	uint64_t most = 0;
	char heading[96];

	(void)snprintf(heading, sizeof(heading), "%14s : %10s %10s |", "nodes", "buckets", "by chance");
	title(out, style, heading);
	for (int drawing = 0; drawing < 2; drawing++)
		for (row.low = all.low; row.low <= all.high; row.low = row.high + 1) {
			row.high = row.low + width - 1;
			if (drawing)
				put_row(out, style, c, &row, most, TEXT_PLAIN);
			else if (buckets_within(c, &row) > most)
				most = buckets_within(c, &row);
		}
	if (c->longest < row.low)
		return;
	row.high = c->longest;
	put_row(out, style, c, &row, most, c->verdict == CHAINS_ATTACK ? TEXT_ALARM : TEXT_WARN);
}

/* --- the longest buckets --------------------------------------------------- */

static void put_top(FILE *out, const struct chain_top *top, bool redacted)
{
	char length[24], address[ADDRESS_MAX], share[16];

	(void)snprintf(length, sizeof(length), "%s%" PRIu32, top->at_least ? ">=" : "", top->length);
	(void)fprintf(out, "%14" PRIu32 " : %10s", top->bucket, length);
	if (top->looked_at)
		(void)fprintf(out, "  %" PRIu32 " (%s) %s", top->from_source,
			      text_percent(share, (double)top->from_source / top->looked_at),
			      address_text(address, top->source, top->family, redacted));
	(void)fputc('\n', out);
}

static void put_longest(FILE *out, const struct style *style, const struct chains *c)
{
	char heading[96];

	if (!c->top_count)
		return;
	(void)snprintf(heading, sizeof(heading), "%14s : %10s  %s", "longest bucket", "nodes",
		       "most of them from one source");
	title(out, style, heading);
	for (size_t i = 0; i < c->top_count; i++)
		put_top(out, &c->top[i], c->redacted);
}

/* --- what it means --------------------------------------------------------- */

__attribute__((format(printf, 5, 6)))
static void field(FILE *out, const struct style *style, const char *name, const char *value,
		  const char *format, ...)
{
	char meaning[200];
	va_list args;
	int at;

	va_start(args, format);
	(void)vsnprintf(meaning, sizeof(meaning), format, args);
	va_end(args);
	at = fprintf(out, "%14s : %10s ", name, value);
	text_wrap(out, style, at, at, meaning);
}

static void put_limit(FILE *out, const struct style *style, const struct chains *c)
{
	char value[24];

	if (!c->limited) {
		field(out, style, "limit", "none", "this kernel lets a chain grow to any length");
		return;
	}
	(void)snprintf(value, sizeof(value), "%d to %d", CHAINS_LIMIT_LOW, CHAINS_LIMIT_HIGH);
	if (c->longest < CHAINS_LIMIT_LOW)
		field(out, style, "limit", value, "nodes, from where an insertion is refused: %" PRIu32
		      " more", CHAINS_LIMIT_LOW - c->longest);
	else
		field(out, style, "limit", value, "nodes, from where an insertion is refused: reached");
}

static void put_facts(FILE *out, const struct style *style, const struct chains *c)
{
	double used = (double)c->used / (double)c->buckets;
	double by_chance = 1 - chains_expected(c, 0, 0) / (double)c->buckets;
	char value[24], percent[2][16];

	title(out, style, "table");
	(void)snprintf(value, sizeof(value), "%" PRIu64, c->buckets);
	field(out, style, "buckets", value, "%" PRIu64 " used: %s, and %s by chance", c->used,
	      text_percent(percent[0], used), text_percent(percent[1], by_chance));
	(void)snprintf(value, sizeof(value), "%" PRIu64, c->nodes);
	field(out, style, "nodes", value, "two for each of %" PRIu64 " entries", (c->nodes + 1) / 2);
	(void)snprintf(value, sizeof(value), "%.2f", c->mean / 2);
	field(out, style, "load", value, "entries a bucket; a vain look-up passes %.1f nodes", c->mean);
	field(out, style, "rule of thumb", used > RULE_OF_THUMB ? "exceeded" : "kept",
	      "to grow above 69 %% used, which is 1.2 nodes a chain");
	put_limit(out, style, c);
	(void)snprintf(value, sizeof(value), "%.2f", c->nodes ? c->spread : 1);
	field(out, style, "spread", value, "variance by mean: 1 is chance, more is uneven");
}

static void put_walk(FILE *out, const struct style *style, const struct chains *c)
{
	char words[200];
	int len = snprintf(words, sizeof(words), "Walked in %.1f ms, %" PRIu64 " slices, the slowest %.1f ms",
			   c->walk.seconds * 1e3, c->walk.slices, c->walk.slowest_slice_seconds * 1e3);

	if (c->walk.restarts)
		len += snprintf(words + len, sizeof(words) - (size_t)len,
				"; begun again %" PRIu32 " time%s, because the table was resized",
				c->walk.restarts, c->walk.restarts == 1 ? "" : "s");
	if (c->walk.unsettled)
		len += snprintf(words + len, sizeof(words) - (size_t)len,
				"; %" PRIu64 " chain%s moved too fast to be sure of", c->walk.unsettled,
				c->walk.unsettled == 1 ? "" : "s");
	(void)snprintf(words + len, sizeof(words) - (size_t)len, ".");
	(void)fputc('\n', out);
	text_wrap(out, style, 0, 0, words);
}

void text_chains(FILE *out, const struct style *style, const struct chains *c)
{
	static const enum text_mark marks[] = {
		[CHAINS_EVEN] = TEXT_BOLD, [CHAINS_UNEVEN] = TEXT_WARN, [CHAINS_ATTACK] = TEXT_DROP,
	};
	char sentence[SENTENCE_MAX];

	text_mark(out, style, marks[c->verdict]);
	text_wrap(out, style, 0, 2, sentence_chains(sentence, c));
	text_mark(out, style, TEXT_PLAIN);
	put_distribution(out, style, c);
	put_longest(out, style, c);
	put_facts(out, style, c);
	put_walk(out, style, c);
}
