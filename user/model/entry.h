/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One connection as a dump tells it. */
#ifndef MODEL_ENTRY_H
#define MODEL_ENTRY_H

#include <stdbool.h>
#include <stdint.h>
#include "ctscope/census.h"

struct entry {
	struct ct_group keys;	/* all of them, but for netns (0) and idle (unknown) */
	bool left_known;
	bool accounted;
	uint32_t left;		/* seconds until it is removed */
	uint32_t gre_timeout, gre_stream_timeout;	/* its own; 0: not told */
	uint64_t packets, bytes;	/* both directions */
};

#endif
