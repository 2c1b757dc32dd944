// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The "burst" record: what is known at its begin, everything at its end. */
#include <netinet/in.h>
#include "counters.h"
#include "flow.h"
#include "model/protocol.h"
#include "record_drop.h"

static void put_source(struct json *j, const struct burst_source *s, bool redacted)
{
	char address[ADDRESS_MAX];

	json_object(j, NULL);
	json_str(j, "src", address_text(address, s->who.src, (uint8_t)s->who.family, redacted));
	json_netns(j, "netns", s->who.netns);
	if (s->owner.pod)
		record_pod(j, "pod", s->owner.pod);
	if (s->owner.unit)
		json_str(j, "unit", s->owner.unit);
	json_u64(j, "count", s->count);
	json_object_end(j);
}

/* Pods can have long names: as many as fit, last of all; "dropped" tells what is left out. */
static void put_sources(struct json *j, const struct burst *b)
{
	size_t held = json_reserve(j, 8);	/* brackets and LF */

	json_array(j, "top_sources");
	for (size_t i = 0; i < b->source_count; i++) {
		struct json mark = json_mark(j);

		put_source(j, &b->sources[i], b->redacted);
		if (!j->full)
			continue;
		json_back(j, mark);
		break;
	}
	json_release(j, held);
	json_array_end(j);
}

static void put_port(struct json *j, uint16_t dst_id, uint8_t protocol)
{
	char name[16];

	if (protocol_has_ports(protocol))
		json_u64(j, "dst_port", ntohs(dst_id));
	json_str(j, "protocol", protocol_name(name, protocol));
}

static void put_targets(struct json *j, const struct burst *b)
{
	char address[ADDRESS_MAX];

	json_array(j, "top_targets");
	for (size_t i = 0; i < b->target_count; i++) {
		const struct ct_target *where = &b->targets[i].where;

		json_object(j, NULL);
		json_str(j, "dst", address_text(address, where->dst, where->family, b->redacted));
		put_port(j, where->dst_id, where->protocol);
		json_u64(j, "count", b->targets[i].count);
		json_object_end(j);
	}
	json_array_end(j);
	json_array(j, "top_ports");
	for (size_t i = 0; i < b->port_count; i++) {
		json_object(j, NULL);
		put_port(j, b->ports[i].dst_id, b->ports[i].protocol);
		json_u64(j, "targets", b->ports[i].targets);
		json_u64(j, "count", b->ports[i].count);
		json_object_end(j);
	}
	json_array_end(j);
}

/* Seconds are numbered back from the begin: -1 is the last whole one. */
static void put_before(struct json *j, const struct burst *b)
{
	uint32_t known = b->history->counters_known;

	json_array(j, "before");
	for (size_t i = 0; i < b->before_count; i++) {
		const struct history_second *s = history_at(b->history, b->before_first + i);

		json_object(j, NULL);
		json_i64(j, "second", -1 - (int64_t)((b->began_ns - s->monotonic_ns) / 1000000000));
		if (s->entries_known)
			json_u64(j, "entries", s->entries);
		if (known & 1U << CT_allocated)
			json_u64(j, "allocated", s->n[CT_allocated]);
		if (known & 1U << CT_destroyed)
			json_u64(j, "destroyed", s->n[CT_destroyed]);
		if (known & CT_DROPS_MASK)
			json_u64(j, "dropped", history_dropped(b->history, s));
		json_object_end(j);
	}
	json_array_end(j);
}

ssize_t record_burst(char *line, const char *node, const struct burst *b)
{
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, b->time_ns, LEVEL_WARN, "burst", sentence_burst(msg, b), node);
	json_str(&j, "phase", b->over ? "end" : "begin");
	json_u64(&j, "id", b->id);
	record_time(&j, "started", b->started_ns);
	if (b->over) {
		json_double(&j, "duration_seconds", b->duration_seconds, 6);
		json_bool(&j, "still_on", b->cut);
	}
	json_dropped(&j, "dropped", b->n, b->known);
	if (b->over) {
		if (b->known & 1U << CT_evicted)
			json_u64(&j, "evicted", b->n[CT_evicted]);
		json_u64(&j, "peak_per_second", b->peak_per_second);
	}
	if (b->entries_known)
		json_u64(&j, "entries_at_start", b->entries_at_start);
	if (b->over) {
		put_before(&j, b);
		put_targets(&j, b);
		put_sources(&j, b);
	}
	return json_end(&j);
}
