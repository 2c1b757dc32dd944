/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sysctls of freshly booted machines, as a /proc of the test's own. */
#ifndef UNIT_SETTINGS_TREE_H
#define UNIT_SETTINGS_TREE_H

#include "fake_tree.h"
#include "observe/settings.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define NEW "sys/net/netfilter/nf_conntrack_"
#define OLD "sys/net/ipv4/netfilter/ip_conntrack_"

/* What freshly booted machines of 2 GiB show: what both have, then each its own. */
static const char *const fresh_both[][2] = {
	{ "acct", "0" }, { "checksum", "1" }, { "count", "0" },
	{ "frag6_high_thresh", "4194304" }, { "frag6_low_thresh", "3145728" }, { "frag6_timeout", "60" },
	{ "generic_timeout", "600" }, { "gre_timeout", "30" }, { "gre_timeout_stream", "180" },
	{ "icmp_timeout", "30" }, { "icmpv6_timeout", "30" }, { "log_invalid", "0" }, { "max", "65536" },
	{ "sctp_timeout_closed", "10" }, { "sctp_timeout_cookie_echoed", "3" },
	{ "sctp_timeout_cookie_wait", "3" }, { "sctp_timeout_established", "210" },
	{ "sctp_timeout_heartbeat_sent", "30" }, { "sctp_timeout_shutdown_ack_sent", "3" },
	{ "sctp_timeout_shutdown_recd", "3" }, { "sctp_timeout_shutdown_sent", "3" },
	{ "tcp_be_liberal", "0" }, { "tcp_loose", "1" }, { "tcp_max_retrans", "3" },
	{ "tcp_timeout_close", "10" }, { "tcp_timeout_close_wait", "60" },
	{ "tcp_timeout_established", "432000" }, { "tcp_timeout_fin_wait", "120" },
	{ "tcp_timeout_last_ack", "30" }, { "tcp_timeout_max_retrans", "300" },
	{ "tcp_timeout_syn_recv", "60" }, { "tcp_timeout_syn_sent", "120" },
	{ "tcp_timeout_time_wait", "120" }, { "tcp_timeout_unacknowledged", "300" }, { "timestamp", "0" },
	{ "udp_timeout", "30" }, { "udp_timeout_stream", "120" },
};
static const char *const fresh_5_10[][2] = {
	{ "buckets", "16384" }, { "expect_max", "256" }, { "events", "1" }, { "helper", "0" },
	{ "dccp_loose", "1" }, { "dccp_timeout_closereq", "64" }, { "dccp_timeout_closing", "64" },
	{ "dccp_timeout_open", "43200" }, { "dccp_timeout_partopen", "480" },
	{ "dccp_timeout_request", "240" }, { "dccp_timeout_respond", "480" },
	{ "dccp_timeout_timewait", "240" },
};
static const char *const fresh_7_2[][2] = {
	{ "buckets", "65536" }, { "expect_max", "1024" }, { "events", "2" },
	{ "tcp_ignore_invalid_rst", "0" },
};

static inline void put(const char *root, const char *prefix, const char *name, const char *value)
{
	char path[256], line[64];

	assert_true(snprintf(path, sizeof(path), "%s%s", prefix, name) < (int)sizeof(path));
	assert_true(snprintf(line, sizeof(line), "%s\n", value) < (int)sizeof(line));
	tree_file(root, path, line);
}

static inline void put_ram(const char *root, uint64_t kib)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "MemTotal:       %8llu kB\nMemFree: 1 kB\n", (unsigned long long)kib);
	tree_file(root, "meminfo", text);
}

/* The statistics, of which only the column name matters here. */
static inline void put_stat(const char *root, const char *column_8)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "entries %s\n00000000 00000000\n", column_8);
	tree_file(root, "self/net/stat/nf_conntrack", text);
}

static inline void put_all(const char *root, const char *prefix, const char *const (*rows)[2], size_t count)
{
	for (size_t i = 0; i < count; i++)
		put(root, prefix, rows[i][0], rows[i][1]);
}

static inline char *fresh(const char *version)
{
	char *root = tree_new();

	put_all(root, NEW, fresh_both, LEN(fresh_both));
	tree_file(root, "sys/net/nf_conntrack_max", "65536\n");
	tree_file(root, "sys/net/netfilter/nf_log_all_netns", "0\n");
	tree_file(root, "sys/net/netfilter/nf_log/2", "NONE\n");
	if (!strcmp(version, "5.10")) {
		put_all(root, NEW, fresh_5_10, LEN(fresh_5_10));
		put_stat(root, "delete_list");
		put_ram(root, 2033132);
	} else {
		put_all(root, NEW, fresh_7_2, LEN(fresh_7_2));
		tree_file(root, "sys/net/netfilter/nf_flowtable_tcp_timeout", "30\n");
		tree_file(root, "sys/net/netfilter/nf_flowtable_udp_timeout", "30\n");
		put_stat(root, "chainlength");
		put_ram(root, 2017136);
	}
	return root;
}

static inline void read_tree_of(const char *root, struct settings *settings)
{
	const struct roots roots = { root, root };

	assert_int_equal(settings_read(&roots, settings), 0);
}

static inline void assert_default(const struct settings *settings, const char *name, int64_t value)
{
	const struct setting *s = settings_find(settings, name);

	assert_non_null(s);
	assert_true(s->default_known);
	assert_true(s->default_value == value);
	assert_int_equal(s->changed, s->known && s->value != value);
}

static inline void assert_no_default(const struct settings *settings, const char *name)
{
	const struct setting *s = settings_find(settings, name);

	assert_non_null(s);
	assert_false(s->default_known);
	assert_false(s->changed);
}

#endif
