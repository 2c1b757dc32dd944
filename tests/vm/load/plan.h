/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A plan: what one run of the load generator was asked for. Filled once by main.c from the command
 * line, checked by plan_check(), read by everybody else.
 *
 * A flow is one of the plan's distinct (from, to) pairs, numbered from 0: destination ports vary
 * first, then destination addresses, source addresses, source ports.
 */
#ifndef LOAD_PLAN_H
#define LOAD_PLAN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct range {
	int family;		/* AF_UNSPEC: not given */
	uint8_t first[16];	/* network order */
	uint64_t size;		/* addresses, at most 2^32 */
};

struct ports {
	bool given;
	uint16_t first;
	uint32_t size;
};

struct plan {
	struct range to, from;
	struct ports to_port, from_port;
	uint64_t count;		/* flows */
	uint64_t times;		/* rounds over all the flows */
	uint64_t gap_ms;	/* between two rounds */
	uint64_t rate;		/* packets or connections a second, 0: as fast as it goes */
	uint64_t over_s;	/* instead of rate: spread over so many seconds */
	uint64_t limit_s;	/* the run ends then, whatever is left to do */
	uint64_t cpu;		/* UINT64_MAX: any */
	uint64_t tcp_flags;	/* of a raw segment */
	uint8_t protocol;
	bool hold, reset, starve;
	const char *netns, *ready;
};

struct flow {
	union address from, to;
};

void plan_init(struct plan *plan);

/* The parsers of option values: 0, or -EINVAL for what is not one. */
int range_parse(struct range *range, const char *text);
int ports_parse(struct ports *ports, const char *text);

/* Why this plan cannot be run, or NULL. */
const char *plan_check(const struct plan *plan);

void flow_at(const struct plan *plan, uint64_t number, struct flow *flow);
socklen_t address_length(const union address *address);

#endif
