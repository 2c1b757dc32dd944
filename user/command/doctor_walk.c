// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Evidence of `doctor` that a walk of the table gives: who is in it, and its chains. */
#include <stdio.h>
#include "doctor_gather.h"

void gather_population(struct population *out, const struct options *options, uint32_t own)
{
	(void)options;
	(void)own;
	*out = (struct population){ 0 };
	(void)snprintf(out->reason, sizeof(out->reason), "the table is not walked yet");
}

void gather_chains(struct evidence *e, const struct options *options)
{
	(void)options;
	evidence_gap(e, "chains", "the table is not walked yet");
}
