/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The folders of /var/log/pods, one a pod: NAMESPACE_NAME_UID. They name a
 * pod without asking the API server.
 *
 *   pod_logs_read -> pod_logs_name ... -> pod_logs_free
 */
#ifndef OBSERVE_POD_LOGS_H
#define OBSERVE_POD_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include "model/report.h"

struct pod_logs {
	struct pod_name *list;
	size_t count, room;
};

/* 0, -ENOENT when there is no such folder, -errno. */
int pod_logs_read(struct pod_logs *, const char *path);
/* Fills in namespace and name of the pod with this uid; false: it is not there. */
bool pod_logs_name(const struct pod_logs *, struct pod_name *);
void pod_logs_free(struct pod_logs *);

/* One folder's name; false when it is not a pod's. */
bool pod_logs_parse(const char *folder, struct pod_name *);

#endif
