// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <time.h>
#include "counters.h"
#include "page.h"
#include "page_bytes.h"
#include "text.h"

const char *const page_policy = PAGE_POLICY;

/* Names come from pods and services, and so from anybody. */
static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': (void)fputs("&amp;", out); break;
		case '<': (void)fputs("&lt;", out); break;
		case '>': (void)fputs("&gt;", out); break;
		case '"': (void)fputs("&quot;", out); break;
		default: (void)fputc(*text, out);
		}
	}
}

static void begin_table(FILE *out, const char *title)
{
	(void)fprintf(out, "<h2>%s</h2>\n<table>\n", title);
}

static void end_table(FILE *out)
{
	(void)fputs("</table>\n", out);
}

static void row(FILE *out, const char *name, const char *value)
{
	(void)fputs("<tr><td>", out);
	put_text(out, name);
	(void)fputs("</td><td>", out);
	put_text(out, value);
	(void)fputs("</td></tr>\n", out);
}

static void row_number(FILE *out, const char *name, uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, value);
	row(out, name, text);
}

static void row_time(FILE *out, const char *name, uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	char text[32];
	struct tm tm;

	(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", gmtime_r(&seconds, &tm));
	row(out, name, text);
}

static void put_table(FILE *out, const struct page *page)
{
	const struct table_state *t = &page->report->table;
	char text[32];

	begin_table(out, "Table");
	row_number(out, "entries, all namespaces", t->entries);
	if (t->fullest_netns)
		row_number(out, "entries of the fullest namespace", t->fullest_entries);
	if (t->max)
		row_number(out, "limit of each namespace", t->max);
	if (t->used_ratio >= 0)
		row(out, "used", text_percent(text, t->used_ratio));
	if (t->fill_seconds >= 0)
		row(out, "full in, at this trend", text_seconds(text, t->fill_seconds));
	if (t->buckets)
		row_number(out, "buckets", t->buckets);
	if (t->memory_bytes)
		row(out, "memory", text_bytes(text, t->memory_bytes));
	end_table(out);
}

static void put_counters(FILE *out, const struct report *r)
{
	if (!r->counters_known)
		return;
	begin_table(out, "Since ctscope started");
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		if (r->counters_known & 1U << c)
			row_number(out, counter_names[c], r->total[c]);
	end_table(out);
}

static const char *name_of(char text[static 340], const struct netns_row *ns)
{
	if (ns->pod && ns->pod->name[0])
		(void)snprintf(text, 340, "%s/%s", ns->pod->namespace, ns->pod->name);
	else if (ns->pod)
		(void)snprintf(text, 340, "pod %s", ns->pod->uid);
	else if (ns->unit)
		(void)snprintf(text, 340, "%s", ns->unit);
	else
		(void)snprintf(text, 340, "%s", ns->host ? "host" : "");
	return text;
}

static void put_namespaces(FILE *out, const struct report *r)
{
	char text[340];

	if (!r->netns_count)
		return;
	(void)fputs("<h2>Who holds it</h2>\n<table>\n<tr><th>namespace</th><th>who</th><th>entries</th></tr>\n", out);
	for (size_t i = 0; i < r->netns_count; i++) {
		const struct netns_row *ns = &r->netns[i];

		if (!ns->netns || !ns->entries_known)
			continue;
		(void)fprintf(out, "<tr><td>%" PRIu32 "</td><td>", ns->netns);
		put_text(out, name_of(text, ns));
		(void)fprintf(out, "</td><td>%" PRIu64 "</td></tr>\n", ns->entries);
	}
	end_table(out);
}

static void put_settings(FILE *out, const struct settings *settings)
{
	bool any = false;
	char text[24];

	begin_table(out, "Settings changed");
	for (size_t i = 0; i < settings->count; i++) {
		if (!settings->list[i].changed)
			continue;
		(void)snprintf(text, sizeof(text), "%" PRId64, settings->list[i].value);
		row(out, settings->list[i].name, text);
		any = true;
	}
	if (!any)
		row(out, "none", "");
	end_table(out);
}

void page(FILE *out, const struct page *page)
{
	(void)fwrite(page_head, 1, sizeof(page_head), out);
	begin_table(out, "Node");
	row(out, "node", page->node);
	row(out, "kernel", page->kernel);
	row(out, "ctscope", page->version);
	row(out, "observed by", page->refused ? "the kernel's own counters alone" : "BPF");
	if (page->refused)
		row(out, "because", page->refused);
	if (page->report)
		row_time(out, "at", page->report->time_ns);
	end_table(out);
	if (page->report) {
		put_table(out, page);
		put_counters(out, page->report);
		put_namespaces(out, page->report);
		put_settings(out, page->settings);
	}
	(void)fwrite(page_tail, 1, sizeof(page_tail), out);
}
