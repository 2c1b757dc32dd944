// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Findings for people, the most severe first. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "text.h"

#define INDENT 10
#define COMMAND_INDENT 4

static const enum text_mark marks[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] = TEXT_ALARM, [SEVERITY_WARNING] = TEXT_WARN,
	[SEVERITY_NOTE] = TEXT_BOLD, [SEVERITY_FINE] = TEXT_DIM,
};

static void put_label(FILE *out, const struct style *style, const char *label, const char *words)
{
	text_mark(out, style, TEXT_DIM);
	(void)fprintf(out, "%*s  ", INDENT - 2, label);
	text_mark(out, style, TEXT_PLAIN);
	text_wrap(out, style, INDENT, INDENT, words);
}

static int fact_text(char *out, size_t size, const struct fact *fact)
{
	switch (fact->kind) {
	case FACT_COUNT: return snprintf(out, size, "%s %" PRIu64, fact->name, fact->count);
	case FACT_SIGNED: return snprintf(out, size, "%s %" PRId64, fact->name, fact->number);
	case FACT_RATIO: return snprintf(out, size, "%s %.3g", fact->name, fact->ratio);
	case FACT_TEXT: return snprintf(out, size, "%s %s", fact->name, fact->text);
	}
	return 0;
}

static void put_facts(FILE *out, const struct style *style, const struct finding *f)
{
	char words[FINDING_FACTS_MAX * 230];
	size_t len = 0;

	words[0] = '\0';
	for (size_t i = 0; i < f->fact_count && len + 2 < sizeof(words); i++) {
		if (i)
			len += (size_t)snprintf(words + len, sizeof(words) - len, ", ");
		len += (size_t)fact_text(words + len, sizeof(words) - len, &f->facts[i]);
	}
	if (len)
		put_label(out, style, "seen", words);
}

/* Sentences, one a line. */
static void put_told(FILE *out, const struct style *style, const struct finding *f)
{
	for (size_t i = 0; i < f->fact_count; i++) {
		char words[240];

		(void)snprintf(words, sizeof(words), "%s: %s.", f->facts[i].name, f->facts[i].text);
		put_label(out, style, "", words);
	}
}

/* The last blank before the edge that an option, a redirection or a quote follows; 0: there is none. */
static size_t break_at(const char *command, size_t width)
{
	bool quoted = false;
	size_t at = 0;

	for (size_t i = 0; command[i] && i + 2 < width; i++) {
		if (command[i] == '\'')
			quoted = !quoted;
		else if (command[i] == ' ' && !quoted && strchr("->'", command[i + 1]))
			at = i;
	}
	return at;
}

/* As it is to be typed: a line that is too long goes on after a backslash. */
static void put_command(FILE *out, const struct style *style, const char *command)
{
	size_t width = (size_t)(style->columns > 40 ? style->columns : 80) - COMMAND_INDENT;
	int indent = COMMAND_INDENT;

	if (*command == '#') {
		text_mark(out, style, TEXT_DIM);
		(void)fprintf(out, "%*s", indent, "");
		text_wrap(out, style, indent, indent + 2, command);
		text_mark(out, style, TEXT_PLAIN);
		return;
	}
	while (strlen(command) > width) {
		size_t at = break_at(command, width);

		if (at < width / 3)
			break;
		(void)fprintf(out, "%*s%.*s \\\n", indent, "", (int)at, command);
		command += at + 1;
		width -= indent == COMMAND_INDENT ? 4 : 0;
		indent = COMMAND_INDENT + 4;
	}
	(void)fprintf(out, "%*s%s\n", indent, "", command);
}

static void put_frees(FILE *out, const struct style *style, const struct finding *f)
{
	char words[160];
	size_t len;

	if (!f->frees_known)
		return;
	if (f->frees_within)
		len = (size_t)snprintf(words, sizeof(words), "%" PRIu64 " entries within %" PRIu32 " s", f->frees,
				       f->frees_within);
	else
		len = (size_t)snprintf(words, sizeof(words), "%" PRIu64 " entries now", f->frees);
	if (f->frees_steady_known && f->frees_steady)
		(void)snprintf(words + len, sizeof(words) - len, ", %" PRIu64 " in the long run at today's pace",
			       f->frees_steady);
	put_label(out, style, "frees", words);
}

static void put_heading(FILE *out, const struct style *style, const struct finding *f)
{
	char word[16], title[256];
	size_t i;

	for (i = 0; severity_names[f->severity][i]; i++)
		word[i] = f->severity <= SEVERITY_WARNING ? (char)toupper(severity_names[f->severity][i]) :
							    severity_names[f->severity][i];
	word[i] = '\0';
	text_mark(out, style, marks[f->severity]);
	(void)fprintf(out, "%-*s", INDENT, word);
	(void)snprintf(title, sizeof(title), "%s [%s]", f->title, f->rule);
	text_wrap(out, style, INDENT, INDENT, title);
	text_mark(out, style, TEXT_PLAIN);
}

static void put_finding(FILE *out, const struct style *style, const struct finding *f)
{
	put_heading(out, style, f);
	if (f->severity == SEVERITY_FINE)
		return;
	if (f->why[0])
		put_label(out, style, "", f->why);
	if (f->told)
		put_told(out, style, f);
	else
		put_facts(out, style, f);
	put_frees(out, style, f);
	if (f->cost[0])
		put_label(out, style, "cost", f->cost);
	if (f->risk)
		put_label(out, style, "risk", f->risk);
	for (size_t i = 0; i < f->remedy_count; i++)
		put_command(out, style, f->remedy[i]);
	(void)fputc('\n', out);
}

void text_doctor(FILE *out, const struct style *style, const struct doctor_facts *facts)
{
	const struct findings *findings = facts->findings;
	const size_t *n = findings->by_severity;

	if (facts->from)
		(void)fprintf(out, "%s, as saved\n", facts->from);
	else
		(void)fprintf(out, "%s, Linux %s, looked at for %.3g s %s\n", facts->node, facts->kernel,
			      facts->seconds, facts->mode == MODE_BPF ? "through BPF" : "without BPF");
	(void)fprintf(out, "%zu critical, %zu warning%s, %zu note%s, %zu fine\n\n", n[SEVERITY_CRITICAL],
		      n[SEVERITY_WARNING], n[SEVERITY_WARNING] == 1 ? "" : "s", n[SEVERITY_NOTE],
		      n[SEVERITY_NOTE] == 1 ? "" : "s", n[SEVERITY_FINE]);
	for (size_t i = 0; i < findings->count; i++)
		put_finding(out, style, &findings->list[i]);
	if (n[SEVERITY_CRITICAL] + n[SEVERITY_WARNING])
		(void)fputs("\nOne change at a time: note the old value, watch for a while, undo what does\n"
			    "not help.\n", out);
}
