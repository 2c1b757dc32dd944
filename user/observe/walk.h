/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The walk of the hash table: the only owner of the walk's BPF side.
 *
 *   walk_open -> walk_run ..., or walk_slice until it says 0 ... -> walk_free
 *
 * A walk costs nothing between its slices; nothing is attached anywhere.
 */
#ifndef OBSERVE_WALK_H
#define OBSERVE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "chain_map.h"
#include "roots.h"

struct walker;
struct census;

struct walk_options {
	bool chains;	/* the length of every chain */
	bool census;	/* look into every entry */
	const struct census *into;	/* what to group by, and filters; NULL: totals alone */
	int verbose;	/* 2: libbpf's own words on stderr */
};

struct walk_refusal {
	char reason[160];	/* why the table cannot be walked */
	char cure[160];
};

/* What the last whole walk found; everything is 0 before there was one. */
struct walk_result {
	uint64_t time_ns;		/* when it ended, CLOCK_MONOTONIC */
	uint32_t buckets;
	uint64_t nodes;			/* two an entry, but for a few (KERNEL: NAT clashes have one) */
	uint64_t unassured;		/* entries that a full table may throw out */
	uint64_t moved, unsettled;	/* chains begun again, and given up on, because entries moved */
	uint64_t cut;			/* chains longer than one slice can follow */
	uint32_t restarts;		/* because the table was resized meanwhile */
	uint64_t slices;
	double seconds;			/* inside the kernel, all slices */
	double slowest;			/* one slice */
	bool limits_chains;		/* this kernel refuses insertions into long chains */
};

/*
 * On failure nothing stays loaded, and `why` says what is missing and the
 * cure. -ENOENT: nf_conntrack is not loaded; -ENOSYS: the table's address is
 * not to be had; -EPERM; others.
 */
int walk_open(struct walker **out, const struct walk_options *, const struct roots *,
	      struct walk_refusal *why);
/*
 * One slice: 1 when there is more to come, 0 when the table is done, -errno.
 * A table that was resized is walked again from its start, in a new map.
 */
int walk_slice(struct walker *);
/* The whole table at once; -EAGAIN when it is resized again and again. */
int walk_run(struct walker *);
const struct walk_result *walk_result(const struct walker *);
/* Of the last walk, as long as its count is the result's buckets; the next slice may put up another. */
const struct chain_map *walk_chains(const struct walker *);
/* The nodes of one bucket, as many as fit; the number of them, or -errno. */
ssize_t walk_look(struct walker *, uint32_t bucket, struct ct_chain_node[static CT_LOOK_NODES]);
void walk_free(struct walker *);

#endif
