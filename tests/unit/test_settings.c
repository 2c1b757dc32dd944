// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which sysctls there are, under which names, and what they hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "settings_tree.h"

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
		cmocka_unit_test(names_are_whole),
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
