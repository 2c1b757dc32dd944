/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who lives in a network namespace: the pod, container, service or process,
 * told from its processes' cgroups and the names of the pods' log folders. A
 * namespace without a process has no owner: nothing is guessed.
 *
 *   pods_new -> pods_look ... pods_find -> pods_free
 */
#ifndef OBSERVE_PODS_H
#define OBSERVE_PODS_H

#include <stddef.h>
#include <stdint.h>
#include "cgroup.h"
#include "model/report.h"
#include "namespaces.h"
#include "roots.h"

struct owner {
	enum owner_kind kind;
	struct pod_name pod;		/* of OWNER_POD; without a log folder only its uid is known */
	char unit[CGROUP_UNIT_MAX];	/* of the others: container, service, or the process's name */
};

struct pods;

/*
 * logs: the folder of the pods' logs; NULL: the host's /var/log/pods, as its
 * first process sees it, so that no mount is needed where host processes are
 * visible. NULL when there is no memory.
 */
struct pods *pods_new(const struct roots *, const char *logs);
/*
 * The namespaces that are there now. /proc is read only when one of them is
 * not known yet, or the process it was known by has ended (its number may
 * belong to another namespace by now). 0 or -errno.
 */
int pods_look(struct pods *, const struct namespaces *, uint64_t now_ns);
/* NULL: not known. Good until the next look; kept for five minutes after the namespace is gone. */
const struct owner *pods_find(const struct pods *, uint32_t netns);
void pods_free(struct pods *);

/* How often /proc was read, for the tests. */
unsigned int pods_walks(const struct pods *);

#endif
