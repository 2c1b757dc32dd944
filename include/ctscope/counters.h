/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every counter of a connection's life, in the order users see them.
 *
 * One row makes the enum, the JSON key, the metric and its help text:
 * X(NAME, METRIC, CAUSE, HELP). NAME is the JSON key; METRIC the Prometheus
 * family without "ctscope_" and "_total"; CAUSE the "cause" label, for drops.
 *
 * allocated is never counted by a hook: every entry is either inserted or
 * aborted, so their sum is the number of allocations whose fate is known.
 */
#ifndef CTSCOPE_COUNTERS_H
#define CTSCOPE_COUNTERS_H

#define CT_COUNTERS(X) \
	X(allocated, "allocated", "", "Entries allocated whose fate is known: inserted or aborted.") \
	X(inserted, "inserted", "", "Entries put into the hash table.") \
	X(destroyed, "destroyed", "", "Entries freed after having been in the hash table.") \
	X(aborted, "aborted", "", "Entries freed without ever having been in the hash table.") \
	X(evicted, "evicted", "", "Unassured entries thrown out early by a full table.") \
	X(clash_resolved, "clash_resolved", "", "Insertion clashes the kernel resolved without a drop.") \
	X(dropped_table_full, "dropped", "table_full", "Packets refused by conntrack.") \
	X(dropped_no_memory, "dropped", "no_memory", "Packets refused by conntrack.") \
	X(dropped_clash, "dropped", "clash", "Packets refused by conntrack.") \
	X(dropped_chain_too_long, "dropped", "chain_too_long", "Packets refused by conntrack.") \
	X(dropped_other, "dropped", "other", "Packets refused by conntrack.")

enum ct_counter {
#define CT_COUNTER_ENUM(name, metric, cause, help) CT_##name,
	CT_COUNTERS(CT_COUNTER_ENUM)
#undef CT_COUNTER_ENUM
	CT_COUNTER_COUNT
};

#define CT_FIRST_DROP CT_dropped_table_full
#define CT_DROP_CAUSE_COUNT (CT_COUNTER_COUNT - CT_FIRST_DROP)

#endif
