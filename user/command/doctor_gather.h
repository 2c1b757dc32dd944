/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The evidence of `doctor`: from this machine, or from what somebody saved of another. */
#ifndef COMMAND_DOCTOR_GATHER_H
#define COMMAND_DOCTOR_GATHER_H

#include "model/evidence.h"
#include "observe/machine.h"
#include "options.h"
#include "scan.h"

/* All of it is to be freed by evidence_free(). An exit code; a sentence is on stderr then. */
int gather_live(struct evidence *, const struct options *, uint64_t duration_ns, struct machine *);
/* dump or settings may be NULL: not saved. */
int gather_saved(struct evidence *, const char *dump, const char *settings, const struct options *);

/* The namespace we are in, whose settings we read; 0: not known. */
uint32_t gather_own_netns(const struct roots *);

/*
 * The table, opened once for all that is asked of it (finding it and loading
 * the walk is most of the cost); refused: what is asked says why.
 *
 *   gather_table_open -> gather_population, gather_chains ... -> gather_table_close
 */
struct gather_table {
	const struct options *options;
	struct scan scan;
	struct census *shape;	/* that the walk was made for */
	char reason[160];	/* refused: why */
};

void gather_table_open(struct gather_table *, const struct options *);
/* Who is in the table; not known: the population says why. own: our namespace. */
void gather_population(struct gather_table *, struct population *, uint32_t own);
/* And whom the busiest source speaks to. */
void gather_targets(const struct gather_table *, struct population *);
void gather_chains(struct gather_table *, struct evidence *);
void gather_table_close(struct gather_table *);

#endif
