/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The words conntrack has for protocols and their states, and the numbers behind them. */
#ifndef MODEL_PROTOCOL_H
#define MODEL_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "tcp", "unknown(200)": in buf when it has no name of its own. */
const char *protocol_name(char buf[static 16], uint8_t protocol);
/* A name or a number; -EINVAL. */
int protocol_number(const char *text, uint8_t *protocol);
bool protocol_has_ports(uint8_t protocol);

/*
 * States as CT_STATE_... number them (ctscope/census.h). NULL: none has this
 * number; a protocol without states has state 0 and no name for it.
 */
const char *state_name(uint8_t state);
/* The state with this name (len bytes) of a protocol; -EINVAL. */
int state_number(uint8_t protocol, const char *text, size_t len);
/* Every state with this name, of any protocol: a bit each; -EINVAL when there is none. */
int state_bits(const char *text, uint64_t bits[static 4]);

#endif
