// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The "report" record: what is not known is left out. */
#include "counters.h"
#include "model/effect.h"
#include "record.h"
#include "record_chains.h"
#include "sentence.h"

/* netns_others at its largest: eleven counters of 20 digits with their names, and brackets. */
#define OTHERS_ROOM 640

static void put_table(struct json *j, const struct table_state *t)
{
	json_object(j, "table");
	json_u64(j, "entries", t->entries);
	json_u64(j, "max", t->max);
	if (t->buckets)
		json_u64(j, "buckets", t->buckets);
	if (t->used_ratio >= 0)
		json_double(j, "used_ratio", t->used_ratio, 4);
	if (t->load_factor >= 0)
		json_double(j, "load_factor", t->load_factor, 4);
	if (t->entry_bytes)
		json_u64(j, "entry_bytes", t->entry_bytes);
	if (t->memory_bytes)
		json_u64(j, "memory_bytes", t->memory_bytes);
	if (t->unassured_known)
		json_u64(j, "unassured", t->unassured);
	if (t->fill_seconds >= 0)
		json_double(j, "fill_seconds", t->fill_seconds, 1);
	if (t->fullest_netns) {
		json_object(j, "fullest");
		json_u64(j, "netns", t->fullest_netns);
		json_u64(j, "entries", t->fullest_entries);
		json_object_end(j);
	}
	json_object_end(j);
}

static void put_chains(struct json *j, const struct report *r)
{
	size_t count = CT_MET_LONGEST + 1;

	if (r->chains)
		record_chains_part(j, r->chains, r->chains_age_seconds);
	if (!r->met)
		return;
	while (count && !r->met[count - 1])
		count--;
	json_array(j, "chains_met");
	for (size_t n = 0; n < count; n++)
		json_u64(j, NULL, r->met[n]);
	json_array_end(j);
}

static void put_kernel(struct json *j, const struct report *r)
{
	if (!r->kernel_known)
		return;
	json_object(j, "kernel");
	for (int i = 0; i < KERNEL_STAT_COUNT; i++)
		if (r->kernel_known & 1u << i)
			json_u64(j, kernel_stat_names[i], r->kernel[i]);
	json_object_end(j);
}

void record_pod(struct json *j, const char *key, const struct pod_name *pod)
{
	json_object(j, key);
	if (pod->name[0]) {
		json_str(j, "namespace", pod->namespace);
		json_str(j, "name", pod->name);
	}
	json_str(j, "uid", pod->uid);
	json_object_end(j);
}

static void put_netns(struct json *j, const struct netns_row *row, uint32_t known)
{
	json_object(j, NULL);
	if (row->netns)
		json_u64(j, "netns", row->netns);
	else
		json_null(j, "netns");
	json_bool(j, "host", row->host);
	if (row->pod)
		record_pod(j, "pod", row->pod);
	if (row->unit)
		json_str(j, "unit", row->unit);
	if (row->entries_known)
		json_u64(j, "entries", row->entries);
	json_counters(j, "delta", row->delta, known);
	json_object_end(j);
}

static void add_row(struct netns_row *sum, const struct netns_row *row)
{
	sum->entries += row->entries;
	sum->entries_known = sum->entries_known && row->entries_known;
	for (int i = 0; i < CT_COUNTER_COUNT; i++)
		sum->delta[i] += row->delta[i];
}

static void put_others(struct json *j, const struct netns_row *others, size_t count, uint32_t known)
{
	if (!count)
		return;
	json_object(j, "netns_others");
	json_u64(j, "namespaces", count);
	if (others->entries_known)
		json_u64(j, "entries", others->entries);
	json_counters(j, "delta", others->delta, known);
	json_object_end(j);
}

/* Namespaces that do not fit into the line are summed with the others, none is left out. */
static void put_namespaces(struct json *j, const struct report *r)
{
	struct netns_row others = r->netns_others;
	size_t count = r->netns_other_count, i, held;

	if (!count)
		others = (struct netns_row){ .entries_known = true };
	held = json_reserve(j, OTHERS_ROOM);
	json_array(j, "netns");
	for (i = 0; i < r->netns_count; i++) {
		struct json mark = json_mark(j);

		put_netns(j, &r->netns[i], r->counters_known);
		if (!j->full)
			continue;
		json_back(j, mark);
		break;
	}
	for (; i < r->netns_count; i++, count++)
		add_row(&others, &r->netns[i]);
	json_release(j, held);
	json_array_end(j);
	put_others(j, &others, count, r->counters_known);
}

static void put_change(struct json *j, const struct effect_change *change)
{
	json_object(j, change->name);
	if (change->from_known)
		json_i64(j, "from", change->from);
	else
		json_null(j, "from");
	if (change->to_known)
		json_i64(j, "to", change->to);
	else
		json_null(j, "to");
	json_object_end(j);
}

static void put_moved(struct json *j, const char *key, double from, double to)
{
	json_object(j, key);
	json_double(j, "from", from, 3);
	json_double(j, "to", to, 3);
	json_object_end(j);
}

static void put_effect(struct json *j, const struct effect *e)
{
	json_object(j, "since_change");
	json_object(j, "changed");
	for (size_t i = 0; i < e->change_count; i++)
		put_change(j, &e->changes[i]);
	json_object_end(j);
	if (e->more)
		json_u64(j, "omitted", e->more);
	json_u64(j, "intervals", e->intervals);
	json_double(j, "seconds", e->seconds, 3);
	json_object(j, "entries");
	json_u64(j, "from", e->before.entries);
	json_u64(j, "to", e->after.entries);
	json_object_end(j);
	if (e->counters_known & 1U << CT_inserted)
		put_moved(j, "inserted_per_second", e->before.inserted, e->after.inserted);
	if (e->counters_known & 1U << CT_destroyed)
		put_moved(j, "destroyed_per_second", e->before.destroyed, e->after.destroyed);
	if (e->counters_known & CT_DROPS_MASK)
		put_moved(j, "dropped_per_second", e->before.dropped, e->after.dropped);
	json_object_end(j);
}

ssize_t record_report(char *line, const char *node, const struct report *r)
{
	enum level level = report_drops(r).count ? LEVEL_WARN : LEVEL_INFO;
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, r->time_ns, level, "report", sentence_report(msg, r), node);
	json_u64(&j, "seq", r->seq);
	record_mode(&j, r->mode);
	json_double(&j, "interval_seconds", r->interval_seconds, 3);
	put_table(&j, &r->table);
	json_counters(&j, "delta", r->delta, r->counters_known);
	json_counters(&j, "total", r->total, r->counters_known);
	put_kernel(&j, r);
	put_chains(&j, r);
	if (r->since_change)
		put_effect(&j, r->since_change);
	json_object(&j, "lost");
	record_losses(&j, &r->lost);
	json_object_end(&j);
	json_object(&j, "self");
	json_double(&j, "cpu_seconds", r->cpu_seconds, 6);
	if (r->rss_bytes)
		json_u64(&j, "rss_bytes", r->rss_bytes);
	if (r->chains)
		json_double(&j, "walk_seconds", r->chains->walk.seconds, 6);
	json_object_end(&j);
	if (r->netns_count || r->netns_other_count)
		put_namespaces(&j, r);
	return json_end(&j);
}
