/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Made-up but plausible data that the tests of records and of text render. */
#ifndef UNIT_SAMPLE_H
#define UNIT_SAMPLE_H

#include "model/hook.h"
#include "model/report.h"
#include "observe/settings.h"
#include "render/record.h"

#define SAMPLE_TIME 1760000000123456789ull	/* 2025-10-09T08:53:20.123456789Z */
#define SAMPLE_ALL_COUNTERS ((1u << CT_COUNTER_COUNT) - 1)
#define SAMPLE_ALL_STATS ((1u << KERNEL_STAT_COUNT) - 1)

static const struct pod_name sample_pods[] = {
	{ "kube-system", "coredns-5d78c9869d-7xk2p", "0f3c2f1a-9a3e-4f7b-8a55-0b6f3d1c2e4f" },
	{ "shop", "checkout-frontend-canary-6f7b9d9c5b-zzqvp", "77f0d1c2-1111-4222-8333-444455556666" },
};

static const struct netns_row sample_rows[] = {
	{ .netns = 4026531840u, .host = true, .entries_known = true, .entries = 140500,
	  .delta = { [CT_allocated] = 10, [CT_inserted] = 9, [CT_destroyed] = 8, [CT_aborted] = 1 } },
	{ .netns = 4026532277u, .pod = &sample_pods[0], .entries_known = true, .entries = 8000,
	  .delta = { [CT_allocated] = 1550, [CT_inserted] = 1550, [CT_destroyed] = 1400,
		     [CT_evicted] = 3, [CT_dropped_table_full] = 7 } },
	{ .netns = 4026532999u, .pod = &sample_pods[1], .delta = { [CT_inserted] = 1 } },
	{ .netns = 0, .delta = { [CT_aborted] = 2 } },
};

/* A quiet table of one namespace, seen through BPF. */
static inline struct report sample_quiet(void)
{
	struct report r = {
		.seq = 7, .mode = MODE_BPF, .time_ns = SAMPLE_TIME, .interval_seconds = 5,
		.table = { .entries = 149500, .max = 262144, .buckets = 65536,
			   .used_ratio = 149500.0 / 262144, .load_factor = 149500.0 / 65536,
			   .entry_bytes = 320, .memory_bytes = 48364288, .fill_seconds = -1 },
		.counters_known = SAMPLE_ALL_COUNTERS, .kernel_known = SAMPLE_ALL_STATS,
		.cpu_seconds = 0.0512, .rss_bytes = 12345678,
	};

	r.delta[CT_allocated] = 1561;
	r.delta[CT_inserted] = 1560;
	r.delta[CT_destroyed] = 1440;
	r.delta[CT_aborted] = 1;
	r.total[CT_allocated] = 987654322;
	r.total[CT_inserted] = 987654321;
	r.total[CT_destroyed] = 987504821;
	r.total[CT_aborted] = 1;
	r.kernel[KERNEL_STAT_invalid] = 12;
	return r;
}

/* A full table with drops of two causes, several namespaces, and losses. */
static inline struct report sample_drops(void)
{
	struct report r = sample_quiet();

	r.seq = 8;
	r.time_ns += 5000000000;
	r.table.entries = 270644;
	r.table.used_ratio = 1;
	r.table.fullest_netns = 4026531840u;
	r.table.fullest_entries = 262144;
	r.table.unassured_known = true;
	r.table.unassured = 12000;
	r.table.walked = r.table.entries;
	r.table.fill_seconds = 0;
	r.delta[CT_allocated] = 123457;
	r.delta[CT_inserted] = 123456;
	r.delta[CT_evicted] = 1200;
	r.delta[CT_dropped_table_full] = 1500;
	r.delta[CT_dropped_clash] = 23;
	r.total[CT_dropped_table_full] = 1500;
	r.total[CT_dropped_clash] = 23;
	r.kernel[KERNEL_STAT_drop] = 1523;
	r.netns = sample_rows;
	r.netns_count = sizeof(sample_rows) / sizeof(sample_rows[0]);
	r.netns_other_count = 12;
	r.netns_others = (struct netns_row){ .entries_known = true, .entries = 1000,
					     .delta = { [CT_inserted] = 5 } };
	r.lost = (struct losses){ .events = 1300, .probes = 1 };
	return r;
}

/* What is left without BPF; the kernel's own count saw three drops. */
static inline struct report sample_procfs(void)
{
	struct report r = sample_quiet();

	r.mode = MODE_PROCFS;
	r.counters_known = 0;
	r.kernel[KERNEL_STAT_drop] = 2;
	r.kernel[KERNEL_STAT_chain_too_long] = 1;
	r.kernel_known &= ~(1u << KERNEL_STAT_found);
	return r;
}

/* As little as can be known at all. */
static inline struct report sample_bare(void)
{
	return (struct report){
		.mode = MODE_PROCFS, .time_ns = SAMPLE_TIME, .interval_seconds = 0.5,
		.table = { .entries = 3, .used_ratio = -1, .load_factor = -1, .fill_seconds = -1 },
	};
}

static const struct setting_info sample_infos[] = {
	{ .name = "max", .unit = SETTING_COUNT_OF, .fixed_default = -1,
	  .meaning = "Most entries a network namespace may hold; "
		     "a packet that needs one more is dropped." },
	{ .name = "tcp_timeout_established", .unit = SETTING_SECONDS, .fixed_default = 432000,
	  .meaning = "How long an established connection without any traffic is kept." },
	{ .name = "acct", .unit = SETTING_SWITCH, .fixed_default = 0,
	  .meaning = "Count packets and bytes of each connection." },
	{ .name = "log_invalid", .unit = SETTING_MASK, .fixed_default = 0,
	  .meaning = "Protocol whose invalid packets are logged, 255 for all." },
};

static inline void sample_settings(struct setting list[static 5])
{
	list[0] = (struct setting){ &sample_infos[0], "net.netfilter.nf_conntrack_max",
				    true, 524288, true, 262144, true };
	list[1] = (struct setting){ &sample_infos[1],
				    "net.netfilter.nf_conntrack_tcp_timeout_established",
				    true, 432000, true, 432000, false };
	list[2] = (struct setting){ &sample_infos[2], "net.netfilter.nf_conntrack_acct",
				    true, 0, true, 0, false };
	list[3] = (struct setting){ &sample_infos[3], "net.netfilter.nf_conntrack_log_invalid",
				    false, 0, true, 0, false };
	list[4] = (struct setting){ NULL, "net.netfilter.nf_conntrack_of_tomorrow",
				    true, -1, false, 0, false };
}

static const struct hook sample_hooks[] = {
	{ "inserted", "__nf_conntrack_hash_insert", "fentry", NULL, NULL, NULL },
	{ "destroyed", "nf_conntrack_free", "fentry", NULL, NULL, NULL },
	{ "dropped_table_full", "early_drop", NULL,
	  "nf_conntrack is a module, and its types can only be read with CAP_SYS_ADMIN",
	  "Packets refused by a full table are not counted, and evictions neither.",
	  "Run as root, or add CAP_SYS_ADMIN." },
};

static inline struct start_facts sample_start(void)
{
	return (struct start_facts){
		.time_ns = SAMPLE_TIME, .node = "node-1", .version = "0.1.0",
		.kernel = "6.1.0-40-cloud-amd64", .mode = MODE_BPF, .interval_seconds = 5,
		.hooks = sample_hooks, .hook_count = 3,
	};
}

#endif
