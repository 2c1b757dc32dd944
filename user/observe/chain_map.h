/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The map of chains, a slot a bucket, as one BPF map that several programs
 * write and we read without a system call.
 *
 *   chain_map_make -> put its fd into the programs' outer maps -> chain_map_free
 */
#ifndef OBSERVE_CHAIN_MAP_H
#define OBSERVE_CHAIN_MAP_H

#include <stddef.h>
#include <stdint.h>
#include "ctscope/walk.h"

struct chain_map {
	const volatile struct ct_chain *slots;	/* NULL: none */
	uint32_t count;
	int fd;
	uint32_t serial;	/* of those its owner has made */
	size_t bytes;
};

/* On failure the map is as after chain_map_free(). */
int chain_map_make(struct chain_map *, uint32_t buckets);
/* Its pages count as our memory once they were read: gives them back until they are read again. */
void chain_map_rest(const struct chain_map *);
/* Programs that have it keep it until they are given another one, or unloaded. */
void chain_map_free(struct chain_map *);

#endif
