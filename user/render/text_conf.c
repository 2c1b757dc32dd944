// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Findings as a file for /etc/sysctl.d, with comments that say why. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "text.h"

/* Comments wrapped behind "# ". */
static void put_comment(FILE *out, const char *label, const char *words)
{
	int at = fprintf(out, "# %s", label);

	while (*(words += strspn(words, " "))) {
		int len = (int)strcspn(words, " ");

		if (at + 1 + len >= 80)
			at = fprintf(out, "\n#  ") - 1;
		at += fprintf(out, "%s%.*s", at > 2 ? " " : "", len, words);
		words += len;
	}
	(void)fputc('\n', out);
}

static bool seen_before(const struct findings *findings, size_t finding, const char *name)
{
	for (size_t i = 0; i < finding; i++)
		for (size_t k = 0; k < findings->list[i].set_count; k++)
			if (!strcmp(findings->list[i].sets[k].name, name))
				return true;
	return false;
}

/* Notes are there to be looked at: only what is to be kept anyway is set. */
static void put_sets(FILE *out, const struct findings *findings, size_t i)
{
	const struct finding *f = &findings->list[i];
	bool told = false;

	for (size_t k = 0; k < f->set_count; k++) {
		const struct set *set = &f->sets[k];
		bool active = set->keep || f->severity <= SEVERITY_WARNING;

		if (seen_before(findings, i, set->name))
			continue;
		if (!told) {
			(void)fputc('\n', out);
			put_comment(out, severity_names[f->severity], "");
			put_comment(out, "", f->title);
			if (f->why[0])
				put_comment(out, "", f->why);
			if (f->frees_known)
				(void)fprintf(out, "# Frees %" PRIu64 " entries.\n", f->frees);
			if (f->risk)
				put_comment(out, "Risk:", f->risk);
			told = true;
		}
		(void)fprintf(out, "%snet.netfilter.nf_conntrack_%s = %" PRId64 "\n", active ? "" : "#", set->name,
			      set->value);
	}
}

static int64_t hashsize(const struct doctor_facts *facts)
{
	for (size_t i = 0; i < facts->findings->count; i++)
		for (size_t k = 0; k < facts->findings->list[i].set_count; k++)
			if (!strcmp(facts->findings->list[i].sets[k].name, "buckets"))
				return facts->findings->list[i].sets[k].value;
	return (int64_t)facts->buckets;
}

void text_conf(FILE *out, const struct doctor_facts *facts)
{
	time_t seconds = (time_t)(facts->time_ns / 1000000000);
	char day[32] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		(void)strftime(day, sizeof(day), "%Y-%m-%d %H:%M UTC", &tm);
	(void)fprintf(out, "# By ctscope doctor for %s, %s.\n", facts->from ? facts->from : facts->node, day);
	(void)fputs("# One change at a time: note the old value, watch for a while, undo what does\n"
		    "# not help. Notes are commented out.\n", out);
	for (size_t i = 0; i < facts->findings->count; i++)
		put_sets(out, facts->findings, i);
	if (hashsize(facts))
		(void)fprintf(out, "\n# In /etc/modprobe.d/conntrack.conf, for the size from the start:\n# options nf_conntrack hashsize=%" PRId64 "\n", hashsize(facts));
}
