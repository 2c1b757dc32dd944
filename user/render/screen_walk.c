// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a walk of the table found, as rows of the live screen's tables. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "group.h"
#include "record_chains.h"
#include "screen.h"
#include "sentence.h"

enum { GROUP_ENTRIES, GROUP_SHARE, GROUP_ASSURED, GROUP_PACKETS, GROUP_BYTES };
enum { CHAIN_BUCKETS, CHAIN_SHARE, CHAIN_CHANCE };

static size_t note_walk(char note[static SCREEN_NOTE_MAX], const struct screen_walk *walk)
{
	char clock[16], took[24];

	return (size_t)snprintf(note, SCREEN_NOTE_MAX, "Walked at %s in %s.", screen_clock(clock, walk->time_ns),
				text_duration(took, walk->seconds));
}

static void group_values(struct screen_row *to, const struct group_row *from, uint64_t all)
{
	screen_value(to, GROUP_ENTRIES, (double)from->entries);
	if (all)
		screen_value(to, GROUP_SHARE, (double)from->entries / (double)all);
	screen_value(to, GROUP_ASSURED, (double)from->assured);
	if (!from->accounted)
		return;
	screen_value(to, GROUP_PACKETS, (double)from->packets);
	screen_value(to, GROUP_BYTES, (double)from->bytes);
}

/* "10.0.0.1:443 tcp": an address comes first, whatever the order of the keys, its port beside it. */
static void name_of_group(char name[static SCREEN_NAME_MAX], const struct group_row *row, uint32_t by,
			  bool redacted)
{
	static const enum ct_key order[] = { CT_KEY_src, CT_KEY_dst, CT_KEY_proto, CT_KEY_state };
	const struct who_row named = { .n = *row };
	size_t len = 0;

	name[0] = '\0';
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		char buf[GROUP_TEXT_MAX];
		const char *text = by & 1U << order[i] ? group_text(buf, order[i], &named, by, redacted) : "-";

		/* A protocol without states stands alone. */
		if (strcmp(text, "-") && len < SCREEN_NAME_MAX)
			len += (size_t)snprintf(name + len, SCREEN_NAME_MAX - len, "%s%s", len ? " " : "", text);
	}
}

void screen_take_groups(struct screen_table *table, uint32_t by, const struct group_row *rows, size_t count,
			const struct group_others *others, uint64_t all, bool redacted,
			const struct screen_walk *walk)
{
	size_t len;

	screen_table_clear(table);
	len = note_walk(table->note, walk);
	for (size_t i = 0; i < count; i++) {
		struct screen_row *row = screen_table_row(table);

		if (!row)
			continue;
		name_of_group(row->name, &rows[i], by, redacted);
		group_values(row, &rows[i], all);
	}
	if (!all)
		(void)snprintf(table->note + len, SCREEN_NOTE_MAX - len, " The table is empty.");
	else if (others->sum.entries)
		(void)snprintf(table->note + len, SCREEN_NOTE_MAX - len, " %s%" PRIu64 " other%s: %" PRIu64 " entries.",
			       others->groups_known ? "" : "Over ", others->groups,
			       others->groups == 1 ? "" : "s", others->sum.entries);
}

static void take_lengths(struct screen_table *table, const struct chains *chains, uint32_t low, uint32_t high,
			 uint64_t count)
{
	struct screen_row *row = count ? screen_table_row(table) : NULL;

	if (!row)
		return;
	(void)snprintf(row->name, sizeof(row->name), "%" PRIu32 "%s", low, low == high ? "" : " and more");
	screen_value(row, CHAIN_BUCKETS, (double)count);
	screen_value(row, CHAIN_SHARE, (double)count / (double)chains->buckets);
	screen_value(row, CHAIN_CHANCE, chains_expected(chains, low, high));
	row->dropped = chains->verdict == CHAINS_ATTACK && chains_suspicious(chains, low);
}

void screen_take_chains(struct screen_table *table, const struct chains *chains, const struct screen_walk *walk)
{
	char sentence[SENTENCE_MAX];
	size_t len;

	screen_table_clear(table);
	len = note_walk(table->note, walk);
	for (size_t i = 0; i < chains->histogram_count && i < CHAINS_HISTOGRAM; i++)
		take_lengths(table, chains, (uint32_t)i, (uint32_t)i, chains->histogram[i]);
	take_lengths(table, chains, CHAINS_HISTOGRAM, UINT32_MAX, chains->longer);
	(void)sentence_chains(sentence, chains);
	(void)snprintf(table->note + len, SCREEN_NOTE_MAX - len, " %c%s.", toupper(sentence[0]), sentence + 1);
}

void screen_take_refusal(struct screen_table *table, const char *reason, const char *cure)
{
	screen_table_clear(table);
	(void)snprintf(table->note, sizeof(table->note), "Read by a walk of the table, which cannot be made here: "
		       "%s. To see it, %s.", reason, cure);
}
