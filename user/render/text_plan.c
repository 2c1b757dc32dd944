// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A plan for people: the load, the sizes, what if, the commands. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "text.h"

#define NAME_WIDTH 16
#define VALUE_WIDTH 12

static void heading(FILE *out, const struct style *style, const char *words)
{
	text_mark(out, style, TEXT_BOLD);
	(void)fputs(words, out);
	text_mark(out, style, TEXT_PLAIN);
	(void)fputc('\n', out);
}

static void title(FILE *out, const struct style *style, const char *words)
{
	(void)fputc('\n', out);
	heading(out, style, words);
}

__attribute__((format(printf, 5, 6)))
static void field(FILE *out, const struct style *style, const char *name, const char *value,
		  const char *format, ...)
{
	char meaning[240];
	va_list args;
	int at;

	va_start(args, format);
	(void)vsnprintf(meaning, sizeof(meaning), format, args);
	va_end(args);
	at = fprintf(out, "  %-*s %*s  ", NAME_WIDTH, name, VALUE_WIDTH, value);
	text_wrap(out, style, at, at, meaning);
}

static const char *number(char buf[static 24], uint64_t n)
{
	(void)snprintf(buf, 24, "%" PRIu64, n);
	return buf;
}

/* "262144 (buckets 65536)" of the machine, where it is known. */
static void put_sizes(FILE *out, const struct style *style, const char *name, uint64_t max,
		      uint64_t buckets, const char *what)
{
	char text[24];

	if (max)
		field(out, style, name, number(text, max), "%s, with %" PRIu64 " buckets", what, buckets);
}

static void put_load(FILE *out, const struct style *style, const struct plan *plan)
{
	const struct sizing_request *request = &plan->request;
	char text[24];

	heading(out, style, plan->measured_seconds > 0 ? "load, as measured" : "load, as given");
	for (size_t i = 0; i < request->count; i++) {
		const struct sizing_flow *flow = &request->flows[i];

		field(out, style, flow->name[0] ? flow->name : "entries",
		      number(text, sizing_flow_entries(flow)), "%g a second, %g s each", flow->rate,
		      flow->seconds);
	}
	if (plan->measured_seconds > 0 && plan->measured_rate >= 0) {
		(void)snprintf(text, sizeof(text), "%.1f/s", plan->measured_rate);
		field(out, style, "new entries", text, "over %.0f s", plan->measured_seconds);
	}
	if (plan->measured_seconds > 0 && plan->measured_rate > 0) {
		(void)text_seconds(text, (double)plan->sizing.entries / plan->measured_rate);
		field(out, style, "stay for", text, "on average, by Little's law");
	}
	field(out, style, "at the peak", number(text, plan->sizing.entries),
	      plan->measured_seconds > 0 ? "entries in the fullest namespace; ask again at the busiest hour"
					 : "entries, all together");
}

static void put_answer(FILE *out, const struct style *style, const struct plan *plan)
{
	const struct sizing *s = &plan->sizing;
	const struct sizing_request *request = &plan->request;
	char text[24];

	heading(out, style, "sizes");
	if (request->max)
		field(out, style, "max", number(text, s->max), "as given");
	else
		field(out, style, "max", number(text, s->max), "the peak and %u %% more", request->headroom);
	field(out, style, "buckets", number(text, s->buckets), "mean chain %.3g when full",
	      2 * (double)s->max / (double)s->buckets);
	if (s->memory_bytes)
		field(out, style, "memory", text_bytes(text, s->memory_bytes),
		      "%" PRIu64 " bytes when full, never swapped: %" PRIu64 " x %u + %" PRIu64 " x 8",
		      s->memory_bytes, s->max, request->entry_bytes, s->buckets);
	else
		field(out, style, "memory", "-", "not known: only root can read an entry's size; or give "
		      "--entry-bytes (256 on kernels 5.10 to 7.2)");
	put_sizes(out, style, "now", plan->max_now, plan->buckets_now, "the limit of this machine");
	put_sizes(out, style, "kernel's choice", plan->default_max, plan->default_buckets,
		  "its default for this much memory");
	if (plan->by_ram)
		field(out, style, "older formula", number(text, plan->by_ram), "RAM / 16384 / 2; buckets a "
		      "quarter or an eighth of it");
}

static void put_what_if(FILE *out, const struct style *style, const struct sizing_what_if *what_if)
{
	char text[24], limits[96];
	int at = snprintf(limits, sizeof(limits), "%-34s", "what if the limit were");

	for (int i = 0; i < SIZING_WHAT_IF_LIMITS; i++)
		at += snprintf(limits + at, sizeof(limits) - (size_t)at, " %10" PRIu64,
			       what_if->limits[i].max);
	title(out, style, limits);
	(void)fprintf(out, "  %-32s", "memory when full");
	for (int i = 0; i < SIZING_WHAT_IF_LIMITS; i++)
		(void)fprintf(out, " %10s", what_if->limits[i].memory_bytes ?
			      text_bytes(text, what_if->limits[i].memory_bytes) : "-");
	(void)fputc('\n', out);
	for (size_t row = 0; row < what_if->count; row++) {
		(void)fprintf(out, "  %-22s %9" PRIu64, what_if->rows[row].label,
			      what_if->rows[row].entries);
		for (int i = 0; i < SIZING_WHAT_IF_LIMITS; i++) {
			double ratio = (double)what_if->rows[row].entries / (double)what_if->limits[i].max;
			enum text_mark mark = ratio > 1 ? TEXT_ALARM : text_fill_mark(ratio);

			if (mark != TEXT_PLAIN)
				text_mark(out, style, mark);
			(void)fprintf(out, " %10s", text_percent(text, ratio));
			if (mark != TEXT_PLAIN)
				text_mark(out, style, TEXT_PLAIN);
		}
		(void)fputc('\n', out);
	}
}

void text_plan(FILE *out, const struct style *style, const struct plan *plan)
{
	if (plan->sizing.entries) {
		put_load(out, style, plan);
		(void)fputc('\n', out);
	}
	put_answer(out, style, plan);
	put_what_if(out, style, &plan->what_if);
	if (plan->enough) {
		title(out, style, "what this machine has now is enough: nothing needs to be set");
		return;
	}
	title(out, style, "to set it now");
	for (int i = 0; i < PLAN_COMMANDS; i++) {
		if (i == PLAN_COMMANDS_NOW)
			title(out, style, "to keep it over a boot");
		(void)fprintf(out, "  %s\n", plan->commands[i]);
	}
}
