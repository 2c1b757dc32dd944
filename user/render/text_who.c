// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "group.h"
#include "model/protocol.h"
#include "text_who.h"

#define BAR_MOST 20
#define BAR_LEAST 4	/* shorter ones say nothing */
#define ENTRIES 10	/* columns, with what parts them from those before */
#define SHARES 15	/* share, assured */
#define BYTES 10
#define IDLE_ROWS 8

static const char *const titles[CT_KEY_COUNT] = {
#define KEY_TITLE(name, title) title,
	CT_KEYS(KEY_TITLE)
#undef KEY_TITLE
};

static void heading(FILE *out, const struct style *style, const char *words)
{
	(void)fputc('\n', out);
	text_mark(out, style, TEXT_BOLD);
	(void)fputs(words, out);
	text_mark(out, style, TEXT_PLAIN);
	(void)fputc('\n', out);
}

static double ratio(uint64_t part, uint64_t all)
{
	return all ? (double)part / (double)all : -1;
}

/* "40960 entries: 3 % assured, 97 % could be thrown out by a full table (57 % full)." */
static void put_headline(FILE *out, const struct style *style, const struct who *who)
{
	char words[512], assured[16], rest[16], full[16], took[48];
	const struct group_row *n = &who->total;
	int len = snprintf(words, sizeof(words), "%" PRIu64 " entr%s", n->entries,
			   n->entries == 1 ? "y" : "ies");

	if (who->from)
		len += snprintf(words + len, sizeof(words) - (size_t)len, " in %.200s", who->from);
	if (n->entries)
		len += snprintf(words + len, sizeof(words) - (size_t)len,
				": %s assured, %s a full table may throw out",
				text_percent(assured, ratio(n->assured, n->entries)),
				text_percent(rest, ratio(n->entries - n->assured, n->entries)));
	if (who->used_ratio >= 0)
		len += snprintf(words + len, sizeof(words) - (size_t)len, "; %s full",
				text_percent(full, who->used_ratio));
	if (who->expired)
		len += snprintf(words + len, sizeof(words) - (size_t)len,
				"; %" PRIu64 " more have expired and wait to be removed", who->expired);
	if (who->filters)
		len += snprintf(words + len, sizeof(words) - (size_t)len,
				"; %" PRIu64 " others were not asked for", who->filtered);
	took[0] = '\0';
	if (who->seconds >= 0)
		(void)snprintf(took, sizeof(took), " (walked in %.0f ms)", who->seconds * 1000);
	(void)snprintf(words + len, sizeof(words) - (size_t)len, ".%s", took);
	text_wrap(out, style, 0, 0, words);
}

static void bar(FILE *out, uint64_t part, uint64_t most, int width)
{
	int stars = most ? (int)((double)part / (double)most * width + 0.5) : 0;

	if (!width) {
		(void)fputs("  ", out);
		return;
	}
	(void)fprintf(out, " |%.*s%*s| ", stars, "********************", width - stars, "");
}

struct columns {
	int keys[CT_KEY_COUNT], count;
	int width[CT_KEY_COUNT];	/* of its longest value */
	bool shares, bytes;	/* as long as there is room */
	int bar;
	uint64_t most;
};

static int number_columns(const struct columns *c)
{
	return ENTRIES + (c->shares ? SHARES : 0) + (c->bytes ? BYTES : 0);
}

static int bar_columns(const struct columns *c)
{
	return c->bar ? c->bar + 4 : 2;
}

static int text_width(const char *text)
{
	return (int)strlen(text);
}

/* The bar takes what the labels leave of a line. */
static void measure(struct columns *c, const struct style *style, const struct who *who,
		    const struct who_view *view)
{
	char value[GROUP_TEXT_MAX];

	int columns = style->columns > 0 ? style->columns : 80, labels = 0;

	*c = (struct columns){ 0 };
	for (int key = 0; key < CT_KEY_COUNT; key++) {
		int width = text_width(titles[key]);

		if (!(view->by & 1u << key) || group_port_joined(key, view->by))
			continue;
		for (size_t i = 0; i < view->count; i++) {
			int one = text_width(group_text(value, key, &view->rows[i], view->by, who->redacted));

			if (one > width)
				width = one;
		}
		c->width[c->count] = width;
		c->keys[c->count++] = key;
		labels += width + 2;
	}
	c->shares = ENTRIES + SHARES + labels <= columns;
	c->bytes = who->total.accounted && c->shares && ENTRIES + SHARES + BYTES + labels <= columns;
	c->bar = columns - number_columns(c) - 4 - (labels - 2);
	c->bar = c->bar > BAR_MOST ? BAR_MOST : c->bar < BAR_LEAST ? 0 : c->bar;
	c->most = view->count ? view->rows[0].n.entries : 0;
}

static void put_titles(FILE *out, const struct style *style, const struct columns *c)
{
	char words[512];
	int len = snprintf(words, sizeof(words), "%10s", "entries");

	if (c->shares)
		len += snprintf(words + len, sizeof(words) - (size_t)len, " %6s %7s", "share", "assured");
	if (c->bytes)
		len += snprintf(words + len, sizeof(words) - (size_t)len, " %9s", "bytes");
	len += snprintf(words + len, sizeof(words) - (size_t)len, "%*s", bar_columns(c), "");
	for (int i = 0; i < c->count; i++)
		len += snprintf(words + len, sizeof(words) - (size_t)len, "%-*s",
				i + 1 < c->count ? c->width[i] + 2 : 0, titles[c->keys[i]]);
	heading(out, style, words);
}

static void put_numbers(FILE *out, const struct columns *c, const struct group_row *n, uint64_t all)
{
	char share[16], assured[16], bytes[16];

	(void)fprintf(out, "%10" PRIu64, n->entries);
	if (c->shares)
		(void)fprintf(out, " %6s %7s", text_percent(share, ratio(n->entries, all)),
			      text_percent(assured, ratio(n->assured, n->entries)));
	if (c->bytes)
		(void)fprintf(out, " %9s", n->accounted ? text_bytes(bytes, n->bytes) : "-");
}

static void put_others(FILE *out, const struct style *style, const struct columns *c,
		       const struct who *who, const struct group_others *others)
{
	int at = number_columns(c) + bar_columns(c);
	char words[160];

	if (!others->sum.entries)
		return;
	put_numbers(out, c, &others->sum, who->total.entries);
	(void)fprintf(out, "%*s", bar_columns(c), "");
	if (others->groups_known)
		(void)snprintf(words, sizeof(words), "%" PRIu64 " other%s", others->groups,
			       others->groups == 1 ? "" : "s");
	else
		(void)snprintf(words, sizeof(words), "over %" PRIu64 " others, none above %" PRIu64,
			       others->groups, others->none_above);
	text_wrap(out, style, at, at, words);
}

static void put_view(FILE *out, const struct style *style, const struct who *who,
		     const struct who_view *view)
{
	char value[GROUP_TEXT_MAX];
	struct columns c;

	measure(&c, style, who, view);
	put_titles(out, style, &c);
	for (size_t i = 0; i < view->count; i++) {
		const struct who_row *row = &view->rows[i];

		put_numbers(out, &c, &row->n, who->total.entries);
		bar(out, row->n.entries, c.most, c.bar);
		for (int k = 0; k < c.count; k++) {
			const char *text = group_text(value, c.keys[k], row, view->by, who->redacted);

			if (k + 1 < c.count)
				(void)fprintf(out, "%-*s  ", c.width[k], text);
			else
				(void)fprintf(out, "%s\n", text);
		}
	}
	put_others(out, style, &c, who, &view->others);
}

static void put_idle_row(FILE *out, const char *name, const uint64_t in[static WHO_IDLE_CLASSES])
{
	(void)fprintf(out, "%-22s", name);
	for (int i = 0; i < WHO_IDLE_CLASSES; i++) {
		char count[16];

		(void)fprintf(out, " %7s", in[i] ? text_count(count, in[i]) : ".");
	}
	(void)fputc('\n', out);
}

static void put_idle(FILE *out, const struct style *style, const struct who *who)
{
	uint64_t rest[WHO_IDLE_CLASSES] = { 0 };
	char words[128], name[16];
	int len = snprintf(words, sizeof(words), "%-22s", "silent for");

	if (who->idle_missing) {
		heading(out, style, "silent for");
		text_wrap(out, style, 0, 0, who->idle_missing);
		return;
	}
	for (int i = 0; i < WHO_IDLE_CLASSES; i++)
		len += snprintf(words + len, sizeof(words) - (size_t)len, " %7s", who_idle_titles[i]);
	heading(out, style, words);
	for (size_t r = 0; r < who->idle_count; r++) {
		const struct who_idle *row = &who->idle[r];
		const char *state = state_name(row->state);

		(void)snprintf(words, sizeof(words), "%s %s", protocol_name(name, row->protocol),
			       state ? state : "");
		if (r < IDLE_ROWS)
			put_idle_row(out, words, row->in);
		for (int i = 0; i < WHO_IDLE_CLASSES && r >= IDLE_ROWS; i++)
			rest[i] += row->in[i];
	}
	if (who->idle_count > IDLE_ROWS) {
		(void)snprintf(words, sizeof(words), "%zu other%s", who->idle_count - IDLE_ROWS,
			       who->idle_count == IDLE_ROWS + 1 ? "" : "s");
		put_idle_row(out, words, rest);
	}
}

void text_who(FILE *out, const struct style *style, const struct who *who)
{
	put_headline(out, style, who);
	if (!who->total.entries)
		return;
	for (size_t i = 0; i < who->view_count; i++)
		put_view(out, style, who, &who->views[i]);
	if (who->idle || who->idle_missing)
		put_idle(out, style, who);
}
