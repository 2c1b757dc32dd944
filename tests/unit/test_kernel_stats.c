// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake_tree.h"
#include "observe/kernel_stats.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The first lines as these kernels write them. */
#define HEADER_5_10 "entries  clashres found new invalid ignore delete delete_list insert insert_failed " \
	"drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n"
#define HEADER_6_1 "entries  clashres found new invalid ignore delete chainlength insert insert_failed " \
	"drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n"
#define HEADER_3_10 "entries  searched found new invalid ignore delete delete_list insert insert_failed " \
	"drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n"
#define CPU_0 "0000002a  00000001 00000002 00000000 00000003 00000000 00000000 00000004 00000005 00000006 " \
	"00000007 00000008 00000009  0000000a 0000000b 0000000c 0000000d\n"
#define CPU_1 "0000002a  00000010 00000020 00000000 00000030 00000000 00000000 00000040 00000050 00000060 " \
	"00000070 00000080 ffffffff  000000a0 000000b0 000000c0 000000d0\n"

#define ALL_STATS ((1U << KERNEL_STAT_COUNT) - 1)

static int parse(const char *text, struct kernel_stats *out)
{
	return kernel_stats_parse(text, strlen(text), out);
}

static void assert_two_cpus(const struct kernel_stats *stats)
{
	assert_int_equal(stats->entries, 0x2a);	/* not added up */
	assert_int_equal(stats->n[KERNEL_STAT_clash_resolve], 0x11);
	assert_int_equal(stats->n[KERNEL_STAT_found], 0x22);
	assert_int_equal(stats->n[KERNEL_STAT_invalid], 0x33);
	assert_int_equal(stats->n[KERNEL_STAT_insert_failed], 0x66);
	assert_int_equal(stats->n[KERNEL_STAT_drop], 0x77);
	assert_int_equal(stats->n[KERNEL_STAT_early_drop], 0x88);
	assert_int_equal(stats->n[KERNEL_STAT_error], 8);	/* 9 + 2^32 - 1, modulo 2^32 */
	assert_int_equal(stats->n[KERNEL_STAT_search_restart], 0xdd);
}

static void six_one_has_all(void **state)
{
	struct kernel_stats stats;

	(void)state;
	assert_int_equal(parse(HEADER_6_1 CPU_0 CPU_1, &stats), 0);
	assert_int_equal(stats.present, ALL_STATS);
	assert_two_cpus(&stats);
	assert_int_equal(stats.n[KERNEL_STAT_chain_too_long], 0x44);
}

static void delete_list_is_not_chain_too_long(void **state)
{
	struct kernel_stats stats;

	(void)state;
	assert_int_equal(parse(HEADER_5_10 CPU_0 CPU_1, &stats), 0);
	assert_int_equal(stats.present, ALL_STATS & ~(1U << KERNEL_STAT_chain_too_long));
	assert_two_cpus(&stats);
	assert_int_equal(stats.n[KERNEL_STAT_chain_too_long], 0);
}

static void searched_is_not_clash_resolve(void **state)
{
	struct kernel_stats stats;

	(void)state;
	assert_int_equal(parse(HEADER_3_10 CPU_0, &stats), 0);
	assert_int_equal(stats.present, ALL_STATS & ~(1U << KERNEL_STAT_chain_too_long) &
			 ~(1U << KERNEL_STAT_clash_resolve));
	assert_int_equal(stats.n[KERNEL_STAT_clash_resolve], 0);
	assert_int_equal(stats.n[KERNEL_STAT_drop], 7);
}

static void names_decide_not_positions(void **state)
{
	struct kernel_stats stats;

	(void)state;
	assert_int_equal(parse("drop tomorrow entries\n00000007 00000001 00000003\n", &stats), 0);
	assert_int_equal(stats.present, 1U << KERNEL_STAT_drop);
	assert_int_equal(stats.n[KERNEL_STAT_drop], 7);
	assert_int_equal(stats.entries, 3);
}

static void line_ends_do_not_matter(void **state)
{
	static const char *const texts[] = {
		"entries drop\n00000001 00000002\n00000001 00000003\n",
		"entries drop\n00000001 00000002\n00000001 00000003",
		"entries drop\r\n00000001 00000002\r\n00000001 00000003\r\n",
		"entries drop\r\n00000001 00000002\r\n00000001 00000003\r",
		"  entries\tdrop \n\n00000001\t00000002 \n \n 00000001  00000003\n\n\n",
	};
	struct kernel_stats stats;

	(void)state;
	for (size_t i = 0; i < LEN(texts); i++) {
		assert_int_equal(parse(texts[i], &stats), 0);
		assert_int_equal(stats.entries, 1);
		assert_int_equal(stats.n[KERNEL_STAT_drop], 5);
	}
}

static void assert_refused(const char *text, size_t size)
{
	struct kernel_stats stats, untouched;

	memset(&stats, 0x5a, sizeof(stats));
	untouched = stats;
	assert_int_equal(kernel_stats_parse(text, size, &stats), -EBADMSG);
	assert_memory_equal(&stats, &untouched, sizeof(stats));
}

static void what_no_kernel_writes_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "\n", " ", "entries drop", "entries drop\n", "entries drop\n\n \n",
		"drop\n00000001\n",					/* no entries */
		"entries entries\n00000001 00000001\n",			/* which one? */
		"entries drop drop\n00000001 00000001 00000002\n",
		"entries drop\n00000001\n",				/* short */
		"entries drop\n00000001 00000002 00000003\n",		/* long */
		"entries drop\n00000001 00000002\n00000001\n",		/* short later on */
		"entries drop\n00000001 0000000\n",			/* cell cut off */
		"entries drop\n00000001 000000002\n",
		"entries drop\n00000001 0000000g\n",
		"entries drop\n00000001 0x000001\n",
		"entries drop\n00000001 -0000001\n",
		"entries drop\n00000001 00000002 # comment\n",
		"00000001 00000002\n00000001 00000002\n",
		"\nentries drop\n00000001 00000002\n",
	};
	static const char with_nul[] = "entries drop\n00000001 0000\0002 \n";
	char many[65 * 10] = "entries";

	(void)state;
	for (size_t i = 0; i < LEN(texts); i++)
		assert_refused(texts[i], strlen(texts[i]));
	assert_refused(with_nul, sizeof(with_nul) - 1);
	for (int i = 0; i < 64; i++)
		strcat(many, " x");
	strcat(many, "\n00000000\n");
	assert_refused(many, strlen(many));
}

/* Cut anywhere, the text yields whole rows only, or nothing. */
static void half_written_rows_never_count(void **state)
{
	static const char text[] = HEADER_6_1 CPU_0 CPU_1;
	const size_t one = strlen(HEADER_6_1 CPU_0), two = sizeof(text) - 1;

	(void)state;
	for (size_t size = 0; size <= two; size++) {
		struct kernel_stats stats;
		/* Memory of exactly this size, for the sanitizer to see a read beyond. */
		char *cut = malloc(size ? size : 1);

		assert_non_null(cut);
		memcpy(cut, text, size);
		if (size == one || size == one - 1) {
			assert_int_equal(kernel_stats_parse(cut, size, &stats), 0);
			assert_int_equal(stats.n[KERNEL_STAT_drop], 7);
		} else if (size == two || size == two - 1) {
			assert_int_equal(kernel_stats_parse(cut, size, &stats), 0);
			assert_two_cpus(&stats);
		} else {
			assert_refused(cut, size);
		}
		free(cut);
	}
}

static void eight_thousand_processors(void **state)
{
	const size_t header = strlen(HEADER_6_1), row = strlen(CPU_0), cpus = 8192;
	char *root = tree_new(), *text = malloc(header + cpus * row);
	const struct roots roots = { root, root };
	struct kernel_stats stats;

	(void)state;
	assert_non_null(text);
	memcpy(text, HEADER_6_1, header);
	for (size_t i = 0; i < cpus; i++)
		memcpy(text + header + i * row, CPU_0, row);
	tree_bytes(root, "7/net/stat/nf_conntrack", text, header + cpus * row);
	assert_int_equal(kernel_stats_read(&roots, 7, &stats), 0);
	assert_int_equal(stats.entries, 0x2a);
	assert_int_equal(stats.n[KERNEL_STAT_drop], 7 * cpus);
	free(text);
	tree_free(root);
}

static void absent_for_a_reason(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root };
	struct kernel_stats stats;
	char full[PATH_MAX];

	(void)state;
	tree_folder(root, "7/net/stat");	/* alive, no conntrack */
	tree_folder(root, "8");			/* ended, not yet waited for */
	tree_folder(root, "self/net/stat");
	assert_int_equal(kernel_stats_read(&roots, 7, &stats), -ENOENT);
	assert_int_equal(kernel_stats_read(&roots, 8, &stats), -ESRCH);
	assert_int_equal(kernel_stats_read(&roots, 9, &stats), -ESRCH);
	assert_int_equal(kernel_stats_read(&roots, 0, &stats), -ENOENT);
	tree_file(root, "self/net/stat/nf_conntrack", HEADER_5_10 CPU_0);
	assert_int_equal(kernel_stats_read(&roots, 0, &stats), 0);
	assert_int_equal(stats.n[KERNEL_STAT_drop], 7);
	tree_file(root, "7/net/stat/nf_conntrack", HEADER_5_10);
	assert_int_equal(kernel_stats_read(&roots, 7, &stats), -EBADMSG);
	tree_path(root, "7/net/stat/nf_conntrack", full);
	assert_int_equal(truncate(full, 64 << 20), 0);	/* sparse: more than anyone reads */
	assert_int_equal(kernel_stats_read(&roots, 7, &stats), -EBADMSG);
	tree_free(root);
}

static void names_are_the_json_keys(void **state)
{
	static const char *const names[] = { "invalid", "insert_failed", "drop", "early_drop", "error",
		"search_restart", "clash_resolve", "chain_too_long", "found" };

	(void)state;
	assert_int_equal(LEN(names), KERNEL_STAT_COUNT);
	for (size_t i = 0; i < LEN(names); i++)
		assert_string_equal(kernel_stat_names[i], names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_one_has_all),
		cmocka_unit_test(delete_list_is_not_chain_too_long),
		cmocka_unit_test(searched_is_not_clash_resolve),
		cmocka_unit_test(names_decide_not_positions),
		cmocka_unit_test(line_ends_do_not_matter),
		cmocka_unit_test(what_no_kernel_writes_is_refused),
		cmocka_unit_test(half_written_rows_never_count),
		cmocka_unit_test(eight_thousand_processors),
		cmocka_unit_test(absent_for_a_reason),
		cmocka_unit_test(names_are_the_json_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
