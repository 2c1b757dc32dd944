// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Whose process it is, by the paths real nodes have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "observe/cgroup.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define ID "4ee6b2c1d9e84f7aa1f0c3d2b5a697884ee6b2c1d9e84f7aa1f0c3d2b5a69788"
#define UID "1f2e3d4c-5b6a-7988-90a1-b2c3d4e5f607"
#define UID_ "1f2e3d4c_5b6a_7988_90a1_b2c3d4e5f607"
#define HASH "0123456789abcdef0123456789abcdef"

static const struct {
	const char *what, *cgroup;
	enum owner_kind kind;
	const char *says;	/* uid of a pod, unit of anything else */
} paths[] = {
	{ "containerd, systemd driver",
	  "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice/cri-containerd-" ID ".scope\n",
	  OWNER_POD, UID },
	{ "guaranteed pod",
	  "0::/kubepods.slice/kubepods-pod" UID_ ".slice/cri-containerd-" ID ".scope\n", OWNER_POD, UID },
	{ "cri-o", "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/crio-" ID ".scope\n",
	  OWNER_POD, UID },
	{ "cri-o, in a folder of the container's own",
	  "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/crio-" ID ".scope/container\n",
	  OWNER_POD, UID },
	{ "conmon is not in the pod",
	  "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/crio-conmon-" ID ".scope\n",
	  OWNER_NONE, "" },
	{ "cgroupfs driver", "0::/kubepods/besteffort/pod" UID "/" ID "\n", OWNER_POD, UID },
	{ "cgroupfs driver, guaranteed, cgroup v1",
	  "12:cpuset:/kubepods/pod" UID "/" ID "\n4:cpu,cpuacct:/kubepods/pod" UID "/" ID "\n1:name=systemd:/kubepods/pod" UID "/" ID "\n",
	  OWNER_POD, UID },
	{ "hybrid: only one controller tells", "0::/\n3:pids:/kubepods/burstable/pod" UID "/" ID "\n", OWNER_POD, UID },
	{ "docker under Kubernetes",
	  "0::/kubepods.slice/kubepods-pod" UID_ ".slice/docker-" ID ".scope\n", OWNER_POD, UID },
	{ "containerd told a systemd path it does not use",
	  "0::/system.slice/containerd.service/kubepods-burstable-pod" UID_ ".slice:cri-containerd:" ID "\n",
	  OWNER_POD, UID },
	{ "static pod", "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" HASH ".slice/cri-containerd-" ID ".scope\n",
	  OWNER_POD, HASH },
	{ "kind: a node in a container, systemd driver",
	  "0::/system.slice/docker-" ID ".scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod" UID_ ".slice/cri-containerd-" ID ".scope\n",
	  OWNER_POD, UID },
	{ "minikube: cgroupfs in cgroupfs",
	  "0::/docker/" ID "/kubelet/kubepods/besteffort/pod" HASH "/docker/" ID "/kubepods/burstable/pod" UID "/" ID "\n",
	  OWNER_POD, UID },
	{ "docker in a pod is the pod's",
	  "0::/kubepods/besteffort/pod" UID "/" ID "/docker/" ID "\n", OWNER_POD, UID },
	{ "seen from a cgroup namespace",
	  "0::/../../kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/cri-containerd-" ID ".scope\n",
	  OWNER_POD, UID },
	{ "docker, cgroupfs", "0::/docker/" ID "\n", OWNER_CONTAINER, "docker-4ee6b2c1d9e8" },
	{ "docker, systemd", "0::/system.slice/docker-" ID ".scope\n", OWNER_CONTAINER, "docker-4ee6b2c1d9e8" },
	{ "podman", "0::/machine.slice/libpod-" ID ".scope/container\n", OWNER_CONTAINER, "libpod-4ee6b2c1d9e8" },
	{ "podman, rootless",
	  "0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope\n",
	  OWNER_CONTAINER, "libpod-4ee6b2c1d9e8" },
	{ "lxc", "0::/lxc.payload.web1/system.slice/nginx.service\n", OWNER_CONTAINER, "lxc-web1" },
	{ "old lxc", "0::/lxc/web1/init.scope\n", OWNER_CONTAINER, "lxc-web1" },
	{ "systemd service", "0::/system.slice/nginx.service\n", OWNER_SERVICE, "nginx.service" },
	{ "instance of a service", "0::/system.slice/system-openvpn.slice/openvpn@office.service\n",
	  OWNER_SERVICE, "openvpn@office.service" },
	{ "a user's service", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/dev.service\n",
	  OWNER_SERVICE, "dev.service" },
	{ "control bytes", "0::/system.slice/e\033[2Jvil.service\n", OWNER_SERVICE, "e?[2Jvil.service" },
	{ "a session", "0::/user.slice/user-0.slice/session-3.scope\n", OWNER_NONE, "" },
	{ "the root", "0::/\n", OWNER_NONE, "" },
	{ "nothing", "", OWNER_NONE, "" },
	{ "no colons", "kubepods/pod" UID "\n", OWNER_NONE, "" },
	{ "a pod's uid outside Kubernetes", "0::/machine.slice/pod" UID "\n", OWNER_NONE, "" },
	{ "half a uid", "0::/kubepods/pod1f2e3d4c-5b6a/" ID "\n", OWNER_NONE, "" },
	{ "a uid with a letter too far", "0::/kubepods/pod1f2e3d4g-5b6a-7988-90a1-b2c3d4e5f607/x\n", OWNER_NONE, "" },
	{ "half a container's id", "0::/docker/4ee6b2c1d9e8\n", OWNER_NONE, "" },
};

static void every_path(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(paths); i++) {
		struct cgroup_owner owner;

		cgroup_owner(paths[i].cgroup, strlen(paths[i].cgroup), &owner);
		if (owner.kind != paths[i].kind ||
		    strcmp(owner.kind == OWNER_POD ? owner.uid : owner.unit, paths[i].says))
			fail_msg("%s: kind %d, uid '%s', unit '%s'", paths[i].what, owner.kind,
				 owner.uid, owner.unit);
	}
}

static void no_cut_path_reads_beyond_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(paths); i++)
		for (size_t len = 0; len <= strlen(paths[i].cgroup); len++) {
			char *exact = malloc(len ? len : 1);
			struct cgroup_owner owner;

			assert_non_null(exact);
			memcpy(exact, paths[i].cgroup, len);
			cgroup_owner(exact, len, &owner);
			assert_in_range(owner.kind, OWNER_NONE, OWNER_POD);
			free(exact);
		}
}

static void a_long_unit_is_cut(void **state)
{
	char text[512] = "0::/system.slice/";
	struct cgroup_owner owner;

	(void)state;
	memset(text + strlen(text), 'x', 300);
	(void)strcat(text, ".service\n");
	cgroup_owner(text, strlen(text), &owner);
	assert_int_equal(owner.kind, OWNER_SERVICE);
	assert_int_equal(strlen(owner.unit), CGROUP_UNIT_MAX - 1);
}

/* None of the kernel's: but who is told a name is not told half of it. */
static void what_is_not_printed(void **state)
{
	static const char text[] = "0::/system.slice/a\033[2J\0b.service\n";
	struct cgroup_owner owner;

	(void)state;
	cgroup_owner(text, sizeof(text) - 1, &owner);
	assert_int_equal(owner.kind, OWNER_SERVICE);
	assert_string_equal(owner.unit, "a?[2J?b.service");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path),
		cmocka_unit_test(no_cut_path_reads_beyond_its_end),
		cmocka_unit_test(a_long_unit_is_cut),
		cmocka_unit_test(what_is_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
