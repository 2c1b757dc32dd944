/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A look of its own for those who ask by HTTP, so that numbers are of now and
 * the reports of the stream keep their intervals.
 *
 *   struct scrape s = { 0 }; scrape_look(&s, monitor); ... scrape_free(&s);
 */
#ifndef COMMAND_SCRAPE_H
#define COMMAND_SCRAPE_H

#include "model/netns_series.h"
#include "monitor.h"

struct scrape {
	struct observation seen[2];
	const struct observation *now, *before;	/* before NULL: the first; now NULL: none yet */
	const struct probes *probes;		/* they were made with */
	struct change change;
	struct netns_series series;
};

/* -errno; -ENOENT while nf_conntrack is not loaded. Names in the monitor's last report are stale then. */
int scrape_look(struct scrape *, struct monitor *);
void scrape_free(struct scrape *);

#endif
