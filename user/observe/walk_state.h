/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside of the walk: shared by walk.c (load, run) and those who read what its parts gathered. */
#ifndef OBSERVE_WALK_STATE_H
#define OBSERVE_WALK_STATE_H

#include "symbols.h"
#include "walk.h"

struct walk;	/* the skeleton */

enum { SYMBOL_HASH, SYMBOL_SIZE, SYMBOL_GENERATION, SYMBOL_COUNT };

struct walker {
	struct walk_options options;
	const struct roots *roots;
	struct symbol symbols[SYMBOL_COUNT];
	struct walk *skeleton;			/* another one after a resize */
	uint32_t buckets;			/* the map's size */
	const volatile struct ct_chain *chains;	/* the map, in our memory */
	size_t chains_bytes;
	struct walk_result under_way, done;
};

#endif
