// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
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

static void put(const char *root, const char *prefix, const char *name, const char *value)
{
	char path[256], line[64];

	assert_true(snprintf(path, sizeof(path), "%s%s", prefix, name) < (int)sizeof(path));
	assert_true(snprintf(line, sizeof(line), "%s\n", value) < (int)sizeof(line));
	tree_file(root, path, line);
}

static void put_ram(const char *root, uint64_t kib)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "MemTotal:       %8llu kB\nMemFree: 1 kB\n", (unsigned long long)kib);
	tree_file(root, "meminfo", text);
}

/* The statistics, of which only the column name matters here. */
static void put_stat(const char *root, const char *column_8)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "entries %s\n00000000 00000000\n", column_8);
	tree_file(root, "self/net/stat/nf_conntrack", text);
}

static void put_all(const char *root, const char *prefix, const char *const (*rows)[2], size_t count)
{
	for (size_t i = 0; i < count; i++)
		put(root, prefix, rows[i][0], rows[i][1]);
}

static char *fresh(const char *version)
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

static void read_tree_of(const char *root, struct settings *settings)
{
	const struct roots roots = { root, root };

	assert_int_equal(settings_read(&roots, settings), 0);
}

static void assert_default(const struct settings *settings, const char *name, int64_t value)
{
	const struct setting *s = settings_find(settings, name);

	assert_non_null(s);
	assert_true(s->default_known);
	assert_true(s->default_value == value);
	assert_int_equal(s->changed, s->known && s->value != value);
}

static void assert_no_default(const struct settings *settings, const char *name)
{
	const struct setting *s = settings_find(settings, name);

	assert_non_null(s);
	assert_false(s->default_known);
	assert_false(s->changed);
}

/* On a machine nobody touched each default is known and each is the value, but count's. */
static void fresh_machines(void **state)
{
	static const struct { const char *version; size_t count; } kernels[] = {
		{ "5.10", LEN(fresh_both) + LEN(fresh_5_10) },
		{ "7.2", LEN(fresh_both) + LEN(fresh_7_2) + 2 },
	};

	(void)state;
	for (size_t k = 0; k < LEN(kernels); k++) {
		char *root = fresh(kernels[k].version);
		struct settings settings;

		read_tree_of(root, &settings);
		assert_int_equal(settings.count, kernels[k].count);
		for (size_t i = 0; i < settings.count; i++) {
			const struct setting *s = &settings.list[i];

			assert_non_null(s->info);
			assert_true(s->known);
			assert_int_equal(s->default_known, strcmp(s->info->name, "count") != 0);
			assert_false(s->changed);
			assert_true(i == 0 || s[-1].info < s->info);	/* the table's order */
			assert_ptr_equal(settings_find(&settings, s->info->name), s);
		}
		assert_null(settings_find(&settings, "tcp_timeout_syn_sent2"));
		settings_free(&settings);
		tree_free(root);
	}
}

static void names_are_whole(void **state)
{
	char *root = fresh("7.2");
	struct settings settings;

	(void)state;
	read_tree_of(root, &settings);
	assert_string_equal(settings_find(&settings, "max")->name, "net.netfilter.nf_conntrack_max");
	assert_string_equal(settings_find(&settings, "flowtable_tcp_timeout")->name,
			    "net.netfilter.nf_flowtable_tcp_timeout");
	settings_free(&settings);
	settings_free(&settings);
	settings_free(NULL);
	tree_free(root);
}

/* Memory as booted machines had it, with the sizes they chose; then the edges of the rules. */
static void sizes_follow_the_memory(void **state)
{
	static const struct { const char *version; uint64_t kib; int64_t buckets, max; } cases[] = {
		{ "5.10", 487148, 4096, 16384 }, { "5.10", 2033132, 16384, 65536 },
		{ "5.10", 5054572, 65536, 262144 },
		{ "7.2", 471156, 4096, 4096 }, { "7.2", 2017136, 65536, 65536 },
		{ "7.2", 5038196, 262144, 262144 }, { "7.2", 24684084, 262144, 262144 },
		{ "5.10", 1048576, 8192, 32768 }, { "5.10", 1048580, 16384, 65536 },
		{ "5.10", 4194304, 16384, 65536 }, { "5.10", 4194308, 65536, 262144 },
		{ "7.2", 4194304, 65536, 65536 }, { "7.2", 4194308, 262144, 262144 },
		{ "5.10", 4096, 512, 2048 }, { "7.2", 4096, 1024, 1024 },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		char *root = fresh(cases[i].version);
		int64_t expect = cases[i].buckets / 256 * 4;
		struct settings settings;

		put_ram(root, cases[i].kib);
		read_tree_of(root, &settings);
		assert_default(&settings, "buckets", cases[i].buckets);
		assert_default(&settings, "max", cases[i].max);
		assert_default(&settings, "expect_max", expect);
		settings_free(&settings);
		tree_free(root);
	}
}

static void memory_not_known(void **state)
{
	char *root = fresh("7.2");
	struct settings settings;

	(void)state;
	tree_file(root, "meminfo", "MemFree: 12 kB\n");
	read_tree_of(root, &settings);
	assert_no_default(&settings, "buckets");
	assert_no_default(&settings, "max");
	assert_no_default(&settings, "expect_max");
	assert_default(&settings, "events", 2);
	settings_free(&settings);
	tree_free(root);
}

/* A kernel built without NF_CONNTRACK_PROCFS: the sysctls tell, or nothing does. */
static void without_statistics(void **state)
{
	char *root = fresh("5.10");
	struct settings settings;

	(void)state;
	tree_remove(root, "self");
	read_tree_of(root, &settings);
	assert_default(&settings, "max", 65536);
	assert_default(&settings, "buckets", 16384);
	assert_default(&settings, "events", 1);
	settings_free(&settings);
	/* 5.14 to 5.19: helper still there, the sizes either way. */
	put(root, NEW, "tcp_ignore_invalid_rst", "0");
	read_tree_of(root, &settings);
	assert_no_default(&settings, "max");
	assert_no_default(&settings, "buckets");
	assert_no_default(&settings, "events");
	assert_default(&settings, "tcp_timeout_established", 432000);
	settings_free(&settings);
	tree_free(root);

	root = fresh("7.2");
	tree_remove(root, "self");
	read_tree_of(root, &settings);
	assert_default(&settings, "max", 65536);
	assert_default(&settings, "buckets", 65536);
	assert_default(&settings, "events", 2);
	settings_free(&settings);
	tree_free(root);
}

/* 5.15 to 5.18: the large table, helper, events 1; 5.19: events 2. */
static void events_between(void **state)
{
	char *root = fresh("7.2");
	struct settings settings;

	(void)state;
	put(root, NEW, "helper", "0");
	read_tree_of(root, &settings);
	assert_default(&settings, "buckets", 65536);
	assert_no_default(&settings, "events");
	settings_free(&settings);
	tree_free(root);
}

static void older_sctp(void **state)
{
	char *root = fresh("5.10");
	struct settings settings;

	(void)state;
	put(root, NEW, "sctp_timeout_shutdown_sent", "0");
	read_tree_of(root, &settings);
	assert_default(&settings, "sctp_timeout_established", 210);
	assert_no_default(&settings, "sctp_timeout_shutdown_sent");
	assert_no_default(&settings, "sctp_timeout_shutdown_recd");
	settings_free(&settings);
	put(root, NEW, "sctp_timeout_heartbeat_acked", "210");
	read_tree_of(root, &settings);
	assert_default(&settings, "sctp_timeout_established", 432000);
	assert_no_default(&settings, "sctp_timeout_shutdown_recd");
	assert_default(&settings, "sctp_timeout_heartbeat_acked", 210);
	settings_free(&settings);
	tree_free(root);
}

static void changed_ones(void **state)
{
	char *root = fresh("7.2");
	struct settings settings;
	size_t changed = 0;

	(void)state;
	put(root, NEW, "max", "0");		/* no limit */
	put(root, NEW, "buckets", "1048576");
	put(root, NEW, "tcp_timeout_established", "3600");
	put(root, NEW, "tcp_be_liberal", "-1");
	put(root, NEW, "count", "77");
	read_tree_of(root, &settings);
	for (size_t i = 0; i < settings.count; i++)
		changed += settings.list[i].changed;
	assert_int_equal(changed, 4);
	assert_true(settings_find(&settings, "max")->known);
	assert_true(settings_find(&settings, "max")->value == 0);
	assert_default(&settings, "max", 65536);	/* the default's, not the present buckets' */
	assert_true(settings_find(&settings, "tcp_timeout_established")->changed);
	assert_true(settings_find(&settings, "tcp_be_liberal")->value == -1);
	assert_true(settings_find(&settings, "count")->value == 77);
	assert_no_default(&settings, "count");
	settings_free(&settings);
	tree_free(root);
}

static void values_that_are_no_numbers(void **state)
{
	static const char *const values[] = {
		"", "\n", "many\n", "1 2\n", "65536k\n", "0x100\n", "99999999999999999999\n",
		"1234567890123456789012345678901234567890123456789012345678901234567890\n",
	};

	(void)state;
	for (size_t i = 0; i < LEN(values); i++) {
		char *root = fresh("7.2");
		struct settings settings;

		tree_file(root, NEW "tcp_timeout_close", values[i]);
		read_tree_of(root, &settings);
		assert_false(settings_find(&settings, "tcp_timeout_close")->known);
		assert_false(settings_find(&settings, "tcp_timeout_close")->changed);
		assert_default(&settings, "tcp_timeout_close", 10);
		settings_free(&settings);
		tree_free(root);
	}
}

static void values_that_cannot_be_read(void **state)
{
	char *root = fresh("7.2");
	struct settings settings;

	(void)state;
	tree_remove(root, NEW "tcp_timeout_close");
	tree_folder(root, NEW "tcp_timeout_close");	/* read(2) fails, for root as well */
	read_tree_of(root, &settings);
	assert_false(settings_find(&settings, "tcp_timeout_close")->known);
	assert_default(&settings, "tcp_timeout_close", 10);
	settings_free(&settings);
	tree_free(root);
}

static void sysctls_of_a_future_kernel(void **state)
{
	static const char *const last[] = {
		"net.netfilter.nf_conntrack_tcp_no_window_check", "net.netfilter.nf_conntrack_zebra",
		"net.netfilter.nf_flowtable_quic_timeout",
	};
	char *root = fresh("7.2");
	char longest[NAME_MAX + 1], path[NAME_MAX + 32];
	struct settings settings;

	(void)state;
	put(root, NEW, "zebra", "7");
	put(root, NEW, "tcp_no_window_check", "1");
	tree_file(root, "sys/net/netfilter/nf_flowtable_quic_timeout", "30\n");
	memset(longest, 'a', NAME_MAX);
	memcpy(longest, "nf_conntrack_", 13);
	longest[NAME_MAX] = '\0';
	(void)snprintf(path, sizeof(path), "sys/net/netfilter/%s", longest);
	tree_file(root, path, "5\n");
	read_tree_of(root, &settings);
	assert_int_equal(settings.count, LEN(fresh_both) + LEN(fresh_7_2) + 2 + 4);
	for (size_t i = settings.count - 4; i < settings.count; i++) {
		assert_null(settings.list[i].info);
		assert_true(settings.list[i].known);
		assert_false(settings.list[i].default_known);
		assert_false(settings.list[i].changed);
	}
	assert_string_equal(settings.list[settings.count - 4].name + strlen("net.netfilter."), longest);
	for (size_t i = 0; i < LEN(last); i++)
		assert_string_equal(settings.list[settings.count - 3 + i].name, last[i]);
	assert_true(settings_find(&settings, "zebra")->value == 7);
	settings_free(&settings);
	tree_free(root);
}

static void old_names_when_there_are_no_others(void **state)
{
	char *root = tree_new();
	struct settings settings;

	(void)state;
	put(root, OLD, "max", "65536");
	put(root, OLD, "count", "3");
	put(root, OLD, "buckets", "8192");
	put(root, OLD, "udp_timeout_stream", "180");
	put(root, OLD, "tcp_timeout_syn_sent2", "120");
	put(root, OLD, "tcp_timeout_established", "600");
	tree_file(root, "sys/net/ipv4/ip_conntrack_max", "65536\n");
	put_ram(root, 2033132);
	put_stat(root, "delete_list");
	read_tree_of(root, &settings);
	assert_int_equal(settings.count, 6);
	assert_string_equal(settings_find(&settings, "max")->name, "net.ipv4.netfilter.ip_conntrack_max");
	assert_no_default(&settings, "max");	/* 2.6 had rules of its own */
	assert_no_default(&settings, "buckets");
	assert_default(&settings, "udp_timeout_stream", 180);
	assert_default(&settings, "tcp_timeout_syn_sent2", 120);
	assert_default(&settings, "tcp_timeout_established", 432000);
	assert_true(settings_find(&settings, "tcp_timeout_established")->changed);
	settings_free(&settings);
	tree_remove(root, "sys/net/ipv4/netfilter");
	read_tree_of(root, &settings);
	assert_int_equal(settings.count, 1);
	assert_string_equal(settings.list[0].name, "net.ipv4.ip_conntrack_max");
	settings_free(&settings);
	tree_free(root);
}

static void old_names_beside_the_new_are_left_out(void **state)
{
	char *root = fresh("5.10");
	struct settings settings;

	(void)state;
	put(root, OLD, "max", "65536");
	put(root, OLD, "tcp_timeout_syn_sent2", "120");
	read_tree_of(root, &settings);
	assert_int_equal(settings.count, LEN(fresh_both) + LEN(fresh_5_10));
	assert_null(settings_find(&settings, "tcp_timeout_syn_sent2"));
	settings_free(&settings);
	tree_free(root);
}

static void the_second_name_of_max(void **state)
{
	char *root = tree_new();
	struct settings settings;

	(void)state;
	tree_file(root, "sys/net/nf_conntrack_max", "1000\n");
	read_tree_of(root, &settings);
	assert_int_equal(settings.count, 1);
	assert_string_equal(settings.list[0].name, "net.nf_conntrack_max");
	assert_true(settings_find(&settings, "max")->value == 1000);
	settings_free(&settings);
	tree_free(root);
}

static void not_loaded(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root }, nowhere = { "/nonexistent", "/nonexistent" };
	struct settings settings = { 0 };

	(void)state;
	assert_int_equal(settings_read(&nowhere, &settings), -ENODEV);
	assert_int_equal(settings_read(&roots, &settings), -ENODEV);
	tree_folder(root, "sys/net");
	assert_int_equal(settings_read(&roots, &settings), -ENOENT);
	tree_file(root, "sys/net/netfilter/nf_log_all_netns", "0\n");
	put(root, NEW, "frag6_timeout", "60");	/* nf_defrag_ipv6 alone, as TPROXY loads it */
	assert_int_equal(settings_read(&roots, &settings), -ENOENT);
	assert_null(settings.list);
	tree_free(root);
}

static void too_many_to_be_true(void **state)
{
	char *root = fresh("7.2");
	const struct roots roots = { root, root };
	struct settings settings;
	char name[32];

	(void)state;
	for (int i = 0; i < 400; i++) {
		(void)snprintf(name, sizeof(name), "invented_%d", i);
		put(root, NEW, name, "1");
	}
	assert_int_equal(settings_read(&roots, &settings), -E2BIG);
	tree_free(root);
}

static void the_table_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < settings_table_count; i++) {
		const struct setting_info *info = &settings_table[i];
		size_t len = strlen(info->meaning);

		assert_in_range(len, 10, 74);
		assert_int_equal(info->meaning[len - 1], '.');
		assert_true(info->fixed_default >= -1);
		assert_true(info->unit != SETTING_SWITCH || info->fixed_default <= 1);
		assert_int_equal(info->live, !strcmp(info->name, "count"));
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(info->name, settings_table[k].name);
			assert_string_not_equal(info->meaning, settings_table[k].meaning);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_machines),
		cmocka_unit_test(names_are_whole),
		cmocka_unit_test(sizes_follow_the_memory),
		cmocka_unit_test(memory_not_known),
		cmocka_unit_test(without_statistics),
		cmocka_unit_test(events_between),
		cmocka_unit_test(older_sctp),
		cmocka_unit_test(changed_ones),
		cmocka_unit_test(values_that_are_no_numbers),
		cmocka_unit_test(values_that_cannot_be_read),
		cmocka_unit_test(sysctls_of_a_future_kernel),
		cmocka_unit_test(old_names_when_there_are_no_others),
		cmocka_unit_test(old_names_beside_the_new_are_left_out),
		cmocka_unit_test(the_second_name_of_max),
		cmocka_unit_test(not_loaded),
		cmocka_unit_test(too_many_to_be_true),
		cmocka_unit_test(the_table_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
