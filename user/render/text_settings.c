// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every sysctl with value, default and meaning, each meaning under its own line. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "text.h"

/* Most names begin so; said once, the rest fits 80 columns. */
static const char prefix[] = "net.netfilter.";

static const char *short_name(const struct setting *s)
{
	size_t n = sizeof(prefix) - 1;

	return strncmp(s->name, prefix, n) ? s->name : s->name + n;
}

static const char *with_unit(char out[static 40], bool known, int64_t value,
			     const struct setting *s)
{
	enum setting_unit unit = s->info ? s->info->unit : SETTING_COUNT_OF;

	if (!known)
		(void)snprintf(out, 40, "-");
	else if (unit == SETTING_SWITCH && (value == 0 || value == 1))
		(void)snprintf(out, 40, "%d (%s)", (int)value, value ? "on" : "off");
	else if (unit == SETTING_MASK)
		(void)snprintf(out, 40, "0x%" PRIx64, (uint64_t)value);
	else
		(void)snprintf(out, 40, "%" PRId64 "%s", value, unit == SETTING_SECONDS ? " s" : "");
	return out;
}

static int name_width(const struct settings *settings)
{
	size_t width = strlen(prefix);

	for (size_t i = 0; i < settings->count; i++)
		if (strlen(short_name(&settings->list[i])) > width)
			width = strlen(short_name(&settings->list[i]));
	return (int)width;
}

static void put_setting(FILE *out, const struct style *style, const struct setting *s, int width)
{
	char value[40], standard[40];

	if (s->changed)
		text_mark(out, style, TEXT_WARN);
	(void)fprintf(out, "%c %-*s %14s %14s", s->changed ? '*' : ' ', width, short_name(s),
		      s->known ? with_unit(value, true, s->value, s) : "unreadable",
		      with_unit(standard, s->default_known, s->default_value, s));
	if (s->changed)
		text_mark(out, style, TEXT_PLAIN);
	(void)fputs("\n      ", out);
	text_wrap(out, style, 6, 6, s->info ? s->info->meaning : "Not known to this ctscope.");
}

void text_settings(FILE *out, const struct style *style, const struct settings *settings)
{
	int width = name_width(settings);
	size_t changed = 0;

	text_mark(out, style, TEXT_BOLD);
	(void)fprintf(out, "  %-*s %14s %14s", width, prefix, "value", "default");
	text_mark(out, style, TEXT_PLAIN);
	(void)fputc('\n', out);
	for (size_t i = 0; i < settings->count; i++) {
		changed += settings->list[i].changed;
		put_setting(out, style, &settings->list[i], width);
	}
	if (changed)
		(void)fprintf(out, "\n* differs from this kernel's default: %zu of %zu settings.\n",
			      changed, settings->count);
	else
		(void)fprintf(out, "\nNone of the %zu settings is known to differ from its default.\n",
			      settings->count);
}
