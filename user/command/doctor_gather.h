/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The evidence of `doctor`: from this machine, or from what somebody saved of another. */
#ifndef COMMAND_DOCTOR_GATHER_H
#define COMMAND_DOCTOR_GATHER_H

#include "model/evidence.h"
#include "observe/machine.h"
#include "options.h"

/* All of it is to be freed by evidence_free(). An exit code; a sentence is on stderr then. */
int gather_live(struct evidence *, const struct options *, uint64_t duration_ns, struct machine *);
/* dump or settings may be NULL: not saved. */
int gather_saved(struct evidence *, const char *dump, const char *settings, const struct options *);

/* The namespace we are in, whose settings we read; 0: not known. */
uint32_t gather_own_netns(const struct roots *);
/* Who is in the table; not known: the population says why. own: our namespace. */
void gather_population(struct population *, const struct options *, uint32_t own,
		       bool targets);
void gather_chains(struct evidence *, const struct options *);

#endif
