// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "hook_table.h"

#define COUNTS(counter) (1U << CT_##counter)

const struct hook_row hook_table[HOOK_COUNT] = {
	[HOOK_INSERTED] = {
		"inserted", "__nf_conntrack_hash_insert",
		{ { "inserted_fentry" }, { "inserted_kprobe" } }, { CT_ONCE }, { "fentry", "kprobe" },
		COUNTS(inserted) | COUNTS(allocated), "insertions are not counted",
	},
	[HOOK_FREED] = {
		"freed", "nf_conntrack_free",
		{ { "freed_fentry" }, { "freed_kprobe" } }, { CT_ONCE }, { "fentry", "kprobe" },
		COUNTS(destroyed) | COUNTS(aborted) | COUNTS(allocated),
		"ends of life are not counted, evicted entries not named",
	},
	[HOOK_EARLY_DROP] = {
		"early_drop", "early_drop",
		{ { "early_drop_fexit", "early_drop_fentry",
		    "early_drop_2", "early_begin_2" },
		  { "early_drop_kretprobe", "early_drop_kprobe" } },
		{ CT_TWICE_EARLY_DROP, CT_TWICE_EARLY_DROP_BEGINS }, { "fexit", "kretprobe" },
		COUNTS(evicted) | COUNTS(dropped_table_full),
		"table-full drops and evictions are not counted",
	},
	[HOOK_CLASH] = {
		"clash", "nf_ct_resolve_clash",
		{ { "clash_fexit", "clash_fentry" }, { "clash_kretprobe", "clash_kprobe" } }, { CT_ONCE },
		{ "fexit", "kretprobe" },
		COUNTS(clash_resolved) | COUNTS(dropped_clash), "insertion clashes are not counted",
	},
	[HOOK_CONFIRM] = {
		"confirm", "__nf_conntrack_confirm",
		{ { "confirm_fexit", NULL, "confirm_2" },
		  { "confirm_kretprobe", "confirm_kprobe" } }, { CT_TWICE_CONFIRM },
		{ "fexit", "kretprobe" },
		COUNTS(dropped_chain_too_long) | COUNTS(dropped_other),
		"drops by the chain limit and at confirmation are not counted",
	},
	[HOOK_NO_MEMORY] = {
		"no_memory", "slab_out_of_memory",
		{ { "no_memory_fentry" }, { "no_memory_kprobe" } }, { CT_ONCE }, { "fentry", "kprobe" },
		COUNTS(dropped_no_memory), "packets refused for want of memory are not counted",
	},
	[HOOK_ALLOC] = {
		"alloc", "__nf_conntrack_alloc",
		{ { "alloc_fexit", NULL, "alloc_2" },
		  { "alloc_kretprobe", "alloc_kprobe" } }, { CT_TWICE_ALLOC },
		{ "fexit", "kretprobe" },
		0, "packets refused by a full table are counted, but not named",
	},
	[HOOK_CTNETLINK] = {
		"ctnetlink", "nf_conntrack_hash_check_insert",
		{ { "ctnetlink_fexit" }, { "ctnetlink_kretprobe", "ctnetlink_kprobe" } }, { CT_ONCE },
		{ "fexit", "kretprobe" },
		0, "insertions by ctnetlink are not counted",
	},
};

const struct hook *probes_hooks_refused(const struct probes_refusal *why, size_t *count)
{
	static struct hook hooks[HOOK_CTNETLINK];

	for (int h = 0; h < HOOK_CTNETLINK; h++)
		hooks[h] = (struct hook){ .name = hook_table[h].name, .function = hook_table[h].function,
					  .reason = why->reason, .effect = hook_table[h].effect,
					  .cure = why->cure[0] ? why->cure : NULL };
	*count = HOOK_CTNETLINK;
	return hooks;
}
