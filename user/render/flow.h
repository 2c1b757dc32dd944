/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One direction of a connection, as words and as JSON: every protocol conntrack tracks. */
#ifndef RENDER_FLOW_H
#define RENDER_FLOW_H

#include <stdbool.h>
#include <stdint.h>
#include "ctscope/flow.h"
#include "json.h"
#include "model/address.h"

#define FLOW_MAX (2 * ADDRESS_MAX + 64)

/* "tcp 10.0.0.1:40518 > 10.0.0.2:80", "icmp 10.0.0.1 > 10.0.0.2 type 8 code 0 id 4711" */
const char *flow_text(char buf[static FLOW_MAX], const struct ct_flow *, bool redacted);
/* The keys family, protocol, src ... dst_port, or those of ICMP and GRE; without the object around. */
void json_flow(struct json *, const struct ct_flow *, bool redacted);
/* A namespace's inode number; null for 0, which is none. */
void json_netns(struct json *, const char *key, uint32_t netns);

#endif
