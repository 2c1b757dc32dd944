// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include "fake_tree.h"
#include "observe/machine.h"
#include "observe/self.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define SLAB_SIZE "kernel/slab/nf_conntrack/slab_size"

/* As 6.1 and 5.10 write it; names that begin alike stand before the one that counts. */
#define SLABINFO_HEAD "slabinfo - version: 2.1\n" \
	"# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables ...\n" \
	"nf_conntrack_expect      0      0    208   19    1 : tunables    0    0    0 : slabdata 0 0 0\n"
#define SLABINFO_5_10 SLABINFO_HEAD \
	"nf_conntrack          24     24    320   12    1 : tunables    0    0    0 : slabdata      2      2      0\n"

static void machine_of(const char *root, struct machine *machine)
{
	const struct roots roots = { root, root };

	assert_int_equal(machine_read(&roots, machine), 0);
}

static void memory_and_entry(void **state)
{
	char *root = tree_new();
	struct machine machine;

	(void)state;
	tree_file(root, "meminfo", "MemTotal:       24684084 kB\nMemFree:        22888000 kB\n");
	tree_file(root, SLAB_SIZE, "256\n");
	tree_file(root, "slabinfo", SLABINFO_5_10);
	machine_of(root, &machine);
	assert_true(machine.ram_bytes == 24684084ULL * 1024);
	assert_int_equal(machine.entry_bytes, 256);
	tree_free(root);
}

static void slabinfo_where_there_is_no_slab_folder(void **state)
{
	static const char *const no_sizes[] = { "", "0\n", "-1\n", "large\n", "4294967296\n" };
	char *root = tree_new();
	struct machine machine;

	(void)state;
	tree_file(root, "slabinfo", SLABINFO_5_10);
	machine_of(root, &machine);
	assert_int_equal(machine.entry_bytes, 320);
	for (size_t i = 0; i < LEN(no_sizes); i++) {
		tree_file(root, SLAB_SIZE, no_sizes[i]);
		machine_of(root, &machine);
		assert_int_equal(machine.entry_bytes, 320);
	}
	tree_free(root);
}

static void nothing_known_is_zero(void **state)
{
	char *root = tree_new();
	struct machine machine;

	(void)state;
	machine_of(root, &machine);
	assert_true(machine.ram_bytes == 0);
	assert_int_equal(machine.entry_bytes, 0);
	tree_file(root, "slabinfo", SLABINFO_HEAD);
	machine_of(root, &machine);
	assert_int_equal(machine.entry_bytes, 0);
	tree_free(root);
}

static void meminfo_texts(void **state)
{
	static const struct { const char *text; uint64_t bytes; } cases[] = {
		{ "MemTotal: 1 kB\n", 1024 }, { "MemTotal: 1", 1024 }, { "MemTotal:1\n", 1024 },
		{ "MemFree: 9 kB\nMemTotal:     7 kB", 7168 },
		{ "", 0 }, { "\n\n", 0 }, { "MemTotal:", 0 }, { "MemTotal:\n12 kB", 0 },
		{ "MemTotal: kB\n", 0 }, { "MemTotal: -4 kB\n", 0 }, { "MemTotal: 4.5 kB\n", 0 },
		{ "XMemTotal: 4 kB\n", 0 }, { " MemTotal: 4 kB\n", 0 },
		{ "MemTotal: 18014398509481985 kB\n", 0 },	/* 2^54 KiB and more do not fit in 64 bits */
		{ "MemTotal: 99999999999999999999 kB\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_true(meminfo_ram_bytes(cases[i].text, strlen(cases[i].text)) == cases[i].bytes);
}

static void slabinfo_texts(void **state)
{
	static const struct { const char *text; uint32_t bytes; } cases[] = {
		{ SLABINFO_5_10, 320 }, { "nf_conntrack 0 0 256", 256 }, { SLABINFO_HEAD, 0 },
		{ "nf_conntrack 0 0\n256", 0 }, { "nf_conntrack 0 0 x", 0 }, { "nf_conntrack ", 0 },
		{ "nf_conntrack 0 0 4294967295", UINT32_MAX }, { "nf_conntrack 0 0 4294967296", 0 },
		{ "xnf_conntrack 0 0 256\n", 0 }, { "nf_conntrack_1 0 0 256\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_int_equal(slabinfo_entry_bytes(cases[i].text, strlen(cases[i].text)), cases[i].bytes);
}

static void who_we_are(void **state)
{
	char *root = tree_new(), longest[300];
	struct machine machine;
	struct utsname name;

	(void)state;
	assert_int_equal(uname(&name), 0);
	assert_int_equal(unsetenv("NODE_NAME"), 0);
	machine_of(root, &machine);
	assert_string_equal(machine.kernel, name.release);
	assert_string_equal(machine.node, name.nodename);
	assert_int_equal(setenv("NODE_NAME", "", 1), 0);
	machine_of(root, &machine);
	assert_string_equal(machine.node, name.nodename);
	assert_int_equal(setenv("NODE_NAME", "worker-7.example", 1), 0);
	machine_of(root, &machine);
	assert_string_equal(machine.node, "worker-7.example");
	/* A Kubernetes node name has up to 253 characters; a longer one is none. */
	memset(longest, 'n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(setenv("NODE_NAME", longest, 1), 0);
	machine_of(root, &machine);
	assert_int_equal(strlen(machine.node), 253);
	assert_int_equal(unsetenv("NODE_NAME"), 0);
	tree_free(root);
}

static double processor_seconds(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void our_own_use(void **state)
{
	double before = processor_seconds(), after;
	struct self_usage usage;

	(void)state;
	assert_int_equal(self_usage_read(&usage), 0);
	after = processor_seconds();
	assert_true(usage.cpu_seconds >= before - 1e-9 && usage.cpu_seconds <= after + 1e-9);
	assert_true(usage.rss_bytes > 0);
	assert_int_equal(usage.rss_bytes % (uint64_t)sysconf(_SC_PAGESIZE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_and_entry),
		cmocka_unit_test(slabinfo_where_there_is_no_slab_folder),
		cmocka_unit_test(nothing_known_is_zero),
		cmocka_unit_test(meminfo_texts),
		cmocka_unit_test(slabinfo_texts),
		cmocka_unit_test(who_we_are),
		cmocka_unit_test(our_own_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
