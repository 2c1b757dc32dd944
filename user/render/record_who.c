// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The "who" record: one a grouping; rows that do not fit a line are added to the others. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "group.h"
#include "record_chains.h"
#include "record_who.h"
#include "text.h"

#define OTHERS_ROOM 320		/* what follows the rows, at its largest */

/* Numbers that mean nothing without a word. */
#define NAMED (CT_BY(sport) | CT_BY(dport) | CT_BY(netns) | CT_BY(zone) | CT_BY(mark) | CT_BY(idle))

static const char *sentence(char *out, size_t size, const struct who *who, const struct who_view *view)
{
	char keys[96], value[GROUP_TEXT_MAX], share[16];
	int len = snprintf(out, size, "%" PRIu64 " entries by %s", who->total.entries,
			   group_keys(keys, view->by));

	if (!view->count)
		return out;
	len += snprintf(out + len, size - (size_t)len, ": %s of them are",
			text_percent(share, (double)view->rows[0].n.entries / (double)who->total.entries));
	for (int key = 0; key < CT_KEY_COUNT && len < (int)size; key++) {
		const char *text;

		if (!(view->by & 1u << key) || group_port_joined(key, view->by))
			continue;
		text = group_text(value, key, &view->rows[0], view->by, who->redacted);
		if (strcmp(text, "-"))
			len += snprintf(out + len, size - (size_t)len, "%s%s %s", NAMED & 1u << key ? " " : "",
					NAMED & 1u << key ? key_names[key] : "", text);
	}
	return out;
}

static void put_sums(struct json *j, const struct group_row *n)
{
	if (n->accounted && n->accounted < n->entries)
		json_u64(j, "accounted", n->accounted);
	if (n->accounted) {
		json_u64(j, "packets", n->packets);
		json_u64(j, "bytes", n->bytes);
	}
}

static void put_row(struct json *j, const struct who_row *row, uint32_t by, bool redacted)
{
	json_object(j, NULL);
	for (int key = 0; key < CT_KEY_COUNT; key++)
		if (by & 1u << key)
			group_json(j, key, row, redacted);
	json_u64(j, "entries", row->n.entries);
	if (!(by & CT_BY(assured)))
		json_u64(j, "assured", row->n.assured);
	put_sums(j, &row->n);
	json_object_end(j);
}

static void put_others(struct json *j, const struct group_others *others)
{
	json_object(j, "others");
	if (others->groups_known) {
		json_u64(j, "groups", others->groups);
	} else {
		json_null(j, "groups");
		json_u64(j, "groups_at_least", others->groups);
	}
	json_u64(j, "entries", others->sum.entries);
	if (others->sum.entries)
		json_u64(j, "none_above", others->none_above);
	json_object_end(j);
}

/* Rows as long as they fit. */
static void put_rows(struct json *j, const struct who *who, const struct who_view *view)
{
	struct group_others others = view->others;
	size_t held = json_reserve(j, OTHERS_ROOM), i;

	json_array(j, "rows");
	for (i = 0; i < view->count; i++) {
		struct json mark = json_mark(j);

		put_row(j, &view->rows[i], view->by, who->redacted);
		if (!j->full)
			continue;
		json_back(j, mark);
		break;
	}
	if (i < view->count)
		others.none_above = view->rows[i].n.entries > others.none_above ?
				    view->rows[i].n.entries : others.none_above;
	for (; i < view->count; i++) {
		others.groups++;
		others.sum.entries += view->rows[i].n.entries;
	}
	json_release(j, held);
	json_array_end(j);
	put_others(j, &others);
}

ssize_t record_who(char *line, const struct who *who, const struct who_view *view)
{
	char msg[512];
	struct json j;

	record_begin(&j, line, who->time_ns, LEVEL_INFO, "who", sentence(msg, sizeof(msg), who, view),
		     who->node);
	if (who->from)
		json_str(&j, "from", who->from);
	json_array(&j, "by");
	for (int key = 0; key < CT_KEY_COUNT; key++)
		if (view->by & 1u << key)
			json_str(&j, NULL, key_names[key]);
	json_array_end(&j);
	json_u64(&j, "entries", who->total.entries);
	json_u64(&j, "assured", who->total.assured);
	put_sums(&j, &who->total);
	if (!who->from)
		json_u64(&j, "expired", who->expired);
	if (who->filters)
		json_u64(&j, "filtered", who->filtered);
	if (who->unassured_known)
		record_table_walked(&j, who->unassured);
	if (who->seconds >= 0) {
		json_double(&j, "walk_seconds", who->seconds, 6);
		json_double(&j, "slowest_slice_seconds", who->slowest, 9);
		json_u64(&j, "slices", who->slices);
	}
	put_rows(&j, who, view);
	return json_end(&j);
}
