/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How long an entry has been silent: its state's time-out minus what is left.
 * Where the time-out that applied cannot be told, neither can the idle time.
 */
#ifndef MODEL_IDLE_H
#define MODEL_IDLE_H

#include <stdint.h>
#include "ctscope/census.h"
#include "entry.h"
#include "observe/settings.h"

extern const uint32_t ct_idle_bounds[CT_IDLE_BOUND_COUNT];

/* The index of ct_idle_bounds that so many seconds belong to. */
uint8_t idle_index(uint32_t seconds);
/* Where an index begins, in seconds; end: where it ends, UINT32_MAX for the last. */
uint32_t idle_from(uint8_t index);
uint32_t idle_below(uint8_t index);

/* The time-outs of one namespace, in seconds; 0: not known. */
struct timeouts {
	uint32_t tcp[10], tcp_retrans, tcp_unacknowledged;
	uint32_t sctp[10], dccp[8];
	uint32_t udp, udp_stream, icmp, icmpv6, gre, gre_stream, generic;
};

void timeouts_from(struct timeouts *, const struct settings *);
/* The idle index of an entry, CT_IDLE_UNKNOWN when not known. */
uint8_t idle_of(const struct timeouts *, const struct entry *);

#endif
