/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside of the walk: shared by walk.c, walk_load.c and those who read what the walk's parts gathered. */
#ifndef OBSERVE_WALK_STATE_H
#define OBSERVE_WALK_STATE_H

#include "chain_map.h"
#include "symbols.h"
#include "walk.h"

struct walk;	/* the skeleton */
struct bpf_link;

enum { SYMBOL_HASH, SYMBOL_SIZE, SYMBOL_GENERATION, SYMBOL_COUNT };

struct walker {
	struct walk_options options;
	const struct roots *roots;
	struct symbol symbols[SYMBOL_COUNT];
	struct walk *skeleton;
	struct bpf_link *resizes[2];	/* where the kernel's own generation is not to be had */
	struct chain_map chains;	/* another one after a resize */
	struct walk_result under_way, done;
};

/* Finds the table, loads what walks it; whatever it returns, walk_unload() takes it back. */
int walk_load(struct walker *);
void walk_unload(struct walker *);

#endif
