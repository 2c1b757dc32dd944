// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which hooks are attached and how; for each missing one why, what it costs, and the cure. */
#include <stdio.h>
#include <string.h>
#include "text.h"

static void put_missing_part(FILE *out, const struct style *style, const char *label,
			     const char *words)
{
	if (!words)
		return;
	(void)fprintf(out, "    %-8s", label);
	text_wrap(out, style, 12, 12, words);
}

static void put_missing(FILE *out, const struct style *style, const struct hook *h)
{
	text_mark(out, style, TEXT_WARN);
	(void)fprintf(out, "  %s", h->name);
	text_mark(out, style, TEXT_PLAIN);
	(void)fprintf(out, "%s%s%s\n", h->function ? " (" : "", h->function ? h->function : "",
		      h->function ? ")" : "");
	put_missing_part(out, style, "why", h->reason);
	put_missing_part(out, style, "effect", h->effect);
	put_missing_part(out, style, "cure", h->cure);
}

static int width_of(const struct hook *hooks, size_t count, int least, bool function)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = function ? hooks[i].function : hooks[i].name;

		if (hooks[i].how && text && (int)strlen(text) > least)
			least = (int)strlen(text);
	}
	return least;
}

void text_hooks(FILE *out, const struct style *style, const struct hook *hooks, size_t count)
{
	int name = width_of(hooks, count, 16, false), function = width_of(hooks, count, 28, true);
	size_t attached = 0;

	for (size_t i = 0; i < count; i++)
		attached += hooks[i].how != NULL;
	if (attached) {
		text_mark(out, style, TEXT_BOLD);
		(void)fprintf(out, "  %-*s  %-*s  %s", name, "hook", function, "kernel function", "attached by");
		text_mark(out, style, TEXT_PLAIN);
		(void)fputc('\n', out);
	}
	for (size_t i = 0; i < count; i++)
		if (hooks[i].how)
			(void)fprintf(out, "  %-*s  %-*s  %s\n", name, hooks[i].name, function,
				      hooks[i].function ? hooks[i].function : "-", hooks[i].how);
	if (attached == count)
		return;
	(void)fprintf(out, "%s%zu of %zu hooks missing:\n", attached ? "\n" : "", count - attached, count);
	for (size_t i = 0; i < count; i++)
		if (!hooks[i].how)
			put_missing(out, style, &hooks[i]);
}
