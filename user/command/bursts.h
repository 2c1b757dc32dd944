/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Refused packets as they happen, for every command that tells of them: reads
 * the ring when there is something in it, the counters ten times a second
 * while a burst is on, and is asleep otherwise.
 *
 *   bursts_open -> bursts_look (with every monitor_tick) -> bursts_finish -> bursts_close
 */
#ifndef COMMAND_BURSTS_H
#define COMMAND_BURSTS_H

#include "model/burst.h"
#include "monitor.h"
#include "serve/loop.h"

/* Any of them may be NULL. What they are given is good until they return. */
struct bursts_handlers {
	void (*began)(void *context, const struct burst *);
	void (*ended)(void *context, const struct burst *);
	void (*packet)(void *context, const struct packet *);	/* refused, or thrown out */
};

struct bursts {
	struct monitor *monitor;
	const struct bursts_handlers *handlers;
	void *context;
	struct watcher *timer;
	struct burst_watch watch;
	struct burst burst;		/* the latest */
	struct ct_event first;		/* its first record */
	bool first_known;
	uint32_t held_back[2];		/* of drops and of evictions, as of the last record */
	uint64_t dropped[CT_COUNTER_COUNT];	/* in all bursts that are over */
	struct counts counts;		/* by namespace, at counted_ns */
	uint64_t counted_ns;
	bool max_known;
	uint64_t max;
	int failure;			/* -errno: the counters can no longer be read */
};

/* The monitor has probes, opened with probes_options.records, and made its first step. 0 or -errno. */
int bursts_open(struct bursts *, struct monitor *, struct loop *, const struct bursts_handlers *,
		void *context, uint64_t quiet_ns);
/* Notices what has changed; 0 or -errno. */
int bursts_look(struct bursts *);
/* Once more before the end of a run: nothing stays in the ring, a burst that is on is told as it is. */
int bursts_finish(struct bursts *);
/* Who lives in a namespace, as of the monitor's last step. */
struct owner_name bursts_owner(const struct bursts *, uint32_t netns);
void bursts_close(struct bursts *);

#endif
