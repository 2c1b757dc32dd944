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

/* A file of settings removes no entry by itself. */
static void put_frees(FILE *out, const struct finding *f)
{
	char words[128];

	if (f->frees_within)
		(void)snprintf(words, sizeof(words), "Frees %" PRIu64 " entries within %" PRIu32 " s.", f->frees,
			       f->frees_within);
	else
		(void)snprintf(words, sizeof(words), "Frees %" PRIu64 " entries, with the other commands of doctor.",
			       f->frees);
	put_comment(out, "", words);
}

/* Notes are there to be looked at: only what is to be kept anyway is set. */
static bool is_active(const struct finding *f, const struct set *set)
{
	return set->keep || f->severity <= SEVERITY_WARNING;
}

static void put_sets(FILE *out, const struct findings *findings, size_t i)
{
	const struct finding *f = &findings->list[i];
	bool told = false;

	for (size_t k = 0; k < f->set_count; k++) {
		const struct set *set = &f->sets[k];

		if (seen_before(findings, i, set->name))
			continue;
		if (!told) {
			(void)fputc('\n', out);
			put_comment(out, severity_names[f->severity], "");
			put_comment(out, "", f->title);
			if (f->why[0])
				put_comment(out, "", f->why);
			if (f->frees_known)
				put_frees(out, f);
			if (f->risk)
				put_comment(out, "Risk:", f->risk);
			told = true;
		}
		(void)fprintf(out, "%snet.netfilter.nf_conntrack_%s = %" PRId64 "\n", is_active(f, set) ? "" : "#", set->name,
			      set->value);
	}
}

/* As the file sets it, else `otherwise`. */
static int64_t set_to(const struct findings *findings, const char *name, int64_t otherwise)
{
	for (size_t i = 0; i < findings->count; i++)
		for (size_t k = 0; k < findings->list[i].set_count; k++) {
			const struct set *set = &findings->list[i].sets[k];

			if (!strcmp(set->name, name) && is_active(&findings->list[i], set))
				return set->value;
		}
	return otherwise;
}

/* Buckets from the start; given them alone, the module makes max eight times as large. */
static void put_hashsize(FILE *out, const struct doctor_facts *facts)
{
	int64_t buckets = set_to(facts->findings, "buckets", 0);

	if (!buckets)
		return;
	if (facts->max && !set_to(facts->findings, "max", 0))
		(void)fprintf(out, "\n# As it is; hashsize= alone would make it %" PRId64 ".\n"
			      "net.netfilter.nf_conntrack_max = %" PRIu64 "\n", 8 * buckets, facts->max);
	(void)fprintf(out, "\n# In /etc/modprobe.d/conntrack.conf, for the size from the start:\n"
		      "# options nf_conntrack hashsize=%" PRId64 "\n", buckets);
}

void text_conf(FILE *out, const struct doctor_facts *facts)
{
	time_t seconds = (time_t)(facts->time_ns / 1000000000);
	char day[32] = "";
	size_t sets = 0;
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		(void)strftime(day, sizeof(day), "%Y-%m-%d %H:%M UTC", &tm);
	(void)fprintf(out, "# By ctscope doctor for %s, %s.\n", facts->from ? facts->from : facts->node, day);
	(void)fputs("# One change at a time: note the old value, watch for a while, undo what does\n"
		    "# not help. Notes are commented out.\n", out);
	for (size_t i = 0; i < facts->findings->count; i++) {
		put_sets(out, facts->findings, i);
		sets += facts->findings->list[i].set_count;
	}
	if (!sets)
		(void)fputs("\n# Nothing to set was found.\n", out);
	put_hashsize(out, facts);
}
