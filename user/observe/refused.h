/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who was refused: sums by source and by target, whatever the rate of records.
 *
 *   probes_refused_take -> refused_redact, refused_sort -> refused_free
 */
#ifndef OBSERVE_REFUSED_H
#define OBSERVE_REFUSED_H

#include <stddef.h>
#include <stdint.h>
#include "ctscope/event.h"

struct probes;

struct refused_source {
	struct ct_source who;
	uint64_t count;
};

struct refused_target {
	struct ct_target where;
	uint64_t count;
};

struct refused {
	struct refused_source *sources;
	struct refused_target *targets;
	size_t source_count, target_count;
};

/* Takes the sums out of the kernel, which begins again at nothing. On -errno *out is empty. */
int probes_refused_take(struct probes *, struct refused *out);
/* Addresses keep their /24 or /48 only; rows that become one are added up. */
void refused_redact(struct refused *);
/* Most refused first; equal ones in the order of their addresses. */
void refused_sort(struct refused *);
void refused_free(struct refused *);

/* Zeroes what --redact hides: all behind the first 24 bits of IPv4, 48 of IPv6. */
void redact_address(uint8_t address[static 16], uint8_t family);

#endif
