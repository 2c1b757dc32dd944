/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The latest records worth a second look (start, bursts, pressure, changed
 * settings, losses), for the status page. Bounded: the oldest give way.
 *
 *   struct recent r = { 0 }; recent_add(&r, line, len); recent_at(&r, i); recent_free(&r);
 */
#ifndef SERVE_RECENT_H
#define SERVE_RECENT_H

#include <stddef.h>
#include <stdint.h>

#define RECENT_MAX 40

struct recent {
	struct recent_line {
		char *text;		/* without its LF */
		uint64_t monotonic_ns;	/* when it was added */
	} ring[RECENT_MAX];
	size_t next, count;
};

/* A line that finds no memory is not kept. */
void recent_add(struct recent *, const char *line, size_t len);
/* Those of the latest seconds (0: all), oldest first; how many. */
size_t recent_list(const struct recent *, size_t seconds, const char *out[static RECENT_MAX]);
void recent_free(struct recent *);

#endif
