/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Namespaces that have counts but no process that we have seen. One that is
 * new is worth a walk of /proc at once, as it may live for a second only; one
 * that was not found a few times has no process, and is not looked for again.
 *
 *   struct newcomers n = { 0 }; newcomers_seek(&n, netns) ... newcomers_free(&n)
 */
#ifndef OBSERVE_NEWCOMERS_H
#define OBSERVE_NEWCOMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct newcomer {
	uint32_t netns;
	uint32_t tries;
};

struct newcomers {
	struct newcomer *list;	/* by netns, ascending */
	size_t count, size;
};

/* True when it is worth looking for once more, which this call notes. */
bool newcomers_seek(struct newcomers *, uint32_t netns);
void newcomers_free(struct newcomers *);

#endif
