/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How large the table should be. Little's law: what comes at RATE a second
 * and stays for SECONDS is there RATE x SECONDS times at once.
 */
#ifndef MODEL_SIZING_H
#define MODEL_SIZING_H

#include <stddef.h>
#include <stdint.h>

#define SIZING_FLOWS_MAX 16
#define SIZING_BUCKETS_STEP 512	/* the kernel rounds buckets up to whole pages of 8-byte heads */
#define SIZING_CHAIN 2		/* mean chain of a full table, as kernels since 5.15 choose it */
#define SIZING_HEADROOM 50	/* percent on top of the peak: 2/3 full then */
#define SIZING_LIMIT_MAX 2147483647ULL	/* nf_conntrack_max is an int */

/* Entries of one kind. */
struct sizing_flow {
	char name[40];		/* "time_wait"; "": all of them */
	double rate;		/* new ones a second */
	double seconds;		/* how long each stays */
};

struct sizing_request {
	struct sizing_flow flows[SIZING_FLOWS_MAX];
	size_t count;
	uint64_t entries;	/* at the peak, where it was measured; 0: from the flows */
	uint32_t headroom;	/* percent */
	uint32_t chain;		/* nodes a bucket when full, on average; an entry has two */
	uint32_t entry_bytes;	/* 0: not known */
	uint64_t max, buckets;	/* 0: to be computed */
};

struct sizing {
	uint64_t entries;	/* at the peak */
	uint64_t max, buckets;
	uint64_t memory_bytes;	/* when full; 0: not known */
};

uint64_t sizing_flow_entries(const struct sizing_flow *);
/* Smallest number of buckets for a mean chain of `chain` with `max` entries. */
uint64_t sizing_buckets(uint64_t max, uint32_t chain);
/* Of the entries and the bucket heads, as the slab lays them out. */
uint64_t sizing_memory(uint64_t max, uint64_t buckets, uint32_t entry_bytes);
void sizing_compute(const struct sizing_request *, struct sizing *);
/* The rule of thumb of older documents: RAM / 16384 / (bits / 32). */
uint64_t sizing_by_ram(uint64_t ram_bytes, unsigned int bits);

/* What if: a column is a limit, a row another load. */
#define SIZING_WHAT_IF_LIMITS 4
#define SIZING_WHAT_IF_ROWS 12

struct sizing_what_if {
	struct sizing limits[SIZING_WHAT_IF_LIMITS];	/* entries of no meaning here */
	struct {
		char label[48];
		uint64_t entries;
	} rows[SIZING_WHAT_IF_ROWS];
	size_t count;
};

/* Half to four times the planned limit; one row: as planned, if a load is. Further rows: sizing_what_if_add(). */
void sizing_what_if_begin(const struct sizing_request *, const struct sizing *,
			  struct sizing_what_if *);
void sizing_what_if_add(struct sizing_what_if *, const char *label, uint64_t entries);
/* Twice the rate, and shorter stays of the flows that hold most. */
void sizing_what_if_flows(const struct sizing_request *, struct sizing_what_if *);

#endif
