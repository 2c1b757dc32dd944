// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Any text as /proc/PID/cgroup, and its first line as a folder of /var/log/pods:
 * names are whole, of the letters such names have, and stand in the text.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "observe/cgroup.h"
#include "observe/pod_logs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void is_of(const char *text, size_t room, const char *letters)
{
	if (!memchr(text, '\0', room) || !text[0] || text[strspn(text, letters)])
		abort();
}

static void check_owner(const char *text, size_t size)
{
	struct cgroup_owner owner;

	memset(&owner, 0xff, sizeof(owner));
	owner.kind = OWNER_NONE;
	cgroup_owner(text, size, &owner);
	switch (owner.kind) {
	case OWNER_NONE:
		break;
	case OWNER_POD:
		is_of(owner.uid, sizeof(owner.uid), "0123456789abcdefABCDEF-");
		break;
	case OWNER_CONTAINER:
	case OWNER_SERVICE:
		if (!memchr(owner.unit, '\0', sizeof(owner.unit)) || !owner.unit[0])
			abort();
		break;
	default:
		abort();
	}
}

static void check_folder(const char *text, size_t size)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	const char *end = memchr(text, '\n', size);
	char *folder = strndup(text, end ? (size_t)(end - text) : size);
	struct pod_name pod;

	if (!folder)
		abort();
	memset(&pod, 0xff, sizeof(pod));
	if (pod_logs_parse(folder, &pod)) {
		is_of(pod.namespace, sizeof(pod.namespace), letters);
		is_of(pod.name, sizeof(pod.name), letters);
		is_of(pod.uid, sizeof(pod.uid), letters);
		/* Put together again they are the folder. */
		if (strlen(pod.namespace) + strlen(pod.name) + strlen(pod.uid) + 2 != strlen(folder))
			abort();
	}
	free(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_owner((const char *)data, size);
	check_folder((const char *)data, size);
	return 0;
}
