/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The counters of include/ctscope/counters.h as words and as JSON, for every record that has some. */
#ifndef RENDER_COUNTERS_H
#define RENDER_COUNTERS_H

#include <stdint.h>
#include "ctscope/counters.h"
#include "json.h"

#define CT_DROPS_MASK (((1u << CT_DROP_CAUSE_COUNT) - 1) << CT_FIRST_DROP)

extern const char *const counter_names[CT_COUNTER_COUNT];	/* "dropped_table_full" */
extern const char *const counter_causes[CT_COUNTER_COUNT];	/* "table_full"; "" where it is no drop */

/* Sums drops of every known cause. */
uint64_t counters_dropped(const uint64_t n[static CT_COUNTER_COUNT], uint32_t known);
/* {"inserted":1,...} of the known ones; nothing at all when none is known. */
void json_counters(struct json *, const char *key, const uint64_t n[static CT_COUNTER_COUNT],
		   uint32_t known);
/* {"table_full":1,...}: the known causes. */
void json_dropped(struct json *, const char *key, const uint64_t n[static CT_COUNTER_COUNT],
		  uint32_t known);

#endif
