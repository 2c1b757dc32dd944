/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the text of /proc/PID/cgroup tells about the one who runs that process. */
#ifndef OBSERVE_CGROUP_H
#define OBSERVE_CGROUP_H

#include <stddef.h>

/* Ascending: the higher, the more it tells. */
enum owner_kind {
	OWNER_NONE,
	OWNER_PROCESS,		/* nothing but its name is known */
	OWNER_SERVICE,		/* a unit of systemd */
	OWNER_CONTAINER,	/* of a container runtime, outside Kubernetes */
	OWNER_POD,
};

#define CGROUP_UNIT_MAX 72	/* "docker-" and twelve digits, or the name of a unit, cut */
#define CGROUP_UID_MAX 37

struct cgroup_owner {
	enum owner_kind kind;		/* never OWNER_PROCESS: the text does not know it */
	char unit[CGROUP_UNIT_MAX];	/* container or service: "docker-4ee6...", "sshd.service" */
	char uid[CGROUP_UID_MAX];	/* pod: as in the API, with dashes */
};

/* Of all lines (cgroup v1 has one a controller) the one that tells most; size bytes. */
void cgroup_owner(const char *text, size_t size, struct cgroup_owner *out);

#endif
