/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The only owner of the BPF side: loads the programs, attaches each hook the
 * best way this kernel allows, reads the maps.
 *
 *   probes_open -> probes_read ... -> probes_free
 */
#ifndef OBSERVE_PROBES_H
#define OBSERVE_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "chain_map.h"
#include "counts.h"
#include "model/hook.h"
#include "model/report.h"
#include "roots.h"

struct probes;

enum hook_id {
	HOOK_INSERTED, HOOK_FREED, HOOK_EARLY_DROP, HOOK_CLASH, HOOK_CONFIRM, HOOK_NO_MEMORY,
	HOOK_ALLOC, HOOK_CTNETLINK, HOOK_COUNT
};

/* What looking at one of so many insertions costs is spread over all: some ten instructions each. */
#define INSERTIONS_A_LOOK 64

struct probes_options {
	bool records;			/* drop and evict records in the ring */
	uint32_t records_per_second;	/* of each kind; the first in a second always comes */
	uint32_t quiet_ms;		/* a refusal after so long a pause begins anew */
	uint32_t insertions_a_look;	/* one of so many has its chain followed: a power of two; 0: none */
	bool required;			/* without BPF the command has nothing to do, and says so itself */
	/*
	 * Bit per enum hook_id: two programs at each place, so that none of what they
	 * tell is lost when the kernel skips one, which a preempted task stands in.
	 * HOOK_EARLY_DROP always.
	 */
	uint32_t twice;
	/*
	 * HOOK_ALLOC, which tells who was refused, is attached by probes_set_hook() only:
	 * it is a third of what a connection costs. By kprobe, and where HOOK_NO_MEMORY,
	 * which counts instead of it, is not to be had, it stays attached.
	 */
	bool alloc_on_demand;
	const char *avoid;		/* for tests: "direct", or functions to treat as not there */
	int verbose;			/* 2: libbpf's own words on stderr */
};

struct probes_refusal {
	char reason[160];	/* why nothing can be attached at all */
	char cure[160];
};

/*
 * Never partly: on failure nothing stays loaded, and `why` says what is
 * missing. -ENOENT: nf_conntrack is not loaded; -EPERM; others. A hook that
 * cannot be attached costs its own feature only.
 */
int probes_open(struct probes **out, const struct probes_options *, const struct roots *,
		struct probes_refusal *why);
/*
 * The module they were attached to is gone, or another one is there: kprobes do not keep it
 * loaded, and do not come back with it. (What is attached by fentry or fexit keeps it.)
 */
bool probes_stale(const struct probes *);
/* All hooks, attached and missing; lives as long as the probes. */
const struct hook *probes_hooks(const struct probes *, size_t *count);
/* The same list when nothing could be attached. */
const struct hook *probes_hooks_refused(const struct probes_refusal *, size_t *count);
/* Bit per enum ct_counter: the hooks it needs are attached. */
uint32_t probes_counters_known(const struct probes *);
/* Reads every counter; out is emptied first. */
int probes_read(struct probes *, struct counts *out);
/* The sums over all namespaces alone: cheap enough for every second. */
int probes_totals(struct probes *, uint64_t total[static CT_COUNTER_COUNT]);
/*
 * Attaches or detaches one hook at run time; its programs stay loaded. 0 when it
 * is that way already; -ENOENT when this kernel cannot; -errno of attaching.
 */
int probes_set_hook(struct probes *, enum hook_id, bool attached);
/* When packets were refused, CLOCK_MONOTONIC; 0: never since loading. */
struct refusal_times {
	uint64_t began_ns;	/* the first after the latest pause of quiet_ms */
	uint64_t last_ns;
};
struct refusal_times probes_refusal_times(const struct probes *);
/* Lets insertions that are looked at write to this map too, until there is another one. */
int probes_share_chains(struct probes *, const struct chain_map *);
/* Chains met by the insertions that were looked at, ever since loading; false: none can be. */
bool probes_met(const struct probes *, uint64_t lengths[static CT_MET_LONGEST + 1]);
/*
 * Ever since loading: records the ring had no room for, and program runs the kernel skipped that
 * may have had something to tell, as these totals, read before, have it.
 */
int probes_losses(struct probes *, const uint64_t total[static CT_COUNTER_COUNT], struct losses *out);
void probes_free(struct probes *);

#endif
