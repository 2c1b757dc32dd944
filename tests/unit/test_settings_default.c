// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The defaults, as each kernel computes them, and what was changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "settings_tree.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_machines),
		cmocka_unit_test(sizes_follow_the_memory),
		cmocka_unit_test(memory_not_known),
		cmocka_unit_test(without_statistics),
		cmocka_unit_test(events_between),
		cmocka_unit_test(older_sctp),
		cmocka_unit_test(changed_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
