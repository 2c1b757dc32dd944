// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Evidence of `doctor` that a walk of the table gives: who is in it, and its chains. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "doctor_gather.h"
#include "observe/walk_census.h"
#include "scan.h"

/* One walk by this plan; NULL: `reason` says why not. */
static struct census *walk_by(const struct census_plan *plan, const struct ct_census_filter *filter,
			      const struct options *options, char *reason, size_t size)
{
	struct census *census = census_new(plan, filter);
	const struct walk_options walk_options = {
		.census = true, .into = census, .verbose = options->verbose,
	};
	struct walk_refusal why = { "not enough memory", "" };
	struct walker *walker = NULL;
	int err = census ? walk_open(&walker, &walk_options, &options->roots, &why) : -ENOMEM;

	if (err) {
		(void)snprintf(reason, size, "%s", why.reason);
	} else {
		err = walk_census_run(walker, census);
		if (err)
			(void)snprintf(reason, size, "%s", strerror(-err));
	}
	walk_free(walker);
	if (!err)
		return census;
	census_free(census);
	return NULL;
}

static void count_targets(struct population *p, const struct options *options)
{
	struct ct_census_filter filter;
	struct census_plan plan;
	struct census *census;
	char reason[160];

	population_targets_plan(&plan, &filter, &p->sources[0]);
	census = walk_by(&plan, &filter, options, reason, sizeof(reason));
	if (census)
		population_targets_from(p, census);
	census_free(census);
}

void gather_population(struct population *out, const struct options *options, uint32_t own, bool targets)
{
	struct census_plan plan;
	struct census *census;
	char reason[160] = "--no-bpf was asked for";

	*out = (struct population){ 0 };
	population_plan(&plan);
	plan.redact = options->redact;
	census = options->no_bpf ? NULL : walk_by(&plan, NULL, options, reason, sizeof(reason));
	if (census && population_from(out, census, own))
		(void)snprintf(reason, sizeof(reason), "not enough memory");
	/* A redacted source is a network: it cannot be looked for. */
	if (out->known && targets && population_one_source(out) && !options->redact)
		count_targets(out, options);
	(void)snprintf(out->reason, sizeof(out->reason), "%s", reason);
	census_free(census);
}

void gather_chains(struct evidence *e, const struct options *options)
{
	struct scan_options scan_options = { .top = 1, .verbose = options->verbose };
	struct scan scan = { 0 };
	int err;

	if (options->no_bpf) {
		evidence_gap(e, "chains", "--no-bpf was asked for");
		return;
	}
	err = scan_open(&scan, &scan_options, &options->roots);
	if (!err)
		err = scan_whole(&scan);
	e->chains_known = !err && scan.known;
	if (e->chains_known)
		e->chains = scan.chains;
	else
		evidence_gap(e, "chains", scan.refusal.reason[0] ? scan.refusal.reason : strerror(-err));
	scan_close(&scan);
}
