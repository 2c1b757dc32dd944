/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the walk counted, out of the kernel's maps into a census. For one walk,
 * twice when the first had no room for the busiest:
 *
 *   walk_open (options.census, options.into) -> walk_census_run -> walk_free
 *
 * Whoever walks slice by slice takes what it found when walk_slice() says 0.
 */
#ifndef OBSERVE_WALK_CENSUS_H
#define OBSERVE_WALK_CENSUS_H

#include "model/census.h"
#include "walk.h"

int walk_census_run(struct walker *, struct census *);
/* Adds what the last whole walk counted and empties the maps. */
int walk_census_take(struct walker *, struct census *);

/* For walk_load.c and walk.c: before loading, and before the first slice of each walk. */
int walk_census_prepare(struct walker *);
int walk_census_clear(struct walker *);

#endif
