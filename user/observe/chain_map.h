/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The map of chains, a slot a bucket, as one BPF map that several programs
 * write and we read without a system call for each slot.
 *
 *   chain_map_make -> put its fd into the programs' outer maps
 *   -> chain_map_read, chain_map_done ... -> chain_map_free
 */
#ifndef OBSERVE_CHAIN_MAP_H
#define OBSERVE_CHAIN_MAP_H

#include <stdint.h>
#include "ctscope/walk.h"

struct chain_map {
	int fd;
	uint32_t count;		/* slots; 0: there is no map */
	uint32_t serial;	/* of those its owner has made */
};

/* On failure there is no map. */
int chain_map_make(struct chain_map *, uint32_t buckets);
/*
 * All slots, in our memory until chain_map_done(): while mapped, the 8 MB of a
 * million buckets count as ours. NULL with errno.
 */
const volatile struct ct_chain *chain_map_read(const struct chain_map *);
void chain_map_done(const struct chain_map *, const volatile struct ct_chain *);
/* Programs that have it keep it until they are given another one, or unloaded. */
void chain_map_free(struct chain_map *);

#endif
