// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include "observe/clock.h"
#include "model/address.h"
#include "observe/refused.h"
#include "scan.h"

/* Unused time is saved up to this much: a burst of slices, none of them long. */
#define CREDIT_MAX 0.05

/* How often a table is walked where nothing comes or goes: its entries may still become assured. */
#define QUIET_NS 60000000000ULL

int scan_open(struct scan *scan, const struct scan_options *options, const struct roots *roots)
{
	struct walk_options walk_options = { .chains = true, .census = options->into, .into = options->into,
					     .verbose = options->verbose };

	*scan = (struct scan){ .top = options->top, .look_at_all = options->look_at_all,
			       .redact = options->redact };
	return walk_open(&scan->walker, &walk_options, roots, &scan->refusal);
}

static int look_into(struct scan *scan)
{
	struct ct_chain_node nodes[CT_LOOK_NODES];
	struct chains *chains = &scan->chains;

	for (size_t i = 0; i < chains->top_count; i++) {
		const struct chain_top *top = &chains->top[i];
		ssize_t count;

		if (!scan->look_at_all && !chains_suspicious(chains, top->length))
			break;	/* and what follows is shorter */
		count = walk_look(scan->walker, top->bucket, nodes);
		if (count < 0)
			return (int)count;
		chains_look_at(chains, i, nodes, (size_t)count);
		if (scan->redact)
			redact_address(chains->top[i].source, chains->top[i].family);
	}
	return 0;
}

static int take(struct scan *scan)
{
	const struct walk_result *walk = walk_result(scan->walker);
	const struct chain_map *map = walk_chains(scan->walker);
	const volatile struct ct_chain *slots = chain_map_read(map);
	int err;

	if (!slots)
		return -errno;
	chains_measure(&scan->chains, slots, map->count, walk->limits_chains, scan->top);
	chain_map_done(map, slots);
	scan->chains.time_ns = walk->time_ns;
	scan->chains.unassured = walk->unassured;
	scan->chains.redacted = scan->redact;
	scan->chains.walk = (struct chains_walk){
		.seconds = walk->seconds, .slowest_slice_seconds = walk->slowest,
		.slices = walk->slices, .restarts = walk->restarts, .unsettled = walk->unsettled,
	};
	err = look_into(scan);
	if (!err)
		chains_judge(&scan->chains);
	scan->known = !err;
	return err;
}

int scan_whole(struct scan *scan)
{
	int err = walk_run(scan->walker);

	return err ? err : take(scan);
}

/* One piece: until the credit is used up, or the walk done. */
static int some_slices(struct scan *scan)
{
	int more = 1;

	while (more == 1 && scan->credit > 0) {
		uint64_t began = monotonic_ns();

		more = walk_slice(scan->walker);
		scan->credit -= (double)(monotonic_ns() - began) / 1e9;
	}
	scan->under_way = more == 1;
	return more == 1 ? 0 : more ? more : take(scan);
}

static void begin(struct scan *scan, uint64_t now, uint64_t changes, uint64_t buckets)
{
	scan->began_ns = now;
	scan->changes = changes;
	scan->buckets = buckets;
}

int scan_go_on(struct scan *scan, uint64_t interval_ns, uint64_t changes, uint64_t buckets)
{
	uint64_t now = monotonic_ns();
	int err;

	if (buckets != scan->buckets)
		interval_ns = 0;
	else if (changes == scan->changes && interval_ns < QUIET_NS)
		interval_ns = QUIET_NS;
	if (!scan->looked_ns) {
		scan->looked_ns = now;
		begin(scan, now, changes, buckets);
		err = scan_whole(scan);
		return err == -EAGAIN ? 0 : err;
	}
	scan->credit += (double)(now - scan->looked_ns) / 1e9 * SCAN_SHARE;
	if (scan->credit > CREDIT_MAX)
		scan->credit = CREDIT_MAX;
	scan->looked_ns = now;
	if (!scan->under_way) {
		if (now - scan->began_ns < interval_ns)
			return 0;
		begin(scan, now, changes, buckets);
	}
	err = some_slices(scan);
	/* A table that is being resized will be walked another time. */
	return err == -EAGAIN ? 0 : err;
}

int scan_share(struct scan *scan, struct probes *probes)
{
	const struct chain_map *map = walk_chains(scan->walker);

	if (map->serial == scan->shared)
		return 0;
	scan->shared = map->serial;
	return probes_share_chains(probes, map);
}

double scan_age_seconds(const struct scan *scan)
{
	return (double)(monotonic_ns() - scan->chains.time_ns) / 1e9;
}

void scan_close(struct scan *scan)
{
	walk_free(scan->walker);
	scan->walker = NULL;
}
