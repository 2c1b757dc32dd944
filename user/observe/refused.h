/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who was refused: sums by source and by target, whatever the rate of records.
 *
 *   probes_refused_take -> refused_merge -> refused_free
 */
#ifndef OBSERVE_REFUSED_H
#define OBSERVE_REFUSED_H

#include <stdbool.h>
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

struct refused_port {
	__be16 dst_id;		/* as in struct ct_target */
	uint8_t protocol;
	uint64_t count;
	size_t targets;		/* that share it */
};

#define REFUSED_PORTS 5

struct refused {
	struct refused_source *sources;	/* each busiest first, once merged */
	struct refused_target *targets;
	size_t source_count, target_count;
	struct refused_port ports[REFUSED_PORTS];
	size_t port_count;
};

/* Takes the sums out of the kernel, which begins again at nothing. On -errno *out is empty. */
int probes_refused_take(struct probes *, struct refused *out);
/*
 * A target is the same whoever asked for it: namespaces are added up. With
 * redact, addresses keep their /24 or /48 only, and rows that become one are
 * added up. Then the busiest ports are told, and all is sorted, busiest first.
 */
void refused_merge(struct refused *, bool redact);
void refused_free(struct refused *);


#endif
