// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "history.h"

void history_add(struct history *history, const struct history_second *second)
{
	history->ring[history->next] = *second;
	history->next = (history->next + 1) % HISTORY_SECONDS;
	if (history->count < HISTORY_SECONDS)
		history->count++;
}

const struct history_second *history_at(const struct history *history, size_t i)
{
	size_t oldest = (history->next + HISTORY_SECONDS - history->count) % HISTORY_SECONDS;

	return i < history->count ? &history->ring[(oldest + i) % HISTORY_SECONDS] : NULL;
}

size_t history_before(const struct history *history, uint64_t monotonic_ns, size_t seconds, size_t *count)
{
	size_t end = history->count;

	while (end && history_at(history, end - 1)->monotonic_ns > monotonic_ns)
		end--;
	*count = end < seconds ? end : seconds;
	return end - *count;
}

uint64_t history_dropped(const struct history *history, const struct history_second *second)
{
	uint64_t sum = 0;

	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++)
		if (history->counters_known & 1U << c)
			sum += second->n[c];
	return sum;
}
