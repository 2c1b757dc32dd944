// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include "observe/clock.h"
#include "observe/self.h"
#include "pages.h"
#include "render/page.h"
#include "render/prometheus.h"
#include "render/record_history.h"

#define JSON_TYPE "application/json"

static struct metrics metrics_now(struct pages *pages, struct self *self)
{
	struct monitor *monitor = pages->monitor;
	const struct scrape *scrape = &pages->scrape;
	struct metrics m = { .version = CTSCOPE_VERSION, .self = self };

	self_read(self);
	if (!scrape_look(&pages->scrape, monitor)) {
		m.report = &scrape->change.report;
		m.kernel_total = scrape->change.kernel_total;
		m.series = &scrape->series;
		m.settings = &scrape->now->settings;
		m.lost = scrape->now->losses;
		m.chains = monitor->change.report.chains;
		m.met = monitor->change.report.met;
	}
	m.mode = monitor_mode(monitor);
	m.hooks = monitor_hooks(monitor, &m.hook_count);
	m.bursts_known = pages->bursts != NULL;
	if (pages->bursts)
		m.bursts = pages->bursts->watch.id;
	m.lost.records = stream_lost(pages->journal->stream);
	return m;
}

static void put_metrics(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	struct self self;
	struct metrics m = metrics_now(context, &self);

	answer->type = wish->openmetrics ? OPENMETRICS_TYPE : PROMETHEUS_TYPE;
	prometheus(out, wish->openmetrics, &m);
}

static void put_health(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	(void)wish;
	(void)answer;
	(void)context;
	(void)fputs("alive\n", out);
}

/* Ready: it sees all it will ever see. */
static void put_ready(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	const struct monitor *monitor = ((struct pages *)context)->monitor;

	(void)wish;
	if (monitor->waiting) {
		answer->status = 503;
		(void)fprintf(out, "not ready: %s\n", monitor->refusal.reason);
	} else if (monitor->probes) {
		(void)fputs("ready: hooks attached\n", out);
	} else {
		(void)fprintf(out, "ready: the kernel's own counters alone, %s\n", monitor->refusal.reason);
	}
}

static void put_report(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	const struct journal *journal = ((struct pages *)context)->journal;

	(void)wish;
	answer->type = JSON_TYPE;
	if (journal->report_length) {
		(void)fwrite(journal->report, 1, journal->report_length, out);
		return;
	}
	/* The first interval is not over yet. */
	answer->status = 204;
}

static void put_history(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	const struct pages *pages = context;
	const struct monitor *monitor = pages->monitor;
	struct history_facts facts = {
		.time_ns = real_ns(), .node = monitor->machine.node, .mode = monitor_mode(monitor),
		.interval_seconds = (double)monitor->options->interval_ns / 1e9,
		.history = &monitor->history, .max = monitor->change.report.table.max,
		.settings = monitor->now ? &monitor->now->settings : NULL,
	};
	const char *events[RECENT_MAX];
	size_t count = recent_list(pages->journal->recent, wish->seconds, events), length;
	char *text = record_history(&facts, wish->seconds, events, count, &length);

	answer->type = JSON_TYPE;
	answer->status = text ? 200 : 503;
	if (text)
		(void)fwrite(text, 1, length, out);
	free(text);
}

static void put_page(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	struct pages *pages = context;
	const struct monitor *monitor = pages->monitor;
	const struct scrape *scrape = &pages->scrape;
	struct page facts = {
		.node = monitor->machine.node, .kernel = monitor->machine.kernel,
		.version = CTSCOPE_VERSION, .refused = monitor->probes ? NULL : monitor->refusal.reason,
	};

	(void)wish;
	if (!scrape_look(&pages->scrape, pages->monitor)) {
		facts.report = &scrape->change.report;
		facts.settings = &scrape->now->settings;
	}
	answer->type = PAGE_TYPE;
	answer->policy = page_policy;
	page(out, &facts);
}

const struct http_route page_routes[] = {
	{ "/", put_page },
	{ "/metrics", put_metrics },
	{ "/healthz", put_health },
	{ "/readyz", put_ready },
	{ "/v1/report", put_report },
	{ "/v1/history", put_history },
	{ NULL, NULL },
};

void pages_free(struct pages *pages)
{
	scrape_free(&pages->scrape);
}
