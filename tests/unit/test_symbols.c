// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* /proc/kallsyms in all its shapes: modules, look-alikes, hidden addresses, none at all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake_tree.h"
#include "observe/symbols.h"

#define TABLE "nf_conntrack_hash"
#define SIZE "nf_conntrack_htable_size"

static int find(const char *text, struct symbol symbols[static 2])
{
	char *root = tree_new();
	const struct roots roots = { root, root };
	int err;

	symbols[0] = (struct symbol){ TABLE, 1 };
	symbols[1] = (struct symbol){ SIZE, 1 };
	if (text)
		tree_file(root, "kallsyms", text);
	err = symbols_find(&roots, symbols, 2);
	tree_free(root);
	return err;
}

static void of_a_module_or_built_in(void **state)
{
	struct symbol symbols[2];

	(void)state;
	assert_int_equal(find("0000000000000000 A fixed_percpu_data\n"
			      "ffffffff81000000 T _stext\n"
			      "ffffffffc09a1b40 b " TABLE "\t[nf_conntrack]\n"
			      "ffffffffc09a1b38 d " SIZE "\n", symbols), 0);
	assert_true(symbols[0].address == 0xffffffffc09a1b40);
	assert_true(symbols[1].address == 0xffffffffc09a1b38);
}

static void the_last_line_need_not_end(void **state)
{
	struct symbol symbols[2];

	(void)state;
	assert_int_equal(find("ffffffffc09a1b38 d " SIZE "\nffffffffc09a1b40 b " TABLE, symbols), 0);
	assert_true(symbols[0].address == 0xffffffffc09a1b40);
}

static void names_that_begin_or_end_alike(void **state)
{
	struct symbol symbols[2];

	(void)state;
	assert_int_equal(find("ffffffffc0000001 t " TABLE "_resize\t[nf_conntrack]\n"
			      "ffffffffc0000002 t __" TABLE "\n"
			      "ffffffffc0000003 t nf_conntrack_has\n"
			      "ffffffffc09a1b38 d " SIZE "\n", symbols), -ENOENT);
	assert_true(!symbols[0].address);
}

static void hidden_addresses(void **state)
{
	struct symbol symbols[2];

	(void)state;
	assert_int_equal(find("0000000000000000 b " TABLE "\t[nf_conntrack]\n"
			      "0000000000000000 d " SIZE "\t[nf_conntrack]\n", symbols), -EPERM);
}

static void lines_that_are_none(void **state)
{
	struct symbol symbols[2];
	char line[2000];

	(void)state;
	assert_int_equal(find("", symbols), -ENOENT);
	assert_int_equal(find("\n \n  \nxyz\nffffffff81000000\nffffffff81000000 T\nffffffff81000000 T \n"
			      "zz b " TABLE "\nffff ffff b " SIZE "\n", symbols), -ENOENT);
	memset(line, 'a', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_int_equal(find(line, symbols), -ENOENT);
	assert_int_equal(find(NULL, symbols), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_module_or_built_in),
		cmocka_unit_test(the_last_line_need_not_end),
		cmocka_unit_test(names_that_begin_or_end_alike),
		cmocka_unit_test(hidden_addresses),
		cmocka_unit_test(lines_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
