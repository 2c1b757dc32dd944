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

#define RECENT_MAX 40

struct recent {
	char *lines[RECENT_MAX];	/* a ring of strings, each without its LF */
	size_t next, count;
};

/* A line that finds no memory is not kept. */
void recent_add(struct recent *, const char *line, size_t len);
/* 0 is the oldest; NULL beyond the newest. */
const char *recent_at(const struct recent *, size_t i);
void recent_free(struct recent *);

#endif
