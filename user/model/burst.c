// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <string.h>
#include "burst.h"

#define NS_PER_S 1000000000ULL

void burst_watch_init(struct burst_watch *watch, uint64_t quiet_ns)
{
	*watch = (struct burst_watch){ .quiet_ns = quiet_ns };
}

static uint64_t drops(const uint64_t *total, uint32_t known)
{
	uint64_t sum = 0;

	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++)
		if (known & 1U << c)
			sum += total[c];
	return sum;
}

/* The last second in slots of 100 ms: a look that came late puts all in one, and is averaged. */
static void follow_peak(struct burst_watch *watch, uint64_t now, uint64_t since, uint64_t dropped)
{
	uint64_t number = now / BURST_LOOK_NS, sum = 0;

	if (number - watch->slot_number >= BURST_SLOTS)
		memset(watch->slot, 0, sizeof(watch->slot));
	else
		while (watch->slot_number < number)
			watch->slot[++watch->slot_number % BURST_SLOTS] = 0;
	watch->slot_number = number;
	if (now > since && now - since > NS_PER_S)
		dropped = (uint64_t)((double)dropped * NS_PER_S / (double)(now - since));
	watch->slot[number % BURST_SLOTS] += dropped;
	for (int i = 0; i < BURST_SLOTS; i++)
		sum += watch->slot[i];
	if (sum > watch->peak_per_second)
		watch->peak_per_second = sum;
}

static void begin(struct burst_watch *watch, const struct burst_view *view)
{
	bool stamped = view->began_ns > watch->last_ns;

	memcpy(watch->base, watch->total, sizeof(watch->base));
	watch->on = true;
	watch->id++;
	watch->began_ns = stamped ? view->began_ns : view->now_ns;
	watch->peak_per_second = 0;
	memset(watch->slot, 0, sizeof(watch->slot));
}

enum burst_change burst_look(struct burst_watch *watch, const struct burst_view *view)
{
	uint64_t fresh = drops(view->total, view->known) - drops(watch->total, view->known);
	uint64_t last = view->last_ns ? view->last_ns : view->now_ns;
	bool begins = fresh && !watch->on;
	enum burst_change change = BURST_SAME;

	if (begins) {
		begin(watch, view);
		change = BURST_BEGINS;
	}
	if (fresh) {
		uint64_t since = watch->began_ns > watch->looked_ns ? watch->began_ns : watch->looked_ns;

		watch->last_ns = last > watch->began_ns ? last : watch->began_ns;
		follow_peak(watch, view->now_ns, since, fresh);
	} else if (watch->on && view->now_ns > watch->last_ns &&
		   view->now_ns - watch->last_ns >= watch->quiet_ns) {
		watch->on = false;
		change = BURST_ENDS;
	}
	memcpy(watch->total, view->total, sizeof(watch->total));
	watch->looked_ns = view->now_ns;
	return change;
}

void burst_counts(const struct burst_watch *watch, uint64_t n[static CT_COUNTER_COUNT])
{
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		n[c] = watch->total[c] - watch->base[c];
}
