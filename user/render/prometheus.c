// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is not known has no sample; a family without samples is not there at all. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "counters.h"
#include "prometheus.h"

enum family_type { COUNTER, GAUGE, HISTOGRAM };

struct exposition {
	FILE *out;
	bool open;	/* OpenMetrics */
};

struct label {
	const char *name, *value;
};

/* name: without "_total", which only OpenMetrics leaves out here. */
static void family(struct exposition *e, enum family_type type, const char *name, const char *help)
{
	static const char *const types[] = {
		[COUNTER] = "counter", [GAUGE] = "gauge", [HISTOGRAM] = "histogram",
	};
	const char *total = type == COUNTER && !e->open ? "_total" : "";

	(void)fprintf(e->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", name, total, help, name, total, types[type]);
}

static void put_label_value(FILE *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n') {
			(void)fputs("\\n", out);
			continue;
		}
		if (*value == '"' || *value == '\\')
			(void)fputc('\\', out);
		(void)fputc(*value, out);
	}
}

/* labels end with an empty one; a label without a value is as good as not there. */
static void begin_sample(struct exposition *e, enum family_type type, const char *name,
			 const struct label *labels)
{
	const char *before = "{";

	(void)fprintf(e->out, "%s%s", name, type == COUNTER ? "_total" : "");
	for (; labels && labels->name; labels++) {
		if (!labels->value)
			continue;
		(void)fprintf(e->out, "%s%s=\"", before, labels->name);
		put_label_value(e->out, labels->value);
		(void)fputc('"', e->out);
		before = ",";
	}
	(void)fputs(*before == ',' ? "} " : " ", e->out);
}

static void sample(struct exposition *e, enum family_type type, const char *name,
		   const struct label *labels, uint64_t value)
{
	begin_sample(e, type, name, labels);
	(void)fprintf(e->out, "%" PRIu64 "\n", value);
}

static void sample_signed(struct exposition *e, const char *name, const struct label *labels, int64_t value)
{
	begin_sample(e, GAUGE, name, labels);
	(void)fprintf(e->out, "%" PRId64 "\n", value);
}

static void sample_double(struct exposition *e, enum family_type type, const char *name, double value)
{
	begin_sample(e, type, name, NULL);
	(void)fprintf(e->out, "%.9g\n", value);
}

static void gauge(struct exposition *e, const char *name, const char *help, uint64_t value)
{
	family(e, GAUGE, name, help);
	sample(e, GAUGE, name, NULL, value);
}

static void gauge_known(struct exposition *e, const char *name, const char *help, uint64_t value)
{
	if (value)
		gauge(e, name, help, value);
}

/* Below zero: not known. */
static void gauge_double(struct exposition *e, const char *name, const char *help, double value)
{
	if (!isfinite(value) || value < 0)
		return;
	family(e, GAUGE, name, help);
	sample_double(e, GAUGE, name, value);
}

static void put_about(struct exposition *e, const struct metrics *m)
{
	family(e, GAUGE, "ctscope_build_info", "1, labelled with the version of ctscope.");
	sample(e, GAUGE, "ctscope_build_info", (struct label[]){ { "version", m->version }, { 0 } }, 1);
	family(e, GAUGE, "ctscope_mode_info", "1, labelled with how conntrack is observed: bpf or procfs.");
	sample(e, GAUGE, "ctscope_mode_info",
	       (struct label[]){ { "mode", m->mode == MODE_BPF ? "bpf" : "procfs" }, { 0 } }, 1);
	if (!m->hook_count)
		return;
	family(e, GAUGE, "ctscope_hook_attached", "1 when the hook is attached, 0 when it is missing.");
	for (size_t i = 0; i < m->hook_count; i++) {
		const struct hook *hook = &m->hooks[i];
		const struct label labels[] = { { "hook", hook->name }, { "how", hook->how }, { 0 } };

		sample(e, GAUGE, "ctscope_hook_attached", labels, hook->how != NULL);
	}
}

static void put_table(struct exposition *e, const struct table_state *t)
{
	gauge(e, "ctscope_entries", "Entries in all network namespaces.", t->entries);
	gauge_known(e, "ctscope_entries_limit", "Entries that each network namespace may hold.", t->max);
	gauge_double(e, "ctscope_used_ratio", "Entries of the fullest namespace, as a share of the limit.",
		     t->used_ratio);
	gauge_known(e, "ctscope_buckets", "Buckets of the hash table.", t->buckets);
	if (t->unassured_known)
		gauge(e, "ctscope_entries_unassured", "Entries that a full table may evict.", t->unassured);
	gauge_known(e, "ctscope_table_bytes", "Kernel memory taken by entries and buckets.", t->memory_bytes);
	gauge_double(e, "ctscope_fill_seconds", "Until the table is full at the present trend.",
		     t->fill_seconds);
}

/* Counters that share a metric stand next to each other in the list of all. */
static void put_counters(struct exposition *e, const struct report *r)
{
	static const struct { const char *metric, *cause, *help; } rows[CT_COUNTER_COUNT] = {
#define COUNTER_ROW(name, metric, cause, help) [CT_##name] = { "ctscope_" metric, cause, help },
		CT_COUNTERS(COUNTER_ROW)
#undef COUNTER_ROW
	};
	const char *last = "";

	for (int c = 0; c < CT_COUNTER_COUNT; c++) {
		const struct label cause[] = { { "cause", *rows[c].cause ? rows[c].cause : NULL }, { 0 } };

		if (!(r->counters_known & 1U << c))
			continue;
		if (strcmp(last, rows[c].metric))
			family(e, COUNTER, rows[c].metric, rows[c].help);
		last = rows[c].metric;
		sample(e, COUNTER, rows[c].metric, cause, r->total[c]);
	}
}

static void put_kernel_stats(struct exposition *e, const struct metrics *m)
{
	if (!m->report->kernel_known)
		return;
	family(e, COUNTER, "ctscope_kernel_stat",
	       "The kernel's own statistics of all namespaces since ctscope started.");
	for (int i = 0; i < KERNEL_STAT_COUNT; i++)
		if (m->report->kernel_known & 1U << i)
			sample(e, COUNTER, "ctscope_kernel_stat",
			       (struct label[]){ { "stat", kernel_stat_names[i] }, { 0 } },
			       m->kernel_total[i]);
}

struct netns_labels {
	char number[16];
	struct label labels[5];
};

static const struct label *netns_labels(struct netns_labels *l, const struct netns_line *line)
{
	(void)snprintf(l->number, sizeof(l->number), "%" PRIu32, line->netns);
	l->labels[0] = (struct label){ "netns", l->number };
	l->labels[1] = (struct label){ "namespace", line->pod.namespace };
	l->labels[2] = (struct label){ "pod", line->pod.name };
	l->labels[3] = (struct label){ "unit", line->unit[0] ? line->unit : NULL };
	l->labels[4] = (struct label){ 0 };
	return l->labels;
}

static void put_namespaces(struct exposition *e, const struct metrics *m)
{
	static const struct label others[] = { { "netns", "other" }, { "namespace", "" }, { "pod", "" }, { 0 } };
	const struct netns_series *series = m->series;
	struct netns_labels labels;

	if (!series->count && !series->others)
		return;
	family(e, GAUGE, "ctscope_netns_entries", "Entries of the busiest network namespaces, and of all others.");
	for (size_t i = 0; i < series->count; i++)
		if (series->lines[i].entries_known)
			sample(e, GAUGE, "ctscope_netns_entries", netns_labels(&labels, &series->lines[i]),
			       series->lines[i].entries);
	if (series->others && series->others_entries_known)
		sample(e, GAUGE, "ctscope_netns_entries", others, series->others_entries);
	if (!(m->report->counters_known & CT_DROPS_MASK))
		return;
	family(e, COUNTER, "ctscope_netns_dropped",
	       "Packets refused in the busiest network namespaces, and in all others.");
	for (size_t i = 0; i < series->count; i++)
		sample(e, COUNTER, "ctscope_netns_dropped", netns_labels(&labels, &series->lines[i]),
		       series->lines[i].dropped);
	sample(e, COUNTER, "ctscope_netns_dropped", others, series->others_dropped);
}

/* How many met at most so many, and the sum of what they met. */
static void put_met(struct exposition *e, const uint64_t *met)
{
	static const char name[] = "ctscope_insert_chain_length";
	uint64_t count = 0, sum = 0;

	family(e, HISTOGRAM, "ctscope_insert_chain_length",
	       "Chains met by the insertions that were looked at, in nodes.");
	for (unsigned int n = 0; n <= CT_MET_LONGEST; n++) {
		count += met[n];
		sum += met[n] * n;
		/* 0 and the powers of two; the last cell holds what is longer, too. */
		if ((n & (n - 1)) || n == CT_MET_LONGEST)
			continue;
		(void)fprintf(e->out, "%s_bucket{le=\"%u\"} %" PRIu64 "\n", name, n, count);
	}
	(void)fprintf(e->out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %" PRIu64 "\n%s_count %" PRIu64 "\n",
		      name, count, name, sum, name, count);
}

static void put_chains(struct exposition *e, const struct chains *c)
{
	static const char *const verdicts[] = {
		[CHAINS_EVEN] = "even", [CHAINS_UNEVEN] = "uneven", [CHAINS_ATTACK] = "attack",
	};

	gauge(e, "ctscope_chain_longest", "Nodes in the longest hash chain.", c->longest);
	gauge(e, "ctscope_chain_expected_longest", "What chance alone would make of it.", c->expected_longest);
	gauge_double(e, "ctscope_chain_mean", "Nodes a bucket.", c->mean);
	family(e, GAUGE, "ctscope_chain_verdict", "1 for what is told from the chains.");
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		sample(e, GAUGE, "ctscope_chain_verdict", (struct label[]){ { "verdict", verdicts[i] }, { 0 } },
		       c->verdict == i);
	gauge_double(e, "ctscope_walk_seconds", "Time the last walk of the table took inside the kernel.",
		     c->walk.seconds);
}

static void put_settings(struct exposition *e, const struct settings *settings)
{
	if (!settings->count)
		return;
	family(e, GAUGE, "ctscope_setting", "The sysctls of conntrack.");
	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *s = &settings->list[i];

		if (s->known && !(s->info && s->info->live))
			sample_signed(e, "ctscope_setting", (struct label[]){ { "name", s->name }, { 0 } },
				      s->value);
	}
}

static void put_lost(struct exposition *e, const struct losses *lost)
{
	const struct { const char *what; uint64_t n; } rows[] = {
		{ "events", lost->events }, { "records", lost->records }, { "probes", lost->probes },
	};

	family(e, COUNTER, "ctscope_lost",
	       "Events not shown one by one, records not written, program runs the kernel skipped.");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		sample(e, COUNTER, "ctscope_lost", (struct label[]){ { "what", rows[i].what }, { 0 } },
		       rows[i].n);
}

static void put_self(struct exposition *e, const struct self *self)
{
	family(e, COUNTER, "process_cpu_seconds", "Processor time of ctscope itself.");
	sample_double(e, COUNTER, "process_cpu_seconds", self->usage.cpu_seconds);
	gauge_known(e, "process_resident_memory_bytes", "Memory of ctscope itself.", self->usage.rss_bytes);
	gauge_known(e, "process_virtual_memory_bytes", "Address space of ctscope itself.", self->virtual_bytes);
	gauge_known(e, "process_open_fds", "Files and connections ctscope has open.", self->open_fds);
	gauge_known(e, "process_max_fds", "Files and connections it may have open.", self->max_fds);
	if (self->start_seconds > 0) {
		family(e, GAUGE, "process_start_time_seconds", "When ctscope started, since 1970.");
		begin_sample(e, GAUGE, "process_start_time_seconds", NULL);
		(void)fprintf(e->out, "%.2f\n", self->start_seconds);
	}
}

void prometheus(FILE *out, bool openmetrics, const struct metrics *m)
{
	struct exposition e = { out, openmetrics };

	put_about(&e, m);
	if (m->report) {
		put_table(&e, &m->report->table);
		put_counters(&e, m->report);
		if (m->bursts_known) {
			family(&e, COUNTER, "ctscope_bursts", "Bursts of refused packets.");
			sample(&e, COUNTER, "ctscope_bursts", NULL, m->bursts);
		}
		if (m->chains)
			put_chains(&e, m->chains);
		if (m->met)
			put_met(&e, m->met);
		put_kernel_stats(&e, m);
		put_namespaces(&e, m);
		put_settings(&e, m->settings);
	}
	put_lost(&e, &m->lost);
	put_self(&e, m->self);
	if (openmetrics)
		(void)fputs("# EOF\n", out);
}
