// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Limit and buckets against each other, against memory, and against what happens at boot. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "findings.h"
#include "sizing.h"

#define CHAIN_MEAN_MAX 8	/* of a full table: what kernels before 5.15 choose */
#define CHAIN_MEAN_REFUSED 40	/* from here on some chains of a full table reach the kernel's limit of 52 */

static uint64_t size_of(const struct evidence *e, const char *name)
{
	int64_t value = evidence_setting(e, name, 0);

	return value > 0 ? (uint64_t)value : 0;
}

static void put_sizes(struct finding *f, const struct evidence *e)
{
	finding_count(f, "max", size_of(e, "max"));
	finding_count(f, "buckets", size_of(e, "buckets"));
}

static void put_cost(struct finding *f, const struct evidence *e, uint64_t max, uint64_t buckets)
{
	uint64_t bytes = sizing_memory(max, buckets, e->table.entry_bytes);

	if (bytes)
		(void)snprintf(f->cost, sizeof(f->cost), "%" PRIu64 " MiB of kernel memory when full", bytes >> 20);
}

static void rule_below_default(struct findings *out, const struct evidence *e)
{
	uint64_t max = size_of(e, "max"), buckets = size_of(e, "buckets");
	struct finding *f;

	if (!max || !e->default_max || max >= e->default_max)
		return;
	f = finding_add(out, max < e->default_max / 2 ? SEVERITY_WARNING : SEVERITY_NOTE, "limit_below_default",
			"The limit is %" PRIu64 "; this kernel would choose %" PRIu64 " here", max,
			e->default_max);
	finding_why(f, "Some images still ship the limit of older kernels and smaller machines.");
	put_sizes(f, e);
	finding_count(f, "default_max", e->default_max);
	finding_count(f, "default_buckets", e->default_buckets);
	if (e->ram_bytes)
		finding_count(f, "ram_bytes", e->ram_bytes);
	if (buckets < e->default_buckets)
		finding_set(f, "buckets", (int64_t)e->default_buckets);
	finding_set(f, "max", (int64_t)e->default_max);
	put_cost(f, e, e->default_max, e->default_buckets);
}

/* Of the table when full, and as it is: the worse one counts. */
static void rule_chains_mean(struct findings *out, const struct evidence *e)
{
	uint64_t max = size_of(e, "max"), buckets = size_of(e, "buckets"), want;
	double full, now;
	struct finding *f;

	if (!max || !buckets)
		return;
	full = 2.0 * (double)max / (double)buckets;
	now = 2.0 * (double)evidence_entries(e) / (double)buckets;
	if (full <= CHAIN_MEAN_MAX && now <= CHAIN_MEAN_MAX) {
		f = finding_add(out, SEVERITY_FINE, "buckets", "Enough buckets: %.2g nodes a chain when full", full);
		put_sizes(f, e);
		finding_ratio(f, "chain_mean_full", full);
		finding_ratio(f, "chain_mean", now);
		return;
	}
	want = sizing_buckets(max > evidence_entries(e) ? max : evidence_entries(e), SIZING_CHAIN);
	f = finding_add(out, SEVERITY_WARNING, "buckets", "Too few buckets: chains of %.0f nodes when full, %.1f now",
			full, now);
	finding_why(f, "Each packet's look-up walks along a chain.");
	if (full >= CHAIN_MEAN_REFUSED)
		finding_why(f, "Since 5.15 the kernel refuses insertions into chains of 52 to 81 nodes, "
			    "so this table drops packets before it is full.");
	put_sizes(f, e);
	finding_ratio(f, "chain_mean_full", full);
	finding_ratio(f, "chain_mean", now);
	finding_set(f, "buckets", (int64_t)want);
	(void)snprintf(f->cost, sizeof(f->cost), "%" PRIu64 " KiB of kernel memory", want * 8 >> 10);
	f->risk = "None for traffic; resizing stops new connections for some milliseconds.";
}

static void rule_memory(struct findings *out, const struct evidence *e)
{
	uint64_t max = size_of(e, "max"), buckets = size_of(e, "buckets");
	uint64_t bytes = sizing_memory(max, buckets, e->table.entry_bytes);
	struct finding *f;

	if (!bytes || !e->ram_bytes || bytes < e->ram_bytes / 4)
		return;
	f = finding_add(out, SEVERITY_WARNING, "memory", "A full table would take %.0f %% of this machine's memory",
			100.0 * (double)bytes / (double)e->ram_bytes);
	finding_why(f, "It is kernel memory, never swapped: a flood would take it from everything else.");
	put_sizes(f, e);
	finding_count(f, "memory_bytes", bytes);
	finding_count(f, "ram_bytes", e->ram_bytes);
	if (e->default_max)
		finding_set(f, "max", (int64_t)e->default_max);
}

/* Whether a boot would bring this value back. */
static bool comes_back(const struct evidence *e, const char *name, int64_t value)
{
	const struct persistent *set = persistence_find(&e->persistence, name);
	const struct persistent *hashsize = persistence_find(&e->persistence, "hashsize");

	if (set)
		return set->value == value;
	if (!hashsize)
		return false;
	return !strcmp(name, "buckets") ? hashsize->value == value :
	       !strcmp(name, "max") && 8 * hashsize->value == value;
}

static const char *short_name(const struct setting *setting)
{
	const char *at = strstr(setting->name, "conntrack_");

	return at ? at + strlen("conntrack_") : setting->name;
}

/* Set by hand, and gone with the next boot. */
static void rule_not_persistent(struct findings *out, const struct evidence *e)
{
	struct finding *f = NULL;

	if (!e->settings_known || !e->persistence.known)
		return;
	for (size_t i = 0; i < e->settings.count; i++) {
		const struct setting *s = &e->settings.list[i];
		const char *name = short_name(s);
		bool size = !strcmp(name, "max") || !strcmp(name, "buckets");

		if (!s->info || s->info->live || !s->changed || !strstr(s->name, "netfilter.nf_conntrack_") || persistence_find(&e->persistence, name) ||
		    comes_back(e, name, s->value))
			continue;
		if (!f)
			f = finding_add(out, SEVERITY_NOTE, "not_persistent",
					"Settings made by hand are lost at the next boot");
		if (size && s->value > s->default_value)
			f->severity = SEVERITY_WARNING;
		finding_number(f, s->info->name, s->value);
		finding_keep(f, name, s->value);
	}
	if (f)
		finding_why(f, "No file of sysctl.d, sysctl.conf or modprobe.d sets them.");
}

/* A file says one thing, the kernel another. */
static void rule_not_applied(struct findings *out, const struct evidence *e)
{
	struct finding *f = NULL;

	if (!e->settings_known || !e->persistence.known)
		return;
	for (size_t i = 0; i < e->persistence.count; i++) {
		const struct persistent *p = &e->persistence.list[i];
		int64_t now = evidence_setting(e, p->name, -1);

		/* buckets are rounded up to whole pages */
		if (now < 0 || now == p->value ||
		    (!strcmp(p->name, "buckets") && now >= p->value && now - p->value < SIZING_BUCKETS_STEP))
			continue;
		if (!f) {
			f = finding_add(out, SEVERITY_NOTE, "not_applied", "%s says %s = %" PRId64 ", the kernel has %"
					PRId64, p->file, p->name, p->value, now);
			finding_why(f, "Either it was changed since boot, or sysctl ran before the module was "
				    "loaded, when the names did not exist yet.");
			finding_do(f, "# as the file says:");
		}
		finding_text(f, "file", p->file);
		finding_number(f, "in_file", p->value);
		finding_number(f, "in_kernel", now);
		finding_set(f, p->name, p->value);
	}
	if (!f)
		return;
	finding_do(f, "# and for a module that comes too late at boot:");
	finding_do(f, "echo nf_conntrack >/etc/modules-load.d/conntrack.conf");
}

static void rule_hashsize(struct findings *out, const struct evidence *e)
{
	const struct persistent *hashsize = persistence_find(&e->persistence, "hashsize");
	const struct persistent *buckets = persistence_find(&e->persistence, "buckets");
	const struct persistent *max = persistence_find(&e->persistence, "max");
	struct finding *f;

	if (!hashsize || hashsize->value <= 0)
		return;
	if (buckets && (buckets->value + SIZING_BUCKETS_STEP - 1) / SIZING_BUCKETS_STEP !=
		       (hashsize->value + SIZING_BUCKETS_STEP - 1) / SIZING_BUCKETS_STEP) {
		f = finding_add(out, SEVERITY_NOTE, "hashsize_conflict",
				"hashsize=%" PRId64 " and nf_conntrack_buckets=%" PRId64 " contradict each other",
				hashsize->value, buckets->value);
		finding_why(f, "At boot the module is loaded with the first, then sysctl sets the second.");
		if (*hashsize->file == '/')
			finding_do(f, "sed -i s/hashsize=%" PRId64 "/hashsize=%" PRId64 "/ %s", hashsize->value,
				   buckets->value, hashsize->file);
	} else if (!max) {
		f = finding_add(out, SEVERITY_NOTE, "hashsize_conflict",
				"hashsize=%" PRId64 " alone makes the limit %" PRId64, hashsize->value,
				8 * hashsize->value);
		finding_why(f, "Given hashsize, the module takes eight times as much for max, 16 nodes a chain "
			    "when full. Set max as well.");
		finding_keep(f, "max", hashsize->value);
	} else {
		return;
	}
	finding_number(f, "hashsize", hashsize->value);
	finding_text(f, "file", hashsize->file);
}

finding_rule *const findings_sizes[] = {
	rule_below_default, rule_chains_mean, rule_memory, rule_not_persistent, rule_not_applied,
	rule_hashsize, NULL,
};
