// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "counters.h"

const char *const counter_names[CT_COUNTER_COUNT] = {
#define COUNTER_NAME(name, metric, cause, help) [CT_##name] = #name,
	CT_COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
};

const char *const counter_causes[CT_COUNTER_COUNT] = {
#define COUNTER_CAUSE(name, metric, cause, help) [CT_##name] = cause,
	CT_COUNTERS(COUNTER_CAUSE)
#undef COUNTER_CAUSE
};

uint64_t counters_dropped(const uint64_t n[static CT_COUNTER_COUNT], uint32_t known)
{
	uint64_t sum = 0;

	for (int i = CT_FIRST_DROP; i < CT_COUNTER_COUNT; i++)
		if (known & 1u << i)
			sum += n[i];
	return sum;
}

static void put_known(struct json *j, const char *key, const char *const *names,
		      const uint64_t *n, uint32_t known)
{
	if (!known)
		return;
	json_object(j, key);
	for (int i = 0; i < CT_COUNTER_COUNT; i++)
		if (known & 1u << i)
			json_u64(j, names[i], n[i]);
	json_object_end(j);
}

void json_counters(struct json *j, const char *key, const uint64_t n[static CT_COUNTER_COUNT],
		   uint32_t known)
{
	put_known(j, key, counter_names, n, known);
}

void json_dropped(struct json *j, const char *key, const uint64_t n[static CT_COUNTER_COUNT],
		  uint32_t known)
{
	put_known(j, key, counter_causes, n, known & CT_DROPS_MASK);
}
