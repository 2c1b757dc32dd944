// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Event "finding", and "doctor": the totals. */
#include <stdio.h>
#include <string.h>
#include "record.h"
#include "sentence.h"

static const enum level levels[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] = LEVEL_ERROR, [SEVERITY_WARNING] = LEVEL_WARN,
	[SEVERITY_NOTE] = LEVEL_INFO, [SEVERITY_FINE] = LEVEL_INFO,
};

static void put_fact(struct json *j, const char *key, const struct fact *fact)
{
	switch (fact->kind) {
	case FACT_COUNT: json_u64(j, key, fact->count); break;
	case FACT_SIGNED: json_i64(j, key, fact->number); break;
	case FACT_RATIO: json_double(j, key, fact->ratio, 4); break;
	case FACT_TEXT: json_str(j, key, fact->text); break;
	}
}

/* A name that stands several times becomes a list. */
static void put_evidence(struct json *j, const struct finding *f)
{
	json_object(j, "evidence");
	for (size_t i = 0; i < f->fact_count; i++) {
		const char *name = f->facts[i].name;
		size_t first = 0, same = 0;

		while (strcmp(f->facts[first].name, name))
			first++;
		for (size_t k = i + 1; k < f->fact_count; k++)
			same += !strcmp(f->facts[k].name, name);
		if (first < i)
			continue;
		if (!same) {
			put_fact(j, name, &f->facts[i]);
			continue;
		}
		json_array(j, name);
		for (size_t k = i; k < f->fact_count; k++)
			if (!strcmp(f->facts[k].name, name))
				put_fact(j, NULL, &f->facts[k]);
		json_array_end(j);
	}
	json_object_end(j);
}

ssize_t record_finding(char *line, uint64_t time_ns, const char *node, const struct finding *f)
{
	struct json j;

	record_begin(&j, line, time_ns, levels[f->severity], "finding", f->title, node);
	json_str(&j, "severity", severity_names[f->severity]);
	json_str(&j, "rule", f->rule);
	json_str(&j, "title", f->title);
	if (f->why[0])
		json_str(&j, "why", f->why);
	put_evidence(&j, f);
	if (f->frees_known)
		json_u64(&j, "frees", f->frees);
	else
		json_null(&j, "frees");
	if (f->frees_within)
		json_u64(&j, "frees_within_seconds", f->frees_within);
	if (f->frees_steady_known)
		json_u64(&j, "frees_steady", f->frees_steady);
	json_array(&j, "remedy");
	for (size_t i = 0; i < f->remedy_count; i++)
		json_str(&j, NULL, f->remedy[i]);
	json_array_end(&j);
	json_str(&j, "cost", f->cost[0] ? f->cost : NULL);
	json_str(&j, "risk", f->risk);
	return json_end(&j);
}

ssize_t record_doctor(char *line, const struct doctor_facts *facts)
{
	const size_t *n = facts->findings->by_severity;
	char msg[SENTENCE_MAX];
	struct json j;

	(void)snprintf(msg, sizeof(msg), "%zu critical, %zu warning%s, %zu note%s, %zu fine",
		       n[SEVERITY_CRITICAL], n[SEVERITY_WARNING], n[SEVERITY_WARNING] == 1 ? "" : "s",
		       n[SEVERITY_NOTE], n[SEVERITY_NOTE] == 1 ? "" : "s", n[SEVERITY_FINE]);
	record_begin(&j, line, facts->time_ns, n[SEVERITY_CRITICAL] ? LEVEL_ERROR : n[SEVERITY_WARNING] ?
		     LEVEL_WARN : LEVEL_INFO, "doctor", msg, facts->node);
	json_object(&j, "findings");
	for (int i = 0; i < SEVERITY_COUNT; i++)
		json_u64(&j, severity_names[i], n[i]);
	json_object_end(&j);
	if (facts->findings->omitted)
		json_u64(&j, "omitted", facts->findings->omitted);
	json_double(&j, "duration_seconds", facts->seconds, 3);
	if (facts->from)
		json_str(&j, "from", facts->from);
	else
		record_mode(&j, facts->mode);
	return json_end(&j);
}
