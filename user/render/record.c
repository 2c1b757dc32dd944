// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The first keys of every record, and the records of a run: start, pressure, lost, stop, kernel. */
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include "counters.h"
#include "record.h"
#include "sentence.h"

#define TIME_MAX sizeof("2026-01-01T00:00:00.000000000Z")

static const char *const level_names[] = {
	[LEVEL_INFO] = "info", [LEVEL_WARN] = "warn", [LEVEL_ERROR] = "error",
};

static const char *const mode_names[] = { [MODE_BPF] = "bpf", [MODE_PROCFS] = "procfs" };

/* 64 bits of nanoseconds end in the year 2554, so a year has four digits. */
static void format_time(char out[static TIME_MAX], uint64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	unsigned int ns = (unsigned int)(time_ns % 1000000000);
	struct tm tm;
	size_t len;

	(void)gmtime_r(&seconds, &tm);
	len = strftime(out, TIME_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(out + len, TIME_MAX - len, ".%09uZ", ns);
}

void record_begin(struct json *j, char *line, uint64_t time_ns, enum level level,
		  const char *event, const char *msg, const char *node)
{
	char time[TIME_MAX];

	format_time(time, time_ns);
	json_begin(j, line, JSON_LINE_MAX);
	json_str(j, "time", time);
	json_str(j, "level", level_names[level]);
	json_str(j, "event", event);
	json_str(j, "msg", msg);
	json_str(j, "schema", RECORD_SCHEMA);
	json_str(j, "node", node);
}

void record_time(struct json *j, const char *key, uint64_t time_ns)
{
	char time[TIME_MAX];

	format_time(time, time_ns);
	json_str(j, key, time);
}

void record_mode(struct json *j, enum mode mode)
{
	json_str(j, "mode", mode_names[mode]);
}

void record_losses(struct json *j, const struct losses *lost)
{
	json_u64(j, "events", lost->events);
	json_u64(j, "records", lost->records);
	json_u64(j, "probes", lost->probes);
}

static void put_hooks(struct json *j, const struct hook *hooks, size_t count)
{
	json_array(j, "hooks");
	for (size_t i = 0; i < count; i++) {
		const struct hook *h = &hooks[i];

		if (!h->how)
			continue;
		json_object(j, NULL);
		json_str(j, "hook", h->name);
		json_str(j, "function", h->function);
		json_str(j, "how", h->how);
		json_object_end(j);
	}
	json_array_end(j);
	json_array(j, "missing");
	for (size_t i = 0; i < count; i++) {
		const struct hook *h = &hooks[i];

		if (h->how)
			continue;
		json_object(j, NULL);
		json_str(j, "hook", h->name);
		if (h->function)
			json_str(j, "function", h->function);
		json_str(j, "reason", h->reason);
		if (h->effect)
			json_str(j, "effect", h->effect);
		json_str(j, "cure", h->cure);
		json_object_end(j);
	}
	json_array_end(j);
}

ssize_t record_start(char *line, const struct start_facts *facts)
{
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, facts->time_ns, LEVEL_INFO, "start", sentence_start(msg, facts),
		     facts->node);
	json_str(&j, "version", facts->version);
	json_str(&j, "kernel", facts->kernel);
	record_mode(&j, facts->mode);
	json_double(&j, "interval_seconds", facts->interval_seconds, 3);
	put_hooks(&j, facts->hooks, facts->hook_count);
	return json_end(&j);
}

ssize_t record_kernel(char *line, const struct start_facts *facts,
		      const struct feature *features, size_t count)
{
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, facts->time_ns, LEVEL_INFO, "kernel", sentence_start(msg, facts),
		     facts->node);
	json_str(&j, "version", facts->version);
	json_str(&j, "kernel", facts->kernel);
	put_hooks(&j, facts->hooks, facts->hook_count);
	json_object(&j, "features");
	for (size_t i = 0; i < count; i++)
		json_bool(&j, features[i].name, features[i].there);
	json_object_end(&j);
	return json_end(&j);
}

ssize_t record_pressure(char *line, const char *node, const struct pressure *p)
{
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, p->time_ns, LEVEL_WARN, "pressure", sentence_pressure(msg, p), node);
	json_double(&j, "used_ratio", p->used_ratio, 4);
	if (p->fill_seconds >= 0)
		json_double(&j, "fill_seconds", p->fill_seconds, 1);
	json_double(&j, "threshold", p->threshold, 4);
	json_str(&j, "direction", p->up ? "up" : "down");
	return json_end(&j);
}

/* One sentence for each kind of loss that happened. */
static void lost_cure(char *out, size_t size, const struct losses *l)
{
	const struct { uint64_t n; const char *words; } cures[] = {
		{ l->events, "Counts stay exact; a lower --max-rate leaves the ring room for single packets." },
		{ l->records, "Make the reader of the output faster, or room on its disk." },
		{ l->probes, "Counts of this interval may be short by as many program runs; "
			     "end other tracers of the conntrack functions." },
	};
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); i++)
		if (cures[i].n && len < size)
			len += (size_t)snprintf(out + len, size - len, "%s%s", len ? " " : "",
						cures[i].words);
}

ssize_t record_lost(char *line, uint64_t time_ns, const char *node, const struct losses *lost)
{
	char msg[SENTENCE_MAX], cure[SENTENCE_MAX];
	struct json j;

	lost_cure(cure, sizeof(cure), lost);
	record_begin(&j, line, time_ns, LEVEL_ERROR, "lost", sentence_lost(msg, lost), node);
	record_losses(&j, lost);
	json_str(&j, "cure", cure);
	return json_end(&j);
}

ssize_t record_stop(char *line, const struct stop_facts *facts)
{
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, facts->time_ns, LEVEL_INFO, "stop", sentence_stop(msg, facts),
		     facts->node);
	json_str(&j, "reason", facts->reason);
	json_double(&j, "run_seconds", facts->run_seconds, 3);
	json_u64(&j, "reports", facts->reports);
	json_counters(&j, "total", facts->total, facts->counters_known);
	json_object(&j, "lost");
	record_losses(&j, &facts->lost);
	json_object_end(&j);
	return json_end(&j);
}
