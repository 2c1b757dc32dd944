// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Is the table full, was it, will it be; what was dropped. */
#include <inttypes.h>
#include <stdio.h>
#include "findings.h"
#include "sizing.h"

#define CRITICAL_USED 0.95
#define WARNING_USED 0.80
#define SOON_SECONDS 3600
#define TREND_HOLDS 60		/* times as long as it was seen; entries that time out soon bend it */

static uint64_t limit_of(const struct evidence *e)
{
	int64_t max = evidence_setting(e, "max", 0);

	return max > 0 ? (uint64_t)max : 0;
}

/* What is full already is told by its own finding, with the remedy. */
static bool told_as_full(const struct evidence *e)
{
	return evidence_used(e) >= WARNING_USED;
}

static uint64_t peak_of(const struct evidence *e)
{
	return e->table_known ? e->peak : e->population.entries;
}

/* A limit at which today's peak is half, with as many buckets. */
static void raise_limit(struct finding *f, const struct evidence *e)
{
	struct sizing_request request = { .entries = peak_of(e), .headroom = 100, .chain = SIZING_CHAIN,
					  .entry_bytes = e->table.entry_bytes };
	uint64_t max = limit_of(e);
	struct sizing sizing;

	sizing_compute(&request, &sizing);
	if (sizing.max < 2 * max && 2 * max <= SIZING_LIMIT_MAX)
		request.max = 2 * max;
	if (request.max < e->default_max && sizing.max < e->default_max)
		request.max = e->default_max;
	sizing_compute(&request, &sizing);
	finding_set(f, "buckets", (int64_t)sizing.buckets);
	finding_set(f, "max", (int64_t)sizing.max);
	if (sizing.memory_bytes)
		(void)snprintf(f->cost, sizeof(f->cost), "%" PRIu64 " MiB of kernel memory when full, %"
			       PRIu64 " MiB more than now", sizing.memory_bytes >> 20,
			       (sizing.memory_bytes - sizing_memory(max, e->table.buckets,
								    e->table.entry_bytes)) >> 20);
	f->risk = "None for traffic; resizing stops new connections for some milliseconds.";
}

static void put_fill(struct finding *f, const struct evidence *e)
{
	const struct population *p = &e->population;

	finding_count(f, "entries", peak_of(e));
	finding_count(f, "max", limit_of(e));
	finding_ratio(f, "used_ratio", evidence_used(e));
	if (e->table_known && e->table.fill_seconds >= 0)
		finding_count(f, "fill_seconds", (uint64_t)e->table.fill_seconds);
	if (!p->known)
		return;
	finding_count(f, "assured", p->assured);
	finding_count(f, "evictable", p->entries - p->assured);
}

static void rule_full(struct findings *out, const struct evidence *e)
{
	double used = evidence_used(e), fill = e->table_known ? e->table.fill_seconds : -1;
	enum severity severity = used >= CRITICAL_USED ? SEVERITY_CRITICAL :
				 used >= WARNING_USED ? SEVERITY_WARNING : SEVERITY_FINE;
	struct finding *f;

	if (used < 0)
		return;
	if (severity == SEVERITY_FINE && fill >= 0 && fill < SOON_SECONDS)
		severity = fill < TREND_HOLDS * e->seconds ? SEVERITY_WARNING : SEVERITY_NOTE;
	if (used < WARNING_USED && severity != SEVERITY_FINE)
		f = finding_add(out, severity, "table_full", "The table will be full in %.0f %s at this pace",
				fill < 120 ? fill : fill / 60, fill < 120 ? "seconds" : "minutes");
	else
		f = finding_add(out, severity, "table_full", "The table is %s%s%.0f %% full",
				e->table_known && used > e->table.used_ratio + 0.01 ? "at its peak " : "",
				used < 0.01 ? "under " : "", used < 0.01 ? 1 : used * 100);
	put_fill(f, e);
	if (severity == SEVERITY_FINE)
		return;
	finding_why(f, "When it is full, packets of new connections are dropped, unseen by any application.");
	if (e->population.known)
		finding_why(f, "Before that, the kernel throws out unassured entries (evictable) near the "
			    "one it needs room for; assured ones never.");
	raise_limit(f, e);
}

static void rule_no_limit(struct findings *out, const struct evidence *e)
{
	struct finding *f;

	if (evidence_setting(e, "max", -1) != 0)
		return;
	f = finding_add(out, SEVERITY_WARNING, "no_limit", "The table has no limit");
	finding_why(f, "Nothing but memory stops it: a flood ends with the machine out of memory.");
	finding_number(f, "max", 0);
	if (e->default_max)
		finding_set(f, "max", (int64_t)e->default_max);
}

static const struct cause {
	enum ct_counter counter;
	enum severity severity;
	const char *rule, *what, *why;
} causes[] = {
	{ CT_dropped_table_full, SEVERITY_CRITICAL, "drops_table_full", " for a full table",
	  "Each is a connection that could not begin: its sender waits and tries again." },
	{ CT_dropped_no_memory, SEVERITY_CRITICAL, "drops_no_memory", " for want of memory",
	  "The kernel could not allocate an entry, and packets cannot wait for memory: find who holds it; a "
	  "larger reserve (vm.min_free_kbytes) helps against short peaks." },
	{ CT_dropped_chain_too_long, SEVERITY_CRITICAL, "drops_chain_too_long",
	  " because their hash chain was too long",
	  "More buckets make shorter chains; if `ctscope chains` says attack, deal with that first." },
	{ CT_dropped_other, SEVERITY_WARNING, "drops_other", " for other reasons",
	  "Refused at their insertion, neither by a clash nor by a chain: an entry that was being removed." },
};

static void put_memory(struct finding *f, const struct evidence *e)
{
	if (e->table_known && e->table.memory_bytes)
		finding_count(f, "table_bytes", e->table.memory_bytes);
	if (e->ram_bytes)
		finding_count(f, "ram_bytes", e->ram_bytes);
	finding_do(f, "grep -E 'Mem|Shmem|Slab|SUnreclaim|PageTables' /proc/meminfo");
	finding_do(f, "ps axo rss,pid,comm --sort -rss | head");
}

static void rule_drops_now(struct findings *out, const struct evidence *e)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		const struct cause *cause = &causes[i];
		uint64_t dropped = e->delta[cause->counter];
		struct finding *f;

		if (!(e->counters_known & 1U << cause->counter) || !dropped)
			continue;
		f = finding_dropped(out, cause->severity, cause->rule, e, dropped, cause->what);
		if (cause->counter == CT_dropped_other && !(e->counters_known & 1U << CT_dropped_table_full))
			finding_why(f, "Whether the table was full cannot be seen here; `ctscope kernel` says why.");
		else
			finding_why(f, "%s", cause->why);
		finding_count(f, "dropped", dropped);
		if (e->seconds > 0)
			finding_ratio(f, "dropped_per_second", (double)dropped / e->seconds);
		if (cause->counter == CT_dropped_table_full && e->table_known && !told_as_full(e))
			raise_limit(f, e);
		else if (cause->counter == CT_dropped_no_memory)
			put_memory(f, e);
		else if (cause->counter == CT_dropped_chain_too_long && limit_of(e))
			finding_set(f, "buckets", (int64_t)sizing_buckets(limit_of(e), SIZING_CHAIN));
	}
}

/* Without hooks only the kernel's own sum is there. */
static void rule_drops_by_kernel(struct findings *out, const struct evidence *e)
{
	const uint32_t needed = 1U << KERNEL_STAT_drop;
	uint64_t dropped = e->kernel_delta[KERNEL_STAT_drop] + e->kernel_delta[KERNEL_STAT_chain_too_long];
	struct finding *f;

	if (e->counters_known & 1U << CT_dropped_table_full || !(e->kernel_known & needed) || !dropped)
		return;
	f = finding_dropped(out, SEVERITY_CRITICAL, "drops_now", e, dropped, "");
	finding_why(f, "By the kernel's own count, which does not tell the causes apart; with BPF ctscope does.");
	finding_count(f, "dropped", dropped);
	finding_count(f, "early_drop", e->kernel_delta[KERNEL_STAT_early_drop]);
}

static void put_boot(struct finding *f, const struct evidence *e)
{
	static const enum kernel_stat shown[] = {
		KERNEL_STAT_drop, KERNEL_STAT_early_drop, KERNEL_STAT_insert_failed,
		KERNEL_STAT_chain_too_long,
	};

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (e->kernel_known & 1U << shown[i])
			finding_count(f, kernel_stat_names[shown[i]], e->kernel_boot[shown[i]]);
	if (!e->log_known)
		return;
	finding_count(f, "log_lines", e->log_lines);
	if (e->log_suppressed)
		finding_count(f, "log_lines_suppressed", e->log_suppressed);
}

static void rule_drops_boot(struct findings *out, const struct evidence *e)
{
	const uint64_t *n = e->kernel_boot;
	/* A clash counts as a drop, too long a chain does not; both are failed insertions. */
	uint64_t clashes = n[KERNEL_STAT_insert_failed] > n[KERNEL_STAT_chain_too_long] ?
			   n[KERNEL_STAT_insert_failed] - n[KERNEL_STAT_chain_too_long] : 0;
	uint64_t refused = n[KERNEL_STAT_drop] > clashes ? n[KERNEL_STAT_drop] - clashes : 0;
	struct finding *f;

	if (!(e->kernel_known & 1U << KERNEL_STAT_drop))
		return;
	if (e->log_lines || n[KERNEL_STAT_early_drop]) {
		f = finding_add(out, SEVERITY_WARNING, "full_before", "The table was full some time since boot: %"
				PRIu64 " packets dropped, %" PRIu64 " entries thrown out", n[KERNEL_STAT_drop],
				n[KERNEL_STAT_early_drop]);
		finding_why(f, "The kernel's drop count also holds clashes and protocol errors; its log is "
			    "rate-limited and shows a part only.");
		if (e->table_known && limit_of(e) && !told_as_full(e))
			raise_limit(f, e);
	} else if (refused) {
		f = finding_add(out, SEVERITY_NOTE, "full_before", "%" PRIu64
				" packets dropped since boot, by neither a clash nor a chain", refused);
		finding_why(f, "No memory, a protocol's own rules, or a full table whose lines are no longer in "
			    "the kernel's log: its count does not tell these apart.");
		finding_do(f, "dmesg | grep -E 'table full|page allocation failure'");
	} else if (n[KERNEL_STAT_chain_too_long]) {
		f = finding_add(out, SEVERITY_WARNING, "full_before", "%" PRIu64
				" packets dropped since boot because a hash chain was too long",
				n[KERNEL_STAT_chain_too_long]);
	} else if (n[KERNEL_STAT_drop]) {
		f = finding_add(out, SEVERITY_NOTE, "full_before", "%" PRIu64
				" packets dropped since boot, none by a full table", n[KERNEL_STAT_drop]);
	} else {
		f = finding_add(out, SEVERITY_FINE, "full_before", "No packet dropped since boot");
	}
	put_boot(f, e);
}

finding_rule *const findings_table[] = {
	rule_drops_now, rule_drops_by_kernel, rule_full, rule_no_limit, rule_drops_boot, NULL,
};
