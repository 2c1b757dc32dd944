/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The load generator's commands. Each runs a checked plan to its end, counts into the tally and
 * returns 0, the signal that stopped it, or -errno when it could not work at all.
 */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include "plan.h"
#include "tally.h"

int load_udp(const struct plan *plan, struct tally *tally);
int load_udp_reply(const struct plan *plan, struct tally *tally);
int load_tcp(const struct plan *plan, struct tally *tally);
int load_tcp_serve(const struct plan *plan, struct tally *tally);
int load_icmp(const struct plan *plan, struct tally *tally);
int load_raw(const struct plan *plan, struct tally *tally);
int load_states(const struct plan *plan, struct tally *tally);
int load_queue(const struct plan *plan, struct tally *tally);
int load_hold(const struct plan *plan, struct tally *tally);

/* Tell the script that waits for --ready FILE; 0 or -errno. */
int load_ready(const struct plan *plan);

/* Call send for each flow of each round, at the plan's rate: 0, a signal, or -errno from it. */
int load_each(const struct plan *plan, int (*send)(void *context, const struct flow *flow,
						    uint64_t number), void *context);

#endif
