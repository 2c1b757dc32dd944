/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Everything seen at one moment: our counters, the kernel's statistics of
 * every namespace, the settings. Two of them make a report.
 *
 *   observer_init -> observer_look ... -> observer_free
 */
#ifndef OBSERVE_OBSERVATION_H
#define OBSERVE_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "counts.h"
#include "kernel_stats.h"
#include "machine.h"
#include "model/report.h"
#include "namespaces.h"
#include "newcomers.h"
#include "pods.h"
#include "probes.h"
#include "self.h"
#include "settings_kept.h"

/* One namespace as the kernel sees it. */
struct netns_view {
	uint32_t netns;
	bool host;
	bool known;	/* stats could be read */
	struct kernel_stats stats;
};

struct observation {
	uint64_t monotonic_ns, real_ns;
	bool counted;		/* counts are filled in */
	struct counts counts;
	struct netns_view *views;	/* by netns, ascending */
	size_t view_count;
	const struct pods *pods;	/* who lives where, as of the observer's last look; NULL: not known */
	struct settings settings;
	struct losses losses;	/* ever since loading */
	struct self_usage self;
};

struct observer {
	const struct roots *roots;
	struct probes *probes;		/* NULL: procfs alone */
	struct namespaces namespaces;	/* refreshed when one is missing */
	struct settings_kept settings;
	struct pods *pods;		/* NULL: no memory for names */
	struct newcomers newcomers;	/* with counts, without a process so far */
	struct counts noticed;		/* room for observer_notice() */
	uint64_t refreshed_ns;
};

void observer_init(struct observer *, const struct roots *, struct probes *);
/* -ENOENT when conntrack is not loaded; out may be a used one. */
int observer_look(struct observer *, struct observation *out);
/*
 * Between two looks, every second: a namespace that has counts and is not
 * known yet is found and named while it lives. 0 or -errno.
 */
int observer_notice(struct observer *);
const struct netns_view *observation_view(const struct observation *, uint32_t netns);
/* NULL: not known; good until the observer's next look. */
const struct owner *observation_owner(const struct observation *, uint32_t netns);
void observation_free(struct observation *);
void observer_free(struct observer *);

#endif
