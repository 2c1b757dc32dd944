// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "counters.h"
#include "record_history.h"

/* Room for all seconds at their widest: 20 digits a counter; untouched pages cost nothing. */
#define COLUMN_BYTES 22
#define COLUMNS (CT_COUNTER_COUNT + 3)
#define AROUND_BYTES (64U << 10)

static size_t room_for(const char *const *events, size_t count)
{
	size_t room = HISTORY_SECONDS * COLUMNS * COLUMN_BYTES + AROUND_BYTES;

	for (size_t i = 0; i < count; i++)
		room += strlen(events[i]) + 1;
	return room;
}

static void put_times(struct json *j, const struct history *h, size_t first)
{
	json_array(j, "time_ms");
	for (size_t i = first; i < h->count; i++)
		json_u64(j, NULL, history_at(h, i)->time_ns / 1000000);
	json_array_end(j);
	/* A second is longer where we came late: a rate is a count by this. */
	json_array(j, "covers_seconds");
	for (size_t i = first; i < h->count; i++)
		json_double(j, NULL, history_at(h, i)->seconds, 2);
	json_array_end(j);
}

static void put_entries(struct json *j, const struct history *h, size_t first)
{
	json_array(j, "entries");
	for (size_t i = first; i < h->count; i++)
		if (history_at(h, i)->entries_known)
			json_u64(j, NULL, history_at(h, i)->entries);
		else
			json_null(j, NULL);
	json_array_end(j);
}

static void put_counters(struct json *j, const struct history *h, size_t first)
{
	for (int c = 0; c < CT_COUNTER_COUNT; c++) {
		if (!(h->counters_known & 1U << c))
			continue;
		json_array(j, counter_names[c]);
		for (size_t i = first; i < h->count; i++)
			json_u64(j, NULL, history_at(h, i)->n[c]);
		json_array_end(j);
	}
}

static void put_changed(struct json *j, const struct settings *settings)
{
	json_object(j, "settings_changed");
	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *s = &settings->list[i];

		if (!s->changed)
			continue;
		json_object(j, s->name);
		json_i64(j, "value", s->value);
		json_i64(j, "default", s->default_value);
		json_object_end(j);
	}
	json_object_end(j);
}

static ssize_t put_all(char *buf, size_t room, const struct history_facts *facts, size_t first,
		       const char *const *events, size_t count)
{
	const struct history *h = facts->history;
	char msg[64];
	struct json j;

	(void)snprintf(msg, sizeof(msg), "the last %zu seconds, one by one", h->count - first);
	record_begin(&j, buf, facts->time_ns, LEVEL_INFO, "history", msg, facts->node);
	j.size = room;
	record_mode(&j, facts->mode);
	json_double(&j, "interval_seconds", facts->interval_seconds, 3);
	if (facts->max)
		json_u64(&j, "max", facts->max);
	put_times(&j, h, first);
	put_entries(&j, h, first);
	put_counters(&j, h, first);
	if (facts->settings)
		put_changed(&j, facts->settings);
	json_array(&j, "events");
	for (size_t i = 0; i < count; i++)
		json_raw(&j, NULL, events[i]);
	json_array_end(&j);
	return json_end(&j);
}

char *record_history(const struct history_facts *facts, size_t seconds, const char *const *events,
		     size_t count, size_t *length)
{
	size_t have = facts->history->count;
	size_t first = seconds && seconds < have ? have - seconds : 0;
	size_t room = room_for(events, count);
	char *buf = malloc(room);
	ssize_t len;

	if (!buf)
		return NULL;
	len = put_all(buf, room, facts, first, events, count);
	if (len < 0) {
		free(buf);
		return NULL;
	}
	*length = (size_t)len;
	return buf;
}
