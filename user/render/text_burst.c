// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "counters.h"
#include "flow.h"
#include "model/protocol.h"
#include "text_drop.h"

#define TARGET_MAX (ADDRESS_MAX + 32)
#define ROWS_AT_LEAST 3

static void put_clock(FILE *out, const struct style *style, uint64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	char clock[16] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		(void)strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	text_mark(out, style, TEXT_DIM);
	(void)fprintf(out, "%s.%03u  ", clock, (unsigned int)(time_ns / 1000000 % 1000));
	text_mark(out, style, TEXT_PLAIN);
}

static void put_begin(FILE *out, const struct style *style, const struct burst *b)
{
	char flow[FLOW_MAX], name[400];

	put_clock(out, style, b->time_ns);
	text_mark(out, style, TEXT_DROP);
	(void)fprintf(out, "burst %" PRIu64 " begins", b->id);
	text_mark(out, style, TEXT_PLAIN);
	if (!b->first) {
		(void)fputc('\n', out);
		return;
	}
	(void)fprintf(out, ": %s\n%14s", counter_causes[b->first->counter], "");
	text_wrap(out, style, 14, 14, flow_text(flow, &b->first->flow, b->redacted));
	(void)fprintf(out, "%14snamespace ", "");
	text_wrap(out, style, 24, 14,
		  namespace_text(name, sizeof(name), b->first->flow.netns, &b->first_owner));
}

/* --- the end --------------------------------------------------------------- */

static void put_title(FILE *out, const struct style *style, const char *title)
{
	(void)fputc('\n', out);
	text_mark(out, style, TEXT_BOLD);
	(void)fputs(title, out);
	text_mark(out, style, TEXT_PLAIN);
	(void)fputc('\n', out);
}

static void put_why(FILE *out, const struct style *style, const struct burst *b)
{
	uint64_t dropped = counters_dropped(b->n, b->known);
	char took[24];

	put_clock(out, style, b->time_ns);
	text_mark(out, style, TEXT_DROP);
	(void)fprintf(out, "burst %" PRIu64 "%s: %" PRIu64 " packet%s refused in %s\n", b->id,
		      b->cut ? " is still on" : " is over", dropped, dropped == 1 ? "" : "s",
		      text_duration(took, b->duration_seconds));
	text_mark(out, style, TEXT_PLAIN);
	(void)fputs("  why      ", out);
	for (int c = CT_FIRST_DROP, first = 1; c < CT_COUNTER_COUNT; c++) {
		if (!(b->known & 1U << c) || !b->n[c])
			continue;
		(void)fprintf(out, "%s%s %" PRIu64, first ? "" : ", ", counter_causes[c], b->n[c]);
		first = 0;
	}
	(void)fprintf(out, "\n  peak     %" PRIu64 " in a second\n", b->peak_per_second);
	if (b->known & 1U << CT_evicted && b->n[CT_evicted])
		(void)fprintf(out, "  evicted  %" PRIu64 " entr%s thrown out early meanwhile\n",
			      b->n[CT_evicted], b->n[CT_evicted] == 1 ? "y" : "ies");
}

static void put_rest(FILE *out, int width, size_t rows, uint64_t count)
{
	char text[48];

	if (!count)
		return;
	if (rows == 1)
		(void)snprintf(text, sizeof(text), "1 other");
	else if (rows)
		(void)snprintf(text, sizeof(text), "%zu others", rows);
	else
		(void)snprintf(text, sizeof(text), "others");
	(void)fprintf(out, "  %-*s %9" PRIu64 "\n", width, text, count);
}

static void put_share(FILE *out, int width, const char *what, uint64_t count, uint64_t all)
{
	char percent[16];

	(void)fprintf(out, "  %-*s %9" PRIu64 " %6s", width, what, count,
		      text_percent(percent, all ? (double)count / (double)all : -1));
}

static const char *target_text(char buf[static TARGET_MAX], const struct ct_target *where,
			       bool redacted)
{
	char address[ADDRESS_MAX], name[16];

	(void)address_text(address, where->dst, where->family, redacted);
	if (!protocol_has_ports(where->protocol))
		(void)snprintf(buf, TARGET_MAX, "%s %s", address, protocol_name(name, where->protocol));
	else
		(void)snprintf(buf, TARGET_MAX, where->family == AF_INET6 ? "[%s]:%u %s" : "%s:%u %s",
			       address, ntohs(where->dst_id), protocol_name(name, where->protocol));
	return buf;
}

/* One width for all blocks, so that their columns stand in line. */
static int first_column(const struct burst *b)
{
	char text[TARGET_MAX];
	size_t width = 24;

	for (size_t i = 0; i < b->source_count + b->target_count; i++) {
		const struct ct_source *who = &b->sources[i].who;
		size_t len;

		if (i < b->source_count)
			len = strlen(address_text(text, who->src, (uint8_t)who->family, b->redacted));
		else
			len = strlen(target_text(text, &b->targets[i - b->source_count].where, b->redacted));
		width = len > width ? len : width;
	}
	return (int)width;
}

static void put_sources(FILE *out, const struct style *style, const struct burst *b, int width)
{
	uint64_t all = counters_dropped(b->n, b->known), shown = 0;
	char text[ADDRESS_MAX], name[400], title[TARGET_MAX + 48];

	if (!b->source_count)
		return;
	(void)snprintf(title, sizeof(title), "  %-*s %9s %6s  %s", width, "who was refused", "packets",
		       "share", "namespace");
	put_title(out, style, title);
	for (size_t i = 0; i < b->source_count; i++) {
		const struct burst_source *s = &b->sources[i];

		put_share(out, width, address_text(text, s->who.src, (uint8_t)s->who.family, b->redacted),
			  s->count, all);
		(void)fputs("  ", out);
		/* A pod's name can be long: on a line of its own then. */
		text_wrap(out, style, width + 21, 6,
			  namespace_text(name, sizeof(name), s->who.netns, &s->owner));
		shown += s->count;
	}
	put_rest(out, width, b->other_sources, all > shown ? all - shown : 0);
}

/* A port that is one address' alone is told by that address. */
static void put_ports(FILE *out, const struct burst *b, int width, uint64_t all)
{
	char text[64], name[16];

	for (size_t i = 0; i < b->port_count; i++) {
		const struct refused_port *p = &b->ports[i];

		if (p->targets < 2)
			continue;
		(void)protocol_name(name, p->protocol);
		if (protocol_has_ports(p->protocol))
			(void)snprintf(text, sizeof(text), "port %u %s", ntohs(p->dst_id),
				       protocol_name(name, p->protocol));
		else
			(void)snprintf(text, sizeof(text), "%s", protocol_name(name, p->protocol));
		put_share(out, width, text, p->count, all);
		(void)fprintf(out, "  %zu addresses\n", p->targets);
	}
}

static void put_targets(FILE *out, const struct style *style, const struct burst *b, int width)
{
	uint64_t all = counters_dropped(b->n, b->known), shown = 0;
	char text[TARGET_MAX], title[TARGET_MAX + 32];
	size_t i = 0;

	if (!b->target_count)
		return;
	(void)snprintf(title, sizeof(title), "  %-*s %9s %6s", width, "where to", "packets", "share");
	put_title(out, style, title);
	put_ports(out, b, width, all);
	/* A scan has thousands of targets with a packet each: a few of those say it all. */
	for (; i < b->target_count && (i < ROWS_AT_LEAST || b->targets[i].count * 100 >= all); i++) {
		put_share(out, width, target_text(text, &b->targets[i].where, b->redacted),
			  b->targets[i].count, all);
		(void)fputc('\n', out);
		shown += b->targets[i].count;
	}
	put_rest(out, width, b->target_count - i + b->other_targets, all > shown ? all - shown : 0);
}

static void put_second(FILE *out, const struct burst *b, const struct history_second *s)
{
	uint32_t known = b->history->counters_known;
	uint64_t ago = (b->began_ns - s->monotonic_ns) / 1000000000 + 1;
	char made[24] = "-", gone[24] = "-", entries[24] = "-";

	if (s->entries_known)
		(void)snprintf(entries, sizeof(entries), "%" PRIu64, s->entries);
	if (known & 1U << CT_inserted)
		(void)text_rate(made, s->n[CT_inserted], s->seconds);
	if (known & 1U << CT_destroyed)
		(void)text_rate(gone, s->n[CT_destroyed], s->seconds);
	(void)fprintf(out, "  %3" PRIu64 " s before %21s %8s %8s %8" PRIu64 "\n", ago, entries, made, gone,
		      s->n[CT_evicted]);
}

/* Of the seconds before, those that tell most: all of the last five, the rest in steps. */
static void put_before(FILE *out, const struct style *style, const struct burst *b)
{
	static const uint64_t told[] = { 30, 20, 10, 5, 4, 3, 2, 1 };
	size_t next = 0;

	if (!b->before_count)
		return;
	put_title(out, style, "  what led up to it           entries    new/s   gone/s  evicted");
	for (size_t i = 0; i < b->before_count; i++) {
		const struct history_second *s = history_at(b->history, b->before_first + i);
		uint64_t ago = (b->began_ns - s->monotonic_ns) / 1000000000 + 1;

		while (next < sizeof(told) / sizeof(told[0]) && told[next] > ago)
			next++;
		if (next == sizeof(told) / sizeof(told[0]) || told[next] != ago)
			continue;
		put_second(out, b, s);
		next++;
	}
}

void text_burst(FILE *out, const struct style *style, const struct burst *b)
{
	if (!b->over) {
		put_begin(out, style, b);
		return;
	}
	put_why(out, style, b);
	put_sources(out, style, b, first_column(b));
	put_targets(out, style, b, first_column(b));
	put_before(out, style, b);
	(void)fputc('\n', out);
}

void text_packet(FILE *out, const struct style *style, const struct packet *p)
{
	char sentence[SENTENCE_MAX];

	put_clock(out, style, p->time_ns);
	text_wrap(out, style, 14, 14, sentence_packet(sentence, p));
}
