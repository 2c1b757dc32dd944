// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Event "plan": sizes, where they come from, what if, and the commands. */
#include <inttypes.h>
#include <stdio.h>
#include "record.h"
#include "sentence.h"

static void put_known(struct json *j, const char *key, uint64_t value)
{
	if (value)
		json_u64(j, key, value);
	else
		json_null(j, key);
}

static void put_sizes(struct json *j, const char *key, uint64_t max, uint64_t buckets)
{
	if (!max && !buckets)
		return;
	json_object(j, key);
	put_known(j, "max", max);
	put_known(j, "buckets", buckets);
	json_object_end(j);
}

static void put_flows(struct json *j, const struct sizing_request *request)
{
	json_array(j, "flows");
	for (size_t i = 0; i < request->count; i++) {
		const struct sizing_flow *flow = &request->flows[i];

		json_object(j, NULL);
		if (flow->name[0])
			json_str(j, "name", flow->name);
		json_double(j, "rate_per_second", flow->rate, 3);
		json_double(j, "lifetime_seconds", flow->seconds, 3);
		json_u64(j, "entries", sizing_flow_entries(flow));
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_what_if(struct json *j, const struct sizing_what_if *what_if)
{
	json_array(j, "limits");
	for (int i = 0; i < SIZING_WHAT_IF_LIMITS; i++) {
		json_object(j, NULL);
		json_u64(j, "max", what_if->limits[i].max);
		json_u64(j, "buckets", what_if->limits[i].buckets);
		put_known(j, "memory_bytes", what_if->limits[i].memory_bytes);
		json_object_end(j);
	}
	json_array_end(j);
	json_array(j, "what_if");
	for (size_t i = 0; i < what_if->count; i++) {
		json_object(j, NULL);
		json_str(j, "case", what_if->rows[i].label);
		json_u64(j, "entries", what_if->rows[i].entries);
		json_array(j, "used_ratio");
		for (int k = 0; k < SIZING_WHAT_IF_LIMITS; k++)
			json_double(j, NULL, (double)what_if->rows[i].entries /
					     (double)what_if->limits[k].max, 4);
		json_array_end(j);
		json_object_end(j);
	}
	json_array_end(j);
}

ssize_t record_plan(char *line, uint64_t time_ns, const char *node, const struct plan *plan)
{
	const struct sizing *s = &plan->sizing;
	char msg[SENTENCE_MAX];
	struct json j;

	(void)snprintf(msg, sizeof(msg), "%" PRIu64 " entries at the peak need a limit of %" PRIu64
		       " and %" PRIu64 " buckets", s->entries, s->max, s->buckets);
	record_begin(&j, line, time_ns, LEVEL_INFO, "plan", msg, node);
	json_u64(&j, "entries", s->entries);
	json_u64(&j, "max", s->max);
	json_u64(&j, "buckets", s->buckets);
	put_known(&j, "memory_bytes", s->memory_bytes);
	put_known(&j, "entry_bytes", plan->request.entry_bytes);
	json_array(&j, "commands");
	for (int i = 0; i < PLAN_COMMANDS; i++)
		json_str(&j, NULL, plan->commands[i]);
	json_array_end(&j);
	if (plan->measured_seconds > 0) {
		json_double(&j, "measured_seconds", plan->measured_seconds, 3);
		if (plan->measured_rate >= 0)
			json_double(&j, "rate_per_second", plan->measured_rate, 3);
	} else {
		put_flows(&j, &plan->request);
	}
	json_u64(&j, "headroom_percent", plan->request.headroom);
	json_u64(&j, "chain_target", plan->request.chain);
	put_sizes(&j, "now", plan->max_now, plan->buckets_now);
	if (plan->max_now)
		json_bool(&j, "enough", plan->enough);
	put_sizes(&j, "default", plan->default_max, plan->default_buckets);
	if (plan->ram_bytes) {
		json_u64(&j, "ram_bytes", plan->ram_bytes);
		json_u64(&j, "max_by_ram", plan->by_ram);
	}
	put_what_if(&j, &plan->what_if);
	return json_end(&j);
}
