/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Made-up records of the ring, for the tests of their decoder and of what is rendered from them. */
#ifndef UNIT_DROP_SAMPLE_H
#define UNIT_DROP_SAMPLE_H

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include "ctscope/counters.h"
#include "ctscope/event.h"

static inline struct ct_flow sample_flow(int family, uint8_t protocol)
{
	struct ct_flow flow = {
		.family = (uint8_t)family, .protocol = protocol, .src_id = htons(40518), .dst_id = htons(80),
		.netns = 4026532277u, .zone = 3,
	};

	(void)inet_pton(family, family == AF_INET ? "10.1.2.3" : "2001:db8:1:2::3", flow.src);
	(void)inet_pton(family, family == AF_INET ? "10.64.0.9" : "2001:db8:ff:fe::9", flow.dst);
	return flow;
}

static inline struct ct_event sample_drop(void)
{
	return (struct ct_event){
		.time_ns = 5000000000ull, .kind = CT_EVENT_DROP, .counter = CT_dropped_table_full,
		.flow = sample_flow(AF_INET, IPPROTO_TCP), .cpu = 1, .held_back = 12,
	};
}

static inline struct ct_event sample_eviction(void)
{
	return (struct ct_event){
		.time_ns = 5000000000ull, .kind = CT_EVENT_EVICT, .counter = CT_evicted,
		.flow = sample_flow(AF_INET6, IPPROTO_TCP), .status = 1 << 3, .timeout_left = 119,
		.tcp_state = 1,
	};
}

#endif
