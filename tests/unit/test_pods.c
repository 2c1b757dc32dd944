// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From the processes of a namespace to the name of its pod, as they come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake_tree.h"
#include "observe/pods.h"
#include "observe/process.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define HOST 4026531840U
#define NETNS 4026532500U
#define SECOND 1000000000ULL
#define ID "4ee6b2c1d9e84f7aa1f0c3d2b5a697884ee6b2c1d9e84f7aa1f0c3d2b5a69788"
#define UID "1f2e3d4c-5b6a-7988-90a1-b2c3d4e5f607"
#define HASH "0123456789abcdef0123456789abcdef"

static void process(const char *root, int pid, int parent, uint32_t netns, const char *name,
		    unsigned int started, const char *cgroup)
{
	char path[64], text[512];

	(void)snprintf(path, sizeof(path), "%d/ns/net", pid);
	(void)snprintf(text, sizeof(text), "net:[%u]", netns);
	tree_link(root, path, text);
	(void)snprintf(path, sizeof(path), "%d/stat", pid);
	(void)snprintf(text, sizeof(text), "%d (%s) S %d 1 1 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 1 0 %u 0 0\n",
		       pid, name, parent, started);
	tree_file(root, path, text);
	(void)snprintf(path, sizeof(path), "%d/cgroup", pid);
	tree_file(root, path, cgroup);
}

struct node {
	char *root;
	struct roots roots;
	struct pods *pods;
	struct namespaces there;
	uint64_t now;
};

static void node_start(struct node *node)
{
	*node = (struct node){ .root = tree_new(), .now = 1000 * SECOND };
	node->roots = (struct roots){ .proc = node->root, .sys = node->root };
	node->pods = pods_new(&node->roots, NULL);
	assert_non_null(node->pods);
	process(node->root, 1, 0, HOST, "systemd", 1, "0::/init.scope\n");
}

static void look(struct node *node)
{
	namespaces_free(&node->there);
	assert_int_equal(namespaces_read(&node->roots, &node->there), 0);
	assert_int_equal(pods_look(node->pods, &node->there, node->now), 0);
}

static void node_end(struct node *node)
{
	namespaces_free(&node->there);
	pods_free(node->pods);
	tree_free(node->root);
}

static void assert_pod(const struct node *node, uint32_t netns, const char *namespace, const char *name)
{
	const struct owner *owner = pods_find(node->pods, netns);

	assert_non_null(owner);
	assert_int_equal(owner->kind, OWNER_POD);
	assert_string_equal(owner->pod.namespace, namespace);
	assert_string_equal(owner->pod.name, name);
}

static void pods_by_their_log_folders(void **state)
{
	struct node node;

	(void)state;
	node_start(&node);
	tree_folder(node.root, "1/root/var/log/pods/shop_cart-7d9f8b-x2k4j_" UID);
	tree_folder(node.root, "1/root/var/log/pods/kube-system_etcd-node.example_" HASH);
	tree_folder(node.root, "1/root/var/log/pods/not-a-pod");
	tree_folder(node.root, "1/root/var/log/pods/x_\033[2J_" UID);
	process(node.root, 400, 300, NETNS, "pause", 7, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	process(node.root, 401, 300, NETNS, "cart", 8, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	process(node.root, 500, 1, NETNS + 1, "pause", 9,
		"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" HASH ".slice/cri-containerd-" ID ".scope\n");
	look(&node);
	assert_pod(&node, NETNS, "shop", "cart-7d9f8b-x2k4j");
	assert_string_equal(pods_find(node.pods, NETNS)->pod.uid, UID);
	assert_pod(&node, NETNS + 1, "kube-system", "etcd-node.example");
	assert_null(pods_find(node.pods, HOST));
	node_end(&node);
}

static void a_nested_nodes_pod_by_its_own_log_folder(void **state)
{
	struct node node;

	(void)state;
	node_start(&node);
	tree_folder(node.root, "1/root/var/log/pods");
	/* 310 is the shim, which sees the nested node's files. */
	tree_folder(node.root, "310/root/var/log/pods/default_web-0_" UID);
	process(node.root, 310, 300, HOST, "containerd-shim", 6, "0::/docker/" ID "\n");
	process(node.root, 400, 310, NETNS, "pause", 7,
		"0::/docker/" ID "/kubelet/kubepods/besteffort/pod" UID "/" ID "\n");
	look(&node);
	assert_pod(&node, NETNS, "default", "web-0");
	node_end(&node);
}

static void whoever_tells_most(void **state)
{
	struct node node;
	const struct owner *owner;

	(void)state;
	node_start(&node);
	/* The runtime's own helper entered first, and a shell of someone who looks on. */
	process(node.root, 300, 1, NETNS, "dhcp", 5, "0::/system.slice/containerd.service\n");
	process(node.root, 350, 1, NETNS, "bash", 6, "0::/user.slice/user-0.slice/session-3.scope\n");
	process(node.root, 400, 1, NETNS, "pause", 7, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	process(node.root, 600, 1, NETNS + 1, "nginx", 7, "0::/system.slice/nginx.service\n");
	process(node.root, 700, 1, NETNS + 2, "sh) R 1 (", 7, "0::/user.slice/user-0.slice/session-3.scope\n");
	process(node.root, 800, 1, NETNS + 3, "app", 7, "0::/system.slice/docker-" ID ".scope\n");
	look(&node);
	assert_pod(&node, NETNS, "", "");	/* no log folder: the uid is all there is */
	assert_string_equal(pods_find(node.pods, NETNS)->pod.uid, UID);
	owner = pods_find(node.pods, NETNS + 1);
	assert_int_equal(owner->kind, OWNER_SERVICE);
	assert_string_equal(owner->unit, "nginx.service");
	owner = pods_find(node.pods, NETNS + 2);
	assert_int_equal(owner->kind, OWNER_PROCESS);
	assert_string_equal(owner->unit, "sh) R 1 (");
	owner = pods_find(node.pods, NETNS + 3);
	assert_int_equal(owner->kind, OWNER_CONTAINER);
	assert_string_equal(owner->unit, "docker-4ee6b2c1d9e8");
	assert_null(pods_find(node.pods, NETNS + 4));
	node_end(&node);
}

static void read_only_when_something_is_new(void **state)
{
	struct node node;

	(void)state;
	node_start(&node);
	look(&node);
	assert_int_equal(pods_walks(node.pods), 0);
	tree_folder(node.root, "1/root/var/log/pods/shop_cart_" UID);
	process(node.root, 400, 1, NETNS, "pause", 7, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	for (int i = 0; i < 20; i++) {
		look(&node);
		node.now += 10 * SECOND;
	}
	assert_int_equal(pods_walks(node.pods), 1);
	process(node.root, 500, 1, NETNS + 1, "sleep", 8, "0::/system.slice/docker-" ID ".scope\n");
	look(&node);
	assert_int_equal(pods_walks(node.pods), 2);
	node_end(&node);
}

static void kept_for_five_minutes(void **state)
{
	struct node node;

	(void)state;
	node_start(&node);
	tree_folder(node.root, "1/root/var/log/pods/shop_cart_" UID);
	process(node.root, 400, 1, NETNS, "pause", 7, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	look(&node);
	tree_remove(node.root, "400");
	look(&node);
	assert_pod(&node, NETNS, "shop", "cart");
	node.now += 299 * SECOND;
	look(&node);
	assert_pod(&node, NETNS, "shop", "cart");
	node.now += 1 * SECOND;
	look(&node);
	assert_null(pods_find(node.pods, NETNS));
	node_end(&node);
}

static void an_inode_given_out_again(void **state)
{
	struct node node;

	(void)state;
	node_start(&node);
	tree_folder(node.root, "1/root/var/log/pods/shop_cart_" UID);
	process(node.root, 400, 1, NETNS, "pause", 7, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	look(&node);
	assert_pod(&node, NETNS, "shop", "cart");
	/* between two looks: same namespace number, same pid, but started later */
	tree_remove(node.root, "400");
	process(node.root, 400, 1, NETNS, "sleep", 90, "0::/system.slice/docker-" ID ".scope\n");
	look(&node);
	assert_int_equal(pods_find(node.pods, NETNS)->kind, OWNER_CONTAINER);
	/* gone, and its number taken by another */
	tree_remove(node.root, "400");
	look(&node);
	assert_int_equal(pods_find(node.pods, NETNS)->kind, OWNER_CONTAINER);
	process(node.root, 400, 1, NETNS, "sleep", 90, "0::/system.slice/nginx.service\n");
	look(&node);
	assert_int_equal(pods_find(node.pods, NETNS)->kind, OWNER_SERVICE);
	/* the process it was known by moved to another namespace */
	tree_remove(node.root, "400");
	process(node.root, 400, 1, NETNS + 1, "sleep", 90, "0::/system.slice/nginx.service\n");
	process(node.root, 401, 1, NETNS, "sleep", 91, "0::/system.slice/apache.service\n");
	look(&node);
	assert_string_equal(pods_find(node.pods, NETNS)->unit, "apache.service");
	assert_string_equal(pods_find(node.pods, NETNS + 1)->unit, "nginx.service");
	node_end(&node);
}

static void a_young_namespace_is_read_again(void **state)
{
	struct node node;

	(void)state;
	node_start(&node);
	process(node.root, 300, 1, NETNS, "bridge", 5, "0::/system.slice/containerd.service\n");
	look(&node);
	assert_int_equal(pods_find(node.pods, NETNS)->kind, OWNER_SERVICE);
	process(node.root, 400, 1, NETNS, "pause", 7, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	node.now += 6 * SECOND;
	look(&node);
	assert_pod(&node, NETNS, "", "");
	tree_folder(node.root, "1/root/var/log/pods/shop_cart_" UID);
	node.now += 6 * SECOND;
	look(&node);
	assert_pod(&node, NETNS, "shop", "cart");
	assert_int_equal(pods_walks(node.pods), 3);
	node_end(&node);
}

static void a_mount_of_the_logs_elsewhere(void **state)
{
	struct node node;
	char logs[PATH_MAX];

	(void)state;
	node_start(&node);
	pods_free(node.pods);
	tree_folder(node.root, "host-logs/shop_cart_" UID);
	(void)snprintf(logs, sizeof(logs), "%s/host-logs", node.root);
	node.pods = pods_new(&node.roots, logs);
	process(node.root, 400, 1, NETNS, "pause", 7, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	look(&node);
	assert_pod(&node, NETNS, "shop", "cart");
	node_end(&node);
}

static void processes_that_tell_nothing(void **state)
{
	static const char *const texts[] = {
		"", "400", "400 (x", "400 x)", "400 )x(", "400 (x)", "400 (x) S", "400 (x) S 1 1",
		"400 (x) S one 1 1 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 1 0 55 0 0",
		"400 (x) S 1 1 1 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 1 0 -5 0 0",
	};
	struct process process;
	struct node node;

	(void)state;
	for (size_t i = 0; i < LEN(texts); i++)
		assert_int_equal(process_parse(texts[i], strlen(texts[i]), &process), -EBADMSG);
	node_start(&node);
	tree_link(node.root, "400/ns/net", "net:[4026532500]");	/* ended before its stat was read */
	look(&node);
	assert_null(pods_find(node.pods, NETNS));
	node_end(&node);
	pods_free(NULL);
}

static void one_that_ended_as_it_was_looked_at(void **state)
{
	struct node node;

	(void)state;
	node_start(&node);
	tree_link(node.root, "400/ns/net", "net:[4026532500]");
	look(&node);
	assert_null(pods_find(node.pods, NETNS));
	process(node.root, 401, 1, NETNS, "pause", 7, "0::/kubepods/besteffort/pod" UID "/" ID "\n");
	tree_folder(node.root, "1/root/var/log/pods/shop_cart_" UID);
	node.now += SECOND;
	look(&node);
	assert_pod(&node, NETNS, "shop", "cart");
	/* The last one ends after the namespaces were listed: nobody is there, and nobody else. */
	tree_remove(node.root, "400");
	look(&node);
	tree_remove(node.root, "401");
	assert_int_equal(pods_look(node.pods, &node.there, node.now += SECOND), 0);
	assert_pod(&node, NETNS, "shop", "cart");
	look(&node);
	assert_pod(&node, NETNS, "shop", "cart");
	node_end(&node);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pods_by_their_log_folders),
		cmocka_unit_test(a_nested_nodes_pod_by_its_own_log_folder),
		cmocka_unit_test(whoever_tells_most),
		cmocka_unit_test(read_only_when_something_is_new),
		cmocka_unit_test(kept_for_five_minutes),
		cmocka_unit_test(an_inode_given_out_again),
		cmocka_unit_test(a_young_namespace_is_read_again),
		cmocka_unit_test(a_mount_of_the_logs_elsewhere),
		cmocka_unit_test(processes_that_tell_nothing),
		cmocka_unit_test(one_that_ended_as_it_was_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
