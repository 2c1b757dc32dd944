/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside of the walk: shared by walk.c (load, run) and those who read what its parts gathered. */
#ifndef OBSERVE_WALK_STATE_H
#define OBSERVE_WALK_STATE_H

#include "chain_map.h"
#include "symbols.h"
#include "walk.h"

struct walk;	/* the skeleton */

enum { SYMBOL_HASH, SYMBOL_SIZE, SYMBOL_GENERATION, SYMBOL_COUNT };

struct walker {
	struct walk_options options;
	const struct roots *roots;
	struct symbol symbols[SYMBOL_COUNT];
	struct walk *skeleton;
	struct chain_map chains;	/* another one after a resize */
	struct walk_result under_way, done;
};

#endif
