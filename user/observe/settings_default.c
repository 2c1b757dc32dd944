// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The defaults that differ between kernels or are computed at load.
 *
 * Which rules a kernel has is told by what it offers, not by its version:
 * 5.15 brought both the larger table (nf_conntrack_init_start) and the limit of
 * a chain's length, which shows in the statistics as the column "chainlength".
 * Where there are no statistics (a build option) the sysctls decide, as far as
 * they can: tcp_ignore_invalid_rst came with 5.14, helper went with 6.0.
 * Checked on Debian's 5.10, 6.1, 6.12, 6.18 and 7.2.
 */
#include <string.h>
#include <unistd.h>
#include "kernel_stats.h"
#include "machine.h"
#include "settings.h"

#define NOT_KNOWN (-1)
#define GIB (1ULL << 30)

enum generation { GENERATION_NOT_KNOWN, BEFORE_5_15, SINCE_5_15 };

struct facts {
	const struct settings *settings;
	bool old_names;		/* net.ipv4.netfilter.ip_conntrack_*: kernels up to 2.6 */
	enum generation generation;
	int64_t buckets;	/* default */
};

static bool has(const struct settings *settings, const char *short_name)
{
	return settings_find(settings, short_name);
}

static enum generation generation_of(const struct roots *roots, const struct facts *facts)
{
	struct kernel_stats stats;

	if (facts->old_names)
		return GENERATION_NOT_KNOWN;
	if (!kernel_stats_read(roots, 0, &stats))
		return stats.present & 1U << KERNEL_STAT_chain_too_long ? SINCE_5_15 : BEFORE_5_15;
	if (!has(facts->settings, "tcp_ignore_invalid_rst"))
		return BEFORE_5_15;
	return has(facts->settings, "helper") ? GENERATION_NOT_KNOWN : SINCE_5_15;
}

/* nf_conntrack_init_start() and the rounding to whole pages of nf_ct_alloc_hashtable(). */
static int64_t default_buckets(enum generation generation, uint64_t ram)
{
	static const struct { uint64_t small, large, least; } rules[] = {
		[BEFORE_5_15] = { 16384, 65536, 32 },
		[SINCE_5_15] = { 65536, 262144, 1024 },
	};
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), slots = page / sizeof(void *), buckets;

	if (!ram || generation == GENERATION_NOT_KNOWN)
		return NOT_KNOWN;
	if (ram / page > 4 * GIB / page && (sizeof(void *) == 8 || generation == BEFORE_5_15))
		buckets = rules[generation].large;
	else if (ram / page > GIB / page)
		buckets = rules[generation].small;
	else
		buckets = ram / 16384 / sizeof(void *);
	if (buckets < rules[generation].least)
		buckets = rules[generation].least;
	return (int64_t)((buckets + slots - 1) / slots * slots);
}

static int64_t buckets(const struct facts *facts)
{
	return facts->buckets;
}

/*
 * With hashsize= given at load it would be 8 times that, but nothing tells
 * later whether it was given: such a kernel shows max as changed, which is
 * what somebody did. Writing buckets later leaves max as it is.
 */
static int64_t max(const struct facts *facts)
{
	if (facts->buckets == NOT_KNOWN)
		return NOT_KNOWN;
	return facts->buckets * (facts->generation == BEFORE_5_15 ? 4 : 1);
}

/* nf_conntrack_expect_init(); a page of buckets is more than 256 of them. */
static int64_t expect_max(const struct facts *facts)
{
	return facts->buckets == NOT_KNOWN ? NOT_KNOWN : facts->buckets / 256 * 4;
}

/* 2, "auto", came in 5.19, between the limit of chains and the end of helper. */
static int64_t events(const struct facts *facts)
{
	if (facts->generation == BEFORE_5_15)
		return 1;
	return facts->generation == SINCE_5_15 && !has(facts->settings, "helper") ? 2 : NOT_KNOWN;
}

/* 2 minutes since 5.0. */
static int64_t udp_stream(const struct facts *facts)
{
	return facts->old_names ? 180 : 120;
}

/* 5 days, until 6.2 and its backports did away with heartbeat_acked. */
static int64_t sctp_established(const struct facts *facts)
{
	return has(facts->settings, "sctp_timeout_heartbeat_acked") ? 432000 : 210;
}

/* 0.3 s, shown as 0, until a little later: nothing tells for sure before that. */
static int64_t sctp_shutdown(const struct facts *facts)
{
	const struct setting *sent = settings_find(facts->settings, "sctp_timeout_shutdown_sent");
	const struct setting *recd = settings_find(facts->settings, "sctp_timeout_shutdown_recd");

	if (has(facts->settings, "sctp_timeout_heartbeat_acked") || (sent && !sent->value) ||
	    (recd && !recd->value))
		return NOT_KNOWN;
	return 3;
}

static const struct {
	const char *name;
	int64_t (*compute)(const struct facts *);	/* NOT_KNOWN, or the default */
} computed[] = {
	{ "buckets", buckets },
	{ "max", max },
	{ "expect_max", expect_max },
	{ "events", events },
	{ "udp_timeout_stream", udp_stream },
	{ "sctp_timeout_established", sctp_established },
	{ "sctp_timeout_shutdown_sent", sctp_shutdown },
	{ "sctp_timeout_shutdown_recd", sctp_shutdown },
};

static int64_t default_of(const struct setting_info *info, const struct facts *facts)
{
	for (size_t i = 0; i < sizeof(computed) / sizeof(computed[0]); i++)
		if (!strcmp(computed[i].name, info->name))
			return computed[i].compute(facts);
	return info->fixed_default;
}

static struct facts facts_of(const struct roots *roots, const struct settings *settings, uint64_t ram)
{
	const struct setting *limit = settings_find(settings, "max");
	struct facts facts = { .settings = settings };

	facts.old_names = limit && strstr(limit->name, ".ip_conntrack_");
	facts.generation = generation_of(roots, &facts);
	facts.buckets = default_buckets(facts.generation, ram);
	return facts;
}

void settings_default_sizes(const struct roots *roots, const struct settings *settings,
			    uint64_t ram_bytes, uint64_t *max_entries, uint64_t *max_buckets)
{
	struct facts facts = facts_of(roots, settings, ram_bytes);

	*max_entries = facts.buckets == NOT_KNOWN ? 0 : (uint64_t)max(&facts);
	*max_buckets = facts.buckets == NOT_KNOWN ? 0 : (uint64_t)facts.buckets;
}

void settings_defaults(const struct roots *roots, struct settings *settings)
{
	struct facts facts = facts_of(roots, settings, machine_ram_bytes(roots));

	for (size_t i = 0; i < settings->count; i++) {
		struct setting *s = &settings->list[i];
		int64_t standard = s->info ? default_of(s->info, &facts) : NOT_KNOWN;

		if (standard == NOT_KNOWN)
			continue;
		s->default_known = true;
		s->default_value = standard;
		s->changed = s->known && s->value != standard;
	}
}
