// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake_tree.h"
#include "observe/namespaces.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define HOST 4026531840U

static void process(const char *root, int pid, uint32_t netns)
{
	char path[64], target[32];

	(void)snprintf(path, sizeof(path), "%d/ns/net", pid);
	(void)snprintf(target, sizeof(target), "net:[%u]", netns);
	tree_link(root, path, target);
}

static void assert_namespace(const struct namespace *ns, uint32_t netns, pid_t pid, bool host)
{
	assert_non_null(ns);
	assert_int_equal(ns->netns, netns);
	assert_int_equal(ns->pid, pid);
	assert_int_equal(ns->host, host);
}

static void each_with_its_lowest_process(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root };
	struct namespaces all;

	(void)state;
	process(root, 900, HOST);
	process(root, 1, HOST);
	process(root, 2, HOST);
	process(root, 77, 4026532500U);
	process(root, 70, 4026532500U);
	process(root, 4194304, 4026532001U);
	process(root, 71, HOST);
	tree_file(root, "version", "Linux version 6.1.0\n");
	tree_folder(root, "sys");
	tree_link(root, "self", "900");
	assert_int_equal(namespaces_read(&roots, &all), 0);
	assert_int_equal(all.count, 3);
	assert_int_equal(all.unreadable, 0);
	assert_namespace(&all.list[0], HOST, 1, true);
	assert_namespace(&all.list[1], 4026532001U, 4194304, false);
	assert_namespace(&all.list[2], 4026532500U, 70, false);
	assert_ptr_equal(namespaces_find(&all, 4026532500U), &all.list[2]);
	assert_ptr_equal(namespaces_find(&all, HOST), &all.list[0]);
	assert_null(namespaces_find(&all, 4026532002U));
	assert_null(namespaces_find(&all, 0));
	namespaces_free(&all);
	namespaces_free(NULL);
	tree_free(root);
}

static void ended_processes_and_hidden_ones(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root };
	struct namespaces all;

	(void)state;
	tree_folder(root, "1");			/* ended between readdir and readlink */
	tree_folder(root, "5/ns");
	process(root, 20, HOST);
	tree_link(root, "30/ns/net", "mnt:[4026531841]");	/* not what we asked for */
	tree_file(root, "31/ns/net", "no link at all");
	assert_int_equal(namespaces_read(&roots, &all), 0);
	assert_int_equal(all.count, 1);
	assert_int_equal(all.unreadable, 2);
	assert_namespace(&all.list[0], HOST, 20, false);	/* whose pid 1's is, is not known */
	namespaces_free(&all);
	tree_free(root);
}

static void none_at_all(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root }, nowhere = { "/nonexistent", "/nonexistent" };
	struct namespaces all;

	(void)state;
	assert_int_equal(namespaces_read(&roots, &all), 0);
	assert_int_equal(all.count, 0);
	assert_null(namespaces_find(&all, HOST));
	namespaces_free(&all);
	assert_int_equal(namespaces_read(&nowhere, &all), -ENOENT);
	tree_free(root);
}

/* As on a node with thousands of pods: three processes each, pids all mixed. */
static void thousands(void **state)
{
	enum { SPACES = 2000, PER_SPACE = 3, PRIME = 7919 };
	char *root = tree_new();
	const struct roots roots = { root, root };
	struct namespaces all;

	(void)state;
	for (int i = 0; i < SPACES * PER_SPACE; i++)
		process(root, i + 1, HOST + (uint32_t)((long)i * PRIME % SPACES));
	assert_int_equal(namespaces_read(&roots, &all), 0);
	assert_int_equal(all.count, SPACES);
	for (int i = 0; i < SPACES; i++) {
		const struct namespace *ns = namespaces_find(&all, HOST + (uint32_t)((long)i * PRIME % SPACES));

		assert_namespace(ns, HOST + (uint32_t)((long)i * PRIME % SPACES), i + 1, i == 0);
	}
	namespaces_free(&all);
	tree_free(root);
}

static void a_process_may_leave(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root }, nowhere = { "/nonexistent", "/nonexistent" };
	struct namespaces all;

	(void)state;
	process(root, 1, HOST);
	process(root, 60, 4026532500U);
	assert_int_equal(namespaces_read(&roots, &all), 0);
	assert_true(namespace_still(&roots, &all.list[1]));
	tree_remove(root, "60");
	assert_false(namespace_still(&roots, &all.list[1]));
	process(root, 60, 4026532777U);		/* the pid was given to another */
	assert_false(namespace_still(&roots, &all.list[1]));
	assert_true(namespace_still(&roots, &all.list[0]));
	assert_false(namespace_still(&nowhere, &all.list[0]));
	namespaces_free(&all);
	tree_free(root);
}

static void links(void **state)
{
	static const struct { const char *link; uint32_t netns; } cases[] = {
		{ "net:[4026531840]", HOST }, { "net:[1]", 1 }, { "net:[4294967295]", UINT32_MAX },
		{ "net:[4294967296]", 0 }, { "net:[0]", 0 }, { "net:[-1]", 0 }, { "net:[]", 0 },
		{ "net:[", 0 }, { "net:]", 0 }, { "net:[12", 0 }, { "net:[12x]", 0 },
		{ "mnt:[4026531840]", 0 }, { "4026531840", 0 }, { "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_int_equal(netns_of_link(cases[i].link, strlen(cases[i].link)), cases[i].netns);
}

/* The number is the inode's, as stat(2) tells it. */
static void our_own(void **state)
{
	const struct roots roots = { "/proc", "/sys" };
	struct namespaces all;
	struct stat st;

	(void)state;
	assert_int_equal(stat("/proc/self/ns/net", &st), 0);
	assert_int_equal(namespaces_read(&roots, &all), 0);
	assert_non_null(namespaces_find(&all, (uint32_t)st.st_ino));
	assert_true(namespace_still(&roots, &(struct namespace){ (uint32_t)st.st_ino, getpid(), false }));
	namespaces_free(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_with_its_lowest_process),
		cmocka_unit_test(ended_processes_and_hidden_ones),
		cmocka_unit_test(none_at_all),
		cmocka_unit_test(thousands),
		cmocka_unit_test(a_process_may_leave),
		cmocka_unit_test(links),
		cmocka_unit_test(our_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
