// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake_tree.h"
#include "observe/symbols.h"

#define KALLSYMS "ffffffff81000000 T _text\n" \
	"ffffffffc09a1b38 t nf_conntrack_hash_sysctl\t[nf_conntrack]\n" \
	"ffffffffc09a1b40 b nf_conntrack_hash\t[nf_conntrack]\n"
#define MODULE "module/nf_conntrack/sections/.gnu.linkonce.this_module"

static void in_kallsyms(void **state)
{
	struct symbol symbols[] = { { "nf_conntrack_hash", 1 }, { "_text", 1 } };
	char *root = tree_new();
	const struct roots roots = { root, root };

	(void)state;
	assert_int_equal(symbols_find(&roots, symbols, 2), -ENOENT);
	assert_int_equal(symbols[0].address, 0);
	tree_file(root, "kallsyms", KALLSYMS);
	assert_int_equal(symbols_find(&roots, symbols, 2), 0);
	assert_true(symbols[0].address == 0xffffffffc09a1b40);
	assert_true(symbols[1].address == 0xffffffff81000000);
	/* Functions only: no CONFIG_KALLSYMS_ALL. A longer name is another one. */
	tree_file(root, "kallsyms", "ffffffffc09a1b38 t nf_conntrack_hash_sysctl\t[nf_conntrack]\n");
	assert_int_equal(symbols_find(&roots, symbols, 1), -ENOENT);
	tree_file(root, "kallsyms", "0000000000000000 b nf_conntrack_hash\t[nf_conntrack]\n");
	assert_int_equal(symbols_find(&roots, symbols, 1), -EPERM);
	tree_free(root);
}

static void of_a_module(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root };
	uint64_t address = 0;

	(void)state;
	assert_int_equal(symbols_module(&roots, "nf_conntrack", &address), -ENOENT);
	tree_file(root, MODULE, "0xffffc7cf30054940\n");
	assert_int_equal(symbols_module(&roots, "nf_conntrack", &address), 0);
	assert_true(address == 0xffffc7cf30054940);
	tree_file(root, MODULE, "0x0000000000000000\n");
	assert_int_equal(symbols_module(&roots, "nf_conntrack", &address), -EPERM);
	tree_file(root, MODULE, "\n");
	assert_int_equal(symbols_module(&roots, "nf_conntrack", &address), -EINVAL);
	tree_free(root);
}

static void lines_that_are_none(void **state)
{
	struct symbol symbol = { "nf_conntrack_hash", 1 };
	char *root = tree_new(), line[2000];
	const struct roots roots = { root, root };

	(void)state;
	tree_file(root, "kallsyms", "\n \n  \nxyz\nffffffff81000000\nffffffff81000000 T\nffffffff81000000 T \n"
		  "zz b nf_conntrack_hash\nffff ffff b nf_conntrack_hash\n");
	assert_int_equal(symbols_find(&roots, &symbol, 1), -ENOENT);
	memset(line, 'a', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	tree_file(root, "kallsyms", line);
	assert_int_equal(symbols_find(&roots, &symbol, 1), -ENOENT);
	tree_file(root, "kallsyms", "ffffffffc09a1b40 b nf_conntrack_hash");
	assert_int_equal(symbols_find(&roots, &symbol, 1), 0);
	assert_true(symbol.address == 0xffffffffc09a1b40);
	tree_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_kallsyms),
		cmocka_unit_test(of_a_module),
		cmocka_unit_test(lines_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
