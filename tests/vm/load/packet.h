/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A packet made by hand, network header included: any source, any protocol. */
#ifndef LOAD_PACKET_H
#define LOAD_PACKET_H

#include "plan.h"

#include <stddef.h>
#include <stdint.h>

#define PACKET_DATA_MAX 64

struct ends {
	in_port_t from, to;
};

/* A socket to send them through, or -errno. */
int packet_socket(int family);
/* From the one end to the other, with this behind the network header: 0 or errno. */
int packet_send(int fd, const struct flow *flow, uint8_t protocol, const void *data, size_t length);
struct ends packet_ends(const struct flow *flow);
/* The checksum of TCP and UDP: the addresses, the protocol, the length, the data (of even length). */
uint16_t packet_sum(const struct flow *flow, uint8_t protocol, const void *data, size_t length);

#endif
