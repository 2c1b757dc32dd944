/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The network namespaces that have a process, each with one process to look through. */
#ifndef OBSERVE_NAMESPACES_H
#define OBSERVE_NAMESPACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "roots.h"

struct namespace {
	uint32_t netns;	/* inode number */
	pid_t pid;	/* the lowest that lives in it */
	bool host;	/* pid 1's */
};

struct namespaces {
	struct namespace *list;	/* by netns, ascending */
	size_t count;
	size_t unreadable;	/* processes whose namespace could not be read */
};

/* Reads every process once; a process that ends meanwhile is no error. */
int namespaces_read(const struct roots *roots, struct namespaces *out);
/*
 * The process this one was seen through is still in it: one look a namespace,
 * not a process. No longer, or a namespace turned up that the list does not
 * know: time to read anew.
 */
bool namespace_still(const struct roots *roots, const struct namespace *);
const struct namespace *namespaces_find(const struct namespaces *, uint32_t netns);
void namespaces_free(struct namespaces *);

/* True when this process itself lives in pid 1's namespace; false also when that cannot be told. */
bool namespace_is_hosts(const struct roots *roots);

/* What a link such as /proc/PID/ns/net says, "net:[4026531840]"; 0: it says something else. */
uint32_t netns_of_link(const char *link, size_t len);

#endif
