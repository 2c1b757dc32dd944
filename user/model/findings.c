// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "findings.h"

const char *const severity_names[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] = "critical", [SEVERITY_WARNING] = "warning",
	[SEVERITY_NOTE] = "note", [SEVERITY_FINE] = "fine",
};

static finding_rule *const *const topics[] = {
	findings_table, findings_attacks, findings_timeouts, findings_tracking, findings_sizes,
	findings_settings,
};

struct findings *findings_new(void)
{
	return calloc(1, sizeof(struct findings));
}

void findings_free(struct findings *findings)
{
	free(findings);
}

/* Stable, so that findings of one severity keep the order of the rules. */
static void sort(struct findings *findings)
{
	for (size_t i = 1; i < findings->count; i++) {
		struct finding moved = findings->list[i];
		size_t at = i;

		for (; at && findings->list[at - 1].severity > moved.severity; at--)
			findings->list[at] = findings->list[at - 1];
		findings->list[at] = moved;
	}
}

void findings_diagnose(struct findings *findings, const struct evidence *evidence)
{
	for (size_t topic = 0; topic < sizeof(topics) / sizeof(topics[0]); topic++)
		for (finding_rule *const *rule = topics[topic]; *rule; rule++)
			(*rule)(findings, evidence);
	sort(findings);
	for (size_t i = 0; i < findings->count; i++)
		findings->by_severity[findings->list[i].severity]++;
}

struct finding *finding_add(struct findings *findings, enum severity severity, const char *rule,
			    const char *title, ...)
{
	struct finding *f = &findings->spare;
	va_list args;

	if (findings->count < FINDINGS_MAX)
		f = &findings->list[findings->count++];
	else
		findings->omitted++;
	*f = (struct finding){ .severity = severity, .rule = rule };
	va_start(args, title);
	(void)vsnprintf(f->title, sizeof(f->title), title, args);
	va_end(args);
	return f;
}

struct finding *finding_dropped(struct findings *findings, enum severity severity, const char *rule,
				const struct evidence *e, uint64_t dropped, const char *how)
{
	return finding_add(findings, severity, rule, "%" PRIu64 " packet%s dropped in %.*f s%s", dropped,
			   dropped == 1 ? "" : "s", e->seconds < 1, e->seconds, how);
}

void finding_why(struct finding *f, const char *text, ...)
{
	size_t len = strlen(f->why);
	va_list args;

	if (len && len + 1 < sizeof(f->why))
		f->why[len++] = ' ';
	va_start(args, text);
	(void)vsnprintf(f->why + len, sizeof(f->why) - len, text, args);
	va_end(args);
}

static struct fact *add_fact(struct finding *f, const char *name)
{
	struct fact *fact = &f->facts[f->fact_count < FINDING_FACTS_MAX ? f->fact_count++ :
									  FINDING_FACTS_MAX - 1];

	*fact = (struct fact){ .name = name };
	return fact;
}

void finding_count(struct finding *f, const char *name, uint64_t count)
{
	add_fact(f, name)->count = count;
}

void finding_number(struct finding *f, const char *name, int64_t number)
{
	struct fact *fact = add_fact(f, name);

	fact->kind = FACT_SIGNED;
	fact->number = number;
}

void finding_ratio(struct finding *f, const char *name, double ratio)
{
	struct fact *fact = add_fact(f, name);

	fact->kind = FACT_RATIO;
	fact->ratio = ratio;
}

void finding_text(struct finding *f, const char *name, const char *text)
{
	struct fact *fact = add_fact(f, name);

	fact->kind = FACT_TEXT;
	(void)snprintf(fact->text, sizeof(fact->text), "%s", text);
}

void finding_do(struct finding *f, const char *command, ...)
{
	va_list args;

	if (f->remedy_count == FINDING_REMEDIES_MAX)
		return;
	va_start(args, command);
	(void)vsnprintf(f->remedy[f->remedy_count++], sizeof(f->remedy[0]), command, args);
	va_end(args);
}

static void add_set(struct finding *f, const char *short_name, int64_t value, bool keep)
{
	struct set *set = &f->sets[f->set_count];

	if (f->set_count == FINDING_SETS_MAX)
		return;
	(void)snprintf(set->name, sizeof(set->name), "%s", short_name);
	set->value = value;
	set->keep = keep;
	f->set_count++;
}

void finding_set(struct finding *f, const char *short_name, int64_t value)
{
	finding_do(f, "sysctl -w net.netfilter.nf_conntrack_%s=%lld", short_name, (long long)value);
	add_set(f, short_name, value, false);
}

void finding_keep(struct finding *f, const char *short_name, int64_t value)
{
	finding_do(f, "echo net.netfilter.nf_conntrack_%s=%lld >>/etc/sysctl.d/conntrack.conf", short_name,
		   (long long)value);
	add_set(f, short_name, value, true);
}

void finding_frees(struct finding *f, uint64_t now)
{
	f->frees_known = true;
	f->frees = now;
}
