/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * /v1/history: the last minutes by columns, one value a second, and what
 * happened in them. One object as in the stream, but as long as it needs.
 */
#ifndef RENDER_RECORD_HISTORY_H
#define RENDER_RECORD_HISTORY_H

#include "model/history.h"
#include "observe/settings.h"
#include "record.h"

struct history_facts {
	uint64_t time_ns;
	const char *node;
	enum mode mode;
	double interval_seconds;	/* between two reports */
	uint64_t max;			/* entries a namespace may hold; 0: no limit, or not known */
	const struct history *history;
	const struct settings *settings;	/* NULL: not known */
};

/*
 * The latest seconds of them (0: all). events: `count` records that are JSON
 * already, oldest first. A string to be freed, its length in *length; NULL
 * when there is no memory.
 */
char *record_history(const struct history_facts *, size_t seconds, const char *const *events,
		     size_t count, size_t *length);

#endif
