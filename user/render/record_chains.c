// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The chains, as a part of the report and as a record of their own; a table's new size. */
#include <inttypes.h>
#include <stdio.h>
#include "flow.h"
#include "record.h"
#include "record_chains.h"

static const char *const verdict_names[] = {
	[CHAINS_EVEN] = "even", [CHAINS_UNEVEN] = "uneven", [CHAINS_ATTACK] = "attack",
};

void record_table_walked(struct json *j, uint64_t unassured)
{
	json_object(j, "table");
	json_u64(j, "unassured", unassured);
	json_object_end(j);
}

/* Everything but the closing bracket: a record of its own goes on. */
static void put_summary(struct json *j, const struct chains *c)
{
	json_u64(j, "buckets", c->buckets);
	json_u64(j, "used", c->used);
	json_u64(j, "nodes", c->nodes);
	json_double(j, "mean", c->mean, 4);
	json_double(j, "spread", c->spread, 4);
	json_u64(j, "longest", c->longest);
	if (c->longest_at_least)
		json_bool(j, "longest_at_least", true);
	if (c->longest)
		json_u64(j, "longest_bucket", c->longest_bucket);
	json_u64(j, "longest_seen", c->longest_seen);
	json_u64(j, "expected_longest", c->expected_longest);
	if (c->limited) {
		json_u64(j, "limit", CHAINS_LIMIT_LOW);
		json_u64(j, "limit_highest", CHAINS_LIMIT_HIGH);
	} else {
		json_null(j, "limit");
	}
	json_str(j, "verdict", verdict_names[c->verdict]);
	if (c->zones)
		json_bool(j, "zones", true);
	json_array(j, "histogram");
	for (size_t n = 0; n < c->histogram_count; n++)
		json_u64(j, NULL, c->histogram[n]);
	json_array_end(j);
	if (c->longer)
		json_u64(j, "longer", c->longer);
}

void record_chains_part(struct json *j, const struct chains *c, double age_seconds)
{
	json_object(j, "chains");
	json_double(j, "age_seconds", age_seconds, 1);
	put_summary(j, c);
	json_object_end(j);
}

static void put_top(struct json *j, const struct chain_top *top, bool redacted)
{
	char address[ADDRESS_MAX];

	json_object(j, NULL);
	json_u64(j, "bucket", top->bucket);
	json_u64(j, "length", top->length);
	if (top->at_least)
		json_bool(j, "at_least", true);
	if (top->looked_at) {
		json_u64(j, "looked_at", top->looked_at);
		json_u64(j, "tuples", top->tuples);
		json_str(j, "source", address_text(address, top->source, top->family, redacted));
		json_u64(j, "from_source", top->from_source);
		json_netns(j, "netns", top->netns);
	}
	json_object_end(j);
}

ssize_t record_chains(char *line, uint64_t time_ns, const char *node, const struct chains *c)
{
	enum level level = c->verdict == CHAINS_ATTACK ? LEVEL_WARN : LEVEL_INFO;
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, time_ns, level, "chains", sentence_chains(msg, c), node);
	json_object(&j, "chains");
	put_summary(&j, c);
	json_array(&j, "expected");
	for (uint32_t n = 0; n < c->histogram_count; n++)
		json_double(&j, NULL, chains_expected(c, n, n), 1);
	json_array_end(&j);
	json_array(&j, "top");
	for (size_t i = 0; i < c->top_count; i++) {
		struct json mark = json_mark(&j);

		put_top(&j, &c->top[i], c->redacted);
		if (!j.full)
			continue;
		json_back(&j, mark);
		break;
	}
	json_array_end(&j);
	json_object_end(&j);
	record_table_walked(&j, c->unassured);
	json_double(&j, "walk_seconds", c->walk.seconds, 9);
	json_double(&j, "slowest_slice_seconds", c->walk.slowest_slice_seconds, 9);
	json_u64(&j, "slices", c->walk.slices);
	json_u64(&j, "restarts", c->walk.restarts);
	json_u64(&j, "unsettled", c->walk.unsettled);
	return json_end(&j);
}

ssize_t record_resize(char *line, uint64_t time_ns, const char *node, uint64_t from, uint64_t to)
{
	char msg[96];
	struct json j;

	(void)snprintf(msg, sizeof(msg), "the hash table was resized from %" PRIu64 " to %" PRIu64 " buckets",
		       from, to);
	record_begin(&j, line, time_ns, LEVEL_INFO, "resize", msg, node);
	json_object(&j, "buckets");
	json_u64(&j, "from", from);
	json_u64(&j, "to", to);
	json_object_end(&j);
	return json_end(&j);
}
