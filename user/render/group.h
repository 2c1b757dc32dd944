/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A group's keys as words and as JSON. */
#ifndef RENDER_GROUP_H
#define RENDER_GROUP_H

#include "json.h"
#include "model/who.h"

#define GROUP_TEXT_MAX 384	/* the longest is a pod: 63 and 253 characters */

extern const char *const key_names[CT_KEY_COUNT];	/* as --by and JSON call them */

/* "tcp", "10.0.0.1", "[2001:db8::1]:443" (an address with the port beside it), "10m-15m". */
const char *group_text(char buf[static GROUP_TEXT_MAX], enum ct_key, const struct who_row *,
		       uint32_t by, bool redacted);
/* Whether a port stands with its address, so that it needs no column of its own. */
bool group_port_joined(enum ct_key, uint32_t by);
void group_json(struct json *, enum ct_key, const struct who_row *, bool redacted);
/* "proto and state", "dst, dport and proto" */
const char *group_keys(char buf[static 96], uint32_t by);


#endif
