// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake_tree.h"
#include "observe/settings_kept.h"

#define FOLDER "sys/net/netfilter/nf_conntrack_"
#define SECOND 1000000000ULL

static int64_t value_of(const struct settings *settings, const char *name)
{
	const struct setting *setting = settings_find(settings, name);

	assert_non_null(setting);
	assert_true(setting->known);
	return setting->value;
}

static void sees_what_changes(void **state)
{
	char *root = tree_new();
	struct roots roots = { .proc = root, .sys = "/nowhere" };
	struct settings_kept kept = { 0 };
	struct settings settings = { 0 };

	(void)state;
	tree_file(root, FOLDER "count", "7\n");
	tree_file(root, FOLDER "max", "65536\n");
	tree_file(root, FOLDER "generic_timeout", "600\n");
	assert_int_equal(settings_kept_read(&kept, &roots, 1 * SECOND, &settings), 0);
	assert_int_equal(settings.count, 3);
	assert_int_equal(value_of(&settings, "count"), 7);
	/* What moves by itself, then what somebody changes: seen at the very next look. */
	tree_file(root, FOLDER "count", "8\n");
	assert_int_equal(settings_kept_read(&kept, &roots, 2 * SECOND, &settings), 0);
	assert_int_equal(value_of(&settings, "count"), 8);
	tree_file(root, FOLDER "generic_timeout", "60\n");
	assert_int_equal(settings_kept_read(&kept, &roots, 3 * SECOND, &settings), 0);
	assert_int_equal(value_of(&settings, "generic_timeout"), 60);
	assert_true(settings_find(&settings, "generic_timeout")->changed);
	/* A new one is seen within a minute. */
	tree_file(root, FOLDER "icmp_timeout", "30\n");
	assert_int_equal(settings_kept_read(&kept, &roots, 64 * SECOND, &settings), 0);
	assert_int_equal(settings.count, 4);
	settings_free(&settings);
	settings_kept_free(&kept);
	settings_kept_free(&kept);
	tree_free(root);
}

static void says_when_all_are_gone(void **state)
{
	char *root = tree_new();
	struct roots roots = { .proc = root, .sys = "/nowhere" };
	struct settings_kept kept = { 0 };
	struct settings settings = { 0 };

	(void)state;
	tree_file(root, "sys/net/other", "1\n");
	assert_int_equal(settings_kept_read(&kept, &roots, SECOND, &settings), -ENOENT);
	tree_file(root, FOLDER "max", "65536\n");
	assert_int_equal(settings_kept_read(&kept, &roots, SECOND, &settings), 0);
	/* A sysctl of a module that was unloaded cannot be read any more. */
	tree_file(root, FOLDER "max", "");
	assert_int_equal(settings_kept_read(&kept, &roots, SECOND, &settings), 0);
	assert_false(settings_find(&settings, "max")->known);
	settings_free(&settings);
	settings_kept_free(&kept);
	tree_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_what_changes),
		cmocka_unit_test(says_when_all_are_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
