// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <math.h>
#include <stdio.h>
#include "sizing.h"

#define WHAT_IF_FLOWS 3

/* Up, but for the last bits of a product such as 0.1 * 30. */
static uint64_t whole(double entries)
{
	double up = ceil(entries - entries * 1e-12 - 1e-9);

	return up <= 0 ? 0 : up >= (double)SIZING_LIMIT_MAX ? SIZING_LIMIT_MAX : (uint64_t)up;
}

uint64_t sizing_flow_entries(const struct sizing_flow *flow)
{
	return whole(flow->rate * flow->seconds);
}

static uint64_t sizing_entries(const struct sizing_request *request)
{
	double sum = 0;

	if (request->entries)
		return request->entries;
	for (size_t i = 0; i < request->count; i++)
		sum += request->flows[i].rate * request->flows[i].seconds;
	return whole(sum);
}

static uint64_t round_up(uint64_t n, uint64_t step)
{
	return (n + step - 1) / step * step;
}

uint64_t sizing_buckets(uint64_t max, uint32_t chain)
{
	uint64_t buckets = (2 * max + chain - 1) / chain;

	return round_up(buckets ? buckets : 1, SIZING_BUCKETS_STEP);
}

uint64_t sizing_memory(uint64_t max, uint64_t buckets, uint32_t entry_bytes)
{
	return entry_bytes ? max * entry_bytes + buckets * 8 : 0;
}

static uint64_t limit_for(uint64_t entries, uint32_t headroom)
{
	uint64_t limit = round_up(entries + (entries * headroom + 99) / 100, SIZING_BUCKETS_STEP);

	return !limit ? SIZING_BUCKETS_STEP : limit > SIZING_LIMIT_MAX ? SIZING_LIMIT_MAX : limit;
}

void sizing_compute(const struct sizing_request *request, struct sizing *out)
{
	out->entries = sizing_entries(request);
	out->max = request->max ? request->max : limit_for(out->entries, request->headroom);
	out->buckets = request->buckets ? round_up(request->buckets, SIZING_BUCKETS_STEP) :
					  sizing_buckets(out->max, request->chain);
	out->memory_bytes = sizing_memory(out->max, out->buckets, request->entry_bytes);
}

uint64_t sizing_by_ram(uint64_t ram_bytes, unsigned int bits)
{
	return ram_bytes / 16384 / (bits / 32);
}

void sizing_what_if_begin(const struct sizing_request *request, const struct sizing *plan,
			  struct sizing_what_if *out)
{
	*out = (struct sizing_what_if){ 0 };
	for (int i = 0; i < SIZING_WHAT_IF_LIMITS; i++) {
		struct sizing *limit = &out->limits[i];

		limit->max = plan->max << i >> 1;
		limit->buckets = round_up(plan->buckets << i >> 1, SIZING_BUCKETS_STEP);
		limit->memory_bytes = sizing_memory(limit->max, limit->buckets, request->entry_bytes);
	}
	if (plan->entries)
		sizing_what_if_add(out, "as planned", plan->entries);
}

void sizing_what_if_add(struct sizing_what_if *out, const char *label, uint64_t entries)
{
	if (out->count == SIZING_WHAT_IF_ROWS)
		return;
	(void)snprintf(out->rows[out->count].label, sizeof(out->rows[0].label), "%s", label);
	out->rows[out->count++].entries = entries;
}

/* The flow that holds most after those already `done`. */
static int next_largest(const struct sizing_request *request, uint32_t done)
{
	int largest = -1;

	for (size_t i = 0; i < request->count; i++)
		if (!(done & 1U << i) &&
		    (largest < 0 || sizing_flow_entries(&request->flows[i]) >
				    sizing_flow_entries(&request->flows[largest])))
			largest = (int)i;
	return largest;
}

static void shorter_stay(struct sizing_request changed, int which, struct sizing_what_if *out)
{
	struct sizing_flow *flow = &changed.flows[which];
	const char *name = flow->name[0] ? flow->name : "each stays";
	double whole_life = flow->seconds;
	char label[sizeof(out->rows[0].label)];

	for (int part = 2; part <= 4; part += 2) {
		flow->seconds = whole_life / part;
		(void)snprintf(label, sizeof(label), "%s %.4g s", name, flow->seconds);
		sizing_what_if_add(out, label, sizing_entries(&changed));
	}
}

void sizing_what_if_flows(const struct sizing_request *request, struct sizing_what_if *out)
{
	uint32_t done = 0;

	if (!request->count || request->entries)
		return;
	sizing_what_if_add(out, "twice the rate", 2 * sizing_entries(request));
	for (int i = 0; i < WHAT_IF_FLOWS; i++) {
		int which = next_largest(request, done);

		if (which < 0)
			return;
		shorter_stay(*request, which, out);
		done |= 1U << which;
	}
}
