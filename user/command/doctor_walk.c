// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Evidence of `doctor` that a walk of the table gives: who is in it, and its chains. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "doctor_gather.h"
#include "observe/walk_census.h"

static void refused(struct gather_table *table, const char *reason)
{
	(void)snprintf(table->reason, sizeof(table->reason), "%s", reason);
}

static const char *failure(int err)
{
	return err == -EAGAIN ? "the table was resized again and again" : strerror(-err);
}

static struct census *new_census(const struct options *options)
{
	struct census_plan plan;

	population_plan(&plan);
	plan.redact = options->redact;
	return census_new(&plan, NULL);
}

void gather_table_open(struct gather_table *table, const struct options *options)
{
	*table = (struct gather_table){ .options = options, .shape = new_census(options) };
	const struct scan_options scan_options = {
		.top = 1, .into = table->shape, .verbose = options->verbose,
	};

	if (options->no_bpf)
		refused(table, "--no-bpf was asked for");
	else if (!table->shape)
		refused(table, strerror(ENOMEM));
	else if (scan_open(&table->scan, &scan_options, &options->roots))
		refused(table, table->scan.refusal.reason);
}

void gather_population(struct gather_table *table, struct population *out, uint32_t own)
{
	struct census *census = NULL;
	int err = 0;

	*out = (struct population){ 0 };
	if (table->scan.walker) {
		census = new_census(table->options);
		err = census ? walk_census_run(table->scan.walker, census) : -ENOMEM;
		if (!err)
			err = population_from(out, census, own);
		out->redacted = table->options->redact;
	}
	(void)snprintf(out->reason, sizeof(out->reason), "%s", err ? failure(err) : table->reason);
	census_free(census);
}

/* A walk of its own: its filter is part of the program. */
void gather_targets(const struct gather_table *table, struct population *p)
{
	struct walk_options walk_options = { .census = true, .verbose = table->options->verbose };
	struct ct_census_filter filter;
	struct walker *walker = NULL;
	struct census_plan plan;
	struct walk_refusal why;
	struct census *census;

	/* A redacted source is a network: it cannot be looked for. */
	if (!p->known || !population_one_source(p) || table->options->redact)
		return;
	population_targets_plan(&plan, &filter, &p->sources[0]);
	census = census_new(&plan, &filter);
	walk_options.into = census;
	if (census && !walk_open(&walker, &walk_options, &table->options->roots, &why) &&
	    !walk_census_run(walker, census))
		population_targets_from(p, census);
	walk_free(walker);
	census_free(census);
}

void gather_chains(struct gather_table *table, struct evidence *e)
{
	int err = table->scan.walker ? scan_whole(&table->scan) : 0;

	e->chains_known = !err && table->scan.known;
	if (e->chains_known)
		e->chains = table->scan.chains;
	else
		evidence_gap(e, "chains", err ? failure(err) : table->reason);
}

void gather_table_close(struct gather_table *table)
{
	scan_close(&table->scan);
	census_free(table->shape);
}
